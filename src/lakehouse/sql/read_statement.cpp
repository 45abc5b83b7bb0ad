// The first keywords decide which reader a statement goes to.
#include "lakeport/lakehouse/dialect.h"

#include "statement_readers.h"
#include "token_cursor.h"

namespace lakeport::lakehouse {
namespace {

bool begins_query(const TokenCursor& cursor) {
  return is_operator(cursor.peek(), "(") || cursor.at_any({"SELECT", "VALUES", "WITH", "FROM", "TABLE",
                                                           "INSERT", "UPDATE", "DELETE", "MERGE", "EXPLAIN"});
}

Result<Statement> read_query(TokenCursor& cursor) {
  statement::Query query{cursor.rest()};
  int depth = 0;
  for (; !cursor.at_end(); cursor.take()) {
    if (is_operator(cursor.peek(), "(")) ++depth;
    if (is_operator(cursor.peek(), ")") && --depth < 0)
      return fail(cursor.unexpected("the end of the statement"));
    if (is_operator(cursor.peek(), ";")) {
      LAKEPORT_RETURN_IF_ERROR(cursor.expect_end());
      break;
    }
  }
  if (depth > 0) return fail(cursor.unexpected("')'"));
  return query;
}

// OPTIMIZE, VACUUM, ANALYZE TABLE, REFRESH TABLE and MSCK REPAIR TABLE: what comes after the name changes
// nothing here.
Result<Statement> read_upkeep(TokenCursor& cursor) {
  if (cursor.accept("MSCK")) {
    LAKEPORT_RETURN_IF_ERROR(cursor.expect("REPAIR"));
    LAKEPORT_RETURN_IF_ERROR(cursor.expect("TABLE"));
  } else if (cursor.accept("ANALYZE")) {
    LAKEPORT_RETURN_IF_ERROR(cursor.expect("TABLE"));
  } else {
    cursor.take();
    cursor.accept("TABLE");
  }
  statement::Analyze analyze;
  LAKEPORT_ASSIGN_OR_RETURN(analyze.table, cursor.object_name("a table's name"));
  while (!cursor.at_end() && !is_operator(cursor.peek(), ";")) cursor.take();
  return analyze;
}

Result<Statement> read_truncate(TokenCursor& cursor) {
  LAKEPORT_RETURN_IF_ERROR(cursor.expect("TABLE"));
  statement::TruncateTable truncate;
  LAKEPORT_ASSIGN_OR_RETURN(truncate.name, cursor.object_name("a table's name"));
  if (cursor.at_word("PARTITION")) return fail(cursor.unsupported("TRUNCATE TABLE … PARTITION"));
  return truncate;
}

Result<Statement> read(TokenCursor& cursor) {
  if (begins_query(cursor)) return read_query(cursor);
  if (cursor.accept("USE")) return read_use(cursor);
  if (cursor.accept("SHOW")) return read_show(cursor);
  if (cursor.accept("DESCRIBE") || cursor.accept("DESC")) return read_describe(cursor);
  if (cursor.accept("CREATE")) return read_create(cursor);
  if (cursor.accept({"REPLACE", "TABLE"})) return read_create_table(cursor, true);
  if (cursor.accept("DROP")) return read_drop(cursor);
  if (cursor.accept("TRUNCATE")) return read_truncate(cursor);
  if (cursor.accept("ALTER")) return read_alter(cursor);
  if (cursor.accept("COMMENT")) return read_comment(cursor);
  if (cursor.accept("GRANT")) return read_grant(cursor, true);
  if (cursor.accept("REVOKE")) return read_grant(cursor, false);
  if (cursor.accept("COPY")) return read_copy_into(cursor);
  if (cursor.accept("SET")) return read_set(cursor);
  if (cursor.accept("RESET")) return read_reset(cursor);
  if (cursor.at_any({"OPTIMIZE", "VACUUM", "ANALYZE", "REFRESH", "MSCK"})) return read_upkeep(cursor);
  for (const std::string_view known :
       {"DENY",    "CALL", "DECLARE", "EXECUTE", "BEGIN",    "CACHE",  "UNCACHE", "CLEAR",
        "RESTORE", "SYNC", "UNDROP",  "REORG",   "FSCK",     "GET",    "PUT",     "REMOVE",
        "LIST",    "LOAD", "CONVERT", "APPLY",   "GENERATE", "REPAIR", "ADD"}) {
    if (cursor.at_word(known)) return fail(cursor.unsupported("the statement " + std::string(known)));
  }
  if (cursor.at_end() || is_operator(cursor.peek(), ";")) {
    return fail(ErrorKind::kInvalidInput, "the statement is empty", "PARSE_SYNTAX_ERROR");
  }
  return fail(cursor.unexpected("a statement (SELECT, INSERT, CREATE, SHOW, …)"));
}

}  // namespace

Result<Statement> read_statement(std::string_view sql) {
  LAKEPORT_ASSIGN_OR_RETURN(const std::vector<Token> tokens, lex(sql));
  TokenCursor cursor(sql, tokens);
  LAKEPORT_ASSIGN_OR_RETURN(Statement statement, read(cursor));
  LAKEPORT_RETURN_IF_ERROR(cursor.expect_end());
  return statement;
}

}  // namespace lakeport::lakehouse

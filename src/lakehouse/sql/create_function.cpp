// CREATE FUNCTION … RETURN: functions written in SQL.
#include "statement_readers.h"
#include "type_text.h"

namespace lakeport::lakehouse {
namespace {

Status read_parameters(TokenCursor& cursor, std::vector<FunctionParameter>& parameters) {
  LAKEPORT_RETURN_IF_ERROR(cursor.expect_operator("("));
  if (cursor.accept_operator(")")) return {};
  do {
    LAKEPORT_ASSIGN_OR_RETURN(ColumnDefinition definition, read_column(cursor));
    if (definition.primary_key || definition.foreign_key || !definition.column.nullable) {
      return fail(cursor.unsupported("a constraint on a parameter"));
    }
    Column& column = definition.column;
    parameters.push_back({std::move(column.name), std::move(column.type), std::move(column.comment),
                          std::move(column.default_sql)});
  } while (cursor.accept_operator(","));
  return cursor.expect_operator(")");
}

Status read_language(TokenCursor& cursor) {
  if (cursor.accept("SQL")) return {};
  return fail(cursor.unsupported("a function in a language other than SQL"));
}

// One clause before RETURN; false when there is none.
Result<bool> read_clause(TokenCursor& cursor, Function& function) {
  if (cursor.accept("RETURNS")) {
    if (cursor.at_word("TABLE")) return fail(cursor.unsupported("a function that returns a table"));
    LAKEPORT_ASSIGN_OR_RETURN(const TypeTree type, read_type(cursor));
    function.return_type = databricks_text(type);
    return true;
  }
  if (cursor.accept("LANGUAGE")) {
    LAKEPORT_RETURN_IF_ERROR(read_language(cursor));
    return true;
  }
  if (cursor.accept("COMMENT")) {
    LAKEPORT_ASSIGN_OR_RETURN(function.comment, cursor.string("a comment in quotes"));
    return true;
  }
  if (cursor.accept({"NOT", "DETERMINISTIC"})) {
    function.deterministic = false;
    return true;
  }
  return cursor.accept("DETERMINISTIC") || cursor.accept({"CONTAINS", "SQL"}) ||
         cursor.accept({"READS", "SQL", "DATA"}) || cursor.accept({"SQL", "SECURITY", "DEFINER"});
}

}  // namespace

Result<statement::CreateFunction> read_create_function(TokenCursor& cursor, bool or_replace) {
  statement::CreateFunction create;
  create.or_replace = or_replace;
  create.if_not_exists = cursor.accept({"IF", "NOT", "EXISTS"});
  Function& function = create.function;
  LAKEPORT_ASSIGN_OR_RETURN(function.name, cursor.object_name("a function's name"));
  LAKEPORT_RETURN_IF_ERROR(read_parameters(cursor, function.parameters));
  bool more = true;
  while (more) {
    LAKEPORT_ASSIGN_OR_RETURN(more, read_clause(cursor, function));
  }
  if (!cursor.accept("RETURN")) return fail(cursor.unexpected("RETURN, RETURNS, COMMENT or DETERMINISTIC"));
  if (function.return_type.empty()) return fail(cursor.unsupported("a function without RETURNS and a type"));
  if (cursor.at_end()) return fail(cursor.unexpected("an expression"));
  const bool query = cursor.at_any({"SELECT", "WITH", "FROM", "VALUES"});
  function.body = query ? "(" + cursor.rest() + ")" : cursor.rest();
  while (!cursor.at_end() && !is_operator(cursor.peek(), ";")) cursor.take();
  return create;
}

}  // namespace lakeport::lakehouse

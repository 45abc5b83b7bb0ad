#include "lakeport/lakehouse/object_statements.h"

#include <array>
#include <utility>

#include "statement_readers.h"
#include "token_cursor.h"

namespace lakeport::lakehouse {
namespace {

using Objects = statement::ShowObjects;
using Read = Result<std::optional<ObjectStatement>>;

bool accept_from(TokenCursor& cursor) { return cursor.accept("FROM") || cursor.accept("IN"); }

Result<std::optional<std::string>> read_like(TokenCursor& cursor) {
  if (!cursor.accept("LIKE")) return std::optional<std::string>();
  LAKEPORT_ASSIGN_OR_RETURN(std::string pattern, cursor.string("a pattern in quotes"));
  return std::optional(std::move(pattern));
}

// A keyword such as CATALOG before a name; alone or before a dot it is itself a name.
bool accept_before_name(TokenCursor& cursor, std::string_view word) {
  const TokenKind next = cursor.peek(1).kind;
  return (next == TokenKind::kWord || next == TokenKind::kQuotedName) && cursor.accept(word);
}

Read show_objects(TokenCursor& cursor, Objects::What what) {
  Objects show;
  show.what = what;
  if (!accept_from(cursor)) return std::nullopt;
  if (!cursor.accept({"ALL", "CATALOGS"})) {
    if (cursor.at_word("LIKE", 1) || !accept_before_name(cursor, "CATALOG")) return std::nullopt;
    LAKEPORT_ASSIGN_OR_RETURN(show.catalog, cursor.name("a catalog's name"));
  }
  if (cursor.accept("SCHEMA")) {
    LAKEPORT_ASSIGN_OR_RETURN(show.schema_like, read_like(cursor));
  }
  if (cursor.accept("TABLE")) {
    LAKEPORT_ASSIGN_OR_RETURN(show.table_like, read_like(cursor));
  }
  LAKEPORT_ASSIGN_OR_RETURN(show.like, read_like(cursor));
  return show;
}

// IN CATALOG c IN SCHEMA s IN TABLE t
Read show_keys(TokenCursor& cursor, Objects::What what) {
  Objects show;
  show.what = what;
  const std::array<std::pair<std::string_view, std::string*>, 3> parts{
      {{"CATALOG", &show.table.catalog}, {"SCHEMA", &show.table.schema}, {"TABLE", &show.table.object}}};
  for (const auto& [word, name] : parts) {
    if (!accept_from(cursor)) return fail(cursor.unexpected("IN CATALOG, IN SCHEMA and IN TABLE"));
    LAKEPORT_RETURN_IF_ERROR(cursor.expect(word));
    LAKEPORT_ASSIGN_OR_RETURN(*name, cursor.name("a name"));
  }
  return show;
}

Read read_show_objects(TokenCursor& cursor) {
  if (cursor.accept("SCHEMAS") || cursor.accept("DATABASES"))
    return show_objects(cursor, Objects::What::kSchemas);
  if (cursor.accept("TABLES")) return show_objects(cursor, Objects::What::kTables);
  if (cursor.accept("COLUMNS")) return show_objects(cursor, Objects::What::kColumns);
  if (cursor.accept("FUNCTIONS")) return show_objects(cursor, Objects::What::kFunctions);
  if (cursor.accept("KEYS")) return show_keys(cursor, Objects::What::kPrimaryKeys);
  if (cursor.accept({"FOREIGN", "KEYS"})) return show_keys(cursor, Objects::What::kForeignKeys);
  if (cursor.accept("TABLE_TYPES")) return statement::ShowTableTypes{};
  return std::nullopt;
}

bool at_key(const TokenCursor& cursor) {
  return cursor.at_word("CONSTRAINT", 1) ||
         ((cursor.at_word("PRIMARY", 1) || cursor.at_word("FOREIGN", 1)) && cursor.at_word("KEY", 2));
}

Read add_key(TokenCursor& cursor, ObjectName table) {
  Table keys;
  LAKEPORT_ASSIGN_OR_RETURN(const bool read, read_constraint(cursor, keys));
  if (!read) return fail(cursor.unexpected("PRIMARY KEY or FOREIGN KEY"));
  statement::AddKey add;
  add.table = std::move(table);
  if (keys.foreign_keys.empty()) {
    add.name = std::move(keys.primary_key_name);
    add.primary_key = std::move(keys.primary_key);
  } else {
    add.name = keys.foreign_keys.front().name;
    add.foreign_key = std::move(keys.foreign_keys.front());
  }
  return add;
}

Read drop_key(TokenCursor& cursor, ObjectName table) {
  statement::DropKey drop;
  drop.table = std::move(table);
  const bool named = cursor.accept("CONSTRAINT");
  const bool foreign = !named && cursor.accept({"FOREIGN", "KEY"});
  if (!named && !foreign) cursor.accept({"PRIMARY", "KEY"});
  drop.if_exists = cursor.accept({"IF", "EXISTS"});
  if (named) {
    LAKEPORT_ASSIGN_OR_RETURN(drop.name, cursor.name("a constraint's name"));
  } else if (foreign) {
    LAKEPORT_ASSIGN_OR_RETURN(drop.columns, cursor.name_list("a column's name"));
  }
  if (!cursor.accept("RESTRICT")) cursor.accept("CASCADE");
  return drop;
}

Read read_alter_key(TokenCursor& cursor) {
  auto table = cursor.object_name("a table's name");
  if (!table || !at_key(cursor)) return std::nullopt;
  if (cursor.accept("ADD")) return add_key(cursor, *std::move(table));
  if (cursor.accept("DROP")) return drop_key(cursor, *std::move(table));
  return std::nullopt;
}

Read read_drop_function(TokenCursor& cursor) {
  statement::DropFunction drop;
  drop.if_exists = cursor.accept({"IF", "EXISTS"});
  LAKEPORT_ASSIGN_OR_RETURN(drop.name, cursor.object_name("a function's name"));
  return drop;
}

Read read_describe_function(TokenCursor& cursor) {
  statement::DescribeFunction describe;
  describe.extended = accept_before_name(cursor, "EXTENDED");
  LAKEPORT_ASSIGN_OR_RETURN(describe.name, cursor.object_name("a function's name"));
  return describe;
}

Read read(TokenCursor& cursor) {
  if (cursor.accept("SHOW")) return read_show_objects(cursor);
  if (cursor.accept({"ALTER", "TABLE"})) return read_alter_key(cursor);
  if (cursor.accept({"DROP", "FUNCTION"})) return read_drop_function(cursor);
  const bool or_replace = cursor.accept({"CREATE", "OR", "REPLACE", "FUNCTION"});
  if (or_replace || cursor.accept({"CREATE", "FUNCTION"})) {
    LAKEPORT_ASSIGN_OR_RETURN(auto create, read_create_function(cursor, or_replace));
    return create;
  }
  if ((cursor.accept("DESCRIBE") || cursor.accept("DESC")) && accept_before_name(cursor, "FUNCTION")) {
    return read_describe_function(cursor);
  }
  return std::nullopt;
}

}  // namespace

Result<std::optional<ObjectStatement>> read_object_statement(std::string_view sql) {
  LAKEPORT_ASSIGN_OR_RETURN(const std::vector<Token> tokens, lex(sql));
  TokenCursor cursor(sql, tokens);
  LAKEPORT_ASSIGN_OR_RETURN(auto statement, read(cursor));
  if (statement) LAKEPORT_RETURN_IF_ERROR(cursor.expect_end());
  return statement;
}

}  // namespace lakeport::lakehouse

// USE, SHOW, DESCRIBE, SET, RESET.
#include "statement_readers.h"

namespace lakeport::lakehouse {
namespace {

Result<std::optional<std::string>> read_like(TokenCursor& cursor) {
  const bool like = cursor.accept("LIKE");
  if (!like && cursor.peek().kind != TokenKind::kString) return std::optional<std::string>();
  LAKEPORT_ASSIGN_OR_RETURN(std::string pattern, cursor.string("a pattern in quotes"));
  return std::optional(std::move(pattern));
}

bool accept_from(TokenCursor& cursor) { return cursor.accept("FROM") || cursor.accept("IN"); }

Result<Statement> show_tables(TokenCursor& cursor, bool views_only, bool extended) {
  statement::ShowTables show;
  show.views_only = views_only;
  show.extended = extended;
  if (accept_from(cursor)) {
    LAKEPORT_ASSIGN_OR_RETURN(auto name, cursor.schema_name("a schema's name"));
    show.catalog = std::move(name.first);
    show.schema = std::move(name.second);
  }
  LAKEPORT_ASSIGN_OR_RETURN(show.like, read_like(cursor));
  return show;
}

Result<Statement> show_columns(TokenCursor& cursor) {
  if (!accept_from(cursor)) return fail(cursor.unexpected("IN or FROM, and a table"));
  statement::ShowColumns show;
  LAKEPORT_ASSIGN_OR_RETURN(show.table, cursor.object_name("a table's name"));
  if (accept_from(cursor)) {
    LAKEPORT_ASSIGN_OR_RETURN(auto name, cursor.schema_name("a schema's name"));
    show.table.catalog = std::move(name.first);
    show.table.schema = std::move(name.second);
  }
  return show;
}

Result<Statement> show_grants(TokenCursor& cursor) {
  statement::ShowGrants show;
  if (!cursor.at_word("ON")) {
    LAKEPORT_ASSIGN_OR_RETURN(show.principal, cursor.name("a principal or ON"));
  }
  LAKEPORT_RETURN_IF_ERROR(cursor.expect("ON"));
  LAKEPORT_ASSIGN_OR_RETURN(Securable securable, read_securable(cursor));
  show.kind = securable.kind;
  show.full_name = std::move(securable.full_name);
  return show;
}

Result<Statement> show_table_properties(TokenCursor& cursor) {
  statement::ShowTableProperties show;
  LAKEPORT_ASSIGN_OR_RETURN(show.table, cursor.object_name("a table's name"));
  if (cursor.accept_operator("(")) {
    LAKEPORT_ASSIGN_OR_RETURN(show.key, cursor.property_key());
    LAKEPORT_RETURN_IF_ERROR(cursor.expect_operator(")"));
  }
  return show;
}

Result<Statement> show_functions(TokenCursor& cursor) {
  statement::ShowFunctions show;
  if (accept_from(cursor)) {
    LAKEPORT_RETURN_IF_ERROR(cursor.schema_name("a schema's name").map([](const auto&) {}));
  }
  LAKEPORT_ASSIGN_OR_RETURN(show.like, read_like(cursor));
  if (!show.like && !cursor.at_end() && !is_operator(cursor.peek(), ";")) {
    LAKEPORT_ASSIGN_OR_RETURN(const auto parts, cursor.name_parts("a function's name"));
    show.like = parts.back();
  }
  return show;
}

// A keyword such as CATALOG before a name; alone or before a dot it is itself a name.
bool accept_before_name(TokenCursor& cursor, std::string_view word) {
  const TokenKind next = cursor.peek(1).kind;
  return (next == TokenKind::kWord || next == TokenKind::kQuotedName) && cursor.accept(word);
}

}  // namespace

Result<Statement> read_use(TokenCursor& cursor) {
  if (accept_before_name(cursor, "CATALOG")) {
    LAKEPORT_ASSIGN_OR_RETURN(std::string name, cursor.name("a catalog's name"));
    return statement::UseCatalog{std::move(name)};
  }
  if (!accept_before_name(cursor, "SCHEMA") && !accept_before_name(cursor, "DATABASE")) {
    accept_before_name(cursor, "NAMESPACE");
  }
  LAKEPORT_ASSIGN_OR_RETURN(auto name, cursor.schema_name("a schema's name"));
  return statement::UseSchema{std::move(name.first), std::move(name.second)};
}

Result<Statement> read_show(TokenCursor& cursor) {
  if (cursor.accept("CATALOGS")) {
    LAKEPORT_ASSIGN_OR_RETURN(auto like, read_like(cursor));
    return statement::ShowCatalogs{std::move(like)};
  }
  if (cursor.accept("SCHEMAS") || cursor.accept("DATABASES")) {
    statement::ShowSchemas show;
    if (accept_from(cursor)) {
      LAKEPORT_ASSIGN_OR_RETURN(show.catalog, cursor.name("a catalog's name"));
    }
    LAKEPORT_ASSIGN_OR_RETURN(show.like, read_like(cursor));
    return show;
  }
  if (cursor.accept({"TABLE", "EXTENDED"})) return show_tables(cursor, false, true);
  if (cursor.accept("TABLES")) return show_tables(cursor, false, false);
  if (cursor.accept("VIEWS")) return show_tables(cursor, true, false);
  if (cursor.accept("COLUMNS")) return show_columns(cursor);
  if (cursor.accept("GRANTS") || cursor.accept("GRANT")) return show_grants(cursor);
  if (cursor.accept({"CREATE", "TABLE"})) {
    LAKEPORT_ASSIGN_OR_RETURN(ObjectName name, cursor.object_name("a table's name"));
    return statement::ShowCreateTable{std::move(name)};
  }
  if (cursor.accept("TBLPROPERTIES")) return show_table_properties(cursor);
  for (const std::string_view kind : {"ALL", "USER", "SYSTEM"}) {
    if (cursor.accept({kind, "FUNCTIONS"})) return show_functions(cursor);
  }
  if (cursor.accept("FUNCTIONS")) return show_functions(cursor);
  for (const std::string_view known :
       {"PARTITIONS", "VOLUMES", "USERS", "GROUPS", "SHARES", "RECIPIENTS", "CONNECTIONS", "CREDENTIALS",
        "STORAGE", "EXTERNAL", "PROVIDERS", "POLICIES"}) {
    if (cursor.at_word(known)) return fail(cursor.unsupported("SHOW " + std::string(known)));
  }
  return fail(cursor.unexpected(
      "CATALOGS, SCHEMAS, TABLES, VIEWS, COLUMNS, GRANTS, CREATE TABLE, TBLPROPERTIES or FUNCTIONS"));
}

Result<Statement> read_describe(TokenCursor& cursor) {
  if (accept_before_name(cursor, "CATALOG")) {
    const bool extended = accept_before_name(cursor, "EXTENDED");
    LAKEPORT_ASSIGN_OR_RETURN(std::string name, cursor.name("a catalog's name"));
    return statement::DescribeCatalog{std::move(name), extended};
  }
  if (accept_before_name(cursor, "SCHEMA") || accept_before_name(cursor, "DATABASE")) {
    const bool extended = accept_before_name(cursor, "EXTENDED");
    LAKEPORT_ASSIGN_OR_RETURN(auto name, cursor.schema_name("a schema's name"));
    return statement::DescribeSchema{std::move(name.first), std::move(name.second), extended};
  }
  for (const std::string_view known : {"FUNCTION", "QUERY", "HISTORY", "DETAIL", "VOLUME", "EXTERNAL",
                                       "STORAGE", "SHARE", "SELECT", "WITH", "VALUES"}) {
    const TokenKind next = cursor.peek(1).kind;
    if (cursor.at_word(known) && next != TokenKind::kEnd && !is_operator(cursor.peek(1), ".") &&
        !is_operator(cursor.peek(1), ";")) {
      return fail(cursor.unsupported("DESCRIBE " + std::string(known)));
    }
  }
  accept_before_name(cursor, "TABLE");
  statement::Describe describe;
  describe.extended = accept_before_name(cursor, "EXTENDED") || accept_before_name(cursor, "FORMATTED");
  LAKEPORT_ASSIGN_OR_RETURN(describe.table, cursor.object_name("a table's name"));
  if (cursor.at_word("PARTITION")) return fail(cursor.unsupported("DESCRIBE … PARTITION"));
  if (cursor.accept({"AS", "JSON"})) {
    describe.as_json = true;
  } else if (!cursor.at_end() && !is_operator(cursor.peek(), ";")) {
    LAKEPORT_ASSIGN_OR_RETURN(describe.column, cursor.name("a column's name"));
  }
  return describe;
}

Result<Statement> read_set(TokenCursor& cursor) {
  if (accept_before_name(cursor, "CATALOG")) {
    LAKEPORT_ASSIGN_OR_RETURN(std::string name, cursor.name("a catalog's name"));
    return statement::UseCatalog{std::move(name)};
  }
  if (cursor.accept({"TIME", "ZONE"})) {
    if (cursor.accept("LOCAL")) return statement::SetConfiguration{"TIMEZONE", "LOCAL"};
    if (cursor.at_word("INTERVAL")) return fail(cursor.unsupported("SET TIME ZONE INTERVAL"));
    LAKEPORT_ASSIGN_OR_RETURN(std::string zone, cursor.string("a time zone in quotes"));
    return statement::SetConfiguration{"TIMEZONE", std::move(zone)};
  }
  const bool variable = cursor.at_any({"VAR", "VARIABLE"});
  if (variable && !is_operator(cursor.peek(1), "=")) return fail(cursor.unsupported("SET VARIABLE"));
  if (cursor.at_end() || is_operator(cursor.peek(), ";") || is_operator(cursor.peek(), "-")) {
    return fail(cursor.unsupported("SET without a name"));
  }
  statement::SetConfiguration set;
  const std::size_t begin = cursor.index();
  while (!cursor.at_end() && !is_operator(cursor.peek(), "=") && !is_operator(cursor.peek(), ";"))
    cursor.take();
  set.name = cursor.text_since(begin);
  if (cursor.peek().kind != TokenKind::kEnd && cursor.accept_operator("=")) {
    const std::size_t value = cursor.index();
    while (!cursor.at_end() && !is_operator(cursor.peek(), ";")) cursor.take();
    const bool quoted = cursor.index() == value + 1;
    set.value = cursor.text_since(value);
    if (quoted) {
      cursor.rewind(value);
      const Token& token = cursor.take();
      if (token.kind == TokenKind::kString) set.value = string_value(token);
    }
  }
  return set;
}

Result<Statement> read_reset(TokenCursor& cursor) {
  const std::size_t begin = cursor.index();
  while (!cursor.at_end() && !is_operator(cursor.peek(), ";")) cursor.take();
  return statement::SetConfiguration{"RESET", cursor.text_since(begin)};
}

}  // namespace lakeport::lakehouse

// CREATE and DROP of catalogs, schemas and views; DROP TABLE.
#include "statement_readers.h"

namespace lakeport::lakehouse {
namespace {

bool accept_if_not_exists(TokenCursor& cursor) { return cursor.accept({"IF", "NOT", "EXISTS"}); }

// The clauses of CREATE CATALOG and CREATE SCHEMA.
Status read_container_clauses(TokenCursor& cursor, std::string& comment) {
  while (true) {
    if (cursor.accept("COMMENT")) {
      LAKEPORT_ASSIGN_OR_RETURN(comment, cursor.string("a comment in quotes"));
    } else if (cursor.accept({"WITH", "DBPROPERTIES"}) || cursor.accept("OPTIONS")) {
      LAKEPORT_RETURN_IF_ERROR(cursor.properties().map([](const auto&) {}));
    } else if (cursor.at_any({"MANAGED", "LOCATION"})) {
      return fail(cursor.unsupported("a location of a catalog or schema"));
    } else if (cursor.accept({"DEFAULT", "COLLATION"})) {
      LAKEPORT_ASSIGN_OR_RETURN(const std::string collation, cursor.name("a collation"));
      if (collation != "UTF8_BINARY") return fail(cursor.unsupported("the collation " + collation));
    } else {
      return {};
    }
  }
}

Result<Statement> create_catalog(TokenCursor& cursor) {
  statement::CreateCatalog create;
  create.if_not_exists = accept_if_not_exists(cursor);
  LAKEPORT_ASSIGN_OR_RETURN(create.name, cursor.name("a catalog's name"));
  if (cursor.at_word("USING")) return fail(cursor.unsupported("CREATE CATALOG … USING SHARE"));
  LAKEPORT_RETURN_IF_ERROR(read_container_clauses(cursor, create.comment));
  return create;
}

Result<Statement> create_schema(TokenCursor& cursor) {
  statement::CreateSchema create;
  create.if_not_exists = accept_if_not_exists(cursor);
  LAKEPORT_ASSIGN_OR_RETURN(auto name, cursor.schema_name("a schema's name"));
  create.catalog = std::move(name.first);
  create.name = std::move(name.second);
  LAKEPORT_RETURN_IF_ERROR(read_container_clauses(cursor, create.comment));
  return create;
}

Status read_view_columns(TokenCursor& cursor, std::vector<Column>& columns) {
  LAKEPORT_RETURN_IF_ERROR(cursor.expect_operator("("));
  do {
    Column column;
    LAKEPORT_ASSIGN_OR_RETURN(column.name, cursor.name("a column's name"));
    if (cursor.accept("COMMENT")) {
      LAKEPORT_ASSIGN_OR_RETURN(column.comment, cursor.string("a comment in quotes"));
    }
    columns.push_back(std::move(column));
  } while (cursor.accept_operator(","));
  return cursor.expect_operator(")");
}

bool accept_if_exists(TokenCursor& cursor) { return cursor.accept({"IF", "EXISTS"}); }

bool read_cascade(TokenCursor& cursor) {
  if (cursor.accept("CASCADE")) return true;
  cursor.accept("RESTRICT");
  return false;
}

}  // namespace

Result<Statement> read_create(TokenCursor& cursor) {
  const bool or_replace = cursor.accept({"OR", "REPLACE"});
  if (cursor.accept("TABLE") || cursor.accept({"EXTERNAL", "TABLE"}))
    return read_create_table(cursor, or_replace);
  if (cursor.accept("VIEW")) return read_create_view(cursor, or_replace, false);
  if (cursor.accept({"TEMPORARY", "VIEW"}) || cursor.accept({"TEMP", "VIEW"})) {
    return read_create_view(cursor, or_replace, true);
  }
  if (!or_replace && cursor.accept("CATALOG")) return create_catalog(cursor);
  if (!or_replace && (cursor.accept("SCHEMA") || cursor.accept("DATABASE"))) return create_schema(cursor);
  for (const std::string_view known : {"FUNCTION", "TEMPORARY", "TEMP", "GLOBAL", "MATERIALIZED", "STREAMING",
                                       "VOLUME", "EXTERNAL", "STORAGE", "CONNECTION", "SHARE", "RECIPIENT",
                                       "PROCEDURE", "BLOOMFILTER", "FOREIGN", "CREDENTIAL", "POLICY"}) {
    if (!cursor.at_word(known)) continue;
    const std::string second =
        cursor.peek(1).kind == TokenKind::kWord && cursor.at_any({"TEMPORARY", "TEMP", "GLOBAL", "EXTERNAL",
                                                                  "MATERIALIZED", "STREAMING", "STORAGE"})
            ? " " + std::string(cursor.peek(1).text)
            : "";
    return fail(cursor.unsupported("CREATE " + std::string(known) + second));
  }
  return fail(cursor.unexpected("CATALOG, SCHEMA, TABLE or VIEW"));
}

Result<Statement> read_create_view(TokenCursor& cursor, bool or_replace, bool temporary) {
  statement::CreateView create;
  create.or_replace = or_replace;
  create.temporary = temporary;
  create.if_not_exists = accept_if_not_exists(cursor);
  LAKEPORT_ASSIGN_OR_RETURN(create.name, cursor.object_name("a view's name"));
  if (is_operator(cursor.peek(), "(")) {
    LAKEPORT_RETURN_IF_ERROR(read_view_columns(cursor, create.columns));
  }
  while (!cursor.accept("AS")) {
    if (cursor.accept("COMMENT")) {
      LAKEPORT_ASSIGN_OR_RETURN(create.comment, cursor.string("a comment in quotes"));
    } else if (cursor.accept("TBLPROPERTIES")) {
      LAKEPORT_RETURN_IF_ERROR(cursor.properties().map([](const auto&) {}));
    } else if (cursor.accept({"DEFAULT", "COLLATION"})) {
      LAKEPORT_RETURN_IF_ERROR(cursor.name("a collation").map([](const auto&) {}));
    } else if (cursor.accept({"WITH", "SCHEMA"})) {
      if (!cursor.accept("BINDING") && !cursor.accept("COMPENSATION") &&
          !cursor.accept({"TYPE", "EVOLUTION"}) && !cursor.accept("EVOLUTION")) {
        return fail(cursor.unexpected("BINDING, COMPENSATION, TYPE EVOLUTION or EVOLUTION"));
      }
    } else {
      return fail(cursor.unexpected("AS, COMMENT or TBLPROPERTIES"));
    }
  }
  return read_as_query(cursor, create.query).map([&] { return Statement(std::move(create)); });
}

Status read_as_query(TokenCursor& cursor, std::string& query) {
  if (!is_operator(cursor.peek(), "(") && !cursor.at_any({"SELECT", "WITH", "VALUES", "FROM", "TABLE"})) {
    return fail(cursor.unexpected("a query"));
  }
  query = cursor.rest();
  while (!cursor.at_end() && !is_operator(cursor.peek(), ";")) cursor.take();
  return {};
}

Result<Statement> read_drop(TokenCursor& cursor) {
  if (cursor.accept("CATALOG")) {
    statement::DropCatalog drop;
    drop.if_exists = accept_if_exists(cursor);
    LAKEPORT_ASSIGN_OR_RETURN(drop.name, cursor.name("a catalog's name"));
    drop.cascade = read_cascade(cursor);
    return drop;
  }
  if (cursor.accept("SCHEMA") || cursor.accept("DATABASE")) {
    statement::DropSchema drop;
    drop.if_exists = accept_if_exists(cursor);
    LAKEPORT_ASSIGN_OR_RETURN(auto name, cursor.schema_name("a schema's name"));
    drop.catalog = std::move(name.first);
    drop.name = std::move(name.second);
    drop.cascade = read_cascade(cursor);
    return drop;
  }
  const bool view = cursor.accept("VIEW");
  if (view || cursor.accept("TABLE")) {
    statement::DropTable drop;
    drop.view = view;
    drop.if_exists = accept_if_exists(cursor);
    LAKEPORT_ASSIGN_OR_RETURN(drop.name, cursor.object_name(view ? "a view's name" : "a table's name"));
    if (!view) cursor.accept("PURGE");
    return drop;
  }
  for (const std::string_view known :
       {"FUNCTION", "TEMPORARY", "VOLUME", "EXTERNAL", "STORAGE", "CONNECTION", "SHARE", "RECIPIENT",
        "MATERIALIZED", "PROCEDURE", "CREDENTIAL", "POLICY"}) {
    if (cursor.at_word(known)) return fail(cursor.unsupported("DROP " + std::string(known)));
  }
  return fail(cursor.unexpected("CATALOG, SCHEMA, TABLE or VIEW"));
}

}  // namespace lakeport::lakehouse

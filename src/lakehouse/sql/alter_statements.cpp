// ALTER TABLE, VIEW, CATALOG and SCHEMA.
#include "statement_readers.h"
#include "type_text.h"

namespace lakeport::lakehouse {
namespace {

using statement::AlterTable;

Result<std::string> read_principal(TokenCursor& cursor) {
  if (cursor.peek().kind == TokenKind::kString) return cursor.string("a principal");
  return cursor.name("a principal");
}

Status refuse_place(const TokenCursor& cursor) {
  if (cursor.at_any({"FIRST", "AFTER"}))
    return fail(cursor.unsupported("a place for a column (FIRST, AFTER)"));
  return {};
}

Result<AlterTable::AddColumns> add_columns(TokenCursor& cursor) {
  const bool brackets = cursor.accept_operator("(");
  AlterTable::AddColumns add;
  do {
    LAKEPORT_ASSIGN_OR_RETURN(ColumnDefinition definition, read_column(cursor));
    if (definition.primary_key || definition.foreign_key) {
      return fail(cursor.unsupported("a key on a new column"));
    }
    LAKEPORT_RETURN_IF_ERROR(refuse_place(cursor));
    add.columns.push_back(std::move(definition.column));
  } while (cursor.accept_operator(","));
  if (brackets) LAKEPORT_RETURN_IF_ERROR(cursor.expect_operator(")"));
  return add;
}

Result<AlterTable::DropColumns> drop_columns(TokenCursor& cursor) {
  AlterTable::DropColumns drop;
  drop.if_exists = cursor.accept({"IF", "EXISTS"});
  if (is_operator(cursor.peek(), "(")) {
    LAKEPORT_ASSIGN_OR_RETURN(drop.columns, cursor.name_list("a column's name"));
    return drop;
  }
  do {
    LAKEPORT_ASSIGN_OR_RETURN(std::string column, cursor.name("a column's name"));
    drop.columns.push_back(std::move(column));
  } while (cursor.accept_operator(","));
  return drop;
}

Result<AlterTable::ChangeColumn> change_column(TokenCursor& cursor) {
  AlterTable::ChangeColumn change;
  LAKEPORT_ASSIGN_OR_RETURN(change.column, cursor.name("a column's name"));
  if (is_operator(cursor.peek(), ".")) return fail(cursor.unsupported("changing a field inside a column"));
  if (cursor.accept("TYPE")) {
    LAKEPORT_ASSIGN_OR_RETURN(const TypeTree type, read_type(cursor));
    change.type = databricks_text(type);
  } else if (cursor.accept("COMMENT")) {
    LAKEPORT_ASSIGN_OR_RETURN(change.comment, cursor.string("a comment in quotes"));
  } else if (cursor.accept({"SET", "NOT", "NULL"})) {
    change.nullable = false;
  } else if (cursor.accept({"DROP", "NOT", "NULL"})) {
    change.nullable = true;
  } else if (cursor.accept({"SET", "DEFAULT"})) {
    LAKEPORT_ASSIGN_OR_RETURN(change.default_sql, read_default(cursor));
  } else if (cursor.accept({"DROP", "DEFAULT"})) {
    change.drop_default = true;
  } else {
    LAKEPORT_RETURN_IF_ERROR(refuse_place(cursor));
    for (const std::string_view what : {"SYNC", "MASK", "TAGS"}) {
      if (cursor.at_word(what) || cursor.at_word(what, 1)) {
        return fail(cursor.unsupported("ALTER COLUMN … " + std::string(what)));
      }
    }
    return fail(cursor.unexpected("TYPE, COMMENT, SET NOT NULL, DROP NOT NULL, SET DEFAULT or DROP DEFAULT"));
  }
  return change;
}

// What tables and views have in common; nothing when it is something else.
Result<bool> read_shared_change(TokenCursor& cursor, AlterTable& alter) {
  if (cursor.accept({"RENAME", "TO"})) {
    LAKEPORT_ASSIGN_OR_RETURN(ObjectName to, cursor.object_name("the new name"));
    alter.change = AlterTable::Rename{std::move(to)};
  } else if (cursor.accept({"SET", "OWNER", "TO"}) || cursor.accept({"OWNER", "TO"})) {
    LAKEPORT_ASSIGN_OR_RETURN(std::string principal, read_principal(cursor));
    alter.change = AlterTable::SetOwner{std::move(principal)};
  } else if (cursor.accept({"SET", "TBLPROPERTIES"})) {
    LAKEPORT_ASSIGN_OR_RETURN(auto properties, cursor.properties());
    alter.change = AlterTable::SetProperties{std::move(properties)};
  } else if (cursor.accept({"UNSET", "TBLPROPERTIES"})) {
    cursor.accept({"IF", "EXISTS"});
    AlterTable::UnsetProperties unset;
    LAKEPORT_RETURN_IF_ERROR(cursor.expect_operator("("));
    do {
      LAKEPORT_ASSIGN_OR_RETURN(std::string key, cursor.property_key());
      unset.keys.push_back(std::move(key));
    } while (cursor.accept_operator(","));
    LAKEPORT_RETURN_IF_ERROR(cursor.expect_operator(")"));
    alter.change = std::move(unset);
  } else {
    return false;
  }
  return true;
}

Result<Statement> alter_table(TokenCursor& cursor) {
  AlterTable alter;
  LAKEPORT_ASSIGN_OR_RETURN(alter.name, cursor.object_name("a table's name"));
  LAKEPORT_ASSIGN_OR_RETURN(const bool shared, read_shared_change(cursor, alter));
  if (shared) return alter;
  if (cursor.accept({"ADD", "COLUMN"}) || cursor.accept({"ADD", "COLUMNS"})) {
    LAKEPORT_ASSIGN_OR_RETURN(alter.change, add_columns(cursor));
    return alter;
  }
  if (cursor.accept({"DROP", "COLUMN"}) || cursor.accept({"DROP", "COLUMNS"})) {
    LAKEPORT_ASSIGN_OR_RETURN(alter.change, drop_columns(cursor));
    return alter;
  }
  if (cursor.accept({"RENAME", "COLUMN"})) {
    AlterTable::RenameColumn rename;
    LAKEPORT_ASSIGN_OR_RETURN(rename.from, cursor.name("a column's name"));
    LAKEPORT_RETURN_IF_ERROR(cursor.expect("TO"));
    LAKEPORT_ASSIGN_OR_RETURN(rename.to, cursor.name("the new name"));
    alter.change = std::move(rename);
    return alter;
  }
  if (cursor.accept({"ALTER", "COLUMN"}) || cursor.accept({"CHANGE", "COLUMN"}) || cursor.accept("ALTER") ||
      cursor.accept("CHANGE")) {
    LAKEPORT_ASSIGN_OR_RETURN(alter.change, change_column(cursor));
    if (is_operator(cursor.peek(), ","))
      return fail(cursor.unsupported("ALTER COLUMN of several columns at once"));
    return alter;
  }
  for (const std::string_view verb : {"ADD", "DROP", "SET", "UNSET", "RENAME", "CLUSTER", "REPLACE",
                                      "RECOVER", "PARTITION", "ENABLE", "DISABLE"}) {
    if (!cursor.at_word(verb)) continue;
    const std::string second =
        cursor.peek(1).kind == TokenKind::kWord ? " " + std::string(cursor.peek(1).text) : "";
    return fail(cursor.unsupported("ALTER TABLE … " + std::string(verb) + second));
  }
  return fail(
      cursor.unexpected("ADD COLUMN, DROP COLUMN, RENAME, ALTER COLUMN, SET TBLPROPERTIES or OWNER TO"));
}

Result<Statement> alter_view(TokenCursor& cursor) {
  AlterTable alter;
  alter.view = true;
  LAKEPORT_ASSIGN_OR_RETURN(alter.name, cursor.object_name("a view's name"));
  LAKEPORT_ASSIGN_OR_RETURN(const bool shared, read_shared_change(cursor, alter));
  if (shared) return alter;
  if (cursor.accept("AS")) {
    statement::CreateView create;
    create.name = std::move(alter.name);
    create.or_replace = true;
    create.must_exist = true;
    LAKEPORT_RETURN_IF_ERROR(read_as_query(cursor, create.query));
    return create;
  }
  return fail(cursor.unexpected("AS, RENAME TO, SET TBLPROPERTIES, UNSET TBLPROPERTIES or OWNER TO"));
}

}  // namespace

Result<Statement> read_alter(TokenCursor& cursor) {
  if (cursor.accept("TABLE")) return alter_table(cursor);
  if (cursor.accept("VIEW")) return alter_view(cursor);
  if (!cursor.at_any({"CATALOG", "SCHEMA", "DATABASE"})) {
    if (cursor.peek().kind == TokenKind::kWord) {
      return fail(cursor.unsupported("ALTER " + std::string(cursor.peek().text)));
    }
    return fail(cursor.unexpected("TABLE, VIEW, CATALOG or SCHEMA"));
  }
  LAKEPORT_ASSIGN_OR_RETURN(Securable securable, read_securable(cursor));
  if (!cursor.accept({"SET", "OWNER", "TO"}) && !cursor.accept({"OWNER", "TO"})) {
    if (cursor.peek().kind == TokenKind::kWord) {
      return fail(cursor.unsupported("a change other than OWNER TO"));
    }
    return fail(cursor.unexpected("OWNER TO"));
  }
  LAKEPORT_ASSIGN_OR_RETURN(std::string principal, read_principal(cursor));
  return statement::SetOwner{securable.kind, std::move(securable.full_name), std::move(principal)};
}

}  // namespace lakeport::lakehouse

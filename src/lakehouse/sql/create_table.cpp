// CREATE TABLE, and what a column's definition is made of.
#include <algorithm>

#include "statement_readers.h"
#include "type_text.h"

namespace lakeport::lakehouse {
namespace {

bool ends_expression(const TokenCursor& cursor) {
  return cursor.at_end() || is_operator(cursor.peek(), ",") || is_operator(cursor.peek(), ")") ||
         is_operator(cursor.peek(), ";") ||
         cursor.at_any({"COMMENT", "PRIMARY", "CONSTRAINT", "REFERENCES", "MASK", "FIRST", "AFTER"}) ||
         (cursor.at_word("NOT") && cursor.at_word("NULL", 1));
}

// Promises about a constraint that is not checked.
void skip_constraint_options(TokenCursor& cursor) {
  while (cursor.accept({"NOT", "ENFORCED"}) || cursor.accept({"NOT", "DEFERRABLE"}) ||
         cursor.accept({"INITIALLY", "DEFERRED"}) || cursor.accept("NORELY") || cursor.accept("RELY") ||
         cursor.accept("DEFERRABLE")) {
  }
}

// REFERENCES table [(columns)] [options]
Result<ForeignKey> read_references(TokenCursor& cursor, std::string name, std::vector<std::string> columns) {
  LAKEPORT_RETURN_IF_ERROR(cursor.expect("REFERENCES"));
  ForeignKey key{std::move(name), std::move(columns), {}, {}};
  LAKEPORT_ASSIGN_OR_RETURN(key.referenced, cursor.object_name("a table's name"));
  if (is_operator(cursor.peek(), "(")) {
    LAKEPORT_ASSIGN_OR_RETURN(key.referenced_columns, cursor.name_list("a column's name"));
  }
  while (cursor.accept({"MATCH", "FULL"}) || cursor.accept({"ON", "UPDATE", "NO", "ACTION"}) ||
         cursor.accept({"ON", "DELETE", "NO", "ACTION"})) {
  }
  skip_constraint_options(cursor);
  return key;
}

Status read_columns(TokenCursor& cursor, Table& table) {
  LAKEPORT_RETURN_IF_ERROR(cursor.expect_operator("("));
  do {
    LAKEPORT_ASSIGN_OR_RETURN(const bool constraint, read_constraint(cursor, table));
    if (constraint) continue;
    LAKEPORT_ASSIGN_OR_RETURN(ColumnDefinition definition, read_column(cursor));
    if (definition.primary_key) {
      table.primary_key = {definition.column.name};
      table.primary_key_name = std::move(definition.primary_key_name);
    }
    if (definition.foreign_key) table.foreign_keys.push_back(*std::move(definition.foreign_key));
    table.columns.push_back(std::move(definition.column));
  } while (cursor.accept_operator(","));
  return cursor.expect_operator(")");
}

Result<StorageFormat> read_format(TokenCursor& cursor) {
  const std::size_t offset = cursor.peek().offset;
  LAKEPORT_ASSIGN_OR_RETURN(std::string name, cursor.name("a format"));
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
  if (name == "delta") return StorageFormat::kDelta;
  if (name == "parquet") return StorageFormat::kParquet;
  if (name == "csv") return StorageFormat::kCsv;
  if (name == "json") return StorageFormat::kJson;
  return fail(ErrorKind::kUnsupported,
              "tables USING " + name + " are not supported (" + position(cursor.sql(), offset) +
                  "); there are delta, parquet, csv and json",
              "UNSUPPORTED_FEATURE");
}

// PARTITIONED BY (a, b): columns of the table, or columns with types, which are then columns of it too.
Status read_partitions(TokenCursor& cursor, Table& table) {
  LAKEPORT_RETURN_IF_ERROR(cursor.expect_operator("("));
  do {
    const bool alone = is_operator(cursor.peek(1), ",") || is_operator(cursor.peek(1), ")");
    if (alone) {
      LAKEPORT_ASSIGN_OR_RETURN(std::string column, cursor.name("a column's name"));
      table.partitioned_by.push_back(std::move(column));
      continue;
    }
    if (is_operator(cursor.peek(1), "(")) return fail(cursor.unsupported("PARTITIONED BY a function"));
    LAKEPORT_ASSIGN_OR_RETURN(ColumnDefinition definition, read_column(cursor));
    table.partitioned_by.push_back(definition.column.name);
    table.columns.push_back(std::move(definition.column));
  } while (cursor.accept_operator(","));
  return cursor.expect_operator(")");
}

// How rows are laid out is the engine's business: partitions are kept for the record, the rest is skipped.
Result<bool> read_layout(TokenCursor& cursor, Table& table) {
  if (cursor.accept({"PARTITIONED", "BY"})) {
    LAKEPORT_RETURN_IF_ERROR(read_partitions(cursor, table));
    return true;
  }
  if (cursor.accept({"CLUSTER", "BY"})) {
    if (cursor.accept("AUTO") || cursor.accept("NONE")) return true;
    LAKEPORT_RETURN_IF_ERROR(cursor.skip_brackets());
    return true;
  }
  if (cursor.accept({"CLUSTERED", "BY"})) {
    LAKEPORT_RETURN_IF_ERROR(cursor.skip_brackets());
    if (cursor.accept({"SORTED", "BY"})) LAKEPORT_RETURN_IF_ERROR(cursor.skip_brackets());
    LAKEPORT_RETURN_IF_ERROR(cursor.expect("INTO"));
    cursor.take();
    LAKEPORT_RETURN_IF_ERROR(cursor.expect("BUCKETS"));
    return true;
  }
  return false;
}

// One clause after the columns; false when there is none.
Result<bool> read_clause(TokenCursor& cursor, Table& table, bool& formatted) {
  if (cursor.accept("USING")) {
    LAKEPORT_ASSIGN_OR_RETURN(table.format, read_format(cursor));
    formatted = true;
    return true;
  }
  if (cursor.accept("LOCATION")) {
    LAKEPORT_ASSIGN_OR_RETURN(table.location, cursor.string("a path in quotes"));
    if (table.location.empty()) return fail(cursor.unexpected("a path before"));
    if (cursor.at_word("WITH")) return fail(cursor.unsupported("LOCATION … WITH CREDENTIAL"));
    return true;
  }
  if (cursor.accept("COMMENT")) {
    LAKEPORT_ASSIGN_OR_RETURN(table.comment, cursor.string("a comment in quotes"));
    return true;
  }
  if (cursor.accept("TBLPROPERTIES")) {
    LAKEPORT_ASSIGN_OR_RETURN(table.properties, cursor.properties());
    return true;
  }
  if (cursor.accept("OPTIONS")) {
    LAKEPORT_ASSIGN_OR_RETURN(table.options, cursor.properties());
    return true;
  }
  if (cursor.accept({"DEFAULT", "COLLATION"})) {
    LAKEPORT_ASSIGN_OR_RETURN(const std::string collation, cursor.name("a collation"));
    if (collation != "UTF8_BINARY") return fail(cursor.unsupported("the collation " + collation));
    return true;
  }
  if (cursor.at_word("WITH") && cursor.at_word("ROW", 1)) return fail(cursor.unsupported("WITH ROW FILTER"));
  return read_layout(cursor, table);
}

// A primary key's columns exist and are not NULL.
Status settle_primary_key(const TokenCursor& cursor, Table& table) {
  for (std::string& key : table.primary_key) {
    const auto same = [&](const Column& column) {
      return std::equal(column.name.begin(), column.name.end(), key.begin(), key.end(), [](char a, char b) {
        return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
      });
    };
    const auto column = std::find_if(table.columns.begin(), table.columns.end(), same);
    if (column == table.columns.end()) {
      return fail(syntax_error("the primary key names " + key + ", which is no column of the table",
                               cursor.sql(), 0));
    }
    key = column->name;
    column->nullable = false;
  }
  return {};
}

}  // namespace

// Keys are promises: kept, not checked.
Result<bool> read_constraint(TokenCursor& cursor, Table& table) {
  const std::size_t begin = cursor.index();
  std::string name;
  if (cursor.accept("CONSTRAINT")) {
    LAKEPORT_ASSIGN_OR_RETURN(name, cursor.name("a constraint's name"));
  }
  if (cursor.accept({"PRIMARY", "KEY"})) {
    LAKEPORT_ASSIGN_OR_RETURN(table.primary_key, read_primary_key(cursor));
    table.primary_key_name = std::move(name);
    return true;
  }
  if (cursor.accept({"FOREIGN", "KEY"})) {
    LAKEPORT_ASSIGN_OR_RETURN(auto columns, cursor.name_list("a column's name"));
    LAKEPORT_ASSIGN_OR_RETURN(auto key, read_references(cursor, std::move(name), std::move(columns)));
    table.foreign_keys.push_back(std::move(key));
    return true;
  }
  if (cursor.at_word("CHECK") && is_operator(cursor.peek(1), "(")) {
    return fail(cursor.unsupported("a CHECK constraint"));
  }
  if (cursor.index() != begin) return fail(cursor.unexpected("PRIMARY KEY or FOREIGN KEY"));
  return false;
}

Result<std::vector<std::string>> read_primary_key(TokenCursor& cursor) {
  LAKEPORT_RETURN_IF_ERROR(cursor.expect_operator("("));
  std::vector<std::string> columns;
  do {
    LAKEPORT_ASSIGN_OR_RETURN(std::string column, cursor.name("a column's name"));
    cursor.accept("TIMESERIES");
    columns.push_back(std::move(column));
  } while (cursor.accept_operator(","));
  LAKEPORT_RETURN_IF_ERROR(cursor.expect_operator(")"));
  skip_constraint_options(cursor);
  return columns;
}

Result<std::string> read_default(TokenCursor& cursor) {
  const std::size_t begin = cursor.index();
  int depth = 0;
  while (depth > 0 || !ends_expression(cursor)) {
    if (cursor.at_end()) return fail(cursor.unexpected("')'"));
    if (is_operator(cursor.peek(), "(")) ++depth;
    if (is_operator(cursor.peek(), ")")) --depth;
    cursor.take();
  }
  if (cursor.index() == begin) return fail(cursor.unexpected("an expression"));
  return cursor.text_since(begin);
}

Result<ColumnDefinition> read_column(TokenCursor& cursor) {
  ColumnDefinition definition;
  Column& column = definition.column;
  LAKEPORT_ASSIGN_OR_RETURN(column.name, cursor.name("a column's name"));
  cursor.accept_operator(":");
  LAKEPORT_ASSIGN_OR_RETURN(const TypeTree type, read_type(cursor));
  column.type = databricks_text(type);
  std::string constraint;
  while (true) {
    if (cursor.accept({"NOT", "NULL"})) {
      column.nullable = false;
    } else if (cursor.accept("COMMENT")) {
      LAKEPORT_ASSIGN_OR_RETURN(column.comment, cursor.string("a comment in quotes"));
    } else if (cursor.accept("DEFAULT")) {
      LAKEPORT_ASSIGN_OR_RETURN(column.default_sql, read_default(cursor));
    } else if (cursor.accept("CONSTRAINT")) {
      LAKEPORT_ASSIGN_OR_RETURN(constraint, cursor.name("a constraint's name"));
    } else if (cursor.accept({"PRIMARY", "KEY"})) {
      definition.primary_key = true;
      definition.primary_key_name = std::move(constraint);
      column.nullable = false;
      skip_constraint_options(cursor);
    } else if (cursor.at_word("REFERENCES") || cursor.accept({"FOREIGN", "KEY"})) {
      LAKEPORT_ASSIGN_OR_RETURN(definition.foreign_key,
                                read_references(cursor, std::move(constraint), {column.name}));
    } else if (cursor.at_any({"GENERATED", "MASK", "CHECK", "COLLATE"})) {
      return fail(cursor.unsupported(cursor.at_word("GENERATED")
                                         ? "a GENERATED column"
                                         : "a column with " + std::string(cursor.peek().text)));
    } else {
      return definition;
    }
  }
}

Result<Statement> read_create_table(TokenCursor& cursor, bool or_replace) {
  statement::CreateTable create;
  create.or_replace = or_replace;
  create.if_not_exists = cursor.accept({"IF", "NOT", "EXISTS"});
  if (or_replace && create.if_not_exists) {
    return fail(cursor.unexpected("either OR REPLACE or IF NOT EXISTS, not both, before"));
  }
  LAKEPORT_ASSIGN_OR_RETURN(create.table.name, cursor.object_name("a table's name"));
  bool formatted = false;
  if (cursor.accept({"LIKE"})) {
    LAKEPORT_ASSIGN_OR_RETURN(create.like, cursor.object_name("a table's name"));
  } else if (is_operator(cursor.peek(), "(")) {
    LAKEPORT_RETURN_IF_ERROR(read_columns(cursor, create.table));
  }
  while (true) {
    LAKEPORT_ASSIGN_OR_RETURN(const bool clause, read_clause(cursor, create.table, formatted));
    if (!clause) break;
  }
  const bool as = cursor.accept("AS");
  if (as || is_operator(cursor.peek(), "(") || cursor.at_any({"SELECT", "WITH", "VALUES", "FROM"})) {
    LAKEPORT_RETURN_IF_ERROR(read_as_query(cursor, create.as_query.emplace()));
  }
  Table& table = create.table;
  if (create.as_query && !table.columns.empty()) {
    return fail(
        syntax_error("CREATE TABLE … AS takes no column types: the query gives them", cursor.sql(), 0));
  }
  LAKEPORT_RETURN_IF_ERROR(settle_primary_key(cursor, table));
  if (table.location.empty()) {
    table.kind = TableKind::kManaged;
    table.format = StorageFormat::kNative;  // a managed table's bytes are the engine's, whatever USING says
  } else {
    table.kind = TableKind::kExternal;
    if (!formatted) table.format = StorageFormat::kDelta;
  }
  return create;
}

}  // namespace lakeport::lakehouse

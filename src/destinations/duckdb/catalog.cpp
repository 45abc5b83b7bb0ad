#include "catalog.h"

#include "lakeport/merge/engine_types.h"
#include "lakeport/merge/text_rows.h"

namespace lakeport::destinations {

using duckdb::quote_identifier;
using duckdb::quote_literal;

namespace {

constexpr std::string_view kMetadataSchema = "_lakeport";

// One row a column: what DuckDB's catalog does not say. `engine_type` tells whether the table is still the
// one that was described: somebody may have changed it with DuckDB's own tools.
constexpr std::string_view kMetadataColumns =
    "schema_name VARCHAR NOT NULL, table_name VARCHAR NOT NULL, column_name VARCHAR NOT NULL, contract_type "
    "VARCHAR NOT "
    "NULL, primary_key BOOLEAN NOT NULL, engine_type VARCHAR NOT NULL";

std::string where(const wire::TableId& id) {
  return " WHERE schema_name = " + quote_literal(id.schema) + " AND table_name = " + quote_literal(id.table);
}

}  // namespace

std::string Catalog::sql_schema(std::string_view schema) const {
  return quote_identifier(database_) + "." + quote_identifier(schema);
}

std::string Catalog::sql_name(const wire::TableId& id) const {
  return sql_schema(id.schema) + "." + quote_identifier(id.table);
}

Result<const StoredTable*> Catalog::find(const wire::TableId& id) {
  if (auto known = tables_.find(id); known != tables_.end()) return known->second.get();
  LAKEPORT_ASSIGN_OR_RETURN(auto table, read(id));
  if (!table) return nullptr;
  return (tables_[id] = std::make_unique<StoredTable>(*std::move(table))).get();
}

Result<std::optional<StoredTable>> Catalog::read(const wire::TableId& id) {
  const auto here = " database_name = " + quote_literal(database_) +
                    " AND schema_name = " + quote_literal(id.schema) +
                    " AND table_name = " + quote_literal(id.table);
  LAKEPORT_ASSIGN_OR_RETURN(
      const auto rows, text_rows(*connection_, "SELECT column_name, data_type FROM duckdb_columns() WHERE" +
                                                   here + " AND EXISTS (FROM duckdb_tables() WHERE" + here +
                                                   ") ORDER BY column_index"));
  if (rows.empty()) return std::nullopt;
  StoredTable table{id, sql_name(id), {}};
  for (const auto& row : rows) {
    StoredColumn column{contract_type(row[1].value()), row[1].value()};
    column.contract.name = row[0].value();
    table.columns.push_back(std::move(column));
  }
  LAKEPORT_RETURN_IF_ERROR(read_metadata(table));
  return table;
}

Status Catalog::read_metadata(StoredTable& table) {
  LAKEPORT_ASSIGN_OR_RETURN(
      const auto present,
      number_of(*connection_,
                "SELECT count(*) FROM duckdb_tables() WHERE database_name = " + quote_literal(database_) +
                    " AND schema_name = '_lakeport' AND table_name = 'columns'"));
  if (present == 0) return {};
  LAKEPORT_ASSIGN_OR_RETURN(
      const auto rows,
      text_rows(*connection_, "SELECT column_name, contract_type, primary_key::VARCHAR, engine_type FROM " +
                                  sql_name({std::string(kMetadataSchema), "columns"}) + where(table.id)));
  for (const auto& row : rows) {
    auto* column = table.find(row[0].value());
    if (column == nullptr) continue;
    column->contract.primary_key = row[2] == "true";
    const auto type = wire::data_type_from_string(row[1].value());
    if (type && row[3] == column->engine) column->contract.type = *type;
  }
  return {};
}

Status Catalog::refuse_other_spelling(const wire::TableId& id) {
  LAKEPORT_ASSIGN_OR_RETURN(
      const auto schemas,
      text_rows(*connection_, "SELECT schema_name FROM duckdb_schemas() WHERE database_name = " +
                                  quote_literal(database_)));
  for (const auto& row : schemas) {
    if (*row[0] != id.schema && fold_case(*row[0]) == fold_case(id.schema)) {
      return same_but_for_case("schemas", *row[0], id.schema);
    }
  }
  LAKEPORT_ASSIGN_OR_RETURN(
      const auto tables,
      text_rows(*connection_,
                "SELECT table_name FROM duckdb_tables() WHERE database_name = " + quote_literal(database_) +
                    " AND schema_name = " + quote_literal(id.schema)));
  for (const auto& row : tables) {
    if (*row[0] != id.table && fold_case(*row[0]) == fold_case(id.table))
      return same_but_for_case("tables", *row[0], id.table);
  }
  return {};
}

Status Catalog::create(const wire::TableId& id, const wire::TableSchema& schema) {
  LAKEPORT_RETURN_IF_ERROR(check_names(id, schema));
  LAKEPORT_ASSIGN_OR_RETURN(const auto* existing, find(id));
  if (existing != nullptr) {
    return fail(ErrorKind::kDestinationFailed, "the table is there already", id.to_string(),
                "Alter it, or drop it first.");
  }
  LAKEPORT_RETURN_IF_ERROR(refuse_other_spelling(id));
  StoredTable table{id, sql_name(id), {}};
  std::string columns;
  for (const auto& column : schema.columns) {
    StoredColumn stored = new_column(column);
    columns += (columns.empty() ? "" : ", ") + quote_identifier(column.name) + " " + stored.engine;
    table.columns.push_back(std::move(stored));
  }
  LAKEPORT_RETURN_IF_ERROR(connection_->execute("CREATE SCHEMA IF NOT EXISTS " + sql_schema(id.schema)));
  LAKEPORT_RETURN_IF_ERROR(connection_->execute("CREATE TABLE " + table.sql_name + " (" + columns + ")"));
  return save(std::move(table));
}

Status Catalog::erase_metadata(const wire::TableId& id) {
  const auto metadata = sql_name({std::string(kMetadataSchema), "columns"});
  LAKEPORT_RETURN_IF_ERROR(
      connection_->execute("CREATE SCHEMA IF NOT EXISTS " + sql_schema(kMetadataSchema)));
  LAKEPORT_RETURN_IF_ERROR(connection_->execute("CREATE TABLE IF NOT EXISTS " + metadata + " (" +
                                                std::string(kMetadataColumns) + ")"));
  LAKEPORT_RETURN_IF_ERROR(connection_->execute("DELETE FROM " + metadata + where(id)));
  return {};
}

Status Catalog::save(StoredTable table) {
  LAKEPORT_RETURN_IF_ERROR(erase_metadata(table.id));
  std::string rows;
  for (const auto& column : table.columns) {
    const auto& contract = column.contract;
    rows += (rows.empty() ? "(" : ", (") + quote_literal(table.id.schema) + ", " +
            quote_literal(table.id.table) + ", " + quote_literal(contract.name) + ", " +
            quote_literal(wire::to_string(contract.type)) + ", " + (contract.primary_key ? "true" : "false") +
            ", " + quote_literal(column.engine) + ")";
  }
  LAKEPORT_RETURN_IF_ERROR(connection_->execute(
      "INSERT INTO " + sql_name({std::string(kMetadataSchema), "columns"}) + " VALUES " + rows));
  const auto id = table.id;
  tables_[id] = std::make_unique<StoredTable>(std::move(table));
  return {};
}

Result<std::int64_t> Catalog::stored_rows(const wire::TableId& id) {
  return number_of(
      *connection_,
      "SELECT coalesce(max(estimated_size), 0)::BIGINT FROM duckdb_tables() WHERE database_name = " +
          quote_literal(database_) + " AND schema_name = " + quote_literal(id.schema) +
          " AND table_name = " + quote_literal(id.table));
}

Status Catalog::alter_table(const wire::TableId& table, const std::string& change) {
  LAKEPORT_RETURN_IF_ERROR(before_alter_(table));
  LAKEPORT_RETURN_IF_ERROR(connection_->execute("ALTER TABLE " + sql_name(table) + " " + change));
  return {};
}

Status Catalog::drop(const wire::TableId& id) {
  LAKEPORT_RETURN_IF_ERROR(get(id));
  LAKEPORT_RETURN_IF_ERROR(before_alter_(id));
  LAKEPORT_RETURN_IF_ERROR(connection_->execute("DROP TABLE " + sql_name(id)));
  tables_.erase(id);
  return erase_metadata(id);
}

Status Catalog::rename(const wire::TableId& from, const wire::TableId& to) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto* table, get(from));
  LAKEPORT_RETURN_IF_ERROR(check_names(to, table->schema()));
  LAKEPORT_ASSIGN_OR_RETURN(const auto* existing, find(to));
  if (existing != nullptr) {
    return fail(ErrorKind::kDestinationFailed, "the table is there already", to.to_string(),
                "Drop it first.");
  }
  if (fold_case(from.table) != fold_case(to.table)) LAKEPORT_RETURN_IF_ERROR(refuse_other_spelling(to));
  auto renamed = *table;
  renamed.id = to;
  renamed.sql_name = sql_name(to);
  LAKEPORT_RETURN_IF_ERROR(alter_table(from, "RENAME TO " + quote_identifier(to.table)));
  tables_.erase(from);
  LAKEPORT_RETURN_IF_ERROR(erase_metadata(from));
  return save(std::move(renamed));
}

Status Catalog::rename_column(const wire::TableId& id, std::string_view from, std::string_view to) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto* table, get(id));
  auto renamed = *table;
  auto* column = renamed.find(from);
  if (column == nullptr) {
    return fail(ErrorKind::kNotFound, "there is no column " + quote_identifier(from), id.to_string());
  }
  column->contract.name = to;
  LAKEPORT_RETURN_IF_ERROR(check_names(id, renamed.schema()));
  LAKEPORT_RETURN_IF_ERROR(
      alter_table(id, "RENAME COLUMN " + quote_identifier(from) + " TO " + quote_identifier(to)));
  return save(std::move(renamed));
}

}  // namespace lakeport::destinations

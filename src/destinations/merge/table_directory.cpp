#include "lakeport/merge/table_directory.h"

#include <unordered_map>

#include "lakeport/duckdb/duckdb.h"

namespace lakeport::destinations {

using duckdb::quote_identifier;

Status same_but_for_case(const std::string& what, const std::string& a, const std::string& b) {
  return fail(ErrorKind::kDestinationFailed,
              "the " + what + " " + quote_identifier(a) + " and " + quote_identifier(b) +
                  " differ only by upper and lower case, which DuckDB does not tell apart",
              "", "Rename one of them at the source, or deselect it.");
}

Status check_names(const wire::TableId& id, const wire::TableSchema& schema) {
  auto refuse = [&](const std::string& what) {
    return fail(ErrorKind::kDestinationFailed, what, id.to_string(),
                "Rename it at the source, or deselect it.");
  };
  if (id.schema.empty()) return refuse("the table has no schema name");
  if (id.table.empty()) return refuse("the table has no name");
  const auto folded = fold_case(id.schema);
  if (folded == "_lakeport" || folded == "information_schema" || folded == "pg_catalog") {
    return refuse("the schema name " + quote_identifier(id.schema) + " is reserved");
  }
  if (schema.columns.empty()) return refuse("a table must have a column");
  std::unordered_map<std::string, std::string> seen;
  for (const auto& column : schema.columns) {
    if (column.name.empty()) return refuse("a column has no name");
    auto [other, added] = seen.emplace(fold_case(column.name), column.name);
    if (added) continue;
    if (other->second == column.name) return refuse("there are two columns " + quote_identifier(column.name));
    auto alike = same_but_for_case("columns", other->second, column.name);
    return fail(std::move(alike).error().at(id.to_string()));
  }
  return {};
}

Result<const StoredTable*> TableDirectory::get(const wire::TableId& id) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto* table, find(id));
  if (table == nullptr)
    return fail(ErrorKind::kNotFound, "there is no such table", id.to_string(), "Create it first.");
  return table;
}

}  // namespace lakeport::destinations

// Catalog's changes of columns: which type a column becomes, and how its values get there.
#include "lakeport/merge/engine_types.h"
#include "lakeport/merge/text_rows.h"

#include "catalog.h"

namespace lakeport::destinations {

using duckdb::quote_identifier;
using wire::DataType;

namespace {

// Values that TIMESTAMP_NS reaches; infinite ones it has.
std::string within_nanoseconds(const std::string& value) {
  return "(isinf(" + value + ") OR " + value +
         " BETWEEN TIMESTAMP '1677-09-22 00:00:00' AND TIMESTAMP '2262-04-11 00:00:00')";
}

std::string refusal(std::string_view from, std::string_view to) {
  return "some values cannot change from " + std::string(from) + " to " + std::string(to);
}

}  // namespace

Result<bool> Catalog::all_fit(const StoredTable& table, const std::string& condition) {
  LAKEPORT_ASSIGN_OR_RETURN(
      const auto misfits,
      number_of(*connection_, "SELECT count(*) FROM " + table.sql_name + " WHERE NOT (" + condition + ")"));
  return misfits == 0;
}

Status Catalog::set_engine_type(StoredTable& table, StoredColumn& column, const std::string& engine) {
  if (column.engine == engine) return {};
  const auto name = quote_identifier(column.contract.name);
  const auto value = cast_expression(name, column.engine, engine, column.contract.name);
  if (is_plain_cast(column.engine, engine)) {
    LAKEPORT_RETURN_IF_ERROR(alter_table(
        table.id, "ALTER COLUMN " + name + " SET DATA TYPE " + engine + " USING (" + value + ")"));
  } else {
    LAKEPORT_RETURN_IF_ERROR(rebuild(table, column, value, engine));
  }
  column.engine = engine;
  return {};
}

// The same table with other values in one column. For conversions with functions: DuckDB replays an ALTER
// from the write-ahead log before it knows functions, so that after a crash the file could not be opened any
// more.
Status Catalog::rebuild(const StoredTable& table, const StoredColumn& column, const std::string& value,
                        const std::string& engine) {
  auto becomes = table;
  std::string values;
  for (const auto& each : table.columns) {
    const auto name = quote_identifier(each.contract.name);
    values += (values.empty() ? "" : ", ") + (&each == &column ? value : name);
  }
  becomes.find(column.contract.name)->engine = engine;
  return replace(becomes, "SELECT " + values + " FROM " + table.sql_name);
}

Status Catalog::replace(const StoredTable& becomes, const std::string& query) {
  const wire::TableId rebuilt{becomes.id.schema, becomes.id.table + " (lakeport rebuilds it)"};
  std::string columns;
  for (const auto& column : becomes.columns) {
    columns += (columns.empty() ? "" : ", ") + quote_identifier(column.contract.name) + " " + column.engine;
  }
  LAKEPORT_ASSIGN_OR_RETURN(const auto* before, find(becomes.id));
  LAKEPORT_RETURN_IF_ERROR(before_alter_(becomes.id));
  LAKEPORT_RETURN_IF_ERROR(connection_->execute("CREATE TABLE " + sql_name(rebuilt) + " (" + columns + ")"));
  LAKEPORT_RETURN_IF_ERROR(connection_->execute("INSERT INTO " + sql_name(rebuilt) + " " + query));
  if (before != nullptr) LAKEPORT_RETURN_IF_ERROR(connection_->execute("DROP TABLE " + sql_name(becomes.id)));
  LAKEPORT_RETURN_IF_ERROR(connection_->execute("ALTER TABLE " + sql_name(rebuilt) + " RENAME TO " +
                                                quote_identifier(becomes.id.table)));
  return save(becomes);
}

Status Catalog::alter_column(StoredTable& table, const wire::Column& wanted, AlterMode mode) {
  auto* stored = table.find(wanted.name);
  if (stored == nullptr) {
    StoredColumn added = new_column(wanted);
    LAKEPORT_RETURN_IF_ERROR(
        alter_table(table.id, "ADD COLUMN " + quote_identifier(wanted.name) + " " + added.engine));
    table.columns.push_back(std::move(added));
    return {};
  }
  wire::Column contract = stored->contract;
  std::string engine = stored->engine;
  if (mode == AlterMode::kWiden) {
    const auto fit = [&](const std::string& condition) { return all_fit(table, condition); };
    LAKEPORT_ASSIGN_OR_RETURN(const auto wider, widened_column(*stored, wanted, TypeSet::kDuckdb, fit));
    contract = wider.contract;
    engine = wider.engine;
  } else {
    contract = new_column(wanted).contract;
    const auto exact = engine_type(contract, TypeSet::kDuckdb);
    // A column that holds nanoseconds keeps them.
    if (!(stored->engine == kTimestampNs && exact == kTimestamp)) engine = exact;
    if (engine != stored->engine) {
      const auto name = quote_identifier(wanted.name);
      const bool is_datetime = exact == kTimestamp || exact == kTimestampTz;
      if (stored->engine == kVarchar && is_datetime) {
        LAKEPORT_ASSIGN_OR_RETURN(const bool fits, all_fit(table, name + " IS NULL OR length(rtrim(rtrim(" +
                                                                      name + ", 'Z'), '0')) <= 26"));
        if (!fits) {
          contract = wanted;
          contract.type = DataType::kString;
          engine = kVarchar;
        }
      }
    }
  }
  contract.primary_key = wanted.primary_key;
  if (auto changed = set_engine_type(table, *stored, engine); !changed) {
    auto error = std::move(changed).error();
    return fail(error.kind(), refusal(stored->engine, engine) + ": " + error.what(),
                "column " + quote_identifier(wanted.name), error.next_step());
  }
  stored->contract = contract;
  return {};
}

Status Catalog::alter(const wire::TableId& id, const wire::TableSchema& wanted, AlterMode mode,
                      bool drop_columns) {
  LAKEPORT_RETURN_IF_ERROR(check_names(id, wanted));
  LAKEPORT_ASSIGN_OR_RETURN(const auto* before, get(id));
  auto table = *before;
  for (auto& column : table.columns) {
    if (wanted.find(column.contract.name) == nullptr) column.contract.primary_key = false;
  }
  wire::TableSchema together = table.schema();
  for (const auto& column : wanted.columns) {
    if (together.find(column.name) == nullptr) together.columns.push_back(column);
  }
  LAKEPORT_RETURN_IF_ERROR(check_names(id, together));
  for (const auto& column : wanted.columns) {
    if (auto altered = alter_column(table, column, mode); !altered)
      return fail(std::move(altered).error().at(id.to_string()));
  }
  if (drop_columns) {
    for (const auto& column : before->columns) {
      if (wanted.find(column.contract.name) != nullptr) continue;
      LAKEPORT_RETURN_IF_ERROR(
          alter_table(table.id, "DROP COLUMN " + quote_identifier(column.contract.name)));
      std::erase_if(table.columns,
                    [&](const auto& kept) { return kept.contract.name == column.contract.name; });
    }
  }
  return save(std::move(table));
}

Status Catalog::change_type(const wire::TableId& id, std::string_view column, const wire::Column& contract,
                            std::string_view engine) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto* before, get(id));
  auto table = *before;
  auto* stored = table.find(column);
  if (stored == nullptr) {
    return fail(ErrorKind::kInternal, "there is no column " + quote_identifier(column), id.to_string());
  }
  std::string type(engine);
  wire::Column becomes = contract;
  if (type == kTimestampNs && stored->engine == kTimestamp) {
    const auto name = quote_identifier(column);
    LAKEPORT_ASSIGN_OR_RETURN(const bool fits,
                              all_fit(table, name + " IS NULL OR " + within_nanoseconds(name)));
    if (!fits) {
      type = kVarchar;
      becomes.type = DataType::kString;
    }
  }
  LAKEPORT_RETURN_IF_ERROR(set_engine_type(table, *stored, type));
  becomes.name = stored->contract.name;
  becomes.primary_key = stored->contract.primary_key;
  stored->contract = becomes;
  return save(std::move(table));
}

}  // namespace lakeport::destinations

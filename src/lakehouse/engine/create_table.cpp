#include <algorithm>
#include <optional>

#include <duckdb/parser/query_node/select_node.hpp>
#include <duckdb/parser/statement/insert_statement.hpp>
#include <duckdb/parser/statement/select_statement.hpp>

#include "file_tables.h"
#include "result_types.h"
#include "table_keys.h"
#include "table_statements.h"

namespace lakeport::lakehouse {

namespace duck = ::duckdb;

namespace {

std::unique_ptr<Execution> nothing() { return finished({}, nullptr); }

// Fills the new table from its query.
Result<std::int64_t> fill(ConnectionLease& connection, const Table& table, CheckedStatement& query,
                          ParameterValues& parameters, const Run& run) {
  auto insert = duck::make_uniq<duck::InsertStatement>();
  insert->catalog = run.parts.database->name();
  insert->schema = kPhysicalSchema;
  insert->table = table.physical_name;
  insert->named_param_map = query.statement->named_param_map;
  insert->select_statement =
      duck::unique_ptr_cast<duck::SQLStatement, duck::SelectStatement>(std::move(query.statement));
  return run_counted(connection, std::move(insert), parameters, query.outcome.names, *run.cancellation);
}

// Columns of types that no table can have.
void settle_types(std::vector<Column>& columns) {
  for (auto& column : columns) {
    if (column.type == "void" || column.type.starts_with("interval")) column.type = "string";
  }
}

// The engine keeps the rows of Delta tables itself, whatever their location, so that what lies there already
// would not be seen.
Status check_delta_location(const Run& run, const Table& table) {
  if (table.kind != TableKind::kExternal || table.format != StorageFormat::kDelta) return {};
  LAKEPORT_ASSIGN_OR_RETURN(
      const auto url,
      run.parts.catalog.require_path(run.context.caller, Privilege::kCreateExternalTable, table.location));
  const auto files = list_files(url);
  if (files && files->empty()) return {};
  return fail(ErrorKind::kUnsupported, "Delta tables that exist at a location are not read yet", url,
              "Use an empty location, or USING PARQUET.");
}

// The definition, before anything is made.
struct Plan {
  Table table;
  std::optional<CheckedStatement> query;
  std::optional<ParameterValues> parameters;
};

Result<Plan> plan(const Run& run, const statement::CreateTable& create, ConnectionLease& connection) {
  Plan plan;
  plan.table = create.table;
  plan.table.name = full_name(run.context, create.table.name);
  for (ForeignKey& key : plan.table.foreign_keys) {
    LAKEPORT_RETURN_IF_ERROR(complete_foreign_key(run, plan.table, key));
  }
  if (create.like) {
    LAKEPORT_ASSIGN_OR_RETURN(
        const auto source, run.parts.catalog.resolve(run.context.caller, full_name(run.context, *create.like),
                                                     Privilege::kSelect));
    plan.table.columns = source->columns;
  }
  if (create.as_query) {
    LAKEPORT_ASSIGN_OR_RETURN(plan.query, check_query(run, run.context, *create.as_query));
    LAKEPORT_ASSIGN_OR_RETURN(plan.parameters, bind_parameters(*plan.query->statement, run.context.parameters,
                                                               connection.context()));
    LAKEPORT_ASSIGN_OR_RETURN(auto planned, plan_columns(connection, *plan.query->statement, *plan.parameters,
                                                         plan.query->outcome.names));
    plan.table.columns = std::move(planned.columns);
    settle_types(plan.table.columns);
  }
  if (plan.table.kind == TableKind::kExternal && plan.table.format != StorageFormat::kDelta &&
      plan.table.columns.empty()) {
    LAKEPORT_ASSIGN_OR_RETURN(plan.table.location,
                              run.parts.catalog.require_path(
                                  run.context.caller, Privilege::kCreateExternalTable, plan.table.location));
    LAKEPORT_ASSIGN_OR_RETURN(plan.table.columns, file_columns(plan.table, connection));
  }
  LAKEPORT_RETURN_IF_ERROR(check_delta_location(run, plan.table));
  if (plan.table.columns.empty()) {
    return fail(ErrorKind::kInvalidInput, "A table needs at least one column", plan.table.name.full(),
                "Name the columns, or write AS and a query.");
  }
  // What cannot be made is said before the catalog knows of it.
  for (const auto& column : plan.table.columns) {
    LAKEPORT_RETURN_IF_ERROR(column_definition(run, column).map([](const auto&) {}));
  }
  return plan;
}

}  // namespace

Result<std::string> column_definition(const Run& run, const Column& column) {
  auto type = logical_type(column.type);
  if (!type) return fail(std::move(type).error().at("column " + column.name));
  auto definition = quoted_name(column.name) + " " + type->ToString();
  if (column.default_sql) {
    auto expression = default_expression(run, *column.default_sql);
    if (!expression) return fail(std::move(expression).error().at("column " + column.name));
    definition += " DEFAULT (" + *expression + ")";
  }
  return definition;
}

Result<std::string> create_sql(const Run& run, const Table& table) {
  std::string sql = "CREATE TABLE " + physical_table(table) + " (";
  for (const auto& column : table.columns) {
    LAKEPORT_ASSIGN_OR_RETURN(const auto definition, column_definition(run, column));
    if (!sql.ends_with('(')) sql += ", ";
    sql += definition;
    if (!column.nullable) sql += " NOT NULL";
  }
  return sql + ")";
}

Result<std::string> default_expression(const Run& run, const std::string& databricks_expression) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto checked,
                            check_query(run, run.context, "SELECT " + databricks_expression));
  const auto& node = *checked.statement->Cast<duck::SelectStatement>().node;
  const bool plain =
      node.type == duck::QueryNodeType::SELECT_NODE && node.modifiers.empty() && node.cte_map.map.empty();
  const auto* select = plain ? &node.Cast<duck::SelectNode>() : nullptr;
  if (select == nullptr || select->select_list.size() != 1 || select->where_clause ||
      select->from_table->type != duck::TableReferenceType::EMPTY_FROM ||
      select->select_list[0]->HasSubquery()) {
    return fail(ErrorKind::kInvalidInput, "DEFAULT needs one expression: " + databricks_expression,
                "INVALID_DEFAULT_VALUE");
  }
  auto expression = select->select_list[0]->Copy();
  expression->ClearAlias();
  return expression->ToString();
}

Result<std::unique_ptr<Execution>> create_table(const Run& run, const statement::CreateTable& create) {
  const auto name = full_name(run.context, create.table.name);
  if (create.if_not_exists && run.parts.catalog.table(run.context.caller, name)) return nothing();
  LAKEPORT_ASSIGN_OR_RETURN(auto connection, run.parts.database->connect(run.context.time_zone));
  const Attached attached(run, connection);
  LAKEPORT_ASSIGN_OR_RETURN(auto planned, plan(run, create, connection));
  // Those who change the table that this one replaces end first.
  std::optional<TableLocks::Lock> lock;
  if (create.or_replace) {
    if (const auto replaced = run.parts.catalog.table(run.context.caller, name)) {
      auto taken = run.parts.locks.exclusive(replaced->id, *run.cancellation);
      if (!taken) return fail(std::move(taken).error());
      lock.emplace(*std::move(taken));
    }
  }
  std::optional<std::int64_t> rows;
  const auto apply = [&](const Table& table) -> Status {
    if (table.physical_name.empty()) {
      if (!planned.query) return {};
      LAKEPORT_ASSIGN_OR_RETURN(rows,
                                write_files(connection, table, *planned.query, *planned.parameters, run));
      return {};
    }
    LAKEPORT_ASSIGN_OR_RETURN(const auto sql, create_sql(run, table));
    return in_transaction(connection, run, [&]() -> Status {
      LAKEPORT_RETURN_IF_ERROR(run_sql(connection, sql, run));
      if (!planned.query) return {};
      LAKEPORT_ASSIGN_OR_RETURN(rows, fill(connection, table, *planned.query, *planned.parameters, run));
      return {};
    });
  };
  const auto made = run.parts.catalog.create_table(run.context.caller, planned.table, create.or_replace,
                                                   apply, drop_physical(run));
  if (!made) {
    if (create.if_not_exists && made.error().kind() == ErrorKind::kExists) return nothing();
    return fail(made.error());
  }
  if (!rows) return nothing();
  return counted({{"num_affected_rows", *rows}, {"num_inserted_rows", *rows}});
}

Status create_physical(const Run& run, const Table& table) {
  if (table.physical_name.empty()) return {};
  LAKEPORT_ASSIGN_OR_RETURN(auto connection, run.parts.database->connect(run.context.time_zone));
  LAKEPORT_ASSIGN_OR_RETURN(const auto sql, create_sql(run, table));
  LAKEPORT_RETURN_IF_ERROR(run_sql(connection, sql, run));
  return {};
}

}  // namespace lakeport::lakehouse

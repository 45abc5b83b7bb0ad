#include "data_changes.h"

#include <algorithm>

#include <duckdb/parser/expression/columnref_expression.hpp>
#include <duckdb/parser/parsed_data/create_table_info.hpp>
#include <duckdb/parser/statement/create_statement.hpp>
#include <duckdb/parser/statement/insert_statement.hpp>
#include <duckdb/parser/statement/merge_into_statement.hpp>
#include <duckdb/parser/statement/select_statement.hpp>

#include "file_tables.h"
#include "leading_words.h"
#include "parameters.h"

namespace lakeport::lakehouse {

namespace duck = ::duckdb;

namespace {

struct Counts {
  std::int64_t inserted = 0, updated = 0, deleted = 0;
};

// DuckDB counts a MERGE's rows together; what was done to each it says only when asked to return it.
Result<Counts> run_merge(ConnectionLease& connection, duck::unique_ptr<duck::SQLStatement> statement,
                         ParameterValues& parameters, const NameMap& names,
                         const Cancellation& cancellation) {
  auto& merge = statement->Cast<duck::MergeIntoStatement>();
  merge.returning_list.push_back(duck::make_uniq<duck::ColumnRefExpression>("merge_action"));
  statement->query.clear();
  Counts counts;
  try {
    auto pending =
        connection.context().PendingQuery(std::move(statement), parameters, duck::QueryParameters(true));
    LAKEPORT_RETURN_IF_ERROR(cancellation.check());
    if (pending->HasError()) return fail(engine_error(pending->GetErrorObject(), names));
    auto result = pending->Execute();
    while (!result->HasError()) {
      const auto chunk = result->Fetch();
      if (!chunk || chunk->size() == 0) break;
      for (std::size_t row = 0; row < chunk->size(); ++row) {
        const auto action = chunk->GetValue(0, row).ToString();
        (action == "INSERT" ? counts.inserted : action == "UPDATE" ? counts.updated : counts.deleted) += 1;
      }
    }
    if (result->HasError()) return fail(engine_error(result->GetErrorObject(), names));
    return counts;
  } catch (const std::exception& failure) {
    return fail(engine_error(failure, names));
  }
}

bool reads(const RewriteOutcome& outcome, const Table& target) {
  return std::any_of(outcome.reads.begin(), outcome.reads.end(),
                     [&](const auto& table) { return table->physical_name == target.physical_name; });
}

// The new rows are computed before the old ones go when the query reads the table that it replaces.
Result<std::int64_t> run_overwrite(ConnectionLease& connection, CheckedStatement& checked,
                                   ParameterValues& parameters, const Run& run) {
  const auto& target = *checked.outcome.target;
  std::int64_t rows = 0;
  LAKEPORT_RETURN_IF_ERROR(in_transaction(connection, run, [&]() -> Status {
    auto& insert = checked.statement->Cast<duck::InsertStatement>();
    const bool self = reads(checked.outcome, target) && insert.select_statement;
    if (self) {
      // A table of this transaction only: its name is free again at the end.
      const std::string name = "__overwrite_" + target.physical_name;
      auto create = duck::make_uniq<duck::CreateStatement>();
      auto info = duck::make_uniq<duck::CreateTableInfo>("temp", "main", name);
      info->temporary = true;
      info->on_conflict = duck::OnCreateConflict::REPLACE_ON_CONFLICT;
      info->query = std::move(insert.select_statement);
      create->info = std::move(info);
      create->named_param_map = checked.statement->named_param_map;
      LAKEPORT_RETURN_IF_ERROR(
          run_counted(connection, std::move(create), parameters, checked.outcome.names, *run.cancellation));
      LAKEPORT_RETURN_IF_ERROR(run_sql(connection, "DELETE FROM " + physical_table(target), run));
      std::string columns;
      for (const auto& column : insert.columns)
        columns += (columns.empty() ? " (" : ", ") + quoted_name(column);
      if (!columns.empty()) columns += ")";
      LAKEPORT_ASSIGN_OR_RETURN(rows, run_sql(connection,
                                              "INSERT INTO " + physical_table(target) + columns +
                                                  " FROM temp.main." + quoted_name(name),
                                              run));
      return run_sql(connection, "DROP TABLE temp.main." + quoted_name(name), run).map([](auto) {});
    }
    LAKEPORT_RETURN_IF_ERROR(run_sql(connection, "DELETE FROM " + physical_table(target), run));
    LAKEPORT_ASSIGN_OR_RETURN(rows, run_counted(connection, std::move(checked.statement), parameters,
                                                checked.outcome.names, *run.cancellation));
    return {};
  }));
  return rows;
}

// INSERT into a table of files: one more file.
Result<std::unique_ptr<Execution>> insert_files(const Run& run, ConnectionLease& connection,
                                                CheckedStatement checked, ParameterValues& parameters,
                                                bool overwrite) {
  const auto& target = *checked.outcome.target;
  auto& insert = checked.statement->Cast<duck::InsertStatement>();
  if (overwrite || !insert.columns.empty() || !insert.select_statement) {
    return fail(ErrorKind::kUnsupported, "Tables of files take INSERT INTO with all columns only",
                target.name.full());
  }
  CheckedStatement query{std::move(insert.select_statement), checked.outcome};
  query.statement->named_param_map = checked.statement->named_param_map;
  LAKEPORT_ASSIGN_OR_RETURN(const auto rows, write_files(connection, target, query, parameters, run));
  return counted({{"num_affected_rows", rows}, {"num_inserted_rows", rows}});
}

}  // namespace

std::optional<std::string> without_overwrite(std::string_view databricks_sql) {
  LeadingWords words(databricks_sql);
  if (!words.accept("INSERT")) return std::nullopt;
  const auto begin = words.position();
  if (!words.accept("OVERWRITE")) return std::nullopt;
  if (words.accept("DIRECTORY") || words.accept("LOCAL")) return std::nullopt;
  words.accept("INTO");
  words.accept("TABLE");
  std::string sql(databricks_sql.substr(0, begin));
  return sql.append(" INTO ").append(databricks_sql.substr(words.position()));
}

Result<std::unique_ptr<Execution>> change_data(const Run& run, CheckedStatement checked, bool overwrite) {
  const auto target = checked.outcome.target;
  const auto type = checked.statement->type;
  const bool append = type == duck::StatementType::INSERT_STATEMENT && !overwrite;
  LAKEPORT_ASSIGN_OR_RETURN(const auto lock, append
                                                 ? run.parts.locks.shared(target->id, *run.cancellation)
                                                 : run.parts.locks.exclusive(target->id, *run.cancellation));
  LAKEPORT_ASSIGN_OR_RETURN(auto connection, run.parts.database->connect(run.context.time_zone));
  LAKEPORT_ASSIGN_OR_RETURN(
      auto parameters, bind_parameters(*checked.statement, run.context.parameters, connection.context()));
  const Attached attached(run, connection);
  if (target->physical_name.empty())
    return insert_files(run, connection, std::move(checked), parameters, overwrite);
  if (type == duck::StatementType::MERGE_INTO_STATEMENT) {
    LAKEPORT_ASSIGN_OR_RETURN(const auto counts,
                              run_merge(connection, std::move(checked.statement), parameters,
                                        checked.outcome.names, *run.cancellation));
    return counted({{"num_affected_rows", counts.inserted + counts.updated + counts.deleted},
                    {"num_updated_rows", counts.updated},
                    {"num_deleted_rows", counts.deleted},
                    {"num_inserted_rows", counts.inserted}});
  }
  if (overwrite) {
    LAKEPORT_ASSIGN_OR_RETURN(const auto rows, run_overwrite(connection, checked, parameters, run));
    return counted({{"num_affected_rows", rows}, {"num_inserted_rows", rows}});
  }
  LAKEPORT_ASSIGN_OR_RETURN(const auto rows, run_counted(connection, std::move(checked.statement), parameters,
                                                         checked.outcome.names, *run.cancellation));
  if (append) return counted({{"num_affected_rows", rows}, {"num_inserted_rows", rows}});
  return counted({{"num_affected_rows", rows}});
}

}  // namespace lakeport::lakehouse

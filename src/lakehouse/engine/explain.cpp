#include "explain.h"

#include <arrow/array.h>
#include <arrow/builder.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>
#include <duckdb/parser/statement/explain_statement.hpp>

#include "leading_words.h"
#include "parameters.h"

namespace lakeport::lakehouse {

namespace duck = ::duckdb;

bool is_explain(std::string_view databricks_sql) { return LeadingWords(databricks_sql).accept("EXPLAIN"); }

Result<std::unique_ptr<Execution>> explain(const Run& run, std::string_view databricks_sql) {
  LeadingWords words(databricks_sql);
  words.accept("EXPLAIN");
  for (const auto* how : {"EXTENDED", "FORMATTED", "COST", "CODEGEN"}) {
    if (words.accept(how)) break;
  }
  const std::string sql(databricks_sql.substr(words.position()));
  LAKEPORT_ASSIGN_OR_RETURN(auto checked, check_statement(run, run.context, sql));
  if (checked.outcome.target && checked.outcome.target->physical_name.empty())
    return fail(ErrorKind::kUnsupported, "EXPLAIN of INSERT into a table of files", "UNSUPPORTED_FEATURE");
  LAKEPORT_ASSIGN_OR_RETURN(auto connection, run.parts.database->connect(run.context.time_zone));
  LAKEPORT_ASSIGN_OR_RETURN(
      auto parameters, bind_parameters(*checked.statement, run.context.parameters, connection.context()));
  const Attached attached(run, connection);
  std::string text;
  try {
    auto named_parameters = checked.statement->named_param_map;
    auto statement = duck::make_uniq<duck::ExplainStatement>(std::move(checked.statement));
    statement->named_param_map = std::move(named_parameters);
    auto pending =
        connection.context().PendingQuery(std::move(statement), parameters, duck::QueryParameters(false));
    if (pending->HasError()) return fail(engine_error(pending->GetErrorObject(), checked.outcome.names));
    auto result = pending->Execute();
    if (result->HasError()) return fail(engine_error(result->GetErrorObject(), checked.outcome.names));
    for (const auto& row : *result) text += row.GetValue<std::string>(1);
  } catch (const std::exception& failure) {
    return fail(engine_error(failure, checked.outcome.names));
  }
  arrow::StringBuilder builder;
  std::shared_ptr<arrow::Array> plan;
  const auto built =
      builder.Append("== Physical Plan ==\n" + with_user_names(std::move(text), checked.outcome.names));
  if (!built.ok() || !builder.Finish(&plan).ok()) return fail(ErrorKind::kInternal, "out of memory");
  Column column;
  column.name = "plan";
  column.type = "string";
  return finished({column},
                  arrow::RecordBatch::Make(arrow::schema({arrow::field("plan", arrow::utf8())}), 1, {plan}));
}

}  // namespace lakeport::lakehouse

#include "function_statements.h"

#include "result_types.h"
#include "statement_rows.h"

namespace lakeport::lakehouse {
namespace {

Status check_type(const std::string& type, const std::string& what) {
  auto known = logical_type(type);
  if (!known) return fail(std::move(known).error().at(what));
  return {};
}

Result<std::unique_ptr<Execution>> answer(StatementRows rows) {
  return finished(std::move(rows.columns), std::move(rows.rows));
}

}  // namespace

Result<std::unique_ptr<Execution>> create_function(const Run& run, const statement::CreateFunction& create) {
  Function function = create.function;
  function.name = full_name(run.context, function.name);
  LAKEPORT_RETURN_IF_ERROR(check_type(function.return_type, "RETURNS"));
  for (const FunctionParameter& parameter : function.parameters) {
    LAKEPORT_RETURN_IF_ERROR(check_type(parameter.type, "parameter " + parameter.name));
  }
  // What the body names must be there for whoever makes the function; short names mean its own schema.
  StatementContext inside = run.context;
  inside.current_catalog = function.name.catalog;
  inside.current_schema = function.name.schema;
  LAKEPORT_RETURN_IF_ERROR(check_query(run, inside, "SELECT " + function.body).map([](const auto&) {}));
  const auto made = run.parts.catalog.create_function(run.context.caller, function, create.or_replace);
  if (!made && !(create.if_not_exists && made.error().kind() == ErrorKind::kExists))
    return fail(made.error());
  return finished({}, nullptr);
}

Result<std::unique_ptr<Execution>> drop_function(const Run& run, const statement::DropFunction& drop) {
  const auto dropped = run.parts.catalog.drop_function(run.context.caller, full_name(run.context, drop.name));
  if (!dropped && !(drop.if_exists && dropped.error().kind() == ErrorKind::kNotFound))
    return fail(dropped.error());
  return finished({}, nullptr);
}

Result<std::unique_ptr<Execution>> describe_function(const Run& run,
                                                     const statement::DescribeFunction& what) {
  const auto name = full_name(run.context, what.name);
  LAKEPORT_ASSIGN_OR_RETURN(const Function function, run.parts.catalog.function(run.context.caller, name));
  std::string input;
  for (const FunctionParameter& parameter : function.parameters) {
    input += (input.empty() ? "" : ", ") + parameter.name + " " + parameter.type;
  }
  RowsBuilder rows({"function_desc"});
  rows.add({"Function: " + function.name.full()});
  rows.add({function.return_type.empty() ? "Type: TABLE" : "Type: SCALAR"});
  rows.add({"Input: " + (input.empty() ? "()" : input)});
  rows.add({"Returns: " + function.return_type});
  if (what.extended) {
    rows.add({"Comment: " + function.comment});
    rows.add({std::string("Deterministic: ") + (function.deterministic ? "true" : "false")});
    rows.add({"Owner: " + function.owner});
    rows.add({"Create Time: " + to_iso8601(function.created)});
    rows.add({"Body: " + function.body});
  }
  LAKEPORT_ASSIGN_OR_RETURN(auto built, rows.build());
  return answer(std::move(built));
}

}  // namespace lakeport::lakehouse

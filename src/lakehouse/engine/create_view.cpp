#include <unordered_set>

#include "table_statements.h"
#include "view_properties.h"

namespace lakeport::lakehouse {

namespace duck = ::duckdb;

namespace {

struct PlannedView {
  std::vector<Column> columns;
  std::vector<std::string> query_columns;  // empty when two have the same name
  RewriteOutcome outcome;
};

Result<PlannedView> plan(const Run& run, const StatementContext& context,
                         const statement::CreateView& create) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto checked, check_query(run, context, create.query));
  if (!checked.statement->named_param_map.empty())
    return fail(ErrorKind::kInvalidInput, "A view cannot have parameters", create.name.full());
  LAKEPORT_ASSIGN_OR_RETURN(auto connection, run.parts.database->connect(context.time_zone));
  ParameterValues none;
  LAKEPORT_ASSIGN_OR_RETURN(auto planned,
                            plan_columns(connection, *checked.statement, none, checked.outcome.names));
  PlannedView view{std::move(planned.columns), {}, checked.outcome};
  if (!create.columns.empty() && create.columns.size() != view.columns.size()) {
    return fail(ErrorKind::kInvalidInput,
                "The view names " + std::to_string(create.columns.size()) + " columns, its query has " +
                    std::to_string(view.columns.size()),
                "CREATE_VIEW_COLUMN_ARITY_MISMATCH");
  }
  std::unordered_set<std::string> query_names;
  std::unordered_set<std::string> names;
  for (std::size_t i = 0; i < view.columns.size(); ++i) {
    auto& column = view.columns[i];
    view.query_columns.push_back(column.name);
    query_names.insert(duck::StringUtil::Lower(column.name));
    if (!create.columns.empty()) {
      column.name = create.columns[i].name;
      column.comment = create.columns[i].comment;
    }
    if (!names.insert(duck::StringUtil::Lower(column.name)).second) {
      return fail(ErrorKind::kInvalidInput, "The column `" + column.name + "` is there twice",
                  "COLUMN_ALREADY_EXISTS", "Give one of them another name with AS.");
    }
  }
  if (query_names.size() != view.columns.size()) view.query_columns.clear();
  return view;
}

Result<std::unique_ptr<Execution>> create_temporary(const Run& run, const statement::CreateView& create) {
  auto& views = run.context.temporary_views;
  const auto same = [&](const TemporaryView& view) {
    return duck::StringUtil::CIEquals(view.name, create.name.object);
  };
  const auto there = std::find_if(views.begin(), views.end(), same);
  if (there != views.end() && !create.or_replace) {
    if (create.if_not_exists) return finished({}, nullptr);
    return fail(ErrorKind::kExists, "There is a temporary view `" + create.name.object + "` already",
                "TEMP_TABLE_OR_VIEW_ALREADY_EXISTS");
  }
  if (!create.name.schema.empty())
    return fail(ErrorKind::kInvalidInput, "A temporary view has a name of one part", create.name.full());
  LAKEPORT_ASSIGN_OR_RETURN(auto planned, plan(run, run.context, create));
  TemporaryView view;
  view.name = create.name.object;
  view.query = create.query;
  view.catalog = run.context.current_catalog;
  view.schema = run.context.current_schema;
  view.columns = std::move(planned.columns);
  view.query_columns = std::move(planned.query_columns);
  if (there != views.end()) {
    *there = std::move(view);
  } else {
    views.push_back(std::move(view));
  }
  return finished({}, nullptr);
}

}  // namespace

Result<std::unique_ptr<Execution>> create_view(const Run& run, const statement::CreateView& create) {
  if (create.temporary) return create_temporary(run, create);
  const auto name = full_name(run.context, create.name);
  if (create.if_not_exists && run.parts.catalog.table(run.context.caller, name)) return finished({}, nullptr);
  // What only this session has cannot be part of a view for all.
  auto context = run.context;
  context.temporary_views.clear();
  LAKEPORT_ASSIGN_OR_RETURN(auto planned, plan(run, context, create));
  for (const auto& table : planned.outcome.reads) {
    if (name_key(table->name.full()) == name_key(name.full()))
      return fail(ErrorKind::kInvalidInput, "The view " + name.full() + " would use itself",
                  "RECURSIVE_VIEW");
  }
  Table view;
  view.name = name;
  view.kind = TableKind::kView;
  view.view_sql = create.query;
  view.comment = create.comment;
  view.columns = std::move(planned.columns);
  set_view_context(view, {run.context.current_catalog, run.context.current_schema, planned.query_columns});
  auto made = run.parts.catalog.create_table(run.context.caller, std::move(view), create.or_replace, {});
  if (!made && !(create.if_not_exists && made.error().kind() == ErrorKind::kExists))
    return fail(std::move(made).error());
  return finished({}, nullptr);
}

}  // namespace lakeport::lakehouse

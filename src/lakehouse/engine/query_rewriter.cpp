#include "query_rewriter.h"

#include <utility>

#include <duckdb/parser/expression/function_expression.hpp>
#include <duckdb/parser/parsed_expression_iterator.hpp>
#include <duckdb/parser/query_node/recursive_cte_node.hpp>
#include <duckdb/parser/query_node/select_node.hpp>
#include <duckdb/parser/query_node/set_operation_node.hpp>
#include <duckdb/parser/statement/delete_statement.hpp>
#include <duckdb/parser/statement/explain_statement.hpp>
#include <duckdb/parser/statement/insert_statement.hpp>
#include <duckdb/parser/statement/merge_into_statement.hpp>
#include <duckdb/parser/statement/select_statement.hpp>
#include <duckdb/parser/statement/update_statement.hpp>
#include <duckdb/parser/tableref/basetableref.hpp>
#include <duckdb/parser/tableref/list.hpp>

#include "query_rewriter_shared.h"

namespace lakeport::lakehouse {

namespace duck = ::duckdb;

QueryRewriter::QueryRewriter(const RewriteServices& services, const StatementContext& context,
                             const Cancellation& cancellation)
    : QueryRewriter(std::make_shared<Shared>(Shared{services, context, cancellation, {}, {}}), context.caller,
                    context.current_catalog, context.current_schema, 0) {}

QueryRewriter::QueryRewriter(std::shared_ptr<Shared> shared, Caller caller, std::string catalog,
                             std::string schema, std::size_t depth)
    : shared_(std::move(shared)),
      caller_(std::move(caller)),
      catalog_(std::move(catalog)),
      schema_(std::move(schema)),
      depth_(depth) {}

QueryRewriter::~QueryRewriter() = default;

const RewriteOutcome& QueryRewriter::outcome() const { return shared_->outcome; }

bool QueryRewriter::failed() const { return shared_->error.has_value(); }

void QueryRewriter::fail_with(Error error) {
  if (!failed()) shared_->error = std::move(error);
}

Status QueryRewriter::rewrite(duck::SQLStatement& statement_to_rewrite) {
  statement(statement_to_rewrite);
  if (failed()) return fail(*shared_->error);
  return {};
}

void QueryRewriter::statement(duck::SQLStatement& statement) {
  switch (statement.type) {
    case duck::StatementType::SELECT_STATEMENT:
      return query(*statement.Cast<duck::SelectStatement>().node);
    case duck::StatementType::INSERT_STATEMENT:
      return insert(statement.Cast<duck::InsertStatement>());
    case duck::StatementType::UPDATE_STATEMENT:
      return update(statement.Cast<duck::UpdateStatement>());
    case duck::StatementType::DELETE_STATEMENT:
      return remove(statement.Cast<duck::DeleteStatement>());
    case duck::StatementType::MERGE_INTO_STATEMENT:
      return merge(statement.Cast<duck::MergeIntoStatement>());
    case duck::StatementType::EXPLAIN_STATEMENT: {
      auto& explain = statement.Cast<duck::ExplainStatement>();
      if (explain.explain_type != duck::ExplainType::EXPLAIN_STANDARD)
        return fail_with(
            {ErrorKind::kUnsupported, "EXPLAIN ANALYZE is not supported", "UNSUPPORTED_FEATURE"});
      return this->statement(*explain.stmt);
    }
    default:
      return fail_with(
          {ErrorKind::kUnsupported,
           "This kind of statement is not supported: " + duck::StatementTypeToString(statement.type),
           "UNSUPPORTED_FEATURE"});
  }
}

void QueryRewriter::insert(duck::InsertStatement& insert) {
  if (insert.on_conflict_info || insert.table_ref || !insert.returning_list.empty()) {
    return fail_with({ErrorKind::kUnsupported, "INSERT takes no ON CONFLICT, OR REPLACE or RETURNING",
                      "UNSUPPORTED_FEATURE", "Use MERGE INTO."});
  }
  cte_scopes_.emplace_back();
  ctes(insert.cte_map);
  if (insert.select_statement) query(*insert.select_statement->node);
  cte_scopes_.pop_back();
  if (failed()) return;
  const auto table = resolve(full_name(insert.catalog, insert.schema, insert.table), Privilege::kModify);
  if (!table) return;
  if (table->kind == TableKind::kView) {
    return fail_with({ErrorKind::kInvalidInput,
                      table->name.full() + " is a view: nothing can be written to it",
                      "EXPECT_TABLE_NOT_VIEW"});
  }
  shared_->outcome.target = table;
  insert.catalog = shared_->services.database;
  insert.schema = kPhysicalSchema;
  insert.table = table->physical_name;
}

void QueryRewriter::target(duck::TableRef& ref) {
  if (ref.type != duck::TableReferenceType::BASE_TABLE)
    return fail_with({ErrorKind::kUnsupported, "Only a table can be written to", "UNSUPPORTED_FEATURE"});
  auto& base = ref.Cast<duck::BaseTableRef>();
  if (base.at_clause)
    return fail_with({ErrorKind::kUnsupported, "Time travel is not supported", "UNSUPPORTED_FEATURE"});
  const auto name = full_name(base.catalog_name, base.schema_name, base.table_name);
  // Conditions and assignments read the table, so that writing alone is not enough.
  if (!resolve(name, Privilege::kSelect)) return;
  const auto table = resolve(name, Privilege::kModify);
  if (!table) return;
  if (table->kind == TableKind::kView) {
    return fail_with({ErrorKind::kInvalidInput,
                      table->name.full() + " is a view: nothing can be written to it",
                      "EXPECT_TABLE_NOT_VIEW"});
  }
  if (table->physical_name.empty()) {
    return fail_with({ErrorKind::kUnsupported,
                      "UPDATE, DELETE and MERGE cannot change the files of " + table->name.full(),
                      "UNSUPPORTED_FEATURE", "Only INSERT writes to tables of files."});
  }
  shared_->outcome.target = table;
  add_relation({&ref, name.catalog, name.schema, name.object});
  base.catalog_name = shared_->services.database;
  base.schema_name = kPhysicalSchema;
  base.table_name = table->physical_name;
}

void QueryRewriter::set_info(duck::UpdateSetInfo& info) {
  if (info.condition) expression(info.condition);
  expressions(info.expressions);
}

void QueryRewriter::update(duck::UpdateStatement& update) {
  if (!update.returning_list.empty())
    return fail_with({ErrorKind::kUnsupported, "UPDATE takes no RETURNING", "UNSUPPORTED_FEATURE"});
  cte_scopes_.emplace_back();
  frames_.emplace_back();
  ctes(update.cte_map);
  target(*update.table);
  if (update.from_table) from(update.from_table);
  if (update.set_info) set_info(*update.set_info);
  frames_.pop_back();
  cte_scopes_.pop_back();
}

void QueryRewriter::remove(duck::DeleteStatement& remove) {
  if (!remove.returning_list.empty())
    return fail_with({ErrorKind::kUnsupported, "DELETE takes no RETURNING", "UNSUPPORTED_FEATURE"});
  cte_scopes_.emplace_back();
  frames_.emplace_back();
  ctes(remove.cte_map);
  target(*remove.table);
  for (auto& clause : remove.using_clauses) from(clause);
  if (remove.condition) expression(remove.condition);
  frames_.pop_back();
  cte_scopes_.pop_back();
}

void QueryRewriter::merge(duck::MergeIntoStatement& merge) {
  if (!merge.returning_list.empty())
    return fail_with({ErrorKind::kUnsupported, "MERGE takes no RETURNING", "UNSUPPORTED_FEATURE"});
  cte_scopes_.emplace_back();
  frames_.emplace_back();
  ctes(merge.cte_map);
  target(*merge.target);
  if (merge.source) from(merge.source);
  if (merge.join_condition) expression(merge.join_condition);
  for (auto& [when, actions] : merge.actions) {
    for (auto& action : actions) {
      if (action->condition) expression(action->condition);
      if (action->update_info) set_info(*action->update_info);
      expressions(action->expressions);
    }
  }
  frames_.pop_back();
  cte_scopes_.pop_back();
}

void QueryRewriter::query(duck::QueryNode& node) {
  if (failed()) return;
  if (auto live = shared_->cancellation.check(); !live) return fail_with(live.error());
  cte_scopes_.emplace_back();
  ctes(node.cte_map);
  switch (node.type) {
    case duck::QueryNodeType::SELECT_NODE:
      select(node.Cast<duck::SelectNode>());
      break;
    case duck::QueryNodeType::SET_OPERATION_NODE:
      for (auto& child : node.Cast<duck::SetOperationNode>().children) query(*child);
      duck::ParsedExpressionIterator::EnumerateQueryNodeModifiers(node,
                                                                  [&](auto& child) { expression(child); });
      break;
    case duck::QueryNodeType::RECURSIVE_CTE_NODE: {
      auto& recursive = node.Cast<duck::RecursiveCTENode>();
      query(*recursive.left);
      query(*recursive.right);
      expressions(recursive.key_targets);
      break;
    }
    default:
      fail_with({ErrorKind::kUnsupported, "This kind of query is not supported", "UNSUPPORTED_FEATURE"});
  }
  cte_scopes_.pop_back();
}

// Each CTE gets a name that no catalog has, so that what is a CTE for us can never be a table for DuckDB.
void QueryRewriter::ctes(duck::CommonTableExpressionMap& ctes) {
  if (ctes.map.empty()) return;
  duck::CommonTableExpressionMap renamed;
  for (auto& [name, info] : ctes.map) {
    if (failed()) return;
    auto internal = "__cte_" + std::to_string(++shared_->ctes);
    shared_->outcome.names.emplace_back(internal, "`" + name + "`");
    const auto key = duck::StringUtil::Lower(name);
    auto& node = *info->query->node;
    if (node.type == duck::QueryNodeType::RECURSIVE_CTE_NODE) {
      node.Cast<duck::RecursiveCTENode>().ctename = internal;
      cte_scopes_.back()[key] = internal;
      query(node);
    } else {
      query(node);
      cte_scopes_.back()[key] = internal;
    }
    expressions(info->key_targets);
    renamed.map.insert(internal, std::move(info));
  }
  ctes = std::move(renamed);
}

const std::string* QueryRewriter::find_cte(const std::string& name) const {
  const auto key = duck::StringUtil::Lower(name);
  for (auto scope = cte_scopes_.rbegin(); scope != cte_scopes_.rend(); ++scope) {
    if (const auto found = scope->find(key); found != scope->end()) return &found->second;
  }
  return nullptr;
}

void QueryRewriter::select(duck::SelectNode& select) {
  frames_.emplace_back();
  if (select.from_table) from(select.from_table);
  for (auto& item : select.select_list) {
    if (failed()) break;
    const auto kind = item->GetExpressionClass();
    const bool named = item->HasAlias() || kind == duck::ExpressionClass::COLUMN_REF ||
                       kind == duck::ExpressionClass::STAR || kind == duck::ExpressionClass::CONSTANT;
    // A column is named after its expression as the user wrote it, not as we rewrote it.
    auto name = named ? std::string() : item->ToString();
    if (name == "count_star()") name = "count(1)";
    const auto before = shared_->changes;
    expression(item);
    if (!named && (shared_->changes != before || name == "count(1)")) item->SetAlias(std::move(name));
  }
  if (select.where_clause) expression(select.where_clause);
  expressions(select.groups.group_expressions);
  if (select.having) expression(select.having);
  if (select.qualify) expression(select.qualify);
  duck::ParsedExpressionIterator::EnumerateQueryNodeModifiers(select,
                                                              [&](auto& child) { expression(child); });
  frames_.pop_back();
}

void QueryRewriter::from(duck::unique_ptr<duck::TableRef>& ref) {
  if (failed()) return;
  if (depth_ > 0) ref->query_location = {};
  switch (ref->type) {
    case duck::TableReferenceType::BASE_TABLE:
      return base_table(ref);
    case duck::TableReferenceType::SUBQUERY:
      query(*ref->Cast<duck::SubqueryRef>().subquery->node);
      return add_relation({ref.get(), {}, {}, {}});
    case duck::TableReferenceType::JOIN: {
      auto& join = ref->Cast<duck::JoinRef>();
      from(join.left);
      from(join.right);
      if (join.condition) expression(join.condition);
      return;
    }
    case duck::TableReferenceType::TABLE_FUNCTION:
      return table_function(ref->Cast<duck::TableFunctionRef>());
    case duck::TableReferenceType::EXPRESSION_LIST:
      for (auto& row : ref->Cast<duck::ExpressionListRef>().values) expressions(row);
      return add_relation({ref.get(), {}, {}, {}});
    case duck::TableReferenceType::PIVOT:
      return pivot(ref->Cast<duck::PivotRef>());
    case duck::TableReferenceType::EMPTY_FROM:
      return;
    default:
      return fail_with({ErrorKind::kUnsupported, "This is not supported in FROM: " + ref->ToString(),
                        "UNSUPPORTED_FEATURE"});
  }
}

void QueryRewriter::table_function(duck::TableFunctionRef& ref) {
  if (ref.subquery) query(*ref.subquery->node);
  if (ref.function->GetExpressionClass() != duck::ExpressionClass::FUNCTION) {
    return fail_with({ErrorKind::kUnsupported, "This is not a table function: " + ref.function->ToString(),
                      "UNSUPPORTED_FEATURE"});
  }
  auto& call = ref.function->Cast<duck::FunctionExpression>();
  const auto name = duck::StringUtil::Lower(call.function_name);
  if (!call.catalog.empty() || !call.schema.empty() || !FunctionRules::allows_table_function(name)) {
    return fail_with({ErrorKind::kInvalidInput, "There is no table function `" + call.function_name + "`",
                      "UNRESOLVABLE_TABLE_VALUED_FUNCTION"});
  }
  expressions(call.children);
  if (call.filter || (call.order_bys && !call.order_bys->orders.empty()))
    return fail_with(
        {ErrorKind::kInvalidInput, "A table function takes no FILTER or ORDER BY", "PARSE_SYNTAX_ERROR"});
  add_relation({&ref, {}, {}, {}});
}

void QueryRewriter::pivot(duck::PivotRef& ref) {
  from(ref.source);
  // PIVOT takes nothing but aggregates there.
  in_pivot_ = true;
  expressions(ref.aggregates);
  in_pivot_ = false;
  for (auto& column : ref.pivots) {
    if (!column.pivot_enum.empty() || column.subquery) {
      return fail_with({ErrorKind::kUnsupported, "PIVOT needs the values to be listed", "UNSUPPORTED_FEATURE",
                        "Write FOR column IN (value, …)."});
    }
    expressions(column.pivot_expressions);
    for (auto& entry : column.entries) {
      if (entry.expr) expression(entry.expr);
    }
  }
  // The source's relations are inside the pivot and not seen beside it.
  frames_.back().clear();
  add_relation({&ref, {}, {}, {}});
}

void QueryRewriter::add_relation(Relation relation) {
  auto& ref = *relation.ref;
  if (ref.alias.empty()) {
    ref.alias = relation.table;
  } else {
    // An alias hides the table's own name.
    relation.catalog.clear();
    relation.schema.clear();
    relation.table.clear();
  }
  if (frames_.empty()) return;
  // Two tables of the same name in different schemas: each is known by its full name instead.
  if (!relation.table.empty()) {
    for (auto& other : frames_.back()) {
      if (other.table.empty() || !duck::StringUtil::CIEquals(other.table, relation.table)) continue;
      other.ref->alias = other.catalog + "." + other.schema + "." + other.table;
      ref.alias = relation.catalog + "." + relation.schema + "." + relation.table;
    }
  }
  frames_.back().push_back(std::move(relation));
}

}  // namespace lakeport::lakehouse

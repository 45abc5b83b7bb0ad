// Functions that users wrote in SQL: their body takes the place of the call, with the owner's rights.
#include <duckdb/parser/expression/cast_expression.hpp>
#include <duckdb/parser/expression/columnref_expression.hpp>
#include <duckdb/parser/expression/function_expression.hpp>
#include <duckdb/parser/expression/subquery_expression.hpp>
#include <duckdb/parser/parsed_expression_iterator.hpp>
#include <duckdb/parser/parser.hpp>
#include <duckdb/parser/query_node/select_node.hpp>
#include <duckdb/parser/statement/select_statement.hpp>
#include <duckdb/parser/tableref/emptytableref.hpp>
#include <duckdb/parser/tableref/subqueryref.hpp>

#include "query_rewriter.h"
#include "query_rewriter_shared.h"
#include "result_types.h"

namespace lakeport::lakehouse {

namespace duck = ::duckdb;

namespace {

using Expression = duck::unique_ptr<duck::ParsedExpression>;

constexpr std::size_t kMostNestedFunctions = 32;

// The parameters in a body without subqueries, where nothing else can have their names.
void put_arguments(Expression& expression, const Function& function,
                   const std::vector<Expression>& arguments) {
  if (expression->GetExpressionClass() == duck::ExpressionClass::COLUMN_REF) {
    const auto& name = expression->Cast<duck::ColumnRefExpression>().GetColumnName();
    for (std::size_t i = 0; i < arguments.size(); ++i) {
      if (duck::StringUtil::CIEquals(name, function.parameters[i].name)) {
        expression = arguments[i]->Copy();
        return;
      }
    }
    return;
  }
  duck::ParsedExpressionIterator::EnumerateChildren(
      *expression, [&](Expression& child) { put_arguments(child, function, arguments); });
}

duck::unique_ptr<duck::SelectStatement> select_of(duck::vector<Expression> columns,
                                                  duck::unique_ptr<duck::TableRef> from) {
  auto node = duck::make_uniq<duck::SelectNode>();
  node->select_list = std::move(columns);
  node->from_table = std::move(from);
  auto statement = duck::make_uniq<duck::SelectStatement>();
  statement->node = std::move(node);
  return statement;
}

// A body with subqueries sees its parameters as columns of the row that it is computed for.
Expression over_arguments(Expression body, const Function& function, std::vector<Expression> arguments) {
  duck::unique_ptr<duck::TableRef> from = duck::make_uniq<duck::EmptyTableRef>();
  if (!arguments.empty()) {
    duck::vector<Expression> columns;
    duck::vector<std::string> names;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
      // The name comes from outside: an alias here would hide a column of that name from the argument.
      arguments[i]->SetAlias("__argument_" + std::to_string(i));
      columns.push_back(std::move(arguments[i]));
      names.push_back(function.parameters[i].name);
    }
    auto row = duck::make_uniq<duck::SubqueryRef>(
        select_of(std::move(columns), duck::make_uniq<duck::EmptyTableRef>()), function.name.object);
    row->column_name_alias = std::move(names);
    from = std::move(row);
  }
  duck::vector<Expression> columns;
  columns.push_back(std::move(body));
  auto subquery = duck::make_uniq<duck::SubqueryExpression>();
  subquery->subquery_type = duck::SubqueryType::SCALAR;
  subquery->subquery = select_of(std::move(columns), std::move(from));
  return subquery;
}

}  // namespace

QueryRewriter::Expression QueryRewriter::function_body(const Function& function) {
  auto translation =
      shared_->services.translator.translate("SELECT " + function.body, shared_->cancellation.asking());
  if (!translation) {
    fail_with(std::move(translation).error().at("function " + function.name.full()));
    return nullptr;
  }
  try {
    duck::Parser parser;
    parser.ParseQuery(translation->duckdb_sql);
    auto* select = parser.statements.size() == 1 &&
                           parser.statements[0]->type == duck::StatementType::SELECT_STATEMENT &&
                           parser.statements[0]->named_param_map.empty()
                       ? &parser.statements[0]->Cast<duck::SelectStatement>()
                       : nullptr;
    if (select == nullptr || select->node->type != duck::QueryNodeType::SELECT_NODE ||
        select->node->Cast<duck::SelectNode>().select_list.size() != 1) {
      fail_with({ErrorKind::kInvalidInput, "The function " + function.name.full() + " is not one expression",
                 "INVALID_SQL_FUNCTION"});
      return nullptr;
    }
    return std::move(select->node->Cast<duck::SelectNode>().select_list[0]);
  } catch (const std::exception& failure) {
    fail_with(engine_error(failure).at("function " + function.name.full()));
    return nullptr;
  }
}

bool QueryRewriter::user_function(Expression& expression) {
  auto& call = expression->Cast<duck::FunctionExpression>();
  const auto found = shared_->services.catalog.resolve_function(
      caller_, full_name(call.catalog, call.schema, call.function_name));
  if (!found) {
    if (found.error().kind() != ErrorKind::kNotFound) fail_with(found.error());
    return failed();
  }
  const Function& function = **found;
  if (function.return_type.empty() || call.children.size() != function.parameters.size() || call.filter ||
      call.distinct || depth_ + 1 > kMostNestedFunctions) {
    fail_with({ErrorKind::kInvalidInput,
               function.name.full() + " cannot be called like this; it takes " +
                   std::to_string(function.parameters.size()) + " arguments",
               "WRONG_NUM_ARGS"});
    return true;
  }
  auto owner =
      function.owner_id == shared_->session.caller.principal.id
          ? Result<Caller>(shared_->session.caller)
          : shared_->services.identity.caller_for(function.owner_id, shared_->session.caller.workspace_id);
  const auto returned = logical_type(function.return_type);
  if (!owner || !returned) {
    fail_with(owner ? returned.error() : owner.error());
    return true;
  }
  std::vector<Expression> arguments;
  for (std::size_t i = 0; i < call.children.size(); ++i) {
    this->expression(call.children[i]);
    const auto type = logical_type(function.parameters[i].type);
    if (!type) fail_with(type.error());
    if (failed()) return true;
    arguments.push_back(duck::make_uniq<duck::CastExpression>(*type, std::move(call.children[i])));
  }
  auto body = function_body(function);
  if (!body) return true;
  QueryRewriter inside(shared_, *std::move(owner), function.name.catalog, function.name.schema, depth_ + 1);
  inside.expression(body);
  if (failed()) {
    shared_->error->at("function " + function.name.full());
    return true;
  }
  if (body->HasSubquery()) {
    body = over_arguments(std::move(body), function, std::move(arguments));
  } else {
    put_arguments(body, function, arguments);
  }
  ++shared_->changes;
  auto alias = expression->GetAlias();
  expression = duck::make_uniq<duck::CastExpression>(*returned, std::move(body));
  expression->SetAlias(std::move(alias));
  return true;
}

}  // namespace lakeport::lakehouse

// The expressions of a statement: subqueries inside them, functions, and references to columns by the names
// of their tables.
#include <duckdb/common/extra_type_info.hpp>
#include <duckdb/parser/expression/columnref_expression.hpp>
#include <duckdb/parser/expression/list.hpp>
#include <duckdb/parser/expression/type_expression.hpp>
#include <duckdb/parser/parsed_expression_iterator.hpp>
#include <duckdb/parser/statement/select_statement.hpp>

#include "narrow_function.h"
#include "query_rewriter.h"
#include "query_rewriter_shared.h"

namespace lakeport::lakehouse {

namespace duck = ::duckdb;

namespace {

// A value of the session that DuckDB would answer with its own.
std::optional<std::string> session_value(const StatementContext& session, const std::string& lower_name) {
  if (lower_name == "current_user" || lower_name == "session_user" || lower_name == "user")
    return session.caller.principal.name;
  if (lower_name == "current_catalog") return session.current_catalog;
  if (lower_name == "current_schema" || lower_name == "current_database") return session.current_schema;
  if (lower_name == "current_timezone") return session.time_zone;
  if (lower_name == "version") return "4.0.0 lakeport";
  return std::nullopt;
}

duck::unique_ptr<duck::ParsedExpression> constant_in_place_of(const duck::ParsedExpression& replaced,
                                                              duck::Value value) {
  auto constant = duck::make_uniq<duck::ConstantExpression>(std::move(value));
  constant->SetAlias(replaced.GetAlias());
  return constant;
}

// A type's text is parsed into an expression, which could hold more than a type.
bool only_a_type(const duck::ParsedExpression& expression) {
  if (expression.GetExpressionClass() == duck::ExpressionClass::CONSTANT) return true;
  if (expression.GetExpressionClass() != duck::ExpressionClass::TYPE) return false;
  const auto& type = expression.Cast<duck::TypeExpression>();
  if (!type.GetCatalog().empty() || !type.GetSchema().empty()) return false;
  for (const auto& child : type.GetChildren()) {
    if (!only_a_type(*child)) return false;
  }
  return true;
}

}  // namespace

void QueryRewriter::expressions(duck::vector<duck::unique_ptr<duck::ParsedExpression>>& list) {
  for (auto& item : list) expression(item);
}

void QueryRewriter::expression(duck::unique_ptr<duck::ParsedExpression>& expression) {
  if (failed() || !expression) return;
  // Places in a view's text mean nothing in the statement's.
  if (depth_ > 0) expression->query_location = {};
  switch (expression->GetExpressionClass()) {
    case duck::ExpressionClass::FUNCTION:
      return function(expression);
    case duck::ExpressionClass::COLUMN_REF: {
      auto& reference = expression->Cast<duck::ColumnRefExpression>();
      if (reference.column_names.size() == 1) {
        const auto name = duck::StringUtil::Lower(reference.column_names[0]);
        // These mean the session's value also without parentheses, and no column of that name is likely.
        if (name == "current_user" || name == "session_user" || name == "current_catalog" ||
            name == "current_schema" || name == "current_database") {
          ++shared_->changes;
          auto constant =
              constant_in_place_of(*expression, duck::Value(*session_value(shared_->session, name)));
          if (!constant->HasAlias()) constant->SetAlias(name);
          expression = std::move(constant);
        }
        return;
      }
      return column(reference);
    }
    case duck::ExpressionClass::SUBQUERY: {
      auto& subquery = expression->Cast<duck::SubqueryExpression>();
      if (subquery.child) this->expression(subquery.child);
      return query(*subquery.subquery->node);
    }
    case duck::ExpressionClass::CAST:
      type(expression->Cast<duck::CastExpression>().cast_type);
      break;
    case duck::ExpressionClass::WINDOW: {
      auto& window = expression->Cast<duck::WindowExpression>();
      const auto name = duck::StringUtil::Lower(window.function_name);
      if (!window.schema.empty() || !window.catalog.empty() ||
          (window.GetExpressionType() == duck::ExpressionType::WINDOW_AGGREGATE &&
           !shared_->services.functions.allows(name))) {
        return fail_with({ErrorKind::kInvalidInput, "There is no function `" + window.function_name + "`",
                          "UNRESOLVED_ROUTINE"});
      }
      break;
    }
    case duck::ExpressionClass::TYPE:
      if (!only_a_type(*expression))
        return fail_with(
            {ErrorKind::kInvalidInput, "This is no type: " + expression->ToString(), "UNSUPPORTED_DATATYPE"});
      return;
    case duck::ExpressionClass::BETWEEN:
    case duck::ExpressionClass::CASE:
    case duck::ExpressionClass::COLLATE:
    case duck::ExpressionClass::COMPARISON:
    case duck::ExpressionClass::CONJUNCTION:
    case duck::ExpressionClass::CONSTANT:
    case duck::ExpressionClass::DEFAULT:
    case duck::ExpressionClass::LAMBDA:
    case duck::ExpressionClass::LAMBDA_REF:
    case duck::ExpressionClass::OPERATOR:
    case duck::ExpressionClass::PARAMETER:
    case duck::ExpressionClass::POSITIONAL_REFERENCE:
    case duck::ExpressionClass::STAR:
      break;
    default:
      return fail_with({ErrorKind::kUnsupported,
                        "This expression is not supported: " + expression->ToString(),
                        "UNSUPPORTED_FEATURE"});
  }
  duck::ParsedExpressionIterator::EnumerateChildren(
      *expression, [&](duck::unique_ptr<duck::ParsedExpression>& child) { this->expression(child); });
  if (expression->GetExpressionClass() == duck::ExpressionClass::WINDOW &&
      duck::StringUtil::CIEquals(expression->Cast<duck::WindowExpression>().function_name, "sum")) {
    narrow(expression);
  }
}

void QueryRewriter::narrow(duck::unique_ptr<duck::ParsedExpression>& expression) {
  if (in_pivot_) return;
  ++shared_->changes;
  duck::vector<duck::unique_ptr<duck::ParsedExpression>> arguments;
  auto alias = expression->GetAlias();
  expression->ClearAlias();
  arguments.push_back(std::move(expression));
  expression = duck::make_uniq<duck::FunctionExpression>(kNarrowFunction, std::move(arguments));
  expression->SetAlias(std::move(alias));
}

void QueryRewriter::function(duck::unique_ptr<duck::ParsedExpression>& expression) {
  auto& call = expression->Cast<duck::FunctionExpression>();
  const auto name = duck::StringUtil::Lower(call.function_name);
  // The parser writes `main.` before some functions that stand for syntax: [1, 2] is main.list_value(1, 2).
  const bool unqualified = call.catalog.empty() && (call.schema.empty() || call.schema == "main");
  if (unqualified && call.children.empty()) {
    if (auto value = session_value(shared_->session, name)) {
      ++shared_->changes;
      expression = constant_in_place_of(*expression, duck::Value(*value));
      return;
    }
  }
  if (unqualified && (name == "is_member" || name == "is_account_group_member") &&
      call.children.size() == 1) {
    return group_membership(expression);
  }
  if (!unqualified || !shared_->services.functions.allows(name)) {
    if (user_function(expression)) return;
    std::string full;
    for (const auto& part : {call.catalog, call.schema}) full += part.empty() ? "" : part + ".";
    return fail_with({ErrorKind::kInvalidInput, "There is no function `" + full + call.function_name + "`",
                      "UNRESOLVED_ROUTINE"});
  }
  duck::ParsedExpressionIterator::EnumerateChildren(
      *expression, [&](duck::unique_ptr<duck::ParsedExpression>& child) { this->expression(child); });
  if (name == "sum") narrow(expression);
}

// Whether the session's caller is in a group; in a view too, where rows are shown by who asks.
void QueryRewriter::group_membership(duck::unique_ptr<duck::ParsedExpression>& expression) {
  const auto& argument = *expression->Cast<duck::FunctionExpression>().children[0];
  if (argument.GetExpressionClass() != duck::ExpressionClass::CONSTANT) {
    return fail_with({ErrorKind::kInvalidInput, expression->ToString() + " needs a group's name as a text",
                      "INVALID_PARAMETER_VALUE"});
  }
  const auto& caller = shared_->session.caller;
  const auto group = shared_->services.identity.find_principal(
      argument.Cast<duck::ConstantExpression>().value.ToString(), caller.workspace_id);
  bool member = false;
  if (group) {
    for (const auto id : caller.groups) member = member || id == group->id;
  }
  ++shared_->changes;
  expression = constant_in_place_of(*expression, duck::Value::BOOLEAN(member));
}

void QueryRewriter::type(const duck::LogicalType& type) {
  if (type.id() != duck::LogicalTypeId::UNBOUND) return;
  const auto& expression = *duck::UnboundType::GetTypeExpression(type);
  if (!only_a_type(expression))
    fail_with(
        {ErrorKind::kInvalidInput, "This is no type: " + expression.ToString(), "UNSUPPORTED_DATATYPE"});
}

// `schema.table.column` and `catalog.schema.table.column`: the table's part becomes its alias.
void QueryRewriter::column(duck::ColumnRefExpression& column) {
  auto& parts = column.column_names;
  for (auto frame = frames_.rbegin(); frame != frames_.rend(); ++frame) {
    for (const auto& relation : *frame) {
      if (relation.table.empty()) continue;
      const std::string* const full[] = {&relation.catalog, &relation.schema, &relation.table};
      for (std::size_t qualifiers = 3; qualifiers >= 2; --qualifiers) {
        if (parts.size() <= qualifiers) continue;
        bool matches = true;
        for (std::size_t i = 0; i < qualifiers; ++i)
          matches = matches && duck::StringUtil::CIEquals(parts[i], *full[3 - qualifiers + i]);
        if (!matches) continue;
        parts.erase(parts.begin(), parts.begin() + static_cast<std::ptrdiff_t>(qualifiers) - 1);
        parts[0] = relation.ref->alias;
        return;
      }
    }
  }
}

}  // namespace lakeport::lakehouse

#include "narrow_function.h"

#include <duckdb/catalog/catalog.hpp>
#include <duckdb/function/scalar_function.hpp>
#include <duckdb/parser/parsed_data/create_scalar_function_info.hpp>
#include <duckdb/planner/expression/bound_cast_expression.hpp>

namespace lakeport::lakehouse {

namespace duck = ::duckdb;

namespace {

duck::unique_ptr<duck::Expression> narrow(duck::FunctionBindExpressionInput& input) {
  auto& argument = input.children[0];
  switch (argument->return_type.id()) {
    case duck::LogicalTypeId::UNKNOWN:
      throw duck::ParameterNotResolvedException();
    case duck::LogicalTypeId::HUGEINT:
    case duck::LogicalTypeId::UHUGEINT:
      return duck::BoundCastExpression::AddCastToType(input.context, std::move(argument),
                                                      duck::LogicalType::BIGINT);
    default:
      return std::move(argument);
  }
}

void never_called(duck::DataChunk&, duck::ExpressionState&, duck::Vector&) {
  throw duck::InternalException("replaced while binding");
}

}  // namespace

void register_narrow_function(duck::DatabaseInstance& database) {
  duck::ScalarFunction function(kNarrowFunction, {duck::LogicalType::ANY}, duck::LogicalType::ANY,
                                never_called);
  function.SetNullHandling(duck::FunctionNullHandling::SPECIAL_HANDLING);
  function.SetBindExpressionCallback(narrow);
  duck::CreateScalarFunctionInfo info(function);
  auto& catalog = duck::Catalog::GetSystemCatalog(database);
  catalog.CreateFunction(duck::CatalogTransaction::GetSystemTransaction(database), info);
}

}  // namespace lakeport::lakehouse

#include "lakeport/merge/column_widening.h"

#include <algorithm>

#include "lakeport/duckdb/duckdb.h"

namespace lakeport::destinations {

using duckdb::quote_identifier;
using wire::DataType;

namespace {

wire::DecimalParams decimal_of(const wire::Column& column) {
  switch (column.type) {
    case DataType::kShort:
      return {5, 0};
    case DataType::kInt:
      return {10, 0};
    case DataType::kLong:
      return {19, 0};
    default:
      return column.decimal.value_or(wire::kUnconstrainedDecimal);
  }
}

}  // namespace

Result<StoredColumn> widened_column(const StoredColumn& stored, const wire::Column& wanted, TypeSet types,
                                    const AllFit& all_fit) {
  StoredColumn becomes = stored;
  if (wire::covers(stored.contract, wanted)) return becomes;
  auto& contract = becomes.contract;
  const bool text = stored.engine == kVarchar && stored.contract.type != DataType::kUnspecified;
  contract.type = text ? (stored.contract.type == wanted.type ? wanted.type : DataType::kString)
                       : wire::widen(stored.contract.type, wanted.type);
  contract.decimal.reset();
  if (contract.type != DataType::kDecimal) {
    if (contract.type != stored.contract.type) becomes.engine = engine_type(contract, types);
    return becomes;
  }
  const auto a =
      stored.contract.type == DataType::kUnspecified ? decimal_of(wanted) : decimal_of(stored.contract);
  const auto b = decimal_of(wanted);
  const auto scale = std::max(a.scale, b.scale);
  const auto whole = std::max(a.precision - a.scale, b.precision - b.scale);
  contract.decimal = wire::DecimalParams{std::min(38, whole + scale), scale};
  if (whole + scale > 38) {
    // No decimal has room for the largest values of both: it depends on the values that are there. Those that
    // come are looked at when they come (batch_columns.cpp).
    const auto type = engine_type(contract, types);
    const auto name = quote_identifier(stored.contract.name);
    LAKEPORT_ASSIGN_OR_RETURN(
        const bool fits, all_fit(name + " IS NULL OR TRY_CAST(" + name + " AS " + type + ") IS NOT NULL"));
    if (!fits) {
      contract.type = DataType::kString;
      contract.decimal.reset();
    }
  }
  becomes.engine = engine_type(contract, types);
  return becomes;
}

}  // namespace lakeport::destinations

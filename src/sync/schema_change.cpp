#include "schema_change.h"

#include <algorithm>
#include <set>

namespace lakeport::sync {

namespace {

using wire::Column;
using wire::DataType;

constexpr std::int32_t kMostDigits = 38;

// Digits before and after the point that a column's values may have.
struct Digits {
  std::int32_t whole = 0;
  std::int32_t fraction = 0;
};

std::optional<Digits> digits_of(const Column& column) {
  switch (column.type) {
    case DataType::kUnspecified:
      return Digits{};
    case DataType::kShort:
      return Digits{5, 0};
    case DataType::kInt:
      return Digits{10, 0};
    case DataType::kLong:
      return Digits{19, 0};
    case DataType::kDecimal: {
      const auto params = column.decimal.value_or(wire::kUnconstrainedDecimal);
      return Digits{params.precision - params.scale, params.scale};
    }
    default:
      return std::nullopt;
  }
}

void widen_decimal(const Column& existing, const Column& wanted, Column& result) {
  const auto a = digits_of(existing);
  const auto b = digits_of(wanted);
  result.decimal.reset();
  if (!a || !b) return;
  const Digits both{std::max(a->whole, b->whole), std::max(a->fraction, b->fraction)};
  if (both.whole + both.fraction > kMostDigits) {
    result.type = DataType::kString;
    return;
  }
  result.decimal = wire::DecimalParams{both.whole + both.fraction, both.fraction};
}

std::string join(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

}  // namespace

Column widen_column(const Column& existing, const Column& wanted) {
  Column result = wanted;
  result.type = wire::widen(existing.type, wanted.type);
  result.string_byte_length.reset();
  if (result.type == DataType::kDecimal) {
    widen_decimal(existing, wanted, result);
  } else {
    result.decimal.reset();
  }
  if (existing.type == DataType::kString && wanted.type == DataType::kString && existing.string_byte_length &&
      wanted.string_byte_length) {
    result.string_byte_length = std::max(*existing.string_byte_length, *wanted.string_byte_length);
  }
  return result;
}

wire::TableSchema merge_declared(const wire::TableSchema& declared, const wire::TableSchema& grown) {
  if (declared.columns.empty()) {
    wire::TableSchema merged = grown;
    merged.name = declared.name;
    return merged;
  }
  wire::TableSchema merged = declared;
  for (auto& column : merged.columns) {
    const auto* before = grown.find(column.name);
    if (before == nullptr) continue;
    const auto one_sided = before->decimal ? before->decimal : column.decimal;
    const bool both = before->decimal && column.decimal;
    column = widen_column(*before, column);
    // Params that only one of the two tells are no limit of the other, which grows as its values need.
    if (column.type == DataType::kDecimal && !both) column.decimal = one_sided;
  }
  for (const auto& column : grown.columns) {
    if (merged.find(column.name) != nullptr) continue;
    merged.columns.push_back(column);
    merged.columns.back().primary_key = false;
  }
  return merged;
}

std::optional<TableAlteration> plan_alteration(const wire::TableSchema& described,
                                               const wire::TableSchema& wanted) {
  TableAlteration plan{described, {}};
  plan.target.name = wanted.name;
  std::set<std::string, std::less<>> wanted_keys;
  for (const auto& column : wanted.columns) {
    if (column.primary_key) wanted_keys.insert(column.name);
    const auto existing = std::find_if(plan.target.columns.begin(), plan.target.columns.end(),
                                       [&](const Column& c) { return c.name == column.name; });
    if (existing == plan.target.columns.end()) {
      plan.target.columns.push_back(column);
      plan.changes.push_back("new column " + column.name + " " + type_text(column));
    } else if (!wire::covers(*existing, column)) {
      const bool was_key = existing->primary_key;
      const std::string before = type_text(*existing);
      *existing = widen_column(*existing, column);
      existing->primary_key = was_key;
      plan.changes.push_back(column.name + " " + before + " becomes " + type_text(*existing));
    }
  }
  std::set<std::string, std::less<>> keys;
  for (const auto& name : described.key_names()) keys.insert(name);
  if (keys != wanted_keys) {
    for (auto& column : plan.target.columns) column.primary_key = wanted_keys.contains(column.name);
    plan.changes.push_back("key is now " + join(plan.target.key_names()));
  }
  if (plan.changes.empty()) return std::nullopt;
  return plan;
}

std::string type_text(const Column& column) {
  std::string text(wire::to_string(column.type));
  if (column.decimal) {
    text +=
        "(" + std::to_string(column.decimal->precision) + "," + std::to_string(column.decimal->scale) + ")";
  }
  if (column.string_byte_length) text += "(" + std::to_string(*column.string_byte_length) + ")";
  return text;
}

}  // namespace lakeport::sync

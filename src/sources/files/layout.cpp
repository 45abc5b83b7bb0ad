#include "layout.h"

#include <algorithm>
#include <utility>

namespace lakeport::sources::files {
namespace {

using wire::DataType;

constexpr int kMaxDecimalDigits = 38;
constexpr int kExactDoubleDigits = 15;

LayoutColumn text_column(std::string name) { return {std::move(name), DataType::kString, {}, {}, {}}; }

bool is_integer(DataType type) {
  return type == DataType::kShort || type == DataType::kInt || type == DataType::kLong;
}
bool is_float(DataType type) { return type == DataType::kFloat || type == DataType::kDouble; }
bool is_number(DataType type) { return is_integer(type) || is_float(type) || type == DataType::kDecimal; }

int integer_digits(const LayoutColumn& column) {
  switch (column.type) {
    case DataType::kShort:
      return 5;
    case DataType::kInt:
      return 10;
    case DataType::kDecimal:
      return column.decimal ? column.decimal->precision - column.decimal->scale : kMaxDecimalDigits;
    default:
      return column.integer_digits.value_or(19);
  }
}

int fraction_digits(const LayoutColumn& column) {
  if (is_integer(column.type)) return 0;
  if (column.type == DataType::kDecimal) return column.decimal ? column.decimal->scale : 0;
  return column.fraction_digits.value_or(kMaxDecimalDigits);
}

LayoutColumn decimal_or_text(std::string name, int integer, int fraction) {
  if (integer + fraction > kMaxDecimalDigits) return text_column(std::move(name));
  return {std::move(name),
          DataType::kDecimal,
          wire::DecimalParams{std::max(1, integer + fraction), fraction},
          {},
          {}};
}

// Whether every value of a column that is not floating is a double. Where the digits of a LONG are not known
// (Parquet), the contract's own widening LONG → DOUBLE counts.
bool fits_double(const LayoutColumn& column) {
  if (column.type == DataType::kLong && !column.integer_digits) return true;
  return integer_digits(column) + fraction_digits(column) <= kExactDoubleDigits;
}

std::optional<int> larger(std::optional<int> a, std::optional<int> b) {
  if (!a || !b) return std::nullopt;
  return std::max(*a, *b);
}

LayoutColumn widen_numbers(const LayoutColumn& a, const LayoutColumn& b) {
  const int integer = std::max(integer_digits(a), integer_digits(b));
  const int fraction = std::max(fraction_digits(a), fraction_digits(b));
  if (a.type == DataType::kDecimal || b.type == DataType::kDecimal) {
    const LayoutColumn& other = a.type == DataType::kDecimal ? b : a;
    if (!is_float(other.type)) return decimal_or_text(a.name, integer, fraction);
    // DECIMAL then DOUBLE: the decimal grows when the new numbers' digits are known. DOUBLE then DECIMAL
    // cannot become a decimal (the contract widens the other way): a double where that is exact, else text.
    if (other.integer_digits && &other == &b) return decimal_or_text(a.name, integer, fraction);
    const LayoutColumn& decimal = &other == &b ? a : b;
    if (!fits_double(decimal)) return text_column(a.name);
    return {a.name, DataType::kDouble, {}, {}, {}};
  }
  if (is_integer(a.type) && is_integer(b.type)) {
    return {a.name, std::max(a.type, b.type), {}, larger(a.integer_digits, b.integer_digits), {}};
  }
  for (const LayoutColumn* column : {&a, &b}) {
    if (is_integer(column->type) && !fits_double(*column)) return text_column(a.name);
  }
  const bool both_float = a.type == DataType::kFloat && b.type == DataType::kFloat;
  const auto fractions = [](const LayoutColumn& c) {
    return is_integer(c.type) ? std::optional(0) : c.fraction_digits;
  };
  return {a.name,
          both_float ? DataType::kFloat : DataType::kDouble,
          {},
          larger(a.integer_digits, b.integer_digits),
          larger(fractions(a), fractions(b))};
}

}  // namespace

LayoutColumn widen(const LayoutColumn& a, const LayoutColumn& b) {
  if (b.type == DataType::kUnspecified) return a;
  if (a.type == DataType::kUnspecified) {
    LayoutColumn column = b;
    column.name = a.name;
    return column;
  }
  if (is_number(a.type) && is_number(b.type)) return widen_numbers(a, b);
  if (a.type == b.type) return a;
  const auto is_pair = [&](DataType x, DataType y) {
    return (a.type == x && b.type == y) || (a.type == y && b.type == x);
  };
  if (is_pair(DataType::kNaiveDate, DataType::kNaiveDatetime)) {
    return {a.name, DataType::kNaiveDatetime, {}, {}, {}};
  }
  return text_column(a.name);
}

const LayoutColumn* TableLayout::find(std::string_view name) const {
  const auto found = std::ranges::find(columns, name, &LayoutColumn::name);
  return found == columns.end() ? nullptr : &*found;
}

void TableLayout::merge(const std::vector<LayoutColumn>& file) {
  for (const LayoutColumn& column : file) {
    const auto found = std::ranges::find(columns, column.name, &LayoutColumn::name);
    if (found == columns.end()) {
      columns.push_back(column);
    } else {
      *found = widen(*found, column);
    }
  }
}

void ColumnSummary::add(const TextValue& value) {
  kinds_ |= 1U << static_cast<unsigned>(value.kind);
  if (value.kind != TextKind::kInteger && value.kind != TextKind::kNumber) return;
  exponents_ = exponents_ || value.shape.has_exponent;
  exact_as_double_ = exact_as_double_ && value.shape.exact_as_double;
  integer_digits_ = std::max(integer_digits_, value.shape.integer_digits);
  fraction_digits_ = std::max(fraction_digits_, value.shape.fraction_digits);
}

LayoutColumn ColumnSummary::number_column(std::string name) const {
  const bool special = seen(TextKind::kNonFinite);
  if (!seen(TextKind::kNumber) && !special) {
    return {std::move(name), DataType::kLong, {}, integer_digits_, {}};
  }
  const bool digits_known = !special && !exponents_;
  if (exact_as_double_) {
    LayoutColumn column{std::move(name), DataType::kDouble, {}, {}, {}};
    if (digits_known) {
      column.integer_digits = integer_digits_;
      column.fraction_digits = fraction_digits_;
    }
    return column;
  }
  if (!digits_known) return text_column(std::move(name));
  return decimal_or_text(std::move(name), integer_digits_, fraction_digits_);
}

LayoutColumn ColumnSummary::column(std::string name) const {
  const auto only = [&](std::initializer_list<TextKind> kinds) {
    unsigned allowed = 1U << static_cast<unsigned>(TextKind::kEmpty);
    for (TextKind kind : kinds) allowed |= 1U << static_cast<unsigned>(kind);
    return (kinds_ & ~allowed) == 0;
  };
  const auto typed = [&](DataType type) { return LayoutColumn{std::move(name), type, {}, {}, {}}; };
  if (nested_) return typed(kinds_ == 0 ? DataType::kJson : DataType::kString);
  if (kinds_ == 0) return typed(DataType::kUnspecified);
  if (only({})) return typed(DataType::kString);
  if (only({TextKind::kBoolean})) return typed(DataType::kBoolean);
  if (only({TextKind::kNonFinite})) return typed(DataType::kString);
  if (only({TextKind::kInteger, TextKind::kNumber, TextKind::kNonFinite}))
    return number_column(std::move(name));
  if (only({TextKind::kDate})) return typed(DataType::kNaiveDate);
  if (only({TextKind::kDate, TextKind::kNaiveDatetime})) return typed(DataType::kNaiveDatetime);
  if (only({TextKind::kUtcDatetime})) return typed(DataType::kUtcDatetime);
  if (only({TextKind::kTime})) return typed(DataType::kNaiveTime);
  return typed(DataType::kString);
}

}  // namespace lakeport::sources::files

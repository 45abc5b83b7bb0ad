// How a column changes for a value that it cannot hold, or for a new declaration.
#include <algorithm>
#include <limits>
#include <utility>

#include "lakeport/wire/text.h"

#include "table_column.h"

namespace lakeport::wire {
namespace {

constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
constexpr std::int32_t kShortDecimal = 18;  // digits that engines keep in 64 bits

bool is_datetime(DataType type) { return type == DataType::kNaiveDatetime || type == DataType::kUtcDatetime; }
bool is_integer(DataType type) {
  return type == DataType::kShort || type == DataType::kInt || type == DataType::kLong;
}

ValueKind kind_of(DataType type) {
  for (int kind = 1; kind <= 16; ++kind) {
    if (type_of(static_cast<ValueKind>(kind)) == type) return static_cast<ValueKind>(kind);
  }
  return ValueKind::kNull;
}

std::int32_t integer_digits(DataType type) {
  return type == DataType::kShort ? 5 : type == DataType::kInt ? 10 : 19;
}

std::int32_t digits_before_point(__int128 digits, std::int32_t scale) {
  return std::max(count_digits(digits) - scale, 0);
}

Decimal without_end_zeros(Decimal decimal) {
  while (decimal.scale > 0 && decimal.digits % 10 == 0) {
    decimal.digits /= 10;
    --decimal.scale;
  }
  return decimal;
}

Value instant(ValueKind kind, std::int64_t units, std::int64_t per_second) {
  Value value{.kind = kind};
  value.integer = units / per_second;
  std::int64_t rest = units % per_second;
  if (rest < 0) {
    rest += per_second;
    --value.integer;
  }
  value.nanos = static_cast<std::int32_t>(rest * (1'000'000'000 / per_second));
  return value;
}

}  // namespace

bool TableColumn::make_room_for(const Value& value) {
  const DataType came = type_of(value.kind);
  if (type() == DataType::kUnspecified) return change_type(came);
  if (type() == DataType::kDecimal && (value.is_integer() || value.kind == ValueKind::kDecimal)) {
    const auto decimal = value.is_integer() ? Decimal{value.integer, 0} : parse_decimal(value.bytes);
    if (decimal && grow_decimal(*decimal)) return true;
  }
  if (is_datetime(type()) && came == type() && !nanos_ && value.nanos % 1000 != 0 && to_nanos()) return true;

  DataType wider = widen(type(), came);
  // Integers go by their value: an INT that a SHORT can hold has been put already.
  if (is_integer(type()) && value.is_integer()) {
    wider = value.integer == static_cast<std::int32_t>(value.integer) ? DataType::kInt : DataType::kLong;
  }
  const bool no_wider = wider == type();
  if (!change_type(no_wider ? DataType::kString : wider)) return false;
  if (no_wider && declared_ == DataType::kUnspecified) {
    notice(std::string(to_string(came)) + " values came that no type but STRING can hold: it is STRING now");
  } else {
    notice_type(came);
  }
  return true;
}

bool TableColumn::change_type(DataType type) {
  Column wider_column = described_;
  wider_column.type = type;
  wider_column.decimal.reset();
  if (type != DataType::kString) wider_column.string_byte_length.reset();
  TableColumn wider(std::move(wider_column), held_);
  if (is_integer(this->type()) && type == DataType::kDecimal) {
    // Rows that have been handed over already may have had any value of the type.
    const std::int32_t digits = integer_digits(this->type());
    wider.set_decimal({digits <= kShortDecimal ? kShortDecimal : kMaxDecimalDigits, 0});
    wider.largest_ = power_of_ten(digits) - 1;
  }
  std::string text;
  for (std::int64_t row = 0; row < buffer_.length(); ++row) {
    if (buffer_.is_null(row)) {
      wider.buffer_.append_null();
      continue;
    }
    const Stored stored = wider.put(value_at(row, text), row);
    if (wider.type() != type) return change_type(DataType::kString);
    if (stored != Stored::kYes) return false;
  }
  described_.type = type;
  plain_tag_ = wider.plain_tag_;
  described_.decimal = wider.described_.decimal;
  described_.string_byte_length = wider.described_.string_byte_length;
  buffer_ = std::move(wider.buffer_);
  largest_ = wider.largest_;
  nanos_ = wider.nanos_;
  ++form_;
  return true;
}

Value TableColumn::value_at(std::int64_t row, std::string& text) const {
  Value value{.kind = kind_of(type())};
  switch (type()) {
    case DataType::kBoolean:
      value.integer = buffer_.bool_at(row) ? 1 : 0;
      break;
    case DataType::kShort:
      value.integer = buffer_.at<std::int16_t>(row);
      break;
    case DataType::kInt:
      value.integer = buffer_.at<std::int32_t>(row);
      break;
    case DataType::kLong:
      value.integer = buffer_.at<std::int64_t>(row);
      break;
    case DataType::kFloat:
      value.floating = buffer_.at<float>(row);
      break;
    case DataType::kDouble:
      value.floating = buffer_.at<double>(row);
      break;
    case DataType::kDecimal:
      text.clear();
      append_decimal(text, buffer_.at<__int128>(row), described_.decimal->scale);
      value.bytes = text;
      break;
    case DataType::kNaiveDate:
      value.integer = std::int64_t{buffer_.at<std::int32_t>(row)} * 86400;
      break;
    case DataType::kNaiveDatetime:
    case DataType::kUtcDatetime: {
      const auto units = buffer_.at<std::int64_t>(row);
      const bool infinite = units == kMax || units == -kMax;
      return instant(value.kind, units, nanos_ && !infinite ? 1'000'000'000 : 1'000'000);
    }
    case DataType::kNaiveTime:
      return instant(value.kind, buffer_.at<std::int64_t>(row), 1'000'000);
    case DataType::kUnspecified:
    case DataType::kBinary:
    case DataType::kXml:
    case DataType::kString:
    case DataType::kJson:
      value.bytes = buffer_.bytes_at(row);
      break;
  }
  return value;
}

bool TableColumn::to_nanos() {
  for (std::int64_t row = 0; row < buffer_.length(); ++row) {
    std::int64_t ignored;
    const auto micros = buffer_.at<std::int64_t>(row);
    if (micros == kMax || micros == -kMax) continue;
    if (__builtin_mul_overflow(micros, 1000, &ignored)) return false;
  }
  for (std::int64_t row = 0; row < buffer_.length(); ++row) {
    const auto micros = buffer_.at<std::int64_t>(row);
    if (micros != kMax && micros != -kMax) buffer_.set(row, micros * 1000);
  }
  nanos_ = true;
  ++form_;
  return true;
}

bool TableColumn::grow_decimal(const Decimal& decimal) {
  const DecimalParams now = described_.decimal.value_or(DecimalParams{0, 0});
  // With the zeros at its end as it came, when 38 digits have room for that.
  for (const Decimal& form : {decimal, without_end_zeros(decimal)}) {
    const std::int32_t scale = std::max(now.scale, form.scale);
    const std::int32_t before =
        std::max(digits_before_point(largest_, now.scale), digits_before_point(form.digits, form.scale));
    if (before + scale > kMaxDecimalDigits) continue;
    set_decimal({before + scale <= kShortDecimal ? kShortDecimal : kMaxDecimalDigits, scale});
    if (constrained_) {
      notice("its DECIMAL values need more digits than before: it is DECIMAL(" +
             std::to_string(described_.decimal->precision) + ", " + std::to_string(scale) + ") now");
    }
    return true;
  }
  return false;
}

bool TableColumn::grow_decimal_to(DecimalParams params) {
  const DecimalParams now = described_.decimal.value_or(DecimalParams{0, 0});
  const std::int32_t scale = std::max(now.scale, params.scale);
  // What the column may have by now; what it really has had when that is too much.
  for (const std::int32_t digits : {now.precision - now.scale, digits_before_point(largest_, now.scale)}) {
    const std::int32_t before = std::max(digits, params.precision - params.scale);
    if (before + scale > kMaxDecimalDigits) continue;
    if (before + scale == now.precision && scale == now.scale) return true;
    const bool as_declared = scale == params.scale && before == params.precision - params.scale;
    const std::int32_t precision = before + scale <= kShortDecimal ? kShortDecimal : kMaxDecimalDigits;
    set_decimal(as_declared ? params : DecimalParams{precision, scale});
    largest_ = power_of_ten(before + scale) - 1;
    return true;
  }
  return false;
}

void TableColumn::set_decimal(DecimalParams params) {
  const std::int32_t scale = described_.decimal ? described_.decimal->scale : params.scale;
  const __int128 factor = power_of_ten(params.scale - scale);
  if (factor != 1) {
    for (std::int64_t row = 0; row < buffer_.length(); ++row) {
      buffer_.set(row, buffer_.at<__int128>(row) * factor);
    }
    ++form_;
  }
  largest_ *= factor;
  described_.decimal = params;
}

bool TableColumn::declare(const Column& declared) {
  const DataType wider = widen(type(), declared.type);
  const bool was_unspecified = type() == DataType::kUnspecified;
  if (wider != type() && !change_type(wider)) return false;
  declared_ = declared.type;
  constrained_ = declared.decimal.has_value();
  if (was_unspecified) described_.string_byte_length = declared.string_byte_length;
  if (type() == DataType::kDecimal && declared.decimal && !grow_decimal_to(*declared.decimal)) {
    if (!change_type(DataType::kString)) return false;
    notice_type(DataType::kDecimal);
  }
  if (type() == DataType::kString && declared.type == DataType::kString) {
    if (!declared.string_byte_length) {
      described_.string_byte_length.reset();
    } else if (described_.string_byte_length) {
      described_.string_byte_length = std::max(*described_.string_byte_length, *declared.string_byte_length);
    }
  }
  return true;
}

}  // namespace lakeport::wire

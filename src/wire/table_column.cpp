#include "table_column.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <limits>

#include <arrow/type.h>

#include "lakeport/wire/text.h"

#include "utf8.h"

namespace lakeport::wire {
namespace {

constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kSecondsPerDay = 86400;

bool is_datetime(DataType type) { return type == DataType::kNaiveDatetime || type == DataType::kUtcDatetime; }

bool fits(std::int64_t value, DataType type) {
  switch (type) {
    case DataType::kShort:
      return value == static_cast<std::int16_t>(value);
    case DataType::kInt:
      return value == static_cast<std::int32_t>(value);
    default:
      return true;
  }
}

template <class Floating>
bool holds(std::int64_t value) {
  const auto floating = static_cast<Floating>(value);
  return floating < static_cast<Floating>(9223372036854775808.0) &&
         static_cast<std::int64_t>(floating) == value;
}

// A decimal as a double, when the double's shortest digits are the same number.
std::optional<double> exact_double(std::string_view text) {
  if (!text.empty() && text[0] == '+') text.remove_prefix(1);  // not known to from_chars
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (!std::isfinite(value)) return value;  // so was the text
  std::string digits;
  append_double(digits, value);
  const auto came = parse_decimal(text);
  const auto kept = parse_decimal(digits);
  if (!came || !kept) return std::nullopt;
  const auto same_scale = rescaled(*kept, came->scale);
  if (!same_scale || same_scale->digits != came->digits) return std::nullopt;
  return value;
}

std::optional<std::int64_t> narrow(__int128 value) {
  if (value > kMax || value < -__int128{kMax} - 1) return std::nullopt;
  return static_cast<std::int64_t>(value);
}

// A date or datetime in units of a microsecond or a nanosecond, when it has no smaller digits and fits.
std::optional<std::int64_t> in_units(const Value& value, bool nanos) {
  if (const int infinity = infinity_of(value); infinity != 0) return infinity > 0 ? kMax : -kMax;
  const std::int64_t seconds =
      value.kind == ValueKind::kNaiveDate ? days_of(value.integer) * kSecondsPerDay : value.integer;
  const std::int32_t part = value.kind == ValueKind::kNaiveDate ? 0 : value.nanos;
  if (!nanos) return part % 1000 != 0 ? std::nullopt : narrow(__int128{seconds} * 1'000'000 + part / 1000);
  const auto units = narrow(__int128{seconds} * 1'000'000'000 + part);
  if (units && (*units == kMax || *units == -kMax)) return std::nullopt;  // those mean infinity
  return units;
}

}  // namespace

std::uint8_t plain_tag_of(DataType type) {
  switch (type) {
    case DataType::kBoolean:
      return 2 << 3;
    case DataType::kShort:
      return 3 << 3;
    case DataType::kInt:
      return 4 << 3;
    case DataType::kLong:
      return 5 << 3;
    case DataType::kFloat:
      return 6 << 3 | kFixed32;
    case DataType::kDouble:
      return 7 << 3 | kFixed64;
    case DataType::kNaiveDate:
      return 8 << 3 | kDelimited;
    case DataType::kNaiveDatetime:
      return 9 << 3 | kDelimited;
    case DataType::kUtcDatetime:
      return 10 << 3 | kDelimited;
    case DataType::kDecimal:
      return 11 << 3 | kDelimited;
    case DataType::kBinary:
      return 12 << 3 | kDelimited;
    case DataType::kString:
      return 13 << 3 | kDelimited;
    case DataType::kJson:
      return 14 << 3 | kDelimited;
    case DataType::kXml:
      return 15 << 3 | kDelimited;
    case DataType::kUnspecified:
    case DataType::kNaiveTime:  // its tag has two bytes
      return 0;
  }
  return 0;
}

TableColumn::TableColumn(Column declared, HeldBytes* held)
    : described_(std::move(declared)),
      plain_tag_(plain_tag_of(described_.type)),
      declared_(described_.type),
      constrained_(described_.decimal.has_value()),
      buffer_(layout_of(described_.type), held),
      held_(held) {
  if (described_.decimal) largest_ = power_of_ten(described_.decimal->precision) - 1;
}

Stored TableColumn::put(const Value& value, std::int64_t row) {
  if (buffer_.length() > row) buffer_.pop();
  buffer_.pad_to(row);
  if (value.kind == ValueKind::kNull) {
    buffer_.append_null();
    return Stored::kYes;
  }
  Stored stored = try_put(value);
  while (stored == Stored::kDoesNotFit) {
    if (!make_room_for(value)) return Stored::kTooMuch;
    stored = try_put(value);
  }
  return stored;
}

Stored TableColumn::try_put(const Value& value) {
  switch (type()) {
    case DataType::kUnspecified:
      return Stored::kDoesNotFit;
    case DataType::kBoolean:
      if (value.kind != ValueKind::kBool) return Stored::kDoesNotFit;
      buffer_.append_bool(value.integer != 0);
      return Stored::kYes;
    case DataType::kShort:
    case DataType::kInt:
    case DataType::kLong:
      return put_integer(value);
    case DataType::kDecimal:
      return put_decimal(value);
    case DataType::kFloat:
    case DataType::kDouble:
      return put_floating(value);
    case DataType::kNaiveDate:
      return put_date(value);
    case DataType::kNaiveDatetime:
    case DataType::kUtcDatetime:
      return put_datetime(value);
    case DataType::kNaiveTime:
      return put_time(value);
    case DataType::kBinary:
      if (value.kind != ValueKind::kBinary) return Stored::kDoesNotFit;
      return buffer_.append_bytes(reinterpret_cast<const std::uint8_t*>(value.bytes.data()),
                                  value.bytes.size())
                 ? Stored::kYes
                 : Stored::kTooMuch;
    case DataType::kXml:
    case DataType::kString:
    case DataType::kJson:
      return put_text(value);
  }
  return Stored::kDoesNotFit;
}

Stored TableColumn::put_integer(const Value& value) {
  if (!value.is_integer() || !fits(value.integer, type())) return Stored::kDoesNotFit;
  if (type() == DataType::kShort) {
    buffer_.append(static_cast<std::int16_t>(value.integer));
  } else if (type() == DataType::kInt) {
    buffer_.append(static_cast<std::int32_t>(value.integer));
  } else {
    buffer_.append(value.integer);
  }
  return Stored::kYes;
}

Stored TableColumn::put_floating(const Value& value) {
  if (type() == DataType::kFloat) {
    if (value.kind == ValueKind::kFloat) {
      buffer_.append(static_cast<float>(value.floating));
    } else if (value.is_integer() && holds<float>(value.integer)) {
      buffer_.append(static_cast<float>(value.integer));
    } else {
      return Stored::kDoesNotFit;
    }
    return Stored::kYes;
  }
  if (value.kind == ValueKind::kFloat || value.kind == ValueKind::kDouble) {
    buffer_.append(value.floating);
  } else if (value.is_integer() && holds<double>(value.integer)) {
    buffer_.append(static_cast<double>(value.integer));
  } else if (value.kind == ValueKind::kDecimal) {
    const auto exact = exact_double(value.bytes);
    if (!exact) return Stored::kDoesNotFit;
    buffer_.append(*exact);
  } else {
    return Stored::kDoesNotFit;
  }
  return Stored::kYes;
}

Stored TableColumn::put_date(const Value& value) {
  const std::int64_t days = days_of(value.integer);
  if (value.kind != ValueKind::kNaiveDate || !fits(days, DataType::kInt)) return Stored::kDoesNotFit;
  buffer_.append(static_cast<std::int32_t>(days));
  return Stored::kYes;
}

Stored TableColumn::put_datetime(const Value& value) {
  if (value.kind != ValueKind::kNaiveDate && type_of(value.kind) != type()) return Stored::kDoesNotFit;
  const auto units = in_units(value, nanos_);
  if (!units) return Stored::kDoesNotFit;
  buffer_.append(*units);
  return Stored::kYes;
}

Stored TableColumn::put_time(const Value& value) {
  // Arrow's and DuckDB's times end before 24:00:00.
  if (value.kind != ValueKind::kNaiveTime || value.integer < 0 || value.integer >= kSecondsPerDay ||
      value.nanos % 1000 != 0) {
    return Stored::kDoesNotFit;
  }
  buffer_.append(value.integer * 1'000'000 + value.nanos / 1000);
  return Stored::kYes;
}

Stored TableColumn::put_text(const Value& value) {
  std::string text;
  std::string_view bytes = value.bytes;
  if (!value.is_text() || (value.kind != ValueKind::kString && type_of(value.kind) != type())) {
    if (type() != DataType::kString) return Stored::kDoesNotFit;
    if (!value.is_text()) {
      append_text(text, value);
      bytes = text;
      if (declared_ == DataType::kString) {
        notice("declared STRING, but " + std::string(to_string(type_of(value.kind))) +
               " values came: they are kept as text");
      }
    }
  }
  const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());
  if (!is_utf8(data, bytes.size())) return Stored::kBadText;
  return buffer_.append_bytes(data, bytes.size()) ? Stored::kYes : Stored::kTooMuch;
}

Stored TableColumn::put_decimal(const Value& value) {
  std::optional<Decimal> decimal;
  if (value.is_integer()) {
    decimal = Decimal{value.integer, 0};
  } else if (value.kind == ValueKind::kDecimal) {
    decimal = parse_decimal(value.bytes);
  }
  if (!decimal) return Stored::kDoesNotFit;
  const auto digits = fit_decimal(*decimal);
  if (!digits) return Stored::kDoesNotFit;
  buffer_.append(*digits);
  return Stored::kYes;
}

std::optional<__int128> TableColumn::fit_decimal(const Decimal& decimal) {
  if (!described_.decimal) return std::nullopt;
  const auto at_scale = rescaled(decimal, described_.decimal->scale);
  if (!at_scale) return std::nullopt;
  const __int128 size = at_scale->digits < 0 ? -at_scale->digits : at_scale->digits;
  if (size > largest_) {
    if (size >= power_of_ten(described_.decimal->precision)) return std::nullopt;
    largest_ = size;
  }
  return at_scale->digits;
}

std::shared_ptr<arrow::DataType> TableColumn::arrow_type() const {
  if (is_datetime(type()) && nanos_) {
    return type() == DataType::kUtcDatetime ? arrow::timestamp(arrow::TimeUnit::NANO, "UTC")
                                            : arrow::timestamp(arrow::TimeUnit::NANO);
  }
  return wire::arrow_type(described_);
}

void TableColumn::start_batch() {
  if (nanos_) ++form_;
  nanos_ = false;
}

void TableColumn::fit_byte_length() {
  if (type() != DataType::kString || !described_.string_byte_length) return;
  std::size_t longest = 0;
  for (std::int64_t row = 0; row < buffer_.length(); ++row)
    longest = std::max(longest, buffer_.bytes_at(row).size());
  if (longest > static_cast<std::size_t>(*described_.string_byte_length)) {
    // Contract, DataTypeParams: rounded up to a power of two.
    const std::size_t rounded =
        std::min<std::size_t>(std::bit_ceil(longest), std::numeric_limits<std::int32_t>::max());
    described_.string_byte_length = static_cast<std::int32_t>(rounded);
  }
}

std::vector<std::string> TableColumn::take_notices() { return std::exchange(notices_, {}); }

void TableColumn::notice_type(DataType came) {
  if (declared_ == DataType::kUnspecified) return;
  notice("declared " + std::string(to_string(declared_)) + ", but " + std::string(to_string(came)) +
         " values came that it cannot hold: it is " + std::string(to_string(type())) + " now");
}

void TableColumn::notice(std::string text) {
  if (std::find(told_.begin(), told_.end(), text) != told_.end()) return;
  told_.push_back(text);
  notices_.push_back(std::move(text));
}

}  // namespace lakeport::wire

#include "sdk_column_params.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <functional>
#include <limits>
#include <memory>
#include <string>

#include <arrow/array.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

namespace lakeport::sync {

namespace {

using wire::Column;
using wire::DataType;
using wire::DecimalParams;

constexpr std::int32_t kMaxDigits = 38;

void for_each_array(const wire::TableChanges& changes, const std::string& column,
                    const std::function<void(const arrow::Array&)>& visit) {
  const auto visit_batch = [&](const std::shared_ptr<arrow::RecordBatch>& batch) {
    const auto array = batch ? batch->GetColumnByName(column) : nullptr;
    if (array) visit(*array);
  };
  visit_batch(changes.upserts);
  for (const auto& batch : changes.updates) visit_batch(batch);
}

std::int32_t longest_text(const wire::TableChanges& changes, const std::string& column) {
  std::int32_t longest = 0;
  for_each_array(changes, column, [&](const arrow::Array& array) {
    if (array.type_id() != arrow::Type::STRING) return;
    const auto& texts = static_cast<const arrow::StringArray&>(array);
    for (std::int64_t row = 0; row < texts.length(); ++row) {
      if (texts.IsValid(row)) longest = std::max(longest, texts.value_length(row));
    }
  });
  return longest;
}

std::int32_t rounded_length(std::int32_t length) {
  return static_cast<std::int32_t>(std::min<std::uint32_t>(std::bit_ceil(static_cast<std::uint32_t>(length)),
                                                           std::numeric_limits<std::int32_t>::max()));
}

// Digits before and after the point.
struct Digits {
  std::int32_t before = 0;
  std::int32_t after = 0;
};

Digits digits_of(const DecimalParams& params) { return {params.precision - params.scale, params.scale}; }

bool within(const Digits& needed, const Digits& there) {
  return needed.before <= there.before && needed.after <= there.after;
}

Digits larger(const Digits& a, const Digits& b) {
  return {std::max(a.before, b.before), std::max(a.after, b.after)};
}

using Magnitude = unsigned __int128;

std::array<Magnitude, kMaxDigits + 1> powers_of_ten() {
  std::array<Magnitude, kMaxDigits + 1> powers{1};
  for (std::size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;
  return powers;
}

// What the values need, however many zeros their type would write behind them.
Digits needed_digits(const arrow::Decimal128Array& array) {
  static const std::array<Magnitude, kMaxDigits + 1> kPowers = powers_of_ten();
  const std::int32_t scale = static_cast<const arrow::Decimal128Type&>(*array.type()).scale();
  Magnitude largest = 0;
  std::int32_t zeros = scale;  // that all values end with
  for (std::int64_t row = 0; row < array.length(); ++row) {
    if (array.IsNull(row)) continue;
    __int128 value;
    std::memcpy(&value, array.GetValue(row), sizeof(value));
    const auto magnitude = value < 0 ? -static_cast<Magnitude>(value) : static_cast<Magnitude>(value);
    largest = std::max(largest, magnitude);
    while (zeros > 0 && magnitude % kPowers.at(static_cast<std::size_t>(zeros)) != 0) --zeros;
  }
  std::int32_t digits = 0;
  for (; largest > 0; largest /= 10) ++digits;
  return {std::max(digits - scale, 0), scale - zeros};
}

Digits needed_digits(const wire::TableChanges& changes, const std::string& column, const Digits& there) {
  Digits needed;
  for_each_array(changes, column, [&](const arrow::Array& array) {
    if (array.type_id() != arrow::Type::DECIMAL128) return;
    const auto& type = static_cast<const arrow::Decimal128Type&>(*array.type());
    const Digits of_type{type.precision() - type.scale(), type.scale()};
    // No value can need more than its type has.
    if (within(of_type, there)) return;
    needed = larger(needed, needed_digits(static_cast<const arrow::Decimal128Array&>(array)));
  });
  return needed;
}

bool same_limits(const Column& a, const Column& b) {
  return a.decimal == b.decimal && a.string_byte_length == b.string_byte_length;
}

}  // namespace

Result<std::optional<wire::TableSchema>> widened_for(const wire::TableSchema& described,
                                                     const wire::TableChanges& changes) {
  wire::TableSchema wide = described;
  bool changed = false;
  for (Column& column : wide.columns) {
    const Column there = column;
    if (there.type == DataType::kString && there.string_byte_length) {
      const std::int32_t longest = longest_text(changes, column.name);
      if (longest > *there.string_byte_length) column.string_byte_length = rounded_length(longest);
    }
    if (there.type == DataType::kDecimal && there.decimal) {
      const Digits has = digits_of(*there.decimal);
      const Digits needed = needed_digits(changes, column.name, has);
      if (!within(needed, has)) {
        const Digits both = larger(needed, has);
        if (both.before + both.after > kMaxDigits) {
          return fail(ErrorKind::kDestinationFailed,
                      "needs " + std::to_string(both.before) + " digits before the point and " +
                          std::to_string(both.after) + " after it; a decimal has 38 at most",
                      "column " + column.name, "Change the column to STRING at the destination");
        }
        column.decimal = DecimalParams{both.before + both.after, both.after};
      }
    }
    changed = changed || !same_limits(there, column);
  }
  if (!changed) return std::nullopt;
  return wide;
}

wire::TableSchema not_narrower(wire::TableSchema wanted, const wire::TableSchema& described) {
  for (Column& column : wanted.columns) {
    const Column* there = described.find(column.name);
    if (there == nullptr || there->type != column.type) continue;
    if (there->string_byte_length) {
      column.string_byte_length = std::max(column.string_byte_length.value_or(0), *there->string_byte_length);
    }
    if (there->decimal) {
      const Digits both =
          larger(digits_of(column.decimal.value_or(*there->decimal)), digits_of(*there->decimal));
      // When both do not go together, what is wanted is what the caller has thought about.
      if (both.before + both.after <= kMaxDigits) {
        column.decimal = DecimalParams{both.before + both.after, both.after};
      }
    }
  }
  return wanted;
}

wire::TableSchema with_params_of(wire::TableSchema schema, const wire::TableSchema& described) {
  for (Column& column : schema.columns) {
    const Column* there = described.find(column.name);
    if (there == nullptr || there->type != column.type) continue;
    if (there->string_byte_length) column.string_byte_length = there->string_byte_length;
    if (there->decimal) column.decimal = there->decimal;
  }
  return schema;
}

}  // namespace lakeport::sync

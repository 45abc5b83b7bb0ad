#include "plain_text.h"

#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>
#include <system_error>

#include <arrow/array.h>
#include <arrow/buffer.h>
#include <arrow/chunked_array.h>
#include <arrow/type.h>
#include <arrow/util/bit_util.h>
#include <arrow/util/decimal.h>

#include "lakeport/merge/engine_types.h"

namespace lakeport::destinations {
namespace {

constexpr std::int64_t kMicrosPerSecond = 1'000'000;
constexpr std::size_t kMostDigits = 18;  // of a decimal: what 64 bits hold at any scale

bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }

// A fixed number of digits.
template <int kDigits>
bool read_digits(const char* at, int& value) {
  value = 0;
  for (int i = 0; i < kDigits; ++i) {
    if (!is_digit(at[i])) return false;
    value = value * 10 + (at[i] - '0');
  }
  return true;
}

template <class Integer>
bool read_integer(std::string_view text, Integer& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size();
}

// Neither NaN nor an infinity, which have names.
template <class Floating>
bool read_floating(std::string_view text, Floating& value) {
  std::string_view digits = text;
  if (digits.starts_with('-')) digits.remove_prefix(1);
  if (digits.empty() || !is_digit(digits.front()) || !is_digit(digits.back())) return false;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size();
}

// "2007-12-03", of the years 1 to 9999.
bool read_date(const char* at, std::int64_t& days) {
  int year = 0;
  int month = 0;
  int day = 0;
  if (!read_digits<4>(at, year) || at[4] != '-' || !read_digits<2>(at + 5, month) || at[7] != '-' ||
      !read_digits<2>(at + 8, day) || year == 0) {
    return false;
  }
  const std::chrono::year_month_day date{std::chrono::year{year},
                                         std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (!date.ok()) return false;
  days = std::chrono::sys_days{date}.time_since_epoch().count();
  return true;
}

bool read_date_text(std::string_view text, std::int32_t& value) {
  std::int64_t days = 0;
  if (text.size() != 10 || !read_date(text.data(), days)) return false;
  value = static_cast<std::int32_t>(days);
  return true;
}

// ".123" or ".123456": one to six digits.
bool read_fraction(std::string_view text, std::int64_t& micros) {
  if (text.size() < 2 || text.size() > 7 || text.front() != '.') return false;
  for (std::size_t i = 1; i < 7; ++i) {
    const char digit = i < text.size() ? text[i] : '0';
    if (!is_digit(digit)) return false;
    micros = micros * 10 + (digit - '0');
  }
  return true;
}

// "2007-12-03T10:15:30", with a fraction perhaps, and with a Z where `utc`.
bool read_datetime(std::string_view text, bool utc, std::int64_t& value) {
  if (utc) {
    if (!text.ends_with('Z')) return false;
    text.remove_suffix(1);
  }
  if (text.size() < 19) return false;
  const char* const at = text.data();
  std::int64_t days = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
  if (!read_date(at, days) || at[10] != 'T' || !read_digits<2>(at + 11, hour) || at[13] != ':' ||
      !read_digits<2>(at + 14, minute) || at[16] != ':' || !read_digits<2>(at + 17, second) || hour > 23 ||
      minute > 59 || second > 59) {
    return false;
  }
  std::int64_t micros = 0;
  if (text.size() > 19 && !read_fraction(text.substr(19), micros)) return false;
  value = (((days * 24 + hour) * 60 + minute) * 60 + second) * kMicrosPerSecond + micros;
  return true;
}

bool read_decimal(std::string_view text, const wire::DecimalParams& params, arrow::Decimal128& value) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  std::int64_t number = 0;
  std::size_t digits = 0;
  std::int32_t scale = 0;
  bool point = false;
  for (const char byte : text) {
    if (byte == '.' && !point && digits > 0) {
      point = true;
      continue;
    }
    if (!is_digit(byte) || ++digits > kMostDigits) return false;
    number = number * 10 + (byte - '0');
    if (point) ++scale;
  }
  if (digits == 0 || (point && scale == 0) || scale > params.scale) return false;
  for (; scale < params.scale; ++scale) {
    if (++digits > kMostDigits) return false;
    number *= 10;
  }
  value = arrow::Decimal128(negative ? -number : number);
  return value.FitsInPrecision(params.precision);
}

// The values of one chunk; null when `read` refuses one. Values are often those of the row before.
template <class Value, class Read>
std::shared_ptr<arrow::Array> read_chunk(const arrow::StringArray& texts,
                                         const std::shared_ptr<arrow::DataType>& type, const Read& read) {
  const std::int64_t offset = texts.offset();
  auto allocated =
      arrow::AllocateBuffer((offset + texts.length()) * static_cast<std::int64_t>(sizeof(Value)));
  if (!allocated.ok()) return nullptr;
  std::shared_ptr<arrow::Buffer> buffer = *std::move(allocated);
  auto* const values = reinterpret_cast<Value*>(buffer->mutable_data()) + offset;
  const bool has_nulls = texts.null_count() > 0;
  std::optional<std::string_view> before;
  Value value{};
  for (std::int64_t row = 0; row < texts.length(); ++row) {
    if (has_nulls && texts.IsNull(row)) {
      values[row] = Value{};
      continue;
    }
    const std::string_view text = texts.GetView(row);
    if (text != before) {
      if (!read(text, value)) return nullptr;
      before = text;
    }
    values[row] = value;
  }
  return arrow::MakeArray(arrow::ArrayData::Make(type, texts.length(), {texts.data()->buffers[0], buffer},
                                                 texts.null_count(), offset));
}

std::shared_ptr<arrow::Array> read_booleans(const arrow::StringArray& texts) {
  const std::int64_t offset = texts.offset();
  auto allocated = arrow::AllocateBitmap(offset + texts.length());
  if (!allocated.ok()) return nullptr;
  std::shared_ptr<arrow::Buffer> buffer = *std::move(allocated);
  std::memset(buffer->mutable_data(), 0, static_cast<std::size_t>(buffer->size()));
  for (std::int64_t row = 0; row < texts.length(); ++row) {
    if (texts.IsNull(row)) continue;
    const std::string_view text = texts.GetView(row);
    if (text == "true") {
      arrow::bit_util::SetBit(buffer->mutable_data(), offset + row);
    } else if (text != "false") {
      return nullptr;
    }
  }
  return arrow::MakeArray(arrow::ArrayData::Make(
      arrow::boolean(), texts.length(), {texts.data()->buffers[0], buffer}, texts.null_count(), offset));
}

std::shared_ptr<arrow::Array> typed_chunk(const arrow::StringArray& texts, const StoredColumn& column) {
  const std::string_view engine = column.engine;
  if (engine == "BOOLEAN") return read_booleans(texts);
  if (engine == "SMALLINT")
    return read_chunk<std::int16_t>(texts, arrow::int16(), read_integer<std::int16_t>);
  if (engine == "INTEGER") return read_chunk<std::int32_t>(texts, arrow::int32(), read_integer<std::int32_t>);
  if (engine == "BIGINT") return read_chunk<std::int64_t>(texts, arrow::int64(), read_integer<std::int64_t>);
  if (engine == "FLOAT") return read_chunk<float>(texts, arrow::float32(), read_floating<float>);
  if (engine == "DOUBLE") return read_chunk<double>(texts, arrow::float64(), read_floating<double>);
  if (engine == "DATE") return read_chunk<std::int32_t>(texts, arrow::date32(), read_date_text);
  if (engine == kTimestamp || engine == kTimestampTz) {
    const bool utc = engine == kTimestampTz;
    return read_chunk<std::int64_t>(
        texts, arrow::timestamp(arrow::TimeUnit::MICRO, utc ? "UTC" : ""),
        [utc](std::string_view text, std::int64_t& value) { return read_datetime(text, utc, value); });
  }
  if (engine.starts_with("DECIMAL(") && column.contract.decimal) {
    const wire::DecimalParams params = *column.contract.decimal;
    return read_chunk<arrow::Decimal128>(texts, arrow::decimal128(params.precision, params.scale),
                                         [&params](std::string_view text, arrow::Decimal128& value) {
                                           return read_decimal(text, params, value);
                                         });
  }
  return nullptr;
}

}  // namespace

std::shared_ptr<arrow::ChunkedArray> typed_texts(const arrow::ChunkedArray& texts,
                                                 const StoredColumn& column) {
  if (texts.type()->id() != arrow::Type::STRING || texts.num_chunks() == 0) return nullptr;
  arrow::ArrayVector chunks;
  for (const auto& chunk : texts.chunks()) {
    auto typed = typed_chunk(static_cast<const arrow::StringArray&>(*chunk), column);
    if (typed == nullptr) return nullptr;
    chunks.push_back(std::move(typed));
  }
  return std::make_shared<arrow::ChunkedArray>(std::move(chunks));
}

}  // namespace lakeport::destinations

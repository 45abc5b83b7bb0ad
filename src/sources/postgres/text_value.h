// Values as PostgreSQL prints them (DateStyle ISO, TimeZone UTC, bytea_output hex): what the replication
// stream carries.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lakeport::sources::postgres {

// PostgreSQL's own infinities are told apart from ordinary values.
enum class Extent : std::int8_t { kMinusInfinite = -1, kFinite = 0, kInfinite = 1 };

struct DateValue {
  Extent extent = Extent::kFinite;
  std::int64_t days = 0;  // since 1970
};

struct DatetimeValue {
  Extent extent = Extent::kFinite;
  std::int64_t seconds = 0;  // since 1970, UTC
  std::int32_t micros = 0;
};

// "2024-05-17", "0044-03-15 BC", "infinity".
std::optional<DateValue> parse_date(std::string_view text);
// "2024-05-17 09:30:00.125", with an offset ("+00", "+05:30") or without.
std::optional<DatetimeValue> parse_datetime(std::string_view text);
// Microseconds since midnight.
std::optional<std::int64_t> parse_time(std::string_view text);
// "\x00ff" as bytes, appended to `out`.
bool append_hex_bytes(std::string& out, std::string_view text);
// "-$1,234.56" (lc_monetary C) as hundredths, which are the type's smallest units in every locale.
std::optional<std::int64_t> parse_money(std::string_view text);

}  // namespace lakeport::sources::postgres

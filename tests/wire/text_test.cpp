#include "lakeport/wire/text.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace lakeport::wire {
namespace {

constexpr std::int64_t kInfinite = std::numeric_limits<std::int64_t>::max();

template <class Append, class... Args>
std::string text_of(Append append, Args... args) {
  std::string out = "x";
  append(out, args...);
  return out.substr(1);
}

TEST(Text, Numbers) {
  EXPECT_EQ(text_of(append_integer, std::numeric_limits<std::int64_t>::min()), "-9223372036854775808");
  EXPECT_EQ(text_of(append_double, 0.1), "0.1");
  EXPECT_EQ(text_of(append_float, 0.1F), "0.1");
  EXPECT_EQ(text_of(append_double, 1e300), "1e+300");
  EXPECT_EQ(text_of(append_double, -0.0), "-0");
  EXPECT_EQ(text_of(append_double, std::nan("")), "NaN");
  EXPECT_EQ(text_of(append_double, -HUGE_VAL), "-Infinity");
  EXPECT_EQ(text_of(append_bool, true), "true");
}

TEST(Text, Decimals) {
  const auto text = [](__int128 value, std::int32_t scale) { return text_of(append_decimal, value, scale); };
  EXPECT_EQ(text(0, 0), "0");
  EXPECT_EQ(text(0, 2), "0.00");
  EXPECT_EQ(text(-5, 2), "-0.05");
  EXPECT_EQ(text(12345, 2), "123.45");
  const __int128 e19 = 10'000'000'000'000'000'000ULL;
  EXPECT_EQ(text(e19, 0), "10000000000000000000");
  EXPECT_EQ(text(e19 * e19 - 1, 0), "99999999999999999999999999999999999999");
  EXPECT_EQ(text(-(e19 * e19 - 1), 38), "-0.99999999999999999999999999999999999999");
  EXPECT_EQ(text(e19 * 7, 37), "0.0000000000000000070000000000000000000");
}

TEST(Text, DatesOfAnyYear) {
  EXPECT_EQ(text_of(append_date, 0), "1970-01-01");
  EXPECT_EQ(text_of(append_date, -1), "1969-12-31");
  EXPECT_EQ(text_of(append_date, 11016), "2000-02-29");
  EXPECT_EQ(text_of(append_date, -719162), "0001-01-01");
  EXPECT_EQ(text_of(append_date, -719163), "0000-12-31");
  EXPECT_EQ(text_of(append_date, -719529), "-0001-12-31");
  EXPECT_EQ(text_of(append_date, 2932896), "9999-12-31");
  EXPECT_EQ(text_of(append_date, 2932897), "+10000-01-01");
  EXPECT_EQ(text_of(append_date, std::numeric_limits<std::int32_t>::max()), "infinity");
  EXPECT_EQ(text_of(append_date, -std::numeric_limits<std::int32_t>::max()), "-infinity");
}

TEST(Text, Datetimes) {
  const auto text = [](std::int64_t seconds, std::int32_t nanos, bool utc) {
    return text_of(append_datetime, seconds, nanos, utc);
  };
  EXPECT_EQ(text(1196676930, 0, false), "2007-12-03T10:15:30");
  EXPECT_EQ(text(1196676930, 123'000'000, true), "2007-12-03T10:15:30.123Z");
  EXPECT_EQ(text(1196676930, 120'000, true), "2007-12-03T10:15:30.000120Z");
  EXPECT_EQ(text(-1, 1, false), "1969-12-31T23:59:59.000000001");
  EXPECT_EQ(text(kInfinite, 0, false), "+292277026596-12-04T15:30:07");
  EXPECT_EQ(text(std::numeric_limits<std::int64_t>::min(), 0, false), "-292277022657-01-27T08:29:52");
  EXPECT_EQ(text_of(append_datetime_micros, -1, true), "1969-12-31T23:59:59.999999Z");
  EXPECT_EQ(text_of(append_datetime_micros, kInfinite, true), "infinity");
  EXPECT_EQ(text_of(append_datetime_micros, -kInfinite, false), "-infinity");
}

TEST(Text, Times) {
  EXPECT_EQ(text_of(append_time, 36930, 0), "10:15:30");
  EXPECT_EQ(text_of(append_time, 86400, 0), "24:00:00");
  EXPECT_EQ(text_of(append_time, 3020399, 1), "838:59:59.000000001");
  EXPECT_EQ(text_of(append_time, -1, 999'999'999), "-00:00:00.000000001");
  EXPECT_EQ(text_of(append_time, -3600, 0), "-01:00:00");
}

TEST(Text, Base64) {
  EXPECT_EQ(text_of(append_base64, std::string_view("\0\xff", 2)), "AP8=");
  EXPECT_EQ(text_of(append_base64, std::string_view()), "");
}

}  // namespace
}  // namespace lakeport::wire

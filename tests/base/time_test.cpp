#include "lakeport/base/time.h"

#include <gtest/gtest.h>

namespace lakeport {
namespace {

using namespace std::chrono_literals;

TEST(Time, IsWrittenAsIso8601) {
  EXPECT_EQ(to_iso8601(UtcMillis(0ms)), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(to_iso8601(UtcMillis(1'715'938'200'125ms)), "2024-05-17T09:30:00.125Z");
  EXPECT_EQ(to_iso8601(UtcMillis(-1ms)), "1969-12-31T23:59:59.999Z");
}

TEST(Time, DurationsReadWell) {
  EXPECT_EQ(to_human(850ms), "850 ms");
  EXPECT_EQ(to_human(12'340ms), "12.3 s");
  EXPECT_EQ(to_human(250s), "4 min 10 s");
  EXPECT_EQ(to_human(7'500s), "2 h 5 min");
}

}  // namespace
}  // namespace lakeport

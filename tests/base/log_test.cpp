#include "lakeport/base/log.h"

#include <regex>
#include <sstream>

#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>

namespace lakeport {
namespace {

TEST(Log, LinesNameTheLevelAndWhoSpeaks) {
  std::ostringstream text;
  const auto logger =
      make_logger("shop", std::make_shared<spdlog::sinks::ostream_sink_mt>(text), spdlog::level::info);
  logger->debug("not shown");
  logger->warn("table {}: look", "a.b");
  EXPECT_TRUE(std::regex_match(text.str(),
                               std::regex(R"(\d\d:\d\d:\d\d\.\d{3} warning \[shop\] table a\.b: look\n)")))
      << text.str();
}

TEST(Log, LevelsAreKnownByName) {
  EXPECT_EQ(*log_level_from_string("debug"), spdlog::level::debug);
  EXPECT_EQ(*log_level_from_string("off"), spdlog::level::off);
  const auto unknown = log_level_from_string("loud");
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().kind(), ErrorKind::kInvalidInput);
}

}  // namespace
}  // namespace lakeport

// What connectors write reaches us as log lines.
#include <mutex>

#include "connector_fixture.h"

namespace lakeport::connectors {
namespace {

struct Expected {
  LogLevel level;
  std::string message;
  std::string origin;
};

class LogTest : public ConnectorTest {
 protected:
  // A connector that writes `lines` with the shell before it serves; opened with a listener.
  std::unique_ptr<Connector> open_writing(const std::string& lines) {
    LaunchOptions options;
    options.on_log = [this](const LogLine& line) {
      const std::scoped_lock lock(mutex_);
      heard_.push_back(line);
    };
    return open(write_program("program", "#!/bin/sh\n" + lines + "\nexec " SCRIPTED_SOURCE " \"$@\"\n"),
                Role::kSource, options);
  }
  std::vector<LogLine> heard() {
    const std::scoped_lock lock(mutex_);
    return heard_;
  }

 private:
  std::mutex mutex_;
  std::vector<LogLine> heard_;
};

TEST_F(LogTest, TakesJsonLinesOfBothDialectsAndPlainOnes) {
  const auto connector = open_writing(R"sh(cat <<'END'
{"level":"INFO","message":"one","message-origin":"sdk_connector"}
{"level":"WARNING","message":"two","message_origin":"library"}
{"level":"SEVERE","message":"three \"quoted\"\nsecond line"}
{"level":"ERROR","message":"four","message_origin":"connector_sdk"}
{"level":"DEBUG","message":"five","message-origin":"sdk_connector"}
{"no":"message"}
{"level": 7, "message": "six"}
{broken
plain text

END
printf 'bytes \377 that are no UTF-8\r\n'
sleep 0.2
echo 'on the other stream' >&2
sleep 0.2)sh");
  ASSERT_TRUE(connector);
  const std::vector<Expected> expected = {
      {LogLevel::kInfo, "one", "sdk_connector"},
      {LogLevel::kWarning, "two", "library"},
      {LogLevel::kSevere, "three \"quoted\"\nsecond line", "stdout"},
      {LogLevel::kSevere, "four", "connector_sdk"},
      {LogLevel::kInfo, "five", "sdk_connector"},
      {LogLevel::kInfo, R"({"no":"message"})", "stdout"},
      {LogLevel::kInfo, "six", "stdout"},
      {LogLevel::kInfo, "{broken", "stdout"},
      {LogLevel::kInfo, "plain text", "stdout"},
      {LogLevel::kInfo, "", "stdout"},
      {LogLevel::kInfo, "bytes \xEF\xBF\xBD that are no UTF-8", "stdout"},
      {LogLevel::kInfo, "on the other stream", "stderr"},
  };
  const auto lines = connector->last_log_lines();
  ASSERT_GE(lines.size(), expected.size());
  ASSERT_GE(heard().size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    SCOPED_TRACE(expected[i].message);
    EXPECT_EQ(lines[i].level, expected[i].level);
    EXPECT_EQ(lines[i].message, expected[i].message);
    EXPECT_EQ(lines[i].origin, expected[i].origin);
    EXPECT_EQ(heard()[i].message, expected[i].message);
  }
}

TEST_F(LogTest, KeepsTheNewestTwentyLines) {
  const auto connector = open_writing("seq 1 1000");
  ASSERT_TRUE(connector);
  ASSERT_TRUE(eventually([&] { return heard().size() == 1001; }));
  const auto lines = connector->last_log_lines();
  ASSERT_EQ(lines.size(), 20u);
  EXPECT_EQ(lines[0].message, "982");
  EXPECT_EQ(lines[18].message, "1000");
  EXPECT_EQ(heard()[500].message, "501");
}

TEST_F(LogTest, CutsVeryLongLines) {
  const auto connector = open_writing("head -c 5000000 /dev/zero | tr '\\0' 'x'; echo; echo after");
  ASSERT_TRUE(connector);
  ASSERT_TRUE(eventually([&] { return heard().size() == 3; }));
  EXPECT_EQ(heard()[0].message, std::string(65536, 'x') + " … (4934464 more bytes left out)");
  EXPECT_EQ(heard()[1].message, "after");
}

TEST_F(LogTest, ReadsALineWithoutAnEndWhenTheProcessEnds) {
  const Error error =
      error_of_opening(write_program("program", "#!/bin/sh\nprintf 'last words'\nexit 5\n"), Role::kSource);
  EXPECT_NE(error.what().find("exited with code 5"), std::string::npos) << error.to_string();
  EXPECT_NE(error.what().find("INFO last words"), std::string::npos) << error.to_string();
}

}  // namespace
}  // namespace lakeport::connectors

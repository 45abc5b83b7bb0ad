// Runs what the fuzzer runs over the inputs that are kept in corpus/: seeds, and what it once found.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

#include "http_fuzz_entry.h"

namespace lakeport::test {
namespace {

TEST(HttpCorpus, EveryInputIsTakenOrRefusedCleanly) {
  int inputs = 0;
  int requests = 0;
  for (const auto& file : std::filesystem::directory_iterator("tests/lakehouse/serve/corpus")) {
    std::ifstream stream(file.path(), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(stream), {}};
    ASSERT_FALSE(bytes.empty()) << file.path();
    SCOPED_TRACE(file.path().string());
    requests += run_http({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
    ++inputs;
  }
  EXPECT_GE(inputs, 10);
  EXPECT_GE(requests, 10) << "the seeds are good requests";
}

}  // namespace
}  // namespace lakeport::test

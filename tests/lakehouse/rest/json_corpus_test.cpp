// The fuzzer's corpus, in every build.
#include <filesystem>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "json_fuzz_entry.h"

namespace lakeport::lakehouse::testing {
namespace {

TEST(JsonCorpus, NeitherCrashesNorFailsInSilence) {
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator("tests/lakehouse/rest/corpus/json")) {
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string text((std::istreambuf_iterator<char>(file)), {});
    // Each beginning of it too: clients break off anywhere.
    for (std::size_t length = 0; length <= text.size(); ++length) run_json_entry(text.substr(0, length));
    ++files;
  }
  EXPECT_GE(files, 8);
}

}  // namespace
}  // namespace lakeport::lakehouse::testing

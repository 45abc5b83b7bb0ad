// Runs what the fuzzer runs over the inputs that are kept in corpus/: seeds, and what it once found.
#include <filesystem>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "decoder_fuzz_entry.h"

namespace lakeport::wire::testing {
namespace {

TEST(DecoderCorpus, EveryInputIsTakenOrRefusedCleanly) {
  int inputs = 0;
  for (const auto& file : std::filesystem::directory_iterator("tests/wire/corpus")) {
    std::ifstream stream(file.path(), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(stream), {}};
    ASSERT_FALSE(bytes.empty()) << file.path();
    SCOPED_TRACE(file.path().string());
    run_decoder({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
    ++inputs;
  }
  EXPECT_GE(inputs, 10);
}

}  // namespace
}  // namespace lakeport::wire::testing

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "statement_fuzz_entry.h"

namespace lakeport::lakehouse {
namespace {

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {(std::istreambuf_iterator<char>(file)), {}};
}

// Every input whole, cut at every byte, and with every byte changed.
TEST(StatementCorpus, IsReadWithoutHarm) {
  int inputs = 0;
  for (const auto& entry : std::filesystem::directory_iterator("tests/lakehouse/sql/corpus")) {
    const std::string input = read_file(entry.path());
    for (std::size_t size = 0; size <= input.size(); ++size) {
      testing::run_statement(std::string_view(input).substr(0, size));
    }
    for (std::size_t i = 0; i < input.size(); ++i) {
      for (const char other : {'\'', '"', '`', '(', ')', ';', '<', '\\', '\0', '\xff'}) {
        std::string changed = input;
        changed[i] = other;
        testing::run_statement(changed);
      }
    }
    ++inputs;
  }
  EXPECT_GE(inputs, 20);
}

}  // namespace
}  // namespace lakeport::lakehouse

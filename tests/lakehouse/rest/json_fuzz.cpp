// libFuzzer's way in. Run: json_fuzz CORPUS_FOLDER
#include <cstddef>
#include <cstdint>

#include "json_fuzz_entry.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  lakeport::lakehouse::testing::run_json_entry({reinterpret_cast<const char*>(data), size});
  return 0;
}

// libFuzzer's way in. Run: http_fuzz CORPUS_FOLDER
#include "http_fuzz_entry.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  lakeport::test::run_http({data, size});
  return 0;
}

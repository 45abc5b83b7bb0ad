// libFuzzer's way in. Run: decoder_fuzz CORPUS_FOLDER
#include "decoder_fuzz_entry.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  lakeport::wire::testing::run_decoder({data, size});
  return 0;
}

// What the fuzzer and the test over its corpus run on one input.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace lakeport::wire::testing {

// An input is a byte that chooses the declared tables, then messages, each after its length in two bytes (low
// one first). Decodes them all, hands everything over and looks at every value. Aborts when something that
// was handed over is not valid.
void run_decoder(std::span<const std::uint8_t> input);

// The same format, written.
std::string decoder_input(std::uint8_t choice, const std::vector<std::string>& messages);

}  // namespace lakeport::wire::testing

// What the fuzzer and the test over its corpus run on one input.
#pragma once

#include <string>
#include <string_view>

namespace lakeport::lakehouse::testing {

// Decodes the message as a server does, hands it to a service that looks at every field the real one reads
// before it knows whom it serves, and encodes the answer. Gives the answer, or nothing for bytes that were
// refused. Aborts when an answer is no Thrift message.
std::string run_message(std::string_view message);

}  // namespace lakeport::lakehouse::testing

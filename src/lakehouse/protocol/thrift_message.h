// One Thrift call in the body of an HTTP request, its answer in the body of the response: binary protocol, no
// framing.
#pragma once

#include <string>
#include <string_view>

#include "lakeport/base/result.h"

namespace lakeport::tcli {
class TCLIServiceIf;
}

namespace lakeport::lakehouse {

// A message over these limits is refused while it is read, so that a few bytes never make a big allocation.
inline constexpr std::size_t kLongestMessage = 16U << 20U;  // bytes; statements of several megabytes exist
inline constexpr int kDeepestMessage = 32;                  // structs inside each other
inline constexpr int kLargestContainers = 50'000;           // elements of all lists and maps of a message

// Calls the method that the message names. kInvalidInput for bytes that are no call; a method that the
// service does not have, or one that fails with an exception, is answered by a TApplicationException.
Result<std::string> answer_message(std::string_view message, tcli::TCLIServiceIf& service);

}  // namespace lakeport::lakehouse

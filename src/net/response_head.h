// The first lines of an answer.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "lakeport/net/http.h"

namespace lakeport::net {

enum class Framing { kNone /* 204, 304 */, kLength, kChunked, kUntilClose };

struct ResponseHead {
  Framing framing = Framing::kLength;
  std::uint64_t length = 0;
  bool keep_alive = true;
};

// The status line and header fields, with Date and those that `head` decides; the handler's own fields of
// these names are left out. Line breaks inside values become spaces.
std::string render_head(const Response& response, const ResponseHead& head);

}  // namespace lakeport::net

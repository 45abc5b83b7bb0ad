// The two texts that say something else than themselves: null_string and unmodified_string.
#pragma once

#include <string_view>

#include "lakeport/base/result.h"
#include "lakeport/batchfile/batch_file.h"

namespace lakeport::batchfile {

inline constexpr std::size_t kMaxMarkerBytes = 1024;

// kInvalidInput when the two cannot be told from one another or are too long.
Status check_markers(const FileParams& params);

// kInvalidInput when a value's text is one of the two: it would be read as something else.
inline bool is_marker(std::string_view text, const FileParams& params) {
  return text == params.null_string || text == params.unmodified_string;
}
tl::unexpected<Error> marker_collision();

}  // namespace lakeport::batchfile

#include "markers.h"

#include "random.h"

namespace lakeport::batchfile {

Status choose_markers(FileParams& params) {
  LAKEPORT_ASSIGN_OR_RETURN(const std::string digits, random_hex(8));
  params.null_string = "null-" + digits;
  params.unmodified_string = "unmodified-" + digits;
  return {};
}

Status check_markers(const FileParams& params) {
  if (params.null_string == params.unmodified_string) {
    return fail(ErrorKind::kInvalidInput, "null_string and unmodified_string are the same text");
  }
  if (params.null_string.size() > kMaxMarkerBytes || params.unmodified_string.size() > kMaxMarkerBytes) {
    return fail(ErrorKind::kInvalidInput, "null_string and unmodified_string have at most 1024 bytes");
  }
  return {};
}

tl::unexpected<Error> marker_collision() {
  return fail(ErrorKind::kInvalidInput,
              "a value is the very text that stands for NULL or for an unmodified value in this file", "",
              "Run the sync again: it will choose other texts");
}

}  // namespace lakeport::batchfile

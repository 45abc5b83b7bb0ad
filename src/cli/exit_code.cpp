#include "exit_code.h"

namespace lakeport::cli {

int exit_code(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kInternal:
      return kInternalError;
    case ErrorKind::kInvalidInput:
    case ErrorKind::kNotFound:
    case ErrorKind::kExists:
    case ErrorKind::kPermission:
    case ErrorKind::kUnsupported:
      return kBadUsage;
    case ErrorKind::kTestFailed:
      return 3;
    case ErrorKind::kSourceFailed:
      return 4;
    case ErrorKind::kDestinationFailed:
      return 5;
    case ErrorKind::kTask:
      return 6;
    case ErrorKind::kStalled:
      return 7;
    case ErrorKind::kUnavailable:
      return 8;
    case ErrorKind::kCancelled:
      return 9;
    case ErrorKind::kIo:
      return 10;
  }
  return kInternalError;
}

}  // namespace lakeport::cli

#include "lakeport/merge/failure.h"

namespace lakeport::destinations {

Error destination_error(Error error, const wire::TableId& table) {
  ErrorKind kind = ErrorKind::kDestinationFailed;
  switch (error.kind()) {
    case ErrorKind::kIo:
    case ErrorKind::kTask:
      kind = ErrorKind::kTask;
      break;
    case ErrorKind::kUnavailable:
    case ErrorKind::kCancelled:
    case ErrorKind::kInternal:
      kind = error.kind();
      break;
    default:
      break;
  }
  Error told(kind, error.what(), error.where(), error.next_step());
  const auto name = table.to_string();
  if (!name.empty() && error.where().find(name) == std::string::npos) told.at(name);
  return told;
}

}  // namespace lakeport::destinations

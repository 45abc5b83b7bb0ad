#include "lakeport/base/result.h"

namespace lakeport {

std::string_view to_string(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kInvalidInput:
      return "invalid_input";
    case ErrorKind::kTestFailed:
      return "test_failed";
    case ErrorKind::kSourceFailed:
      return "source_failed";
    case ErrorKind::kDestinationFailed:
      return "destination_failed";
    case ErrorKind::kTask:
      return "task";
    case ErrorKind::kStalled:
      return "stalled";
    case ErrorKind::kUnavailable:
      return "unavailable";
    case ErrorKind::kNotFound:
      return "not_found";
    case ErrorKind::kExists:
      return "exists";
    case ErrorKind::kPermission:
      return "permission";
    case ErrorKind::kUnsupported:
      return "unsupported";
    case ErrorKind::kIo:
      return "io";
    case ErrorKind::kCancelled:
      return "cancelled";
    case ErrorKind::kInternal:
      return "internal";
  }
  return "internal";
}

Error& Error::at(std::string_view place) & {
  where_ = where_.empty() ? std::string(place) : std::string(place) + ": " + where_;
  return *this;
}

Error&& Error::at(std::string_view place) && { return std::move(at(place)); }

Error&& Error::advise(std::string_view next_step) && {
  if (next_step_.empty()) next_step_ = next_step;
  return std::move(*this);
}

std::string Error::to_string() const {
  std::string text;
  if (!where_.empty()) text += where_ + ": ";
  text += what_;
  if (!next_step_.empty()) {
    if (!text.empty() && text.back() != '.' && text.back() != '\n') text += '.';
    text += ' ';
    text += next_step_;
  }
  return text;
}

}  // namespace lakeport

// Session and operation handles on the wire: the id, and a secret that only this process can make from it.
#pragma once

#include <optional>
#include <string>

#include "TCLIService_types.h"

namespace lakeport::lakehouse {

enum class HandleKind { kSession, kOperation };

class Handles {
 public:
  Handles();  // with a fresh key: handles of another process are not accepted
  // A UUID becomes its 16 bytes, as clients print it; any other id its text.
  tcli::THandleIdentifier wire(HandleKind kind, const std::string& id) const;
  // The id, when the handle was made here for that kind.
  std::optional<std::string> id(HandleKind kind, const tcli::THandleIdentifier& handle) const;

 private:
  std::string secret(HandleKind kind, const std::string& id) const;
  const std::string key_;
};

}  // namespace lakeport::lakehouse

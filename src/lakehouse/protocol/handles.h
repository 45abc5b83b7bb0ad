// Session and operation handles on the wire: the id, and a secret that only this server can make from it.
#pragma once

#include <optional>
#include <string>

#include "TCLIService_types.h"
#include "signing.h"

namespace lakeport::lakehouse {

enum class HandleKind { kSession, kOperation };

class Handles {
 public:
  // A UUID becomes its 16 bytes, as clients print it; any other id its text.
  tcli::THandleIdentifier wire(HandleKind kind, const std::string& id) const;
  // The id, when the handle was made here for that kind.
  std::optional<std::string> id(HandleKind kind, const tcli::THandleIdentifier& handle) const;

 private:
  Signer signer_;
};

// A new random UUID (version 4).
std::string new_uuid();

}  // namespace lakeport::lakehouse

// What names, comments and other texts of identities may be.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "lakeport/lakehouse/identity.h"

namespace lakeport::lakehouse {

// From `least` to `most` bytes without control characters. `what` begins the error: "a comment".
Status check_text(std::string_view what, std::string_view text, std::size_t least, std::size_t most);
// An e-mail address, a group's name, or an application id (UUID).
Status check_name(PrincipalKind kind, std::string_view name);
Status check_entitlements(const std::vector<std::string>& entitlements);

}  // namespace lakeport::lakehouse

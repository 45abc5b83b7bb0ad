// SCIM's filter language (RFC 7644, section 3.4.2.2), as far as lists of profiles need it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lakeport/base/result.h"
#include "lakeport/lakehouse/identity.h"

namespace lakeport::lakehouse {

// "userName", "name.givenName"… without regard to case, for a kind of profile; nothing for one that cannot be
// searched.
std::optional<ProfileField> scim_field(std::string_view attribute, PrincipalKind kind);

// Disjunctive form of `filter`: comparisons (eq, ne, co, sw, pr) joined by and, or and parentheses.
// kInvalidInput for anything else; the text says where.
Result<std::vector<std::vector<ProfileCondition>>> parse_scim_filter(std::string_view filter,
                                                                     PrincipalKind kind);

// A path of PATCH: "members", "name.givenName", `members[value eq "12"]`.
struct ScimPath {
  std::string attribute;             // as written, without a schema's name before it
  std::optional<std::string> value;  // of `[value eq "…"]`
};
Result<ScimPath> parse_scim_path(std::string_view path);

}  // namespace lakeport::lakehouse

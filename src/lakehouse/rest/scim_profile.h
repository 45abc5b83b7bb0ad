// Profiles as SCIM resources: rendering, and reading of whole resources and of patches.
#pragma once

#include <string_view>

#include "lakeport/base/result.h"
#include "lakeport/lakehouse/fields.h"
#include "lakeport/lakehouse/identity.h"

namespace lakeport::lakehouse {

struct ScimKind {
  PrincipalKind kind;
  std::string_view resource;  // "Users": the path's
  std::string_view schema;
  std::string_view type;  // "User"
};
const ScimKind& scim_kind(PrincipalKind kind);

Json render_profile(const Profile& profile);
// Keeps only the `attributes` (comma-separated; empty: all) without the `excluded` ones; schemas and id stay.
Json keep_attributes(Json resource, std::string_view attributes, std::string_view excluded);

Result<NewProfile> read_new_profile(PrincipalKind kind, const Fields& body);
// PUT: what the body leaves out is emptied, except names, `active` and entitlements.
Result<ProfileChange> read_replacement(PrincipalKind kind, const Fields& body);
// PATCH: add, replace and remove in the order of "Operations", as one change to `profile`.
Result<ProfileChange> read_patch(const Profile& profile, const Fields& body);

}  // namespace lakeport::lakehouse

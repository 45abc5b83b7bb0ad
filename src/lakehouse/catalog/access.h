// What somebody may do with one securable: the rules of catalog.h, as a function of what he owns and was
// granted on the way from the metastore down to it. Knows no store.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "lakeport/lakehouse/securable.h"

#include "privileges.h"

namespace lakeport::lakehouse::unity {

// How a workspace sees an isolated catalog, external location or storage credential.
enum class Reach { kFull, kReadOnly, kNone };

// One securable on the way, as it concerns the caller: himself and his groups.
struct AccessLevel {
  SecurableKind kind;
  bool owned = false;
  PrivilegeSet granted;
};

// A privilege that is missing, and the level of the path that it is missing on.
struct MissingPrivilege {
  Privilege privilege;
  std::size_t level;
};

class Access {
 public:
  // `path` begins with the metastore and ends with the securable in question. `administrator`: an admin of
  // the workspace whose hive_metastore this is.
  Access(std::vector<AccessLevel> path, PrivilegeModel model, Reach reach, bool administrator)
      : path_(std::move(path)), model_(model), reach_(reach), administrator_(administrator) {}

  const std::vector<AccessLevel>& path() const { return path_; }
  PrivilegeModel model() const { return model_; }
  bool administrator() const { return administrator_; }
  Reach reach() const { return reach_; }

  // The privilege itself, without what is needed above.
  bool holds(Privilege privilege) const;
  // Owner of it or of something above, or MANAGE.
  bool manages() const;
  // Its existence may be known, whatever may lie below it.
  bool visible() const;
  // The first privilege that is missing to act with `privilege`: USE CATALOG, USE SCHEMA, then itself.
  std::optional<MissingPrivilege> missing(Privilege privilege) const;
  // The first USE that is missing above it.
  std::optional<MissingPrivilege> missing_above() const;
  // What is missing to see its metadata, for one to whom it is visible: nothing with BROWSE, else USE above
  // it.
  std::optional<MissingPrivilege> missing_to_read() const;

 private:
  bool holds_at(std::size_t level, Privilege privilege) const;
  bool owns_up_to(std::size_t level) const;

  std::vector<AccessLevel> path_;
  PrivilegeModel model_;
  Reach reach_;
  bool administrator_;
};

}  // namespace lakeport::lakehouse::unity

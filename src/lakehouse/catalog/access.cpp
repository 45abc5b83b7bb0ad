#include "access.h"

#include <algorithm>

namespace lakeport::lakehouse::unity {

namespace {

// ALL PRIVILEGES where it is granted: everything that may be granted there, but not the right to manage.
bool covers(const AccessLevel& level, Privilege privilege, PrivilegeModel model) {
  if (level.granted.has(privilege)) return true;
  return privilege != Privilege::kManage && level.granted.has(Privilege::kAllPrivileges) &&
         grantable(level.kind, model).has(privilege);
}

// Whoever owns something above may enter and look.
constexpr PrivilegeSet kOfParentOwners = {Privilege::kUseCatalog, Privilege::kUseSchema, Privilege::kBrowse,
                                          Privilege::kUsage, Privilege::kReadMetadata};

}  // namespace

bool Access::owns_up_to(std::size_t level) const {
  return std::any_of(path_.begin(), path_.begin() + static_cast<std::ptrdiff_t>(level) + 1,
                     [](const AccessLevel& one) { return one.owned; });
}

// Nothing is inherited from a metastore: what is granted there is about making things in it.
bool Access::holds_at(std::size_t level, Privilege privilege) const {
  if (path_[level].owned || (kOfParentOwners.has(privilege) && owns_up_to(level))) return true;
  for (std::size_t i = level; i < path_.size(); --i) {
    if (path_[i].kind == SecurableKind::kMetastore && i != level) break;
    if (covers(path_[i], privilege, model_)) return true;
  }
  return false;
}

bool Access::holds(Privilege privilege) const {
  if (administrator_) return true;
  if (reach_ == Reach::kNone || (reach_ == Reach::kReadOnly && is_write(privilege))) return false;
  if (privilege == Privilege::kManage) return manages();
  const auto all = translate(privilege, path_.back().kind, model_);
  return std::all_of(all.begin(), all.end(), [&](Privilege one) { return holds_at(path_.size() - 1, one); });
}

bool Access::manages() const {
  if (administrator_ || owns_up_to(path_.size() - 1)) return true;
  return std::any_of(path_.begin(), path_.end(),
                     [](const AccessLevel& level) { return level.granted.has(Privilege::kManage); });
}

bool Access::visible() const {
  if (manages()) return true;
  if (reach_ == Reach::kNone) return false;
  const auto& last = path_.back();
  // Everybody may know the metastore.
  if (last.kind == SecurableKind::kMetastore || !last.granted.empty()) return true;
  const auto inherited = relevant(last.kind, model_);
  return std::any_of(path_.begin(), path_.end() - 1,
                     [&](const AccessLevel& level) { return level.granted.intersects(inherited); });
}

std::optional<MissingPrivilege> Access::missing_above() const {
  if (administrator_) return std::nullopt;
  for (std::size_t i = 0; i + 1 < path_.size(); ++i) {
    const auto kind = path_[i].kind;
    if (kind == SecurableKind::kCatalog) {
      if (reach_ == Reach::kNone) return MissingPrivilege{Privilege::kUseCatalog, i};
      // The older model asks for USAGE on the schema only, which may come from the catalog.
      if (model_ == PrivilegeModel::kHive) continue;
    } else if (kind != SecurableKind::kSchema) {
      continue;
    }
    auto needed = kind == SecurableKind::kCatalog ? Privilege::kUseCatalog : Privilege::kUseSchema;
    if (model_ == PrivilegeModel::kHive) needed = Privilege::kUsage;
    if (!holds_at(i, needed)) return MissingPrivilege{needed, i};
  }
  return std::nullopt;
}

std::optional<MissingPrivilege> Access::missing(Privilege privilege) const {
  if (const auto above = missing_above()) return above;
  const std::size_t last = path_.size() - 1;
  if (privilege == Privilege::kManage) {
    return manages() ? std::nullopt : std::optional(MissingPrivilege{privilege, last});
  }
  if (holds(privilege)) return std::nullopt;
  return MissingPrivilege{translate(privilege, path_.back().kind, model_).front(), last};
}

std::optional<MissingPrivilege> Access::missing_to_read() const {
  if (reach_ != Reach::kNone && holds(Privilege::kBrowse)) return std::nullopt;
  return missing_above();
}

}  // namespace lakeport::lakehouse::unity

// Which privileges there are and what they apply to.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lakeport/lakehouse/securable.h"

namespace lakeport::lakehouse::unity {

class PrivilegeSet {
 public:
  constexpr PrivilegeSet() = default;
  constexpr PrivilegeSet(std::initializer_list<Privilege> privileges) {
    for (const auto privilege : privileges) add(privilege);
  }
  constexpr void add(Privilege privilege) { bits_ |= bit(privilege); }
  constexpr bool has(Privilege privilege) const { return (bits_ & bit(privilege)) != 0; }
  constexpr bool empty() const { return bits_ == 0; }
  constexpr bool intersects(PrivilegeSet other) const { return (bits_ & other.bits_) != 0; }
  constexpr PrivilegeSet operator|(PrivilegeSet other) const { return PrivilegeSet(bits_ | other.bits_); }
  std::vector<Privilege> list() const;
  friend bool operator==(PrivilegeSet, PrivilegeSet) = default;

 private:
  explicit constexpr PrivilegeSet(std::uint64_t bits) : bits_(bits) {}
  static constexpr std::uint64_t bit(Privilege privilege) {
    return std::uint64_t{1} << static_cast<unsigned>(privilege);
  }
  std::uint64_t bits_ = 0;
};

// Unity Catalog's model, or hive_metastore's older one.
enum class PrivilegeModel { kUnity, kHive };

// What may be granted on a securable of that kind, ALL PRIVILEGES included where it may.
PrivilegeSet grantable(SecurableKind kind, PrivilegeModel model);
// What, granted on something above, is a privilege on a securable of that kind or on what lies below it.
PrivilegeSet relevant(SecurableKind kind, PrivilegeModel model);

// A privilege of the other model as this one calls it on that kind: USE SCHEMA is USAGE in hive_metastore,
// USAGE on a catalog is USE CATALOG elsewhere. Several when the older one is wider (CREATE).
std::vector<Privilege> translate(Privilege privilege, SecurableKind kind, PrivilegeModel model);

// Privileges that a read-only binding to a workspace takes away there.
bool is_write(Privilege privilege);

}  // namespace lakeport::lakehouse::unity

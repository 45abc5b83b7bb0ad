// Who may use, see and manage a workspace's objects that are no data: warehouses, clusters, tokens
// (permissions REST).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lakeport/base/result.h"
#include "lakeport/lakehouse/identity.h"

namespace lakeport::lakehouse {

struct AccessControl {
  std::string principal;  // Principal::name
  std::string level;  // "CAN_USE", "CAN_MONITOR", "CAN_RESTART", "CAN_ATTACH_TO", "CAN_MANAGE", "IS_OWNER"
  bool inherited = false;
  // Told by get(); change() takes the principal by its name alone.
  PrincipalKind kind = PrincipalKind::kUser;
  std::string display_name;
};

// What may be given on objects of a type, lowest first: each includes those before it.
struct PermissionLevel {
  std::string_view name;
  std::string_view description;
};

// A type of objects as the permissions REST knows it.
struct ObjectType {
  std::string_view name;      // "sql/warehouses": as callers and paths say it
  std::string_view answered;  // "warehouses": `object_type` of answers
  bool single;                // there is one such object in a workspace; its id is empty
  std::vector<PermissionLevel> levels;
};
// Also takes the paths' other spellings ("warehouses"). kInvalidInput for a type without permissions.
Result<const ObjectType*> object_type(std::string_view name);

// Thread-safe. `object_type` is the REST path's: "sql/warehouses", "clusters", "authorization/tokens", …;
// levels are ordered for each type, a higher one includes the lower ones; admins manage everything,
// and are listed with CAN_MANAGE.
class ObjectPermissions {
 public:
  static std::unique_ptr<ObjectPermissions> open(store::Metadata& metadata, Identity& identity);
  virtual ~ObjectPermissions() = default;

  // kPermission with the level that is missing.
  virtual Status require(const Caller& caller, std::string_view object_type, std::string_view object_id,
                         std::string_view level) = 0;
  // The same question without the audit log's entry: for lists that show only what the caller may see.
  virtual Result<bool> may(const Caller& caller, std::string_view object_type, std::string_view object_id,
                           std::string_view level) = 0;
  // Needs any level on the object; kNotFound for an object that nobody owns (own()).
  virtual Result<std::vector<AccessControl>> get(const Caller& caller, std::string_view object_type,
                                                 std::string_view object_id) = 0;
  // `replace`: the list becomes all there is (the owner stays); otherwise it is merged in. Needs CAN_MANAGE;
  // only the owner and admins give the object to another owner. kNotFound for an unknown principal,
  // kInvalidInput for a level that objects of this type do not have.
  virtual Status change(const Caller& caller, std::string_view object_type, std::string_view object_id,
                        const std::vector<AccessControl>& list, bool replace) = 0;
  // Made by whoever makes or deletes an object; no rights are checked.
  virtual Status own(std::string_view object_type, std::string_view object_id, std::int64_t owner) = 0;
  virtual Status forget(std::string_view object_type, std::string_view object_id) = 0;
};

}  // namespace lakeport::lakehouse

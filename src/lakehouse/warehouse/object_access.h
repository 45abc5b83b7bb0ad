// Rights on warehouses, clusters and policies, and the audit records of what was done with them.
#pragma once

#include <string>
#include <string_view>

#include "lakeport/lakehouse/identity.h"
#include "lakeport/lakehouse/permissions.h"

namespace lakeport::lakehouse {

class ObjectAccess {
 public:
  ObjectAccess(Identity& identity, ObjectPermissions& permissions)
      : identity_(identity), permissions_(permissions) {}

  Status require(const Caller& caller, std::string_view type, std::string_view id, std::string_view level) {
    return permissions_.require(caller, type, id, level);
  }
  // For lists: whether it would be allowed, without an audit record.
  bool allows(const Caller& caller, std::string_view type, std::string_view id, std::string_view level) {
    return permissions_.may(caller, type, id, level).value_or(false);
  }
  Status own(std::string_view type, std::string_view id, const Caller& caller) {
    return permissions_.own(type, id, caller.principal.id);
  }
  Status forget(std::string_view type, std::string_view id) { return permissions_.forget(type, id); }

  void changed(const Caller& caller, std::string_view service, std::string_view action,
               std::string_view object) {
    identity_.audit(caller, event(service, action, object, "ok"));
  }
  // Records it; the error to give back.
  tl::unexpected<Error> denied(const Caller& caller, std::string_view service, std::string_view action,
                               std::string_view object, std::string why) {
    identity_.audit(caller, event(service, action, object, "denied"));
    return fail(ErrorKind::kPermission, std::move(why));
  }

 private:
  static AuditEvent event(std::string_view service, std::string_view action, std::string_view object,
                          std::string_view outcome) {
    return {.service = std::string(service),
            .action = std::string(action),
            .object = std::string(object),
            .outcome = std::string(outcome),
            .detail = "{}"};
  }

  Identity& identity_;
  ObjectPermissions& permissions_;
};

}  // namespace lakeport::lakehouse

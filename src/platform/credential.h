// Acting as a destination's service principal.
#pragma once

#include <mutex>
#include <string>

#include "lakeport/base/result.h"
#include "lakeport/lakehouse/identity.h"
#include "lakeport/lakehouse/oauth.h"

#include "destinations.h"

namespace lakeport::platform {

// Thread-safe. Asked again and again, so that a credential that was revoked counts at once.
class DestinationLogin {
 public:
  DestinationLogin(lakehouse::Identity& identity, lakehouse::OAuth& oauth, Credential credential,
                   std::int64_t workspace_id)
      : identity_(identity), oauth_(oauth), credential_(std::move(credential)), workspace_id_(workspace_id) {}

  // kPermission: the credential is not accepted (any more).
  Result<lakehouse::Caller> caller();

 private:
  Result<lakehouse::Caller> by_secret();
  Status renew();

  lakehouse::Identity& identity_;
  lakehouse::OAuth& oauth_;
  const Credential credential_;
  const std::int64_t workspace_id_;
  std::mutex mutex_;
  std::string access_token_;  // by the OAuth secret, until it is refused
};

}  // namespace lakeport::platform

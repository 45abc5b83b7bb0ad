// Secrets of service principals, with which these get tokens.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lakeport/base/result.h"
#include "lakeport/lakehouse/oauth.h"
#include "lakeport/store/metadata.h"

namespace lakeport::lakehouse {

class ServicePrincipalSecrets {
 public:
  static constexpr std::int64_t kMost = 5;  // a service principal
  static constexpr std::chrono::seconds kLongest{63'072'000};

  ServicePrincipalSecrets(store::Metadata& metadata, Identity& identity, std::function<UtcMillis()> now)
      : metadata_(metadata), identity_(identity), now_(std::move(now)) {}

  Result<NewServicePrincipalSecret> create(const Caller& by, std::int64_t principal_id,
                                           std::optional<std::chrono::seconds> lifetime);
  Result<std::vector<ServicePrincipalSecret>> all(const Caller& by, std::int64_t principal_id);
  Status remove(const Caller& by, std::int64_t principal_id, std::string_view secret_id);

  // The id of the secret that this is; nothing for a wrong or expired one.
  Result<std::optional<std::string>> match(std::int64_t principal_id, std::string_view secret);
  Result<bool> valid(std::string_view secret_id);

 private:
  Status check_target(const Caller& by, std::int64_t principal_id, std::string_view action);

  store::Metadata& metadata_;
  Identity& identity_;
  std::function<UtcMillis()> now_;
};

}  // namespace lakeport::lakehouse

// Calls to partners with the credential that is right at the moment.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <utility>

#include "lakeport/base/result.h"
#include "lakeport/partners/partner_client.h"
#include "lakeport/partners/registry.h"

namespace lakeport::partners {

// What a call gave, and how long the partner took.
template <class T>
struct Called {
  Outcome<T> outcome;
  std::chrono::nanoseconds duration{};
};

// Thread-safe.
class PartnerCalls {
 public:
  PartnerCalls(Registry& registry, NetworkPolicy policy) : registry_(registry), policy_(std::move(policy)) {}

  const NetworkPolicy& policy() const { return policy_; }

  // `call`: takes a PartnerClient, gives an Outcome. While a credential is being rotated a refusal (401) of
  // the new one is answered with the old one; the first success of the new one ends the rotation. kNotFound,
  // with advice, when there is no credential.
  template <class Call>
  auto call(const Partner& partner, std::string_view language, const Call& call)
      -> Result<Called<typename std::invoke_result_t<Call, const PartnerClient&>::value_type>> {
    LAKEPORT_ASSIGN_OR_RETURN(const Registry::Credentials credentials, registry_.credentials(partner));
    const auto started = std::chrono::steady_clock::now();
    auto outcome = call(client(partner, credentials.current, language));
    bool current = true;
    if (!outcome && outcome.error().reason == FailureReason::kUnauthorized && credentials.previous) {
      current = false;
      outcome = call(client(partner, *credentials.previous, language));
    }
    const auto duration = std::chrono::steady_clock::now() - started;
    // Should dropping the old one fail, the next call tries again.
    if (outcome && current && credentials.previous) static_cast<void>(registry_.confirm_credential(partner));
    return Called<typename std::invoke_result_t<Call, const PartnerClient&>::value_type>{std::move(outcome),
                                                                                         duration};
  }

 private:
  PartnerClient client(const Partner& partner, const std::string& authorization,
                       std::string_view language) const {
    return {partner.config, authorization, policy_for(partner, policy_), std::string(language)};
  }

  Registry& registry_;
  NetworkPolicy policy_;
};

}  // namespace lakeport::partners

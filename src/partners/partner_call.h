// One call of a partner's API: where it goes, who may be called, when it is tried again, and what a failure
// means (contract, requests that the hub sends; failures).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lakeport/net/client.h"
#include "lakeport/partners/partner_client.h"

namespace lakeport::partners {

struct PartnerCall {
  std::string_view method;
  std::string_view path;  // of the configuration; an absolute URL is taken as it is
  std::string query;      // encoded, without '?'; may be empty
  std::string body;       // JSON; may be empty
};

struct PartnerCaller {
  const PartnerConfig& config;
  const std::string& authorization;
  const NetworkPolicy& policy;
  const std::string& language;
  std::vector<std::string> secrets;  // sent in the body: never repeated in a failure's words

  struct Answer {
    int status = 0;
    std::string body;
    int attempts = 1;
  };
  // The last answer, whatever its status. Tried again on 500 only.
  Outcome<Answer> send(const PartnerCall& call) const;
  // The same, and anything but `accepted` statuses is a failure.
  Outcome<Answer> expect(const PartnerCall& call, const std::vector<int>& accepted) const;

  // What an answer that is no success means.
  Failure failure_of(const Answer& answer) const;
  Failure broken(const Answer& answer, std::string what) const;

 private:
  Outcome<std::string> url_of(const PartnerCall& call) const;
  Outcome<Answer> send_once(const net::ClientRequest& request) const;
  std::string without_secrets(std::string text) const;
};

// error_reason of a body in the contract's shape; empty for anything else.
std::string error_reason_of(std::string_view body);

}  // namespace lakeport::partners

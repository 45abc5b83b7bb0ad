// What the user reads about a failure, and what can be done (contract, failures).
#pragma once

#include <string>
#include <vector>

#include "lakeport/partners/partner_client.h"

namespace lakeport::partners {

struct OutcomeText {
  std::string title, text;
  std::vector<std::string>
      actions;  // "sign_in", "delete_and_reconnect", "retry", "ask_admin", "contact_partner"
};

// `established`: the workspace is connected, and stays so.
OutcomeText outcome_text(FailureReason reason, const std::string& partner_name, bool established);
OutcomeText provisioning_text(const std::string& partner_name);

}  // namespace lakeport::partners

// Plans, attempts and connections as the REST API shows and takes them.
#pragma once

#include <string>

#include "lakeport/lakehouse/fields.h"
#include "lakeport/partners/hub.h"

namespace lakeport::partners {

using lakehouse::Fields;
using lakehouse::Json;

// What of a partner a failure's view needs.
struct PartnerWords {
  std::string name, sign_up_page;
};

Json plan_json(const Plan& plan);
// `admin`: sees what exactly happened.
Json attempt_json(const Attempt& attempt, const PartnerWords& partner, bool admin);
Json connection_json(const Connection& connection);
Json failure_json(const Failure& failure, const PartnerWords& partner, bool established, bool admin);
Json test_report_json(const Outcome<std::vector<TestResult>>& outcome, const PartnerWords& partner,
                      bool admin);
Json connector_page_json(const ConnectorPage& page);

// {write_catalog?, read_schemas?, warehouse_id?, new_warehouse?, cluster_id?, destination_location?, email?}.
Result<Choice> read_choice(const Fields& body);

}  // namespace lakeport::partners

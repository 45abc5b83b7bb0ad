// Partners as the REST API shows and takes them.
#pragma once

#include <string>

#include "lakeport/lakehouse/endpoint.h"
#include "lakeport/partners/registry.h"

namespace lakeport::partners {

using lakehouse::Fields;
using lakehouse::Json;

// `connection_id`: of the caller's workspace; empty when it is not known or there is none.
Json partner_json(const Partner& partner, bool connected, const std::string& connection_id);
// The same with the PartnerConfig document, for admins.
Json partner_with_config_json(const Partner& partner, bool connected, const std::string& connection_id);

// The body of POST and PUT /partners: {id?, config, settings, logo, icon, authorization?}.
Result<NewPartner> read_partner(const Fields& body);

// A partner's 400 with its problems one by one: details: [{path, what}].
lakehouse::Answer problems_answer(const Error& error);

}  // namespace lakeport::partners

// The platform's things as JSON for its page.
#pragma once

#include "lakeport/base/result.h"
#include "lakeport/lakehouse/fields.h"
#include "lakeport/platform/platform.h"

namespace lakeport::platform {

using lakehouse::Json;

Json to_json(const ConnectorType& type);
Json to_json(const Destination& destination);
// `connector_name`: for people.
Json to_json(const Connection& connection, const std::string& connector_name);
Json to_json(const SyncRecord& record);
Json to_json(const SourceSchema& schema);
Json to_json(const sync::TestOutcome& outcome);
Json to_json(const fivetran_sdk::v2::ConfigurationFormResponse& form);
Json to_json(const PartnerBehaviour& behaviour);

// The reverse, of PUT's body: kInvalidInput names the field.
Result<SourceSchema> read_schema(const lakehouse::Fields& body);
// What the body does not name stays as it is in `before`.
Result<PartnerBehaviour> read_behaviour(const lakehouse::Fields& body, PartnerBehaviour before);

}  // namespace lakeport::platform

// A connect request's JSON, by the presence rules of the contract (partner-connect.md, ConnectRequest).
#pragma once

#include "lakeport/base/result.h"
#include "lakeport/lakehouse/fields.h"
#include "lakeport/platform/partner.h"

namespace lakeport::platform {

// kInvalidInput names the first field that is wrong.
Result<ConnectRequest> read_connect_request(const lakehouse::Fields& body);

// "aws", "azure", "gcp", or the published schema's "gpc".
Status check_cloud(const lakehouse::Fields& body);

}  // namespace lakeport::platform

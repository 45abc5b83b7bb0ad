// Whether a choice fits the partner and is the choosing user's to make.
#pragma once

#include <vector>

#include "lakeport/base/result.h"
#include "lakeport/partners/hub.h"

#include "connection_rows.h"

namespace lakeport::partners {

bool needs_warehouse(IntegrationType type);
bool needs_write_catalog(IntegrationType type);
bool needs_read_schemas(IntegrationType type);
bool offers_location(const Partner& partner);

// The choice with what follows from it. kInvalidInput names every field that does not fit, one in a line;
// kNotFound every catalog, schema, warehouse, cluster or location that the caller does not see or may not
// give rights on.
Result<StoredChoice> check_choice(const HubServices& services, const Caller& caller, const Partner& partner,
                                  const Choice& choice);

}  // namespace lakeport::partners

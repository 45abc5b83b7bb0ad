// Between what a user ticks on the page and a selection (docs/selection.md).
#pragma once

#include <string>

#include "lakeport/base/result.h"
#include "lakeport/platform/platform.h"
#include "lakeport/sync/catalog.h"
#include "lakeport/sync/selection.h"

namespace lakeport::platform {

// The source's tables, with what `selection` (JSON; empty: everything) takes of them. Keys are always taken.
Result<SourceSchema> describe_schema(const sync::SourceCatalog& catalog, const std::string& selection);

// Only what is left out is named, so that what comes new is taken. Empty when nothing is left out.
std::string selection_json(const SourceSchema& schema);

}  // namespace lakeport::platform

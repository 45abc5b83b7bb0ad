// What went wrong in the engine, as a destination tells it.
#pragma once

#include "lakeport/base/result.h"
#include "lakeport/wire/schema.h"

namespace lakeport::destinations {

// The kinds that sync::Destination and the SDK server know: kTask when the user must act (disk full, no
// permission, memory), kUnavailable when it is worth trying again, kCancelled, else kDestinationFailed. Names
// the table if it has one.
Error destination_error(Error error, const wire::TableId& table);

}  // namespace lakeport::destinations

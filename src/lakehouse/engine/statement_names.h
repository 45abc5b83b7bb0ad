// Names as a session's statements mean them: what is missing in front is the current catalog and schema.
#pragma once

#include <string>
#include <string_view>

#include "lakeport/lakehouse/catalog.h"
#include "lakeport/lakehouse/engine.h"

namespace lakeport::lakehouse {

ObjectName full_name(ObjectName name, const StatementContext& context);

// A securable's name as written ("t", "default.t", "main.default") made full for its kind; catalogs, external
// locations and the like stay as they are. kInvalidInput when it is no name.
Result<std::string> full_securable_name(SecurableKind kind, std::string_view written,
                                        const StatementContext& context);

// The session's temporary view of that one-part name, or null.
const TemporaryView* temporary_view(const ObjectName& name, const StatementContext& context);

}  // namespace lakeport::lakehouse

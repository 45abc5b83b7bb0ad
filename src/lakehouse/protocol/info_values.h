// What the server says about itself (GetInfo, and getInfos of OpenSession).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "TCLIService_types.h"

namespace lakeport::lakehouse {

// `type`: TGetInfoType. Nothing for one that SQL warehouses do not answer.
std::optional<tcli::TGetInfoValue> info_value(std::int32_t type, const std::string& user);

}  // namespace lakeport::lakehouse

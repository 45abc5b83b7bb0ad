// The origin of this destination's log lines (contract).
#pragma once

#include <string_view>

namespace lakeport::destinations {

inline constexpr std::string_view kLogOrigin = "sdk_destination";

}  // namespace lakeport::destinations

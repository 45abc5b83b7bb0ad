// "Did you mean …?"
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lakeport::sync {

// The name that `wanted` is most likely a slip for: few letters added, left out, changed or swapped, or only
// upper and lower case mixed up. Nothing when none is near.
std::optional<std::string> nearest_name(std::string_view wanted, const std::vector<std::string>& names);

// " (did you mean NAME?)", or an empty text.
std::string did_you_mean(std::string_view wanted, const std::vector<std::string>& names);

}  // namespace lakeport::sync

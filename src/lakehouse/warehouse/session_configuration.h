// Which configuration a session may have, and what of it counts here.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lakeport/base/result.h"

namespace lakeport::lakehouse {

using Configuration = std::vector<std::pair<std::string, std::string>>;

// Names compare without regard to case. kInvalidInput: CONFIG_NOT_AVAILABLE in `where` for a name that is not
// on the list, or what is wrong with the value.
Status check_configuration(std::string_view name, std::string_view value);

// The same for a statement: SET of a name that is not on the list. Anything that is no SET passes.
Status check_set_statement(std::string_view sql);

std::optional<std::string> find_configuration(const Configuration& configuration, std::string_view name);

// STATEMENT_TIMEOUT (seconds; 0: none).
std::optional<std::chrono::milliseconds> statement_timeout(const Configuration& configuration);

}  // namespace lakeport::lakehouse

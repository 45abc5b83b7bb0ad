// The contract's log lines on standard output.
#pragma once

#include <string_view>

namespace lakeport::destinations {

// `level`: INFO, WARNING or SEVERE. Any thread; lines do not mix.
void log_line(std::string_view level, std::string_view message);

}  // namespace lakeport::destinations

#include "server_log.h"

#include <cstdio>
#include <string>

#include <nlohmann/json.hpp>

namespace lakeport::destinations {

void log_line(std::string_view level, std::string_view message) {
  const nlohmann::json line{{"level", level}, {"message", message}, {"message-origin", "sdk_destination"}};
  const std::string text = line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

}  // namespace lakeport::destinations

#include "lakeport/base/log.h"

#include <array>
#include <utility>

namespace lakeport {

Result<spdlog::level::level_enum> log_level_from_string(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, spdlog::level::level_enum>, 5> kLevels{{
      {"debug", spdlog::level::debug},
      {"info", spdlog::level::info},
      {"warning", spdlog::level::warn},
      {"error", spdlog::level::err},
      {"off", spdlog::level::off},
  }};
  for (const auto& [name, level] : kLevels) {
    if (name == text) return level;
  }
  return fail(ErrorKind::kInvalidInput, "there is no log level " + std::string(text), "",
              "Levels are debug, info, warning, error and off.");
}

std::shared_ptr<spdlog::logger> make_logger(std::string name, spdlog::sink_ptr sink,
                                            spdlog::level::level_enum level) {
  auto logger = std::make_shared<spdlog::logger>(std::move(name), std::move(sink));
  logger->set_pattern("%H:%M:%S.%e %l [%n] %v");
  logger->set_level(level);
  logger->flush_on(spdlog::level::debug);
  return logger;
}

}  // namespace lakeport

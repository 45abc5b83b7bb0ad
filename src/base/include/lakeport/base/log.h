// Logs of the program itself: spdlog, on standard error, one line an event.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <spdlog/logger.h>

#include "lakeport/base/result.h"

namespace lakeport {

// "debug", "info", "warning", "error", "off". kInvalidInput for any other word.
Result<spdlog::level::level_enum> log_level_from_string(std::string_view text);

// Lines read "12:00:00.125 warning [NAME] TEXT"; the name says whose they are (a connection…).
std::shared_ptr<spdlog::logger> make_logger(std::string name, spdlog::sink_ptr sink,
                                            spdlog::level::level_enum level);

}  // namespace lakeport

// The two streams of a command: results on standard output, logs and a live line on standard error. Secrets
// are masked on both.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "lakeport/base/log.h"
#include "lakeport/base/result.h"

namespace lakeport::cli {

class LiveSink;

// Any thread may call it.
class Console {
 public:
  // `name`: who speaks, in logs. With `json`, standard output has JSON lines only.
  Console(std::string name, spdlog::level::level_enum level, bool json);
  ~Console();
  Console(const Console&) = delete;
  Console& operator=(const Console&) = delete;

  bool json() const { return json_; }
  // Standard error is a terminal: the live line shows.
  bool live() const;

  // These texts are shown as *** from now on; very short ones are left, for they are in every word.
  void hide(const std::vector<std::string>& secrets);

  void debug(const std::string& text) { log(spdlog::level::debug, text); }
  void info(const std::string& text) { log(spdlog::level::info, text); }
  void warning(const std::string& text) { log(spdlog::level::warn, text); }
  void error(const std::string& text) { log(spdlog::level::err, text); }
  // The last line of standard error on a terminal, replaced each time; an empty text takes it away.
  void set_live(const std::string& text);

  // A line of standard output; print() shows nothing with --json, event() nothing without.
  void print(const std::string& text);
  void event(const nlohmann::json& event);

 private:
  void log(spdlog::level::level_enum level, const std::string& text);

  bool json_;
  std::shared_ptr<LiveSink> sink_;
  std::shared_ptr<spdlog::logger> logger_;
};

}  // namespace lakeport::cli

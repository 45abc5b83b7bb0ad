#include "log_lines.h"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

namespace lakeport::connectors {

namespace {

LogLevel level_of(std::string_view name) {
  if (name == "WARNING") return LogLevel::kWarning;
  // The Connector SDK has ERROR and CRITICAL beside the contract's SEVERE.
  if (name == "SEVERE" || name == "ERROR" || name == "CRITICAL") return LogLevel::kSevere;
  return LogLevel::kInfo;
}

std::string_view name_of(LogLevel level) {
  switch (level) {
    case LogLevel::kInfo:
      return "INFO";
    case LogLevel::kWarning:
      return "WARNING";
    case LogLevel::kSevere:
      return "SEVERE";
  }
  return "";
}

std::string text_or(const nlohmann::json& object, const char* name, const char* otherwise) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : otherwise;
}

// The JSON library's own replacement of bytes that are no UTF-8.
std::string valid_utf8(std::string_view text) {
  const auto quoted = nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  return nlohmann::json::parse(quoted).get<std::string>();
}

}  // namespace

LogLine parse_log_line(OutputStream stream, std::string_view text) {
  const char* stream_name = stream == OutputStream::kStdout ? "stdout" : "stderr";
  if (text.starts_with('{')) {
    const auto object = nlohmann::json::parse(text, nullptr, false);
    if (object.is_object() && object.contains("message") && object.at("message").is_string()) {
      const auto origin = text_or(object, "message-origin", "");
      return {level_of(text_or(object, "level", "INFO")), object.at("message").get<std::string>(),
              origin.empty() ? text_or(object, "message_origin", stream_name) : origin};
    }
  }
  return {LogLevel::kInfo, valid_utf8(text), stream_name};
}

void LogTail::add(LogLine line) {
  const std::scoped_lock lock(mutex_);
  if (lines_.size() == kLines) lines_.pop_front();
  lines_.push_back(std::move(line));
}

std::vector<LogLine> LogTail::lines() const {
  const std::scoped_lock lock(mutex_);
  return {lines_.begin(), lines_.end()};
}

std::string format_tail(const std::vector<LogLine>& lines) {
  if (lines.empty()) return {};
  std::string text = "\nIts last log lines:";
  for (const LogLine& line : lines) {
    // A whole page of one line helps nobody here.
    constexpr std::size_t kShown = 2000;
    std::string message = valid_utf8(line.message.substr(0, kShown));
    if (line.message.size() > kShown) message += " …";
    text += "\n  " + std::string(name_of(line.level)) + " " + message;
  }
  return text;
}

}  // namespace lakeport::connectors

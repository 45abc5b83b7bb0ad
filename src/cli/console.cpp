#include "console.h"

#include <algorithm>
#include <cstdio>
#include <mutex>
#include <utility>

#include <nlohmann/json.hpp>
#include <spdlog/sinks/base_sink.h>
#include <unistd.h>

namespace lakeport::cli {

namespace {
constexpr std::string_view kEraseLine = "\r\x1b[K";
constexpr std::size_t kShortestSecret = 3;
}  // namespace

// Its mutex guards both streams, the live line and the secrets.
class LiveSink : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit LiveSink() : terminal_(::isatty(STDERR_FILENO) == 1) {}

  bool terminal() const { return terminal_; }

  void hide(const std::vector<std::string>& secrets) {
    const std::lock_guard lock(mutex_);
    for (const auto& secret : secrets) {
      if (secret.size() >= kShortestSecret) secrets_.push_back(secret);
    }
    // The longest first: one may be a part of another.
    std::sort(secrets_.begin(), secrets_.end(),
              [](const auto& a, const auto& b) { return a.size() > b.size(); });
  }

  void set_live(const std::string& text) {
    const std::lock_guard lock(mutex_);
    if (!terminal_ || (text.empty() && live_.empty())) return;
    live_ = masked(text);
    write(stderr, std::string(kEraseLine) + live_);
  }

  void print(const std::string& text) {
    const std::lock_guard lock(mutex_);
    around_live([&] { write(stdout, masked(text) + "\n"); });
  }

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t formatted;
    formatter_->format(message, formatted);
    around_live([&] { write(stderr, masked(std::string(formatted.data(), formatted.size()))); });
  }
  void flush_() override {}

 private:
  template <class Write>
  void around_live(Write write_text) {
    if (!live_.empty()) write(stderr, std::string(kEraseLine));
    write_text();
    if (!live_.empty()) write(stderr, live_);
  }

  static void write(std::FILE* stream, const std::string& text) {
    // Nobody is left to be told when the streams themselves are gone.
    (void)std::fwrite(text.data(), 1, text.size(), stream);
    (void)std::fflush(stream);
  }

  std::string masked(std::string text) const {
    for (const auto& secret : secrets_) {
      for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret, at + 3)) {
        text.replace(at, secret.size(), "***");
      }
    }
    return text;
  }

  bool terminal_;
  std::string live_;
  std::vector<std::string> secrets_;
};

Console::Console(std::string name, spdlog::level::level_enum level, bool json)
    : json_(json), sink_(std::make_shared<LiveSink>()), logger_(make_logger(std::move(name), sink_, level)) {}

Console::~Console() { sink_->set_live(""); }

bool Console::live() const { return sink_->terminal(); }
void Console::hide(const std::vector<std::string>& secrets) { sink_->hide(secrets); }
void Console::set_live(const std::string& text) { sink_->set_live(text); }

void Console::print(const std::string& text) {
  if (!json_) sink_->print(text);
}

void Console::event(const nlohmann::json& event) {
  if (json_) sink_->print(event.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

void Console::log(spdlog::level::level_enum level, const std::string& text) { logger_->log(level, text); }

}  // namespace lakeport::cli

// What connectors write, as log lines.
#pragma once

#include <cstddef>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "lakeport/connectors/connector.h"

#include "process.h"

namespace lakeport::connectors {

// A JSON object with a `message` is taken apart (contract, first section and "The Python Connector SDK's
// dialect"); anything else is INFO. Bytes that are no UTF-8 become U+FFFD.
LogLine parse_log_line(OutputStream stream, std::string_view text);

// The newest lines of a connector.
class LogTail {
 public:
  static constexpr std::size_t kLines = 20;
  void add(LogLine line);
  std::vector<LogLine> lines() const;

 private:
  mutable std::mutex mutex_;
  std::deque<LogLine> lines_;
};

// "\nIts last log lines:\n  SEVERE message…" to go behind an error's text; empty when there are none.
std::string format_tail(const std::vector<LogLine>& lines);

}  // namespace lakeport::connectors

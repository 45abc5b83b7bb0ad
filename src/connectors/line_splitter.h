// Bytes of a stream to lines of bounded length.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace lakeport::connectors {

// The rest of a longer line is left out, and the line says so.
inline constexpr std::size_t kLongestLine = 64 * 1024;

class LineSplitter {
 public:
  // Calls `hand_over(std::string_view)` for each line that is complete by now, without its end.
  template <class HandOver>
  void add(std::string_view bytes, const HandOver& hand_over) {
    while (!bytes.empty()) {
      const std::size_t end = std::min(bytes.find('\n'), bytes.size());
      keep(bytes.substr(0, end));
      if (end == bytes.size()) return;
      release(hand_over);
      bytes.remove_prefix(end + 1);
    }
  }
  // The stream is over: hands over what has no line's end.
  template <class HandOver>
  void end(const HandOver& hand_over) {
    if (!line_.empty()) release(hand_over);
  }

 private:
  void keep(std::string_view part) {
    const std::size_t room = kLongestLine - line_.size();
    line_ += part.substr(0, room);
    left_out_ += part.size() - std::min(part.size(), room);
  }
  template <class HandOver>
  void release(const HandOver& hand_over) {
    if (left_out_ > 0) line_ += " … (" + std::to_string(left_out_) + " more bytes left out)";
    if (line_.ends_with('\r')) line_.pop_back();
    hand_over(std::string_view(line_));
    line_.clear();
    left_out_ = 0;
  }

  std::string line_;
  std::size_t left_out_ = 0;
};

}  // namespace lakeport::connectors

#include "response_head.h"

#include <algorithm>
#include <array>
#include <ctime>
#include <string_view>

#include <boost/beast/core/string.hpp>
#include <boost/beast/http/status.hpp>
#include <fmt/format.h>

namespace lakeport::net {

namespace {

// RFC 9110 section 5.6.7. Made once a second and thread.
const std::string& http_date() {
  thread_local std::time_t made = 0;
  thread_local std::string text;
  const std::time_t now = std::time(nullptr);
  if (now != made) {
    static constexpr std::array<std::string_view, 7> kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    std::tm utc{};
    gmtime_r(&now, &utc);
    text =
        fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} GMT", kDays.at(static_cast<std::size_t>(utc.tm_wday)),
                    utc.tm_mday, kMonths.at(static_cast<std::size_t>(utc.tm_mon)), utc.tm_year + 1900,
                    utc.tm_hour, utc.tm_min, utc.tm_sec);
    made = now;
  }
  return text;
}

bool is_ours(std::string_view name) {
  static constexpr std::array<std::string_view, 4> kOurs{"Content-Length", "Transfer-Encoding", "Connection",
                                                         "Date"};
  return std::ranges::any_of(kOurs, [&](std::string_view ours) { return boost::beast::iequals(name, ours); });
}

// A value from a request must not be able to begin a header field, or a body, of its own.
void append_on_one_line(std::string& text, std::string_view value) {
  for (const char c : value) text += c == '\r' || c == '\n' || c == '\0' ? ' ' : c;
}

}  // namespace

std::string render_head(const Response& response, const ResponseHead& head) {
  const std::string_view reason = boost::beast::http::obsolete_reason(
      boost::beast::http::int_to_status(static_cast<unsigned>(response.status)));
  std::string text = fmt::format("HTTP/1.1 {} {}\r\nDate: {}\r\n", response.status, reason, http_date());
  for (const auto& [name, value] : response.headers.fields()) {
    if (is_ours(name)) continue;
    append_on_one_line(text, name);
    text += ": ";
    append_on_one_line(text, value);
    text += "\r\n";
  }
  if (head.framing == Framing::kLength) text += fmt::format("Content-Length: {}\r\n", head.length);
  if (head.framing == Framing::kChunked) text += "Transfer-Encoding: chunked\r\n";
  text += head.keep_alive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n";
  return text;
}

}  // namespace lakeport::net

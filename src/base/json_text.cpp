#include "lakeport/base/json_text.h"

namespace lakeport {
namespace {

// The letter after the backslash; 'u' for those that need four digits, 0 for characters that stay.
char escape_of(char c) {
  switch (c) {
    case '"':
    case '\\':
      return c;
    case '\b':
      return 'b';
    case '\f':
      return 'f';
    case '\n':
      return 'n';
    case '\r':
      return 'r';
    case '\t':
      return 't';
    default:
      return static_cast<unsigned char>(c) < 0x20 ? 'u' : '\0';
  }
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  out += '"';
  std::size_t written = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char escape = escape_of(text[at]);
    if (escape == '\0') continue;
    out.append(text, written, at - written);
    out += '\\';
    out += escape;
    if (escape == 'u') {
      const auto code = static_cast<unsigned char>(text[at]);
      out += "00";
      out += kDigits[code >> 4U];
      out += kDigits[code & 15U];
    }
    written = at + 1;
  }
  out.append(text, written);
  out += '"';
}

}  // namespace lakeport

#include "name_pattern.h"

#include <cctype>
#include <optional>

namespace lakeport::lakehouse {
namespace {

char lower(char character) { return static_cast<char>(std::tolower(static_cast<unsigned char>(character))); }

// Bytes of the character that starts at `place` (UTF-8).
std::size_t character_size(std::string_view text, std::size_t place) {
  std::size_t size = 1;
  while (place + size < text.size() && (static_cast<unsigned char>(text[place + size]) & 0xC0U) == 0x80U)
    ++size;
  return size;
}

}  // namespace

NamePattern::NamePattern(bool given, std::string_view pattern)
    : every_(!given || pattern.empty() || pattern == "*" || pattern == "%") {
  for (const char character : pattern) pattern_ += lower(character);
}

bool NamePattern::matches(std::string_view name) const {
  if (every_) return true;
  const std::string_view pattern = pattern_;
  std::size_t at = 0;
  std::size_t in_name = 0;
  // Where to go on after the last %, when what follows does not match.
  std::optional<std::size_t> after_any;
  std::size_t any_until = 0;
  while (in_name < name.size() || at < pattern.size()) {
    if (at < pattern.size()) {
      if (pattern[at] == '%') {
        after_any = ++at;
        any_until = in_name;
        continue;
      }
      if (in_name < name.size()) {
        if (pattern[at] == '_') {
          in_name += character_size(name, in_name);
          ++at;
          continue;
        }
        const std::size_t literal = pattern[at] == '\\' && at + 1 < pattern.size() ? at + 1 : at;
        if (pattern[literal] == lower(name[in_name])) {
          at = literal + 1;
          ++in_name;
          continue;
        }
      }
    }
    if (!after_any || any_until >= name.size()) return false;
    in_name = ++any_until;
    at = *after_any;
  }
  return true;
}

}  // namespace lakeport::lakehouse

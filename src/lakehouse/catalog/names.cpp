#include <cstdlib>
#include <memory>

#include <fmt/format.h>
#include <utf8proc.h>

#include "lakeport/lakehouse/securable.h"

namespace lakeport::lakehouse {

namespace {

constexpr int kLongestName = 255;

bool is_ascii(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) >= 0x80) return false;
  }
  return true;
}

bool needs_quotes(std::string_view part) {
  for (const char c : part) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    if (!plain) return true;
  }
  return part.empty() || (part[0] >= '0' && part[0] <= '9');
}

void append_part(std::string& to, std::string_view part) {
  if (!to.empty()) to.push_back('.');
  if (!needs_quotes(part)) {
    to.append(part);
    return;
  }
  to.push_back('`');
  for (const char c : part) {
    if (c == '`') to.push_back('`');
    to.push_back(c);
  }
  to.push_back('`');
}

// The part that starts at `position`, which moves behind it: quoted when a backtick opens it and one before a
// '.' or the end closes it; else as it stands up to the next '.'.
std::string take_part(std::string_view text, std::size_t& position) {
  if (text[position] == '`') {
    std::string part;
    for (std::size_t i = position + 1; i < text.size(); ++i) {
      if (text[i] != '`') {
        part.push_back(text[i]);
      } else if (i + 1 < text.size() && text[i + 1] == '`') {
        part.push_back('`');
        ++i;
      } else if (i + 1 == text.size() || text[i + 1] == '.') {
        position = i + 1;
        return part;
      } else {
        break;
      }
    }
  }
  const auto end = std::min(text.find('.', position), text.size());
  std::string part(text.substr(position, end - position));
  position = end;
  return part;
}

}  // namespace

std::string ObjectName::full() const {
  std::string text;
  for (const auto* part : {&catalog, &schema, &object}) {
    if (!part->empty()) append_part(text, *part);
  }
  return text;
}

Result<ObjectName> parse_object_name(std::string_view full_name) {
  ObjectName name;
  std::string* const parts[] = {&name.catalog, &name.schema, &name.object};
  std::size_t position = 0;
  std::size_t count = 0;
  bool more = !full_name.empty();
  while (more) {
    if (count == 3 || position == full_name.size()) {
      return fail(ErrorKind::kInvalidInput,
                  fmt::format("'{}' is not a name of one to three parts", full_name), "INVALID_NAME");
    }
    *parts[count] = take_part(full_name, position);
    LAKEPORT_RETURN_IF_ERROR(check_name("object", *parts[count]));
    ++count;
    more = position < full_name.size();
    if (more) ++position;  // the '.'
  }
  if (count == 0) return fail(ErrorKind::kInvalidInput, "a name is empty", "INVALID_NAME");
  return name;
}

namespace {

Status check_text(std::string_view what, std::string_view name, bool separators) {
  const auto refuse = [&](std::string_view why) {
    return fail(ErrorKind::kInvalidInput, fmt::format("the {} name {}", what, why), "INVALID_NAME");
  };
  if (name.empty()) return refuse("is empty");
  int characters = 0;
  bool blank = true;
  auto rest = name;
  while (!rest.empty()) {
    utf8proc_int32_t point = -1;
    const auto length = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(rest.data()),
                                         static_cast<utf8proc_ssize_t>(rest.size()), &point);
    if (length <= 0) return refuse("is not valid UTF-8");
    if (point < 0x20 || (point >= 0x7f && point < 0xa0)) return refuse("has a control character");
    if (!separators && (point == '.' || point == '/'))
      return refuse(fmt::format("'{}' has a '{}'", name, char(point)));
    const auto category = utf8proc_category(point);
    if (category != UTF8PROC_CATEGORY_ZS && category != UTF8PROC_CATEGORY_ZL &&
        category != UTF8PROC_CATEGORY_ZP) {
      blank = false;
    }
    ++characters;
    rest.remove_prefix(static_cast<std::size_t>(length));
  }
  if (blank) return refuse("has only spaces");
  if (characters > kLongestName) {
    return refuse(fmt::format("has {} characters; {} are the most", characters, kLongestName));
  }
  return {};
}

}  // namespace

Status check_name(std::string_view what, std::string_view name) { return check_text(what, name, false); }
Status check_column_name(std::string_view name) { return check_text("column", name, true); }

std::string name_key(std::string_view name) {
  if (is_ascii(name)) {
    std::string key(name);
    for (char& c : key) {
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return key;
  }
  utf8proc_uint8_t* folded = nullptr;
  const auto length = utf8proc_map(
      reinterpret_cast<const utf8proc_uint8_t*>(name.data()), static_cast<utf8proc_ssize_t>(name.size()),
      &folded, static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD));
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owned(folded, &std::free);
  // Names that are no UTF-8 are refused before they are stored, so that such a key finds nothing.
  if (length < 0) return std::string(name);
  return {reinterpret_cast<const char*>(folded), static_cast<std::size_t>(length)};
}

}  // namespace lakeport::lakehouse

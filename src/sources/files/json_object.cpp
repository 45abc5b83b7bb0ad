#include "json_object.h"

#include <array>

#include <nlohmann/json.hpp>

namespace lakeport::sources::files {
namespace {

constexpr std::string_view kSpaces = " \t\r\n";

// `at` is behind the opening quote; returns where the closing one is.
std::size_t end_of_string(std::string_view text, std::size_t at) {
  while (at < text.size() && text[at] != '"') at += text[at] == '\\' ? 2 : 1;
  return std::min(at, text.size());
}

// Where the object or array that opens at `at` ends: behind its closing bracket.
std::size_t end_of_nested(std::string_view text, std::size_t at) {
  int depth = 0;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '"') at = end_of_string(text, at + 1);
    if (c == '{' || c == '[') ++depth;
    if (c == '}' || c == ']') --depth;
    if (depth == 0) return at + 1;
  }
  return text.size();
}

std::size_t skip(std::string_view text, std::size_t at, std::string_view what) {
  return std::min(text.find_first_not_of(what, at), text.size());
}

}  // namespace

bool for_each_member(std::string_view object, const std::function<void(const JsonMember&)>& take) {
  std::size_t at = skip(object, 0, kSpaces);
  if (at == object.size() || object[at] != '{') return false;
  ++at;
  while (true) {
    at = skip(object, at, " \t\r\n,");
    if (at == object.size() || object[at] != '"') return true;
    JsonMember member;
    const std::size_t key_end = end_of_string(object, at + 1);
    member.key = object.substr(at + 1, key_end - at - 1);
    at = skip(object, key_end + 1, " \t\r\n:");
    if (at == object.size()) return true;
    std::size_t end = 0;
    if (object[at] == '"') {
      end = end_of_string(object, at + 1);
      member.kind = JsonKind::kString;
      member.value = object.substr(at + 1, end - at - 1);
      ++end;
    } else if (object[at] == '{' || object[at] == '[') {
      end = end_of_nested(object, at);
      member.kind = JsonKind::kNested;
      member.value = object.substr(at, end - at);
    } else {
      end = std::min(object.find_first_of(" \t\r\n,}", at), object.size());
      member.value = object.substr(at, end - at);
      member.kind = member.value == "null" ? JsonKind::kNull : JsonKind::kScalar;
    }
    take(member);
    at = end;
  }
}

std::optional<std::string> unescape_json(std::string_view text) {
  if (text.find('\\') == std::string_view::npos) return std::string(text);
  const auto parsed = nlohmann::json::parse("\"" + std::string(text) + "\"", nullptr, false);
  if (!parsed.is_string()) return std::nullopt;
  return parsed.get<std::string>();
}

std::optional<std::string> quote_non_finite(std::string_view json) {
  static constexpr std::array<std::string_view, 7> kWords{"-Infinity", "Infinity", "-inf", "-nan",
                                                          "NaN",       "nan",      "inf"};
  std::optional<std::string> quoted;
  std::size_t copied = 0;
  for (std::size_t at = 0; at < json.size(); ++at) {
    if (json[at] == '"') {
      at = end_of_string(json, at + 1);
      continue;
    }
    for (std::string_view word : kWords) {
      if (!json.substr(at).starts_with(word)) continue;
      if (!quoted) quoted.emplace();
      *quoted += json.substr(copied, at - copied);
      *quoted += '"';
      *quoted += word;
      *quoted += '"';
      at += word.size() - 1;
      copied = at + 1;
      break;
    }
  }
  if (quoted) *quoted += json.substr(copied);
  return quoted;
}

}  // namespace lakeport::sources::files

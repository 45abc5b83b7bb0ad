#include "sql_type.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

#include "TCLIService_types.h"

namespace lakeport::lakehouse {
namespace {

struct KnownType {
  std::string_view name;
  std::int32_t thrift_type, jdbc_type;
};

using tcli::TTypeId;
constexpr auto kTypes = std::to_array<KnownType>({
    {"array", TTypeId::ARRAY_TYPE, 2003},
    {"bigint", TTypeId::BIGINT_TYPE, -5},
    {"binary", TTypeId::BINARY_TYPE, -2},
    {"boolean", TTypeId::BOOLEAN_TYPE, 16},
    {"byte", TTypeId::TINYINT_TYPE, -6},
    {"char", TTypeId::CHAR_TYPE, 1},
    {"date", TTypeId::DATE_TYPE, 91},
    {"dec", TTypeId::DECIMAL_TYPE, 3},
    {"decimal", TTypeId::DECIMAL_TYPE, 3},
    {"double", TTypeId::DOUBLE_TYPE, 8},
    {"float", TTypeId::FLOAT_TYPE, 6},
    {"int", TTypeId::INT_TYPE, 4},
    {"integer", TTypeId::INT_TYPE, 4},
    {"long", TTypeId::BIGINT_TYPE, -5},
    {"map", TTypeId::MAP_TYPE, 2000},
    {"numeric", TTypeId::DECIMAL_TYPE, 3},
    {"real", TTypeId::FLOAT_TYPE, 6},
    {"short", TTypeId::SMALLINT_TYPE, 5},
    {"smallint", TTypeId::SMALLINT_TYPE, 5},
    {"string", TTypeId::STRING_TYPE, 12},
    {"struct", TTypeId::STRUCT_TYPE, 2002},
    {"timestamp", TTypeId::TIMESTAMP_TYPE, 93},
    {"timestamp_ltz", TTypeId::TIMESTAMP_TYPE, 93},
    {"timestamp_ntz", TTypeId::TIMESTAMP_TYPE, 93},
    {"tinyint", TTypeId::TINYINT_TYPE, -6},
    {"varchar", TTypeId::VARCHAR_TYPE, 12},
    {"variant", TTypeId::STRING_TYPE, 12},
    {"void", TTypeId::NULL_TYPE, 0},
});

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), [](unsigned char c) { return std::tolower(c); });
  return result;
}

std::optional<std::int32_t> number_after(std::string_view text, std::size_t place) {
  while (place < text.size() && (text[place] == ' ' || text[place] == ',' || text[place] == '(')) ++place;
  std::int32_t value = 0;
  const auto read = std::from_chars(text.data() + place, text.data() + text.size(), value);
  if (read.ec != std::errc()) return std::nullopt;
  return value;
}

}  // namespace

SqlType sql_type(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  const auto end = text.find_first_of("(< ");
  std::string name = lower(text.substr(0, end));
  if (name == "interval") {
    std::string whole = lower(text);
    const bool months = whole.find("year") != std::string::npos || whole.find("month") != std::string::npos;
    return {std::move(whole), months ? TTypeId::INTERVAL_YEAR_MONTH_TYPE : TTypeId::INTERVAL_DAY_TIME_TYPE};
  }
  const auto* known = std::ranges::lower_bound(kTypes, name, {}, &KnownType::name);
  if (known == kTypes.end() || known->name != name) return {std::move(name), TTypeId::STRING_TYPE};
  SqlType type{std::move(name), known->thrift_type};
  const bool parameters = end != std::string_view::npos && text[end] == '(';
  if (type.thrift_type == TTypeId::DECIMAL_TYPE) {
    type.precision = parameters ? number_after(text, end).value_or(10) : 10;
    const auto comma = text.find(',');
    type.scale = parameters && comma != std::string_view::npos ? number_after(text, comma).value_or(0) : 0;
  } else if (parameters &&
             (type.thrift_type == TTypeId::VARCHAR_TYPE || type.thrift_type == TTypeId::CHAR_TYPE)) {
    type.length = number_after(text, end);
  }
  return type;
}

std::string type_label(std::string_view text) {
  // Field names of structs stand between '<' or ',' and ':'; everything else is type.
  std::string label;
  std::size_t start = 0;
  int parentheses = 0;
  bool quoted = false;
  const auto flush = [&](std::size_t end, bool name) {
    const auto part = text.substr(start, end - start);
    if (name) {
      label += part;
    } else {
      for (const char c : part) label += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    }
    start = end;
  };
  for (std::size_t place = 0; place < text.size(); ++place) {
    const char c = text[place];
    if (c == '`') quoted = !quoted;
    if (quoted) continue;
    if (c == '(') ++parentheses;
    if (c == ')') --parentheses;
    if (c == ':') flush(place, true);
    if ((c == '<' || c == '>' || c == ',') && parentheses == 0) flush(place + 1, false);
  }
  flush(text.size(), false);
  return label;
}

std::int32_t jdbc_type(const SqlType& type) {
  const auto* known = std::ranges::lower_bound(kTypes, type.name, {}, &KnownType::name);
  return known != kTypes.end() && known->name == type.name ? known->jdbc_type : 12;
}

}  // namespace lakeport::lakehouse

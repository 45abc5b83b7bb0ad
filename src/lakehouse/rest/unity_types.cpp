#include "unity_types.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

namespace lakeport::lakehouse {

namespace {

struct SimpleType {
  std::string_view text;   // as DDL has it
  std::string_view name;   // the REST interface's word
  std::string_view spark;  // in Spark's JSON
};

constexpr std::array<SimpleType, 20> kSimpleTypes = {{
    {"bigint", "LONG", "long"},
    {"long", "LONG", "long"},
    {"binary", "BINARY", "binary"},
    {"boolean", "BOOLEAN", "boolean"},
    {"date", "DATE", "date"},
    {"double", "DOUBLE", "double"},
    {"float", "FLOAT", "float"},
    {"real", "FLOAT", "float"},
    {"int", "INT", "integer"},
    {"integer", "INT", "integer"},
    {"smallint", "SHORT", "short"},
    {"short", "SHORT", "short"},
    {"tinyint", "BYTE", "byte"},
    {"byte", "BYTE", "byte"},
    {"string", "STRING", "string"},
    {"timestamp", "TIMESTAMP", "timestamp"},
    {"timestamp_ntz", "TIMESTAMP_NTZ", "timestamp_ntz"},
    {"variant", "VARIANT", "variant"},
    {"void", "NULL", "void"},
    {"null", "NULL", "void"},
}};

// Deeper ones are no types that anybody means.
constexpr int kDeepest = 64;

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  return result;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front())) != 0) text.remove_prefix(1);
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0) text.remove_suffix(1);
  return text;
}

// "a,b<c,d>" at its commas outside of brackets and quotes.
std::vector<std::string_view> split_arguments(std::string_view text, char at = ',') {
  std::vector<std::string_view> parts;
  int depth = 0;
  char quote = 0;
  std::size_t start = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '`' || c == '\'') {
      quote = c;
    } else if (c == '<' || c == '(') {
      ++depth;
    } else if (c == '>' || c == ')') {
      --depth;
    } else if (c == at && depth == 0) {
      parts.push_back(trimmed(text.substr(start, i - start)));
      start = i + 1;
    }
  }
  if (!trimmed(text.substr(start)).empty() || !parts.empty()) parts.push_back(trimmed(text.substr(start)));
  return parts;
}

// What is between the brackets of "word<…>" or "word(…)"; nothing when the text is not of that form.
std::optional<std::string_view> arguments_of(std::string_view type, std::string_view word, char open,
                                             char close) {
  if (!lower(type.substr(0, word.size())).starts_with(word)) return std::nullopt;
  auto rest = trimmed(type.substr(word.size()));
  if (rest.size() < 2 || rest.front() != open || rest.back() != close) return std::nullopt;
  return rest.substr(1, rest.size() - 2);
}

Json spark_type(std::string_view type, int depth);

Json spark_field(std::string_view name, std::string_view type, bool nullable, int depth) {
  return {{"name", name},
          {"type", spark_type(type, depth)},
          {"nullable", nullable},
          {"metadata", Json::object()}};
}

// "name: type not null comment 'x'"
Json struct_field(std::string_view field, int depth) {
  const auto colon = split_arguments(field, ':');
  std::string_view name = colon.empty() ? field : colon[0];
  std::string_view type;
  if (colon.size() > 1) {
    type = trimmed(field.substr(static_cast<std::size_t>(colon[1].data() - field.data())));
  } else if (const auto gap = field.find(' '); gap != std::string_view::npos) {
    name = field.substr(0, gap);
    type = trimmed(field.substr(gap));
  }
  if (name.size() >= 2 && name.front() == '`' && name.back() == '`') name = name.substr(1, name.size() - 2);
  auto rest = lower(type);
  if (const auto comment = rest.find(" comment '"); comment != std::string::npos) {
    type = trimmed(type.substr(0, comment));
    rest = lower(type);
  }
  const bool required = rest.ends_with(" not null");
  if (required) type = trimmed(type.substr(0, type.size() - std::string_view(" not null").size()));
  return spark_field(name, type, !required, depth);
}

Json spark_type(std::string_view type, int depth) {
  type = trimmed(type);
  const auto text = lower(type);
  for (const auto& simple : kSimpleTypes) {
    if (simple.text == text) return simple.spark;
  }
  if (depth < kDeepest) {
    if (const auto element = arguments_of(type, "array", '<', '>')) {
      return {{"type", "array"}, {"elementType", spark_type(*element, depth + 1)}, {"containsNull", true}};
    }
    if (const auto arguments = arguments_of(type, "map", '<', '>')) {
      const auto both = split_arguments(*arguments);
      if (both.size() == 2) {
        return {{"type", "map"},
                {"keyType", spark_type(both[0], depth + 1)},
                {"valueType", spark_type(both[1], depth + 1)},
                {"valueContainsNull", true}};
      }
    }
    if (const auto arguments = arguments_of(type, "struct", '<', '>')) {
      Json fields = Json::array();
      for (const auto field : split_arguments(*arguments)) fields.push_back(struct_field(field, depth + 1));
      return {{"type", "struct"}, {"fields", std::move(fields)}};
    }
  }
  if (text == "decimal" || text == "dec" || text == "numeric") return "decimal(10,0)";
  return text;
}

std::string_view type_name(std::string_view type) {
  const auto text = lower(trimmed(type));
  for (const auto& simple : kSimpleTypes) {
    if (simple.text == text) return simple.name;
  }
  for (const auto& [prefix, name] : std::array<std::pair<std::string_view, std::string_view>, 8>{{
           {"decimal", "DECIMAL"},
           {"numeric", "DECIMAL"},
           {"array", "ARRAY"},
           {"map", "MAP"},
           {"struct", "STRUCT"},
           {"interval", "INTERVAL"},
           {"varchar", "STRING"},
           {"char", "CHAR"},
       }}) {
    if (text.starts_with(prefix)) return name;
  }
  return "USER_DEFINED_TYPE";
}

std::optional<int> whole_number(std::string_view text) {
  text = trimmed(text);
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

Json type_fields(std::string_view name, std::string_view type_text, bool nullable) {
  Json fields = {
      {"type_text", type_text},
      {"type_name", type_name(type_text)},
      {"type_json",
       spark_field(name, type_text, nullable, 0).dump(-1, ' ', false, Json::error_handler_t::replace)}};
  if (fields["type_name"] == "DECIMAL") {
    int precision = 10;
    int scale = 0;
    if (const auto arguments = arguments_of(trimmed(type_text), "decimal", '(', ')')) {
      const auto numbers = split_arguments(*arguments);
      if (!numbers.empty()) precision = whole_number(numbers[0]).value_or(precision);
      if (numbers.size() > 1) scale = whole_number(numbers[1]).value_or(scale);
    }
    fields["type_precision"] = precision;
    fields["type_scale"] = scale;
  }
  return fields;
}

Result<std::string> type_text_of(const Fields& column) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto text, column.text_or("type_text", ""));
  if (!text.empty()) return lower(text);
  LAKEPORT_ASSIGN_OR_RETURN(const auto name, column.non_empty_text("type_name"));
  if (name == "DECIMAL") {
    LAKEPORT_ASSIGN_OR_RETURN(const auto precision, column.integer_or("type_precision", 10));
    LAKEPORT_ASSIGN_OR_RETURN(const auto scale, column.integer_or("type_scale", 0));
    return "decimal(" + std::to_string(precision) + "," + std::to_string(scale) + ")";
  }
  for (const auto& simple : kSimpleTypes) {
    if (simple.name == name) return std::string(simple.text);
  }
  return fail(column.invalid("type_name", "needs a type_text beside it"));
}

}  // namespace lakeport::lakehouse

#include "lakeport/lakehouse/fields.h"

#include <charconv>

namespace lakeport::lakehouse {

namespace {

constexpr int kDeepest = 64;

Result<std::int64_t> integer_of(const Json& value, const Error& wrong) {
  if (value.is_number_unsigned() && value.get<std::uint64_t>() > INT64_MAX) return fail(wrong);
  if (!value.is_number_integer()) return fail(wrong);
  return value.get<std::int64_t>();
}

std::string_view type_of(const Json& value) {
  if (value.is_string()) return "a string";
  if (value.is_boolean()) return "a boolean";
  if (value.is_number()) return "a number";
  if (value.is_array()) return "an array";
  return "an object";
}

std::string wanted(std::string_view type, const Json& value) {
  return "must be " + std::string(type) + ", not " + std::string(type_of(value));
}

}  // namespace

std::string Fields::place(std::string_view name) const {
  return path_.empty() ? std::string(name) : path_ + "." + std::string(name);
}

Error Fields::invalid(std::string_view name, std::string_view what) const {
  return {ErrorKind::kInvalidInput, std::string(what), "field `" + place(name) + "`"};
}

Error Fields::missing(std::string_view name) const { return invalid(name, "is missing"); }

Error Fields::unknown_word(std::string_view name, std::string_view word, std::string_view known) const {
  return invalid(name, "\"" + std::string(word) + "\" is not one of " + std::string(known));
}

const Json* Fields::find(std::string_view name) const {
  const auto found = object_.find(name);
  return found == object_.end() || found->is_null() ? nullptr : &*found;
}

Result<std::optional<std::string>> Fields::optional_text(std::string_view name) const {
  const Json* value = find(name);
  if (value == nullptr) return std::optional<std::string>();
  if (!value->is_string()) return fail(invalid(name, wanted("a string", *value)));
  return std::optional<std::string>(value->get<std::string>());
}

Result<std::optional<std::int64_t>> Fields::optional_integer(std::string_view name) const {
  const Json* value = find(name);
  if (value == nullptr) return std::optional<std::int64_t>();
  LAKEPORT_ASSIGN_OR_RETURN(const std::int64_t number,
                            integer_of(*value, invalid(name, wanted("a 64-bit integer", *value))));
  return std::optional<std::int64_t>(number);
}

Result<std::optional<bool>> Fields::optional_boolean(std::string_view name) const {
  const Json* value = find(name);
  if (value == nullptr) return std::optional<bool>();
  if (!value->is_boolean()) return fail(invalid(name, wanted("a boolean", *value)));
  return std::optional<bool>(value->get<bool>());
}

Result<std::string> Fields::text(std::string_view name) const {
  LAKEPORT_ASSIGN_OR_RETURN(auto value, optional_text(name));
  if (!value) return fail(missing(name));
  return *std::move(value);
}

Result<std::string> Fields::non_empty_text(std::string_view name) const {
  LAKEPORT_ASSIGN_OR_RETURN(auto value, text(name));
  if (value.empty()) return fail(invalid(name, "must not be empty"));
  return value;
}

Result<std::int64_t> Fields::integer(std::string_view name) const {
  LAKEPORT_ASSIGN_OR_RETURN(const auto value, optional_integer(name));
  if (!value) return fail(missing(name));
  return *value;
}

Result<bool> Fields::boolean(std::string_view name) const {
  LAKEPORT_ASSIGN_OR_RETURN(const auto value, optional_boolean(name));
  if (!value) return fail(missing(name));
  return *value;
}

Result<std::int64_t> Fields::integer_or_digits(std::string_view name) const {
  const Json* value = find(name);
  if (value == nullptr || !value->is_string()) return integer(name);
  const auto& digits = value->get_ref<const std::string&>();
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc() || end != digits.data() + digits.size())
    return fail(invalid(name, "must be a 64-bit integer"));
  return number;
}

Result<std::string> Fields::text_or(std::string_view name, std::string_view otherwise) const {
  LAKEPORT_ASSIGN_OR_RETURN(auto value, optional_text(name));
  return value ? *std::move(value) : std::string(otherwise);
}

Result<std::int64_t> Fields::integer_or(std::string_view name, std::int64_t otherwise) const {
  LAKEPORT_ASSIGN_OR_RETURN(const auto value, optional_integer(name));
  return value.value_or(otherwise);
}

Result<bool> Fields::boolean_or(std::string_view name, bool otherwise) const {
  LAKEPORT_ASSIGN_OR_RETURN(const auto value, optional_boolean(name));
  return value.value_or(otherwise);
}

Result<std::optional<Fields>> Fields::optional_object(std::string_view name) const {
  const Json* value = find(name);
  if (value == nullptr) return std::optional<Fields>();
  if (!value->is_object()) return fail(invalid(name, wanted("an object", *value)));
  return std::optional<Fields>(Fields(*value, place(name)));
}

Result<Fields> Fields::object(std::string_view name) const {
  LAKEPORT_ASSIGN_OR_RETURN(auto value, optional_object(name));
  if (!value) return fail(missing(name));
  return *std::move(value);
}

Result<std::vector<Fields>> Fields::objects(std::string_view name) const {
  const Json* value = find(name);
  std::vector<Fields> all;
  if (value == nullptr) return all;
  if (!value->is_array()) return fail(invalid(name, wanted("an array of objects", *value)));
  for (const Json& item : *value) {
    const std::string indexed = std::string(name) + "[" + std::to_string(all.size()) + "]";
    if (!item.is_object()) return fail(invalid(indexed, wanted("an object", item)));
    all.emplace_back(item, place(indexed));
  }
  return all;
}

Result<std::vector<std::string>> Fields::texts(std::string_view name) const {
  const Json* value = find(name);
  std::vector<std::string> all;
  if (value == nullptr) return all;
  if (!value->is_array()) return fail(invalid(name, wanted("an array of strings", *value)));
  for (const Json& item : *value) {
    if (!item.is_string())
      return fail(
          invalid(std::string(name) + "[" + std::to_string(all.size()) + "]", wanted("a string", item)));
    all.push_back(item.get<std::string>());
  }
  return all;
}

Result<std::vector<std::pair<std::string, std::string>>> Fields::text_map(std::string_view name) const {
  LAKEPORT_ASSIGN_OR_RETURN(const auto object, optional_object(name));
  std::vector<std::pair<std::string, std::string>> all;
  if (!object) return all;
  for (const auto& [key, value] : object->json().items()) {
    LAKEPORT_ASSIGN_OR_RETURN(auto text, object->text(key));
    all.emplace_back(key, std::move(text));
  }
  return all;
}

Result<Fields> parse_body(std::string_view body) {
  if (body.find_first_not_of(" \t\r\n") == std::string_view::npos) return Fields(Json::object());
  bool too_deep = false;
  const Json::parser_callback_t limit_depth = [&](int depth, Json::parse_event_t, Json&) {
    too_deep = too_deep || depth > kDeepest;
    return depth <= kDeepest;
  };
  try {
    Json parsed = Json::parse(body, limit_depth);
    if (too_deep) return fail(ErrorKind::kInvalidInput, "the JSON body is nested too deeply (64 at most)");
    if (!parsed.is_object()) return fail(ErrorKind::kInvalidInput, "the body must be a JSON object");
    return Fields(std::move(parsed));
  } catch (const Json::parse_error& error) {
    return fail(ErrorKind::kInvalidInput,
                "the body is not valid JSON (byte " + std::to_string(error.byte) + ")");
  } catch (const Json::exception&) {  // numbers too large for a double
    return fail(ErrorKind::kInvalidInput, "the body holds a number that is out of range");
  }
}

}  // namespace lakeport::lakehouse

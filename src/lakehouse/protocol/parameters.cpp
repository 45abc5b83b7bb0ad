#include "parameters.h"

#include <charconv>
#include <set>
#include <string>

#include <nlohmann/json.hpp>

namespace lakeport::lakehouse {
namespace {

// Arrays, maps and structs come as a tree; the engine takes JSON with the full type. Members of a map
// alternate between key and value, those of a struct carry their name in their type ("name: INT").
nlohmann::json json_of(const tcli::TSparkParameterValueArg& argument) {
  if (!argument.arguments.empty() || argument.type == "ARRAY" || argument.type == "MAP" ||
      argument.type == "STRUCT") {
    auto list = nlohmann::json::array();
    for (const auto& member : argument.arguments) list.push_back(json_of(member));
    return list;
  }
  if (!argument.__isset.value) return nullptr;
  return argument.value;
}

nlohmann::json object_of(const std::vector<tcli::TSparkParameterValueArg>& members) {
  auto object = nlohmann::json::object();
  for (std::size_t place = 0; place + 1 < members.size(); place += 2) {
    object[members[place].value] = json_of(members[place + 1]);
  }
  return object;
}

std::optional<std::string> value_of(const tcli::TSparkParameter& wire) {
  if (wire.__isset.arguments && !wire.arguments.empty()) {
    if (wire.type.starts_with("MAP")) return object_of(wire.arguments).dump();
    auto list = nlohmann::json::array();
    for (const auto& member : wire.arguments) list.push_back(json_of(member));
    return list.dump();
  }
  if (!wire.__isset.value) return std::nullopt;
  if (wire.value.__isset.stringValue) return wire.value.stringValue;
  if (wire.value.__isset.booleanValue) return wire.value.booleanValue ? "true" : "false";
  if (wire.value.__isset.doubleValue) {
    std::array<char, 32> buffer{};
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), wire.value.doubleValue).ptr;
    return std::string(buffer.data(), end);
  }
  return std::nullopt;
}

std::string full_type(const std::string& type, const std::vector<tcli::TSparkParameterValueArg>& arguments) {
  if (arguments.empty() || type.find('<') != std::string::npos) return type;
  const auto member = [&](std::size_t place) {
    return full_type(arguments[place].type, arguments[place].arguments);
  };
  if (type == "ARRAY") return "ARRAY<" + member(0) + ">";
  if (type == "MAP" && arguments.size() > 1) return "MAP<" + member(0) + "," + member(1) + ">";
  return type;
}

}  // namespace

Result<std::vector<Parameter>> statement_parameters(const std::vector<tcli::TSparkParameter>& wire) {
  std::vector<Parameter> parameters;
  std::set<std::string> names;
  for (const auto& from : wire) {
    Parameter parameter;
    parameter.name = from.name;
    parameter.type = from.type.empty() ? "STRING" : full_type(from.type, from.arguments);
    if (parameter.type != "VOID") parameter.value = value_of(from);
    if (!parameter.name.empty() && !names.insert(parameter.name).second) {
      return fail(ErrorKind::kInvalidInput, "the parameter :" + parameter.name + " is given twice",
                  "INVALID_PARAMETER_VALUE");
    }
    parameters.push_back(std::move(parameter));
  }
  if (!names.empty() && names.size() != parameters.size()) {
    return fail(ErrorKind::kInvalidInput, "some parameters have a name and others have none",
                "INVALID_PARAMETER_VALUE", "Name all of them, or none");
  }
  return parameters;
}

}  // namespace lakeport::lakehouse

#include "parameters.h"

#include <algorithm>
#include <cctype>
#include <charconv>

#include "engine_errors.h"
#include "result_types.h"

namespace lakeport::lakehouse {

namespace duck = ::duckdb;

namespace {

// Positional parameters are named "1", "2"… by the parser.
const Parameter* find(const std::vector<Parameter>& parameters, const std::string& identifier) {
  for (const auto& parameter : parameters) {
    if (!parameter.name.empty() && duck::StringUtil::CIEquals(parameter.name, identifier)) return &parameter;
  }
  std::size_t position = 0;
  const auto* end = identifier.data() + identifier.size();
  const auto [rest, error] = std::from_chars(identifier.data(), end, position);
  if (error != std::errc() || rest != end) return nullptr;
  for (const auto& parameter : parameters) {
    if (parameter.name.empty() && --position == 0) return &parameter;
  }
  return nullptr;
}

// DECIMAL without digits takes those of its value: no value is rounded. Anything but plain digits is left to
// DuckDB.
std::string with_digits(const std::string& type, const std::string& value) {
  if (type != "decimal" && type != "dec" && type != "numeric") return type;
  const std::size_t begin = value.find_first_not_of("+-");
  if (begin == std::string::npos || value.find_first_not_of("0123456789.", begin) != std::string::npos)
    return type;
  const std::size_t point = std::min(value.find('.', begin), value.size());
  const std::size_t scale = point == value.size() ? 0 : value.size() - point - 1;
  const std::size_t precision = std::max<std::size_t>(point - begin + scale, 1);
  if (precision > 38) return type;
  return "decimal(" + std::to_string(precision) + "," + std::to_string(scale) + ")";
}

Result<duck::Value> typed_value(const Parameter& parameter, duck::ClientContext& context) {
  std::string type = duck::StringUtil::Lower(parameter.type);
  duck::StringUtil::Trim(type);
  if (type.empty()) type = "string";
  if (type == "void") return duck::Value();
  if (parameter.value) type = with_digits(type, *parameter.value);
  LAKEPORT_ASSIGN_OR_RETURN(const auto logical, logical_type(type));
  if (!parameter.value) return duck::Value(logical);
  if (type == "binary") return duck::Value::BLOB_RAW(*parameter.value);
  const duck::Value text(*parameter.value);
  duck::Value value;
  std::string error;
  if (!text.TryCastAs(context, logical, value, &error, true)) {
    return fail(ErrorKind::kInvalidInput, "'" + *parameter.value + "' is not a value of type " + type,
                "CAST_INVALID_INPUT");
  }
  return value;
}

}  // namespace

Result<ParameterValues> bind_parameters(const duck::SQLStatement& statement,
                                        const std::vector<Parameter>& parameters,
                                        duck::ClientContext& context) {
  ParameterValues values;
  for (const auto& [identifier, index] : statement.named_param_map) {
    const auto* parameter = find(parameters, identifier);
    const auto label = identifier.empty() || std::isdigit(static_cast<unsigned char>(identifier[0])) != 0
                           ? "parameter " + identifier
                           : "parameter :" + identifier;
    if (parameter == nullptr)
      return fail(ErrorKind::kInvalidInput, label + " has no value", "UNBOUND_SQL_PARAMETER");
    try {
      std::optional<Error> failed;
      context.RunFunctionInTransaction([&] {
        auto value = typed_value(*parameter, context);
        if (value) {
          values.emplace(identifier, duck::BoundParameterData(*std::move(value)));
        } else {
          failed = std::move(value).error();
        }
      });
      if (failed) return fail(std::move(*failed).at(label));
    } catch (const std::exception& failure) {
      return fail(engine_error(failure).at(label));
    }
  }
  return values;
}

}  // namespace lakeport::lakehouse

#include "session_configuration.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cstdint>
#include <variant>

#include "lakeport/lakehouse/dialect.h"

namespace lakeport::lakehouse {
namespace {

constexpr std::int64_t kLongestTimeout = 172'800;  // seconds: two days, Databricks' default

std::string upper(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(),
                         [](unsigned char letter) { return static_cast<char>(std::toupper(letter)); });
  return result;
}

std::optional<std::int64_t> seconds_of(std::string_view value) {
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), seconds);
  if (value.empty() || error != std::errc() || end != value.data() + value.size() || seconds < 0 ||
      seconds > kLongestTimeout)
    return std::nullopt;
  return seconds;
}

// A value that is not among `allowed` is refused rather than ignored, because it would change results.
struct Parameter {
  std::string_view name;
  std::array<std::string_view, 3> allowed = {};  // upper case; all empty: any
};
constexpr std::array<Parameter, 11> kParameters = {{
    {"ANSI_MODE", {"TRUE"}},
    {"ENABLE_PHOTON"},
    {"LEGACY_TIME_PARSER_POLICY", {"EXCEPTION", "CORRECTED"}},
    {"MAX_FILE_PARTITION_BYTES"},
    {"QUERY_TAGS"},
    {"READ_ONLY_EXTERNAL_METASTORE", {"FALSE"}},
    {"STATEMENT_TIMEOUT"},
    {"TIMEZONE"},
    {"TIME ZONE"},
    {"USE_CACHED_RESULT"},
    {"RESET"},
}};

// What drivers send by themselves: about formats that the protocol settles otherwise.
bool is_drivers_own(std::string_view name) { return name.starts_with("SPARK.") || name.starts_with("HIVE."); }

bool is_set_statement(std::string_view sql) {
  for (;;) {
    const auto start = sql.find_first_not_of(" \t\r\n\f\v");
    if (start == std::string_view::npos) return false;
    sql.remove_prefix(start);
    std::size_t end = std::string_view::npos;
    if (sql.starts_with("--"))
      end = sql.find('\n');
    else if (sql.starts_with("/*"))
      end = sql.find("*/") == std::string_view::npos ? end : sql.find("*/") + 2;
    else
      break;
    if (end == std::string_view::npos) return false;
    sql.remove_prefix(end);
  }
  return sql.size() > 3 && upper(sql.substr(0, 3)) == "SET" &&
         std::isalnum(static_cast<unsigned char>(sql[3])) == 0 && sql[3] != '_';
}

}  // namespace

Status check_configuration(std::string_view name, std::string_view value) {
  const std::string wanted = upper(name);
  if (is_drivers_own(wanted)) return {};
  const auto* known = std::ranges::find(kParameters, wanted, &Parameter::name);
  if (known == kParameters.end())
    return fail(ErrorKind::kInvalidInput, "configuration " + std::string(name) + " is not available",
                "CONFIG_NOT_AVAILABLE",
                "Leave it out; STATEMENT_TIMEOUT and TIMEZONE are the ones that have an effect");
  if (wanted == "STATEMENT_TIMEOUT" && !seconds_of(value))
    return fail(
        ErrorKind::kInvalidInput,
        "STATEMENT_TIMEOUT must be a number of seconds from 0 to 172800, not \"" + std::string(value) + "\"");
  if (!known->allowed.front().empty() &&
      std::ranges::find(known->allowed, upper(value)) == known->allowed.end())
    return fail(ErrorKind::kInvalidInput,
                std::string(name) + " cannot be " + std::string(value) + " here, only " +
                    std::string(known->allowed.front()),
                "INVALID_CONF_VALUE");
  return {};
}

Status check_set_statement(std::string_view sql) {
  if (!is_set_statement(sql)) return {};
  const auto read = read_statement(sql);
  if (!read) return {};  // the engine says what is wrong with it
  const auto* set = std::get_if<statement::SetConfiguration>(&*read);
  if (set == nullptr || !set->value) return {};
  return check_configuration(set->name, *set->value);
}

std::optional<std::string> find_configuration(const Configuration& configuration, std::string_view name) {
  const std::string wanted = upper(name);
  // The latest counts.
  for (auto entry = configuration.rbegin(); entry != configuration.rend(); ++entry)
    if (upper(entry->first) == wanted) return entry->second;
  return std::nullopt;
}

std::optional<std::chrono::milliseconds> statement_timeout(const Configuration& configuration) {
  const auto value = find_configuration(configuration, "STATEMENT_TIMEOUT");
  const auto seconds = value ? seconds_of(*value) : std::nullopt;
  if (!seconds || *seconds == 0) return std::nullopt;
  return std::chrono::seconds(*seconds);
}

}  // namespace lakeport::lakehouse

#include "function_table.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "embedded_functions.h"

namespace lakeport::lakehouse {
namespace {

using Table = std::unordered_map<std::string_view, SameFunction>;

std::string_view next_field(std::string_view& line) {
  const std::size_t end = std::min(line.find(' '), line.size());
  const std::string_view field = line.substr(0, end);
  line.remove_prefix(std::min(end + 1, line.size()));
  return field;
}

std::optional<std::size_t> count(std::string_view field) {
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), number);
  if (error != std::errc()) return std::nullopt;
  return number;
}

constexpr std::array<std::string_view, 4> kOverloaded = {"databricks_length", "databricks_octet_length",
                                                         "databricks_bit_length", "databricks_sequence"};

Table read_table(std::string_view text) {
  Table table;
  std::string_view section;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.starts_with("# ")) section = line.substr(2);
    if (line.empty() || line[0] == '#') continue;
    const std::string_view name = next_field(line);
    SameFunction function;
    function.duckdb_name = next_field(line);
    function.fewest_arguments = count(next_field(line)).value_or(0);
    function.most_arguments = count(next_field(line));
    function.aggregate = section == "Aggregates";
    function.overloaded = std::ranges::find(kOverloaded, function.duckdb_name) != kOverloaded.end();
    table.emplace(name, function);
  }
  return table;
}

}  // namespace

const SameFunction* find_same_function(std::string_view lower_case) {
  static const Table kTable = read_table(kFunctionsText);
  const auto found = kTable.find(lower_case);
  return found == kTable.end() ? nullptr : &found->second;
}

}  // namespace lakeport::lakehouse

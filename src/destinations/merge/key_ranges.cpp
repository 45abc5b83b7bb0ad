#include "lakeport/merge/key_ranges.h"

#include <algorithm>
#include <string_view>

#include <arrow/array.h>
#include <arrow/table.h>

#include "lakeport/merge/engine_types.h"
#include "lakeport/merge/text_rows.h"

namespace lakeport::destinations {

using duckdb::quote_identifier;

namespace {

// Reading all texts of a table to find the smallest costs more than it may save.
constexpr std::int64_t kTextsWorthReading = 100'000;

template <class Array>
ValueRange range_of_numbers(const arrow::Array& array) {
  const auto& numbers = static_cast<const Array&>(array);
  const auto* values = numbers.raw_values();
  const auto [low, high] = std::minmax_element(values, values + numbers.length());
  return {static_cast<std::int64_t>(*low), static_cast<std::int64_t>(*high)};
}

ValueRange range_of_texts(const arrow::Array& array) {
  const auto& texts = static_cast<const arrow::StringArray&>(array);
  std::string_view low = texts.GetView(0);
  std::string_view high = low;
  for (std::int64_t i = 1; i < texts.length(); ++i) {
    const auto text = texts.GetView(i);
    low = std::min(low, text);
    high = std::max(high, text);
  }
  return {std::string(low), std::string(high)};
}

std::optional<ValueRange> range_of_chunk(const arrow::Array& array) {
  switch (array.type_id()) {
    case arrow::Type::INT16:
      return range_of_numbers<arrow::Int16Array>(array);
    case arrow::Type::INT32:
      return range_of_numbers<arrow::Int32Array>(array);
    case arrow::Type::INT64:
      return range_of_numbers<arrow::Int64Array>(array);
    case arrow::Type::DATE32:
      return range_of_numbers<arrow::Date32Array>(array);
    case arrow::Type::TIMESTAMP:
      return range_of_numbers<arrow::TimestampArray>(array);
    case arrow::Type::STRING:
      return range_of_texts(array);
    default:
      return std::nullopt;
  }
}

}  // namespace

std::optional<ValueRange> range_of(const arrow::ChunkedArray& values) {
  if (values.null_count() > 0) return std::nullopt;
  std::optional<ValueRange> range;
  for (const auto& chunk : values.chunks()) {
    if (chunk->length() == 0) continue;
    auto of_chunk = range_of_chunk(*chunk);
    if (!of_chunk) return std::nullopt;
    if (range) {
      of_chunk->low = std::min(of_chunk->low, range->low);
      of_chunk->high = std::max(of_chunk->high, range->high);
    }
    range = std::move(of_chunk);
  }
  return range;
}

std::string KeyRanges::name_of(const StoredTable& table, const StoredColumn& column) {
  return table.sql_name + "." + quote_identifier(column.contract.name);
}

Result<KeyRanges::Known> KeyRanges::read(duckdb::Connection& connection, const StoredTable& table,
                                         const StoredColumn& column) {
  Known known{column.engine, Extent::kUnknown, {}};
  LAKEPORT_ASSIGN_OR_RETURN(
      const auto any, number_of(connection, "SELECT count(*) FROM (FROM " + table.sql_name + " LIMIT 1)"));
  if (any == 0) {
    known.extent = Extent::kEmpty;
    return known;
  }
  if (column.engine == kVarchar) {
    LAKEPORT_ASSIGN_OR_RETURN(const auto rows,
                              number_of(connection, "SELECT count(*) FROM " + table.sql_name));
    if (rows > kTextsWorthReading) return known;
  }
  const auto name = quote_identifier(column.contract.name);
  LAKEPORT_ASSIGN_OR_RETURN(const auto found,
                            connection.query("SELECT min(" + name + ") FROM " + table.sql_name +
                                             " UNION ALL SELECT max(" + name + ") FROM " + table.sql_name));
  auto whole = found->CombineChunks();
  if (!whole.ok()) return known;
  if (auto range = range_of(*(*whole)->column(0))) {
    known.extent = Extent::kBounded;
    known.range = *std::move(range);
  }
  return known;
}

Result<bool> KeyRanges::outside(duckdb::Connection& connection, const StoredTable& table,
                                const StoredColumn& column, const ValueRange& range) {
  auto& known = known_[name_of(table, column)];
  if (known.engine != column.engine) {
    auto read_now = read(connection, table, column);
    if (!read_now) {
      known_.erase(name_of(table, column));
      return fail(std::move(read_now).error());
    }
    known = *std::move(read_now);
  }
  if (known.extent == Extent::kEmpty) return true;
  return known.extent == Extent::kBounded && (range.low > known.range.high || range.high < known.range.low);
}

void KeyRanges::forget(const StoredTable& table) {
  for (const auto* key : table.keys()) known_.erase(name_of(table, *key));
}

void KeyRanges::extend(const StoredTable& table, const StoredColumn& column,
                       const std::optional<ValueRange>& range) {
  auto found = known_.find(name_of(table, column));
  if (found == known_.end()) return;
  auto& known = found->second;
  if (!range || known.engine != column.engine) {
    known_.erase(found);
  } else if (known.extent == Extent::kEmpty) {
    known.extent = Extent::kBounded;
    known.range = *range;
  } else if (known.extent == Extent::kBounded) {
    known.range.low = std::min(known.range.low, range->low);
    known.range.high = std::max(known.range.high, range->high);
  }
}

}  // namespace lakeport::destinations

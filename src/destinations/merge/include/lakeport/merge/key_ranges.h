// The smallest and the largest value of key columns: rows whose keys lie outside what a table has cannot be
// there yet, so that nothing need be searched or deleted. The usual case of a first load and of growing keys.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <variant>

#include "lakeport/base/result.h"
#include "lakeport/duckdb/duckdb.h"
#include "lakeport/merge/stored_table.h"

namespace arrow {
class ChunkedArray;
}

namespace lakeport::destinations {

// Of the type's own numbers (integers, days, microseconds) or of texts by their bytes, as DuckDB compares
// them.
struct ValueRange {
  std::variant<std::int64_t, std::string> low;
  std::variant<std::int64_t, std::string> high;
};

// Nothing for no values, values with nulls, or a type without such an order.
std::optional<ValueRange> range_of(const arrow::ChunkedArray& values);

// What is known about one database's tables. Ranges may be wider than the truth, never narrower, as long as
// all rows that come into a table are told.
class KeyRanges {
 public:
  // Whether no row of the table has a value of `range` in this column. What is not known is read.
  Result<bool> outside(duckdb::Connection& connection, const StoredTable& table, const StoredColumn& column,
                       const ValueRange& range);
  // Rows with values of `range` have been added.
  void extend(const StoredTable& table, const StoredColumn& column, const std::optional<ValueRange>& range);
  // After a rollback, or when rows came in another way.
  void forget() { known_.clear(); }
  void forget(const StoredTable& table);

 private:
  enum class Extent { kEmpty, kBounded, kUnknown };
  struct Known {
    std::string engine;  // the type that the range is of
    Extent extent = Extent::kUnknown;
    ValueRange range;
  };
  static std::string name_of(const StoredTable& table, const StoredColumn& column);
  static Result<Known> read(duckdb::Connection& connection, const StoredTable& table,
                            const StoredColumn& column);

  std::unordered_map<std::string, Known> known_;
};

}  // namespace lakeport::destinations

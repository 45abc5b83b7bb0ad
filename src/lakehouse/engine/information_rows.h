// Rows on their way into DuckDB: a small table built value by value.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <duckdb.hpp>
#include <duckdb/common/types/column/column_data_collection.hpp>
#include <duckdb/parser/tableref.hpp>

#include "lakeport/base/time.h"

namespace lakeport::lakehouse {

class InformationRows {
 public:
  enum class Type { kText, kInt, kLong, kTimestamp };
  using Columns = std::vector<std::pair<const char*, Type>>;

  explicit InformationRows(const Columns& columns);

  // One value after the other, row by row; every row must be whole.
  InformationRows& text(const std::string& value);
  InformationRows& text_or_null(const std::string& value);  // an empty one is NULL
  InformationRows& yes_no(bool value) { return text(value ? "YES" : "NO"); }
  InformationRows& integer(std::int32_t value);
  InformationRows& long_integer(std::int64_t value);
  InformationRows& moment(UtcMillis value);
  InformationRows& null();

  ::duckdb::unique_ptr<::duckdb::TableRef> finish();

 private:
  InformationRows& put(::duckdb::Value value);

  std::vector<std::string> names_;
  ::duckdb::vector<::duckdb::LogicalType> types_;
  ::duckdb::shared_ptr<::duckdb::ColumnDataCollection> rows_;
  ::duckdb::DataChunk chunk_;
  std::size_t column_ = 0;
};

}  // namespace lakeport::lakehouse

// What a table should hold, kept in memory in the plainest way: a row a key. Tests apply the same batches to
// it and to the destination, and compare every column of every row.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <arrow/api.h>

#include "lakeport/wire/schema.h"

namespace lakeport::destinations {

// One value, in a form that can be shown as any type that its column has widened to.
struct Value {
  struct Decimal {
    arrow::Decimal128 digits;
    std::int32_t scale;
  };
  struct Moment {
    __int128 nanos;  // since 1970
    bool utc;
  };
  enum class Infinite { kPlus, kMinus };
  struct Days {
    std::int32_t count;
  };
  struct Clock {
    std::int64_t micros;
  };
  struct Bytes {
    std::string data;
  };
  std::variant<bool, std::int64_t, float, double, Decimal, Days, Clock, Moment, Infinite, std::string, Bytes>
      held;
};

// The value at `row`; nothing for NULL.
std::optional<Value> value_at(const arrow::Array& array, std::int64_t row);

// A text that is the same for equal values of a column of this type, whichever type they came in.
std::string show(const std::optional<Value>& value, const arrow::DataType& type);

using Row = std::map<std::string, std::optional<Value>>;

class TableModel {
 public:
  explicit TableModel(std::vector<std::string> keys) : keys_(std::move(keys)) {}

  void upsert(const arrow::RecordBatch& rows);
  void update(const arrow::RecordBatch& rows);
  void remove(const arrow::RecordBatch& rows);
  // Rows whose `_fivetran_synced` is earlier get `_fivetran_deleted`.
  void soft_truncate(std::int64_t before_micros);
  void truncate(std::int64_t before_micros);

  std::vector<Row> rows() const;
  std::size_t size() const { return rows_.size(); }
  // Some key that is there; nothing in an empty table.
  const Row* nth(std::size_t index) const;

 private:
  std::string key_of(const Row& row) const;

  std::vector<std::string> keys_;
  std::map<std::string, Row> rows_;
};

// All rows of a table as text, sorted, the columns in the order of `type_of`.
struct Contents {
  std::vector<std::string> columns;  // "name type"
  std::vector<std::string> rows;
  friend bool operator==(const Contents&, const Contents&) = default;
};

// What the file holds. Fails the test when it cannot be read.
Contents contents_of(const std::filesystem::path& database, const wire::TableId& table);
Contents contents_of(const arrow::Table& table);
// What it should hold, given the columns that it has.
Contents expected_contents(const std::vector<Row>& rows, const arrow::Schema& schema);

std::shared_ptr<arrow::Table> read_table(const std::filesystem::path& database, const wire::TableId& table);

// Fails the test, with the first rows that differ, unless the table holds the rows.
void expect_rows(const std::filesystem::path& database, const wire::TableId& table,
                 const std::vector<Row>& rows);
void expect_rows(const std::shared_ptr<arrow::Table>& found, const std::vector<Row>& rows);

}  // namespace lakeport::destinations

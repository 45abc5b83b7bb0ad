// The Partner SDK's data model: what a table looks like, in our own types. Source: the contract's
// common.proto.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lakeport/base/result.h"

namespace arrow {
class DataType;
class Schema;
}  // namespace arrow
namespace fivetran_sdk::v2 {
class Table;
}

namespace lakeport::wire {

// Numbers as on the wire (common.proto, DataType).
enum class DataType : std::uint8_t {
  kUnspecified = 0,
  kBoolean = 1,
  kShort = 2,
  kInt = 3,
  kLong = 4,
  kDecimal = 5,
  kFloat = 6,
  kDouble = 7,
  kNaiveDate = 8,
  kNaiveDatetime = 9,
  kUtcDatetime = 10,
  kBinary = 11,
  kXml = 12,
  kString = 13,
  kJson = 14,
  kNaiveTime = 15,
};

// "BOOLEAN", "SHORT"… as the contract writes them.
std::string_view to_string(DataType type);
// The reverse, upper case only; nothing for a word that is no type.
std::optional<DataType> data_type_from_string(std::string_view text);

struct DecimalParams {
  std::int32_t precision = 38;
  std::int32_t scale = 0;
  friend bool operator==(const DecimalParams&, const DecimalParams&) = default;
};

// What a DECIMAL column without params is held as, and made at destinations.
inline constexpr DecimalParams kUnconstrainedDecimal{38, 10};

struct Column {
  std::string name;
  DataType type = DataType::kUnspecified;
  bool primary_key = false;
  std::optional<DecimalParams> decimal;            // only with kDecimal; absent = not constrained
  std::optional<std::int32_t> string_byte_length;  // only with kString
  friend bool operator==(const Column&, const Column&) = default;
};

struct TableSchema {
  std::string name;
  std::vector<Column> columns;

  const Column* find(std::string_view column) const;
  std::vector<std::string> key_names() const;
  friend bool operator==(const TableSchema&, const TableSchema&) = default;
};

// A table as the destination knows it. `schema` is never empty there.
struct TableId {
  std::string schema;
  std::string table;

  std::string to_string() const { return schema.empty() ? table : schema + "." + table; }
  friend bool operator==(const TableId&, const TableId&) = default;
  friend auto operator<=>(const TableId&, const TableId&) = default;
};

struct TableIdHash {
  std::size_t operator()(const TableId& id) const {
    return std::hash<std::string>{}(id.schema) * 31 + std::hash<std::string>{}(id.table);
  }
};

// System columns (contract, "Destination side").
inline constexpr std::string_view kSyncedColumn = "_fivetran_synced";
inline constexpr std::string_view kDeletedColumn = "_fivetran_deleted";
inline constexpr std::string_view kIdColumn = "_fivetran_id";
inline constexpr std::string_view kStartColumn = "_fivetran_start";
inline constexpr std::string_view kEndColumn = "_fivetran_end";
inline constexpr std::string_view kActiveColumn = "_fivetran_active";

// How a column's values are held in Arrow, everywhere between the borders:
//   BOOLEAN bool | SHORT int16 | INT int32 | LONG int64 | FLOAT float32 | DOUBLE float64
//   DECIMAL decimal128(p, s) (38, 10 when not constrained) | NAIVE_DATE date32 | NAIVE_TIME time64[us]
//   NAIVE_DATETIME timestamp[us] | UTC_DATETIME timestamp[us, UTC] | BINARY binary | STRING, XML, JSON,
//   UNSPECIFIED utf8
// Datetimes are timestamp[ns] instead in batches where a value has digits below a microsecond.
// Infinite dates and datetimes (PostgreSQL has them) are the largest value of the type, and minus that:
// INT32_MAX days, INT64_MAX microseconds, as DuckDB has it too.
std::shared_ptr<arrow::DataType> arrow_type(const Column& column);
std::shared_ptr<arrow::Schema> arrow_schema(const TableSchema& table);

// To and from the generated classes. Fails (kSourceFailed) on a type number that the contract does not have.
// Decimal params that decimal128 cannot have (precision 0 or over 38, scale over precision) are left out.
Result<TableSchema> table_from_proto(const fivetran_sdk::v2::Table& table);
void table_to_proto(const TableSchema& table, fivetran_sdk::v2::Table* out);

// The narrowest type that holds every value of both without loss, by the contract's widening
// (SHORT→INT→LONG→DECIMAL→ DOUBLE, date→datetime, anything→STRING); UNSPECIFIED gives the other one. DECIMAL
// with DOUBLE gives DOUBLE (contract).
DataType widen(DataType a, DataType b);

// Whether a destination column as described can take every value of the wanted one unchanged (STRING takes
// XML and JSON, LONG takes INT, a decimal with as many digits on both sides of the point…). STRING without a
// byte length takes every type, as text. Keys do not count.
bool covers(const Column& described, const Column& wanted);

}  // namespace lakeport::wire

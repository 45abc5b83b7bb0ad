// How a PostgreSQL type is read and what it becomes (docs/sources/postgres.md, "Types").
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "lakeport/base/result.h"
#include "lakeport/wire/schema.h"

namespace lakeport::sources::postgres {

class Connection;
using TypeOid = std::uint32_t;

// The form in which a value arrives from a binary COPY.
enum class ValueForm : std::uint8_t {
  kBool,
  kInt2,
  kInt4,
  kInt8,
  kOid,
  kFloat4,
  kFloat8,
  kNumeric,
  kMoney,
  kDate,
  kTimestamp,
  kTimestampTz,
  kTime,
  kText,   // bytes that are the value's text
  kJsonb,  // a version byte, then text
  kUuid,
  kBytea,
  kArray,  // the text of an array, which becomes JSON
};

// How an array's elements are written in JSON.
enum class ElementForm : std::uint8_t { kString, kNumber, kBool, kJson };

struct ColumnType {
  wire::DataType data_type = wire::DataType::kString;
  std::optional<wire::DecimalParams> decimal;
  ValueForm form = ValueForm::kText;
  ElementForm element = ElementForm::kString;
  char delimiter = ',';           // of an array
  std::int32_t money_digits = 2;  // after the point
  // Not empty: the SQL function that gives the text which the replication stream has, too.
  std::string output_function;

  // The expression that a COPY reads for a column.
  std::string select(const std::string& quoted_column) const;
};

// The types of a database, as far as they were asked for.
class Types {
 public:
  // Reads what is not known yet.
  Status load(Connection& connection, const std::vector<TypeOid>& oids);
  // Of a loaded type; others are read as text.
  ColumnType resolve(TypeOid oid, std::int32_t modifier) const;

 private:
  struct Entry {
    char kind = 'b';  // pg_type.typtype
    TypeOid base = 0;
    std::int32_t base_modifier = -1;
    TypeOid element = 0;
    char delimiter = ',';
    std::string output_function;  // qualified
    bool is_array = false;
  };

  ColumnType resolve_array(const Entry& array) const;
  ElementForm element_form(TypeOid oid) const;
  Status read_money_digits(Connection& connection);

  std::map<TypeOid, Entry> entries_;
  std::optional<std::int32_t> money_digits_;
};

}  // namespace lakeport::sources::postgres

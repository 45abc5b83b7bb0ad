// Databricks' type texts, as far as the protocol has to know them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lakeport::lakehouse {

struct SqlType {
  std::string name;          // lower case, without parameters: "decimal", "array", "interval day to second"
  std::int32_t thrift_type;  // TTypeId
  std::optional<std::int32_t> precision, scale;  // decimal
  std::optional<std::int32_t> length;            // varchar, char
};

// An unknown text is taken as a string.
SqlType sql_type(std::string_view text);

// "DECIMAL(10,2)", "ARRAY<INT>", "STRUCT<name: STRING>": as Databricks labels Arrow fields and lists columns.
// The names of struct fields keep their case.
std::string type_label(std::string_view text);

// java.sql.Types of the type, as Hive's metadata calls give it.
std::int32_t jdbc_type(const SqlType& type);

}  // namespace lakeport::lakehouse

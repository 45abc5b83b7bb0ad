#include "column_metadata.h"

#include <array>

#include "TCLIService_types.h"
#include "sql_type.h"

namespace lakeport::lakehouse {
namespace {

using tcli::TTypeId;

const Cell kNull;

// Digits of numbers, characters of texts (as far as they are bounded) and moments.
Cell column_size(const SqlType& type) {
  switch (type.thrift_type) {
    case TTypeId::BOOLEAN_TYPE:
      return std::int64_t{1};
    case TTypeId::TINYINT_TYPE:
      return std::int64_t{3};
    case TTypeId::SMALLINT_TYPE:
      return std::int64_t{5};
    case TTypeId::INT_TYPE:
      return std::int64_t{10};
    case TTypeId::BIGINT_TYPE:
      return std::int64_t{19};
    case TTypeId::FLOAT_TYPE:
      return std::int64_t{7};
    case TTypeId::DOUBLE_TYPE:
      return std::int64_t{15};
    case TTypeId::DECIMAL_TYPE:
      return std::int64_t{type.precision.value_or(10)};
    case TTypeId::DATE_TYPE:
      return std::int64_t{10};
    case TTypeId::TIMESTAMP_TYPE:
      return std::int64_t{29};
    case TTypeId::VARCHAR_TYPE:
    case TTypeId::CHAR_TYPE:
      return type.length ? Cell(std::int64_t{*type.length}) : kNull;
    default:
      return kNull;
  }
}

Cell decimal_digits(const SqlType& type) {
  switch (type.thrift_type) {
    case TTypeId::BOOLEAN_TYPE:
    case TTypeId::TINYINT_TYPE:
    case TTypeId::SMALLINT_TYPE:
    case TTypeId::INT_TYPE:
    case TTypeId::BIGINT_TYPE:
      return std::int64_t{0};
    case TTypeId::FLOAT_TYPE:
      return std::int64_t{7};
    case TTypeId::DOUBLE_TYPE:
      return std::int64_t{15};
    case TTypeId::DECIMAL_TYPE:
      return std::int64_t{type.scale.value_or(0)};
    case TTypeId::TIMESTAMP_TYPE:
      return std::int64_t{6};
    default:
      return kNull;
  }
}

bool is_number(std::int32_t type) {
  return (type >= TTypeId::TINYINT_TYPE && type <= TTypeId::DOUBLE_TYPE) || type == TTypeId::DECIMAL_TYPE;
}

constexpr std::int64_t kNoNulls = 0;
constexpr std::int64_t kNullable = 1;

}  // namespace

std::vector<Column> column_metadata_columns() {
  struct Named {
    const char *name, *type;
  };
  static constexpr auto kColumns = std::to_array<Named>({
      {"TABLE_CAT", "string"},
      {"TABLE_SCHEM", "string"},
      {"TABLE_NAME", "string"},
      {"COLUMN_NAME", "string"},
      {"DATA_TYPE", "int"},
      {"TYPE_NAME", "string"},
      {"COLUMN_SIZE", "int"},
      {"BUFFER_LENGTH", "tinyint"},
      {"DECIMAL_DIGITS", "int"},
      {"NUM_PREC_RADIX", "int"},
      {"NULLABLE", "int"},
      {"REMARKS", "string"},
      {"COLUMN_DEF", "string"},
      {"SQL_DATA_TYPE", "int"},
      {"SQL_DATETIME_SUB", "int"},
      {"CHAR_OCTET_LENGTH", "int"},
      {"ORDINAL_POSITION", "int"},
      {"IS_NULLABLE", "string"},
      {"SCOPE_CATALOG", "string"},
      {"SCOPE_SCHEMA", "string"},
      {"SCOPE_TABLE", "string"},
      {"SOURCE_DATA_TYPE", "smallint"},
      {"IS_AUTO_INCREMENT", "string"},
  });
  std::vector<Column> columns;
  for (const auto& column : kColumns) columns.push_back(Column{.name = column.name, .type = column.type});
  return columns;
}

std::vector<Cell> column_metadata_row(const Table& table, std::size_t place) {
  const Column& column = table.columns[place];
  const SqlType type = sql_type(column.type);
  const Cell radix = is_number(type.thrift_type) ? Cell(std::int64_t{10}) : kNull;
  return {table.name.catalog,
          table.name.schema,
          table.name.object,
          column.name,
          std::int64_t{jdbc_type(type)},
          type_label(column.type),
          column_size(type),
          kNull,
          decimal_digits(type),
          radix,
          column.nullable ? kNullable : kNoNulls,
          column.comment,
          column.default_sql ? Cell(*column.default_sql) : kNull,
          kNull,
          kNull,
          kNull,
          static_cast<std::int64_t>(place),  // drivers add the one
          std::string(column.nullable ? "YES" : "NO"),
          kNull,
          kNull,
          kNull,
          kNull,
          std::string("NO")};
}

MetadataRows type_metadata() {
  MetadataRows rows;
  struct Named {
    const char *name, *type;
  };
  static constexpr auto kColumns = std::to_array<Named>({
      {"TYPE_NAME", "string"},
      {"DATA_TYPE", "int"},
      {"PRECISION", "int"},
      {"LITERAL_PREFIX", "string"},
      {"LITERAL_SUFFIX", "string"},
      {"CREATE_PARAMS", "string"},
      {"NULLABLE", "smallint"},
      {"CASE_SENSITIVE", "boolean"},
      {"SEARCHABLE", "smallint"},
      {"UNSIGNED_ATTRIBUTE", "boolean"},
      {"FIXED_PREC_SCALE", "boolean"},
      {"AUTO_INCREMENT", "boolean"},
      {"LOCAL_TYPE_NAME", "string"},
      {"MINIMUM_SCALE", "smallint"},
      {"MAXIMUM_SCALE", "smallint"},
      {"SQL_DATA_TYPE", "int"},
      {"SQL_DATETIME_SUB", "int"},
      {"NUM_PREC_RADIX", "int"},
  });
  for (const auto& column : kColumns)
    rows.columns.push_back(Column{.name = column.name, .type = column.type});
  constexpr std::int64_t kSearchable = 3;
  for (const char* name :
       {"VOID", "BOOLEAN", "TINYINT", "SMALLINT", "INT", "BIGINT", "FLOAT", "DOUBLE", "STRING", "BINARY",
        "DATE", "TIMESTAMP", "TIMESTAMP_NTZ", "DECIMAL(38,18)", "ARRAY", "MAP", "STRUCT"}) {
    const SqlType type = sql_type(name);
    const bool number = is_number(type.thrift_type);
    const bool decimal = type.thrift_type == TTypeId::DECIMAL_TYPE;
    std::string label = decimal ? "DECIMAL" : name;
    rows.rows.push_back(
        {label, std::int64_t{jdbc_type(type)}, decimal ? Cell(std::int64_t{38}) : column_size(type), kNull,
         kNull, kNull, kNullable, std::int64_t{type.thrift_type == TTypeId::STRING_TYPE}, kSearchable,
         std::int64_t{!number}, std::int64_t{0}, std::int64_t{0}, kNull, std::int64_t{0},
         std::int64_t{decimal ? 38 : 0}, kNull, kNull, number ? Cell(std::int64_t{10}) : kNull});
  }
  return rows;
}

}  // namespace lakeport::lakehouse

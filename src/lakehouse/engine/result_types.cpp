#include "result_types.h"

#include <algorithm>
#include <utility>

#include "lakeport/lakehouse/dialect.h"

#include "engine_errors.h"

namespace lakeport::lakehouse {

namespace duck = ::duckdb;
using duck::LogicalType;
using duck::LogicalTypeId;

namespace {

// As in Databricks' type texts: in backticks unless it is a plain word.
std::string field_name(const std::string& name) {
  const auto word = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  if (!name.empty() && (name[0] < '0' || name[0] > '9') && std::all_of(name.begin(), name.end(), word))
    return name;
  return "`" + duck::StringUtil::Replace(name, "`", "``") + "`";
}

}  // namespace

LogicalType presented_type(const LogicalType& type) {
  switch (type.id()) {
    case LogicalTypeId::BOOLEAN:
    case LogicalTypeId::TINYINT:
    case LogicalTypeId::SMALLINT:
    case LogicalTypeId::INTEGER:
    case LogicalTypeId::BIGINT:
    case LogicalTypeId::FLOAT:
    case LogicalTypeId::DOUBLE:
    case LogicalTypeId::DECIMAL:
    case LogicalTypeId::DATE:
    case LogicalTypeId::TIMESTAMP:
    case LogicalTypeId::TIMESTAMP_TZ:
    case LogicalTypeId::SQLNULL:
      return type;
    case LogicalTypeId::BLOB:
      return LogicalType::BLOB;
    case LogicalTypeId::UTINYINT:
      return LogicalType::SMALLINT;
    case LogicalTypeId::USMALLINT:
      return LogicalType::INTEGER;
    case LogicalTypeId::UINTEGER:
      return LogicalType::BIGINT;
    case LogicalTypeId::UBIGINT:
      return LogicalType::DECIMAL(20, 0);
    case LogicalTypeId::HUGEINT:
    case LogicalTypeId::UHUGEINT:
    case LogicalTypeId::BIGNUM:
      return LogicalType::DECIMAL(38, 0);
    case LogicalTypeId::TIMESTAMP_SEC:
    case LogicalTypeId::TIMESTAMP_MS:
    case LogicalTypeId::TIMESTAMP_NS:
      return LogicalType::TIMESTAMP;
    case LogicalTypeId::LIST:
      return LogicalType::LIST(presented_type(duck::ListType::GetChildType(type)));
    case LogicalTypeId::ARRAY:
      return LogicalType::LIST(presented_type(duck::ArrayType::GetChildType(type)));
    case LogicalTypeId::MAP:
      return LogicalType::MAP(presented_type(duck::MapType::KeyType(type)),
                              presented_type(duck::MapType::ValueType(type)));
    case LogicalTypeId::STRUCT: {
      duck::child_list_t<LogicalType> fields;
      for (const auto& [name, field] : duck::StructType::GetChildTypes(type)) {
        // Fields without a name are col1, col2… in Databricks.
        fields.emplace_back(name.empty() ? "col" + std::to_string(fields.size() + 1) : name,
                            presented_type(field));
      }
      return LogicalType::STRUCT(std::move(fields));
    }
    default:
      return LogicalType::VARCHAR;
  }
}

std::string databricks_type_name(const LogicalType& type) {
  switch (type.id()) {
    case LogicalTypeId::BOOLEAN:
      return "boolean";
    case LogicalTypeId::TINYINT:
      return "tinyint";
    case LogicalTypeId::SMALLINT:
      return "smallint";
    case LogicalTypeId::INTEGER:
      return "int";
    case LogicalTypeId::BIGINT:
      return "bigint";
    case LogicalTypeId::FLOAT:
      return "float";
    case LogicalTypeId::DOUBLE:
      return "double";
    case LogicalTypeId::DECIMAL:
      return "decimal(" + std::to_string(duck::DecimalType::GetWidth(type)) + "," +
             std::to_string(duck::DecimalType::GetScale(type)) + ")";
    case LogicalTypeId::DATE:
      return "date";
    case LogicalTypeId::TIMESTAMP:
      return "timestamp_ntz";
    case LogicalTypeId::TIMESTAMP_TZ:
      return "timestamp";
    case LogicalTypeId::SQLNULL:
      return "void";
    case LogicalTypeId::BLOB:
      return "binary";
    case LogicalTypeId::INTERVAL:
      return "interval day to second";
    case LogicalTypeId::LIST:
      return "array<" + databricks_type_name(duck::ListType::GetChildType(type)) + ">";
    case LogicalTypeId::MAP:
      return "map<" + databricks_type_name(duck::MapType::KeyType(type)) + "," +
             databricks_type_name(duck::MapType::ValueType(type)) + ">";
    case LogicalTypeId::STRUCT: {
      std::string text = "struct<";
      for (const auto& [name, field] : duck::StructType::GetChildTypes(type)) {
        if (text.back() != '<') text += ",";
        text += field_name(name) + ":" + databricks_type_name(field);
      }
      return text + ">";
    }
    default: {
      const auto presented = presented_type(type);
      return presented == LogicalType::VARCHAR ? "string" : databricks_type_name(presented);
    }
  }
}

Result<LogicalType> logical_type(std::string_view databricks_type) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto text, duckdb_type(databricks_type));
  try {
    return duck::UnboundType::TryParseAndDefaultBind(text);
  } catch (const std::exception& failure) {
    return fail(engine_error(failure).at(databricks_type));
  }
}

}  // namespace lakeport::lakehouse

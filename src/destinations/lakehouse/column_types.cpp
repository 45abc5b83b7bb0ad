#include "column_types.h"

namespace lakeport::destinations {

using wire::DataType;

std::string databricks_type(const wire::Column& column) {
  switch (column.type) {
    case DataType::kBoolean:
      return "boolean";
    case DataType::kShort:
      return "smallint";
    case DataType::kInt:
      return "int";
    case DataType::kLong:
      return "bigint";
    case DataType::kFloat:
      return "float";
    case DataType::kDouble:
      return "double";
    case DataType::kDecimal: {
      const auto params = column.decimal.value_or(wire::kUnconstrainedDecimal);
      return "decimal(" + std::to_string(params.precision) + "," + std::to_string(params.scale) + ")";
    }
    case DataType::kNaiveDate:
      return "date";
    case DataType::kNaiveDatetime:
      return "timestamp_ntz";
    case DataType::kUtcDatetime:
      return "timestamp";
    case DataType::kBinary:
      return "binary";
    case DataType::kNaiveTime:
    case DataType::kJson:
    case DataType::kXml:
    case DataType::kString:
    case DataType::kUnspecified:
      break;
  }
  return "string";
}

}  // namespace lakeport::destinations

#include "table_schema.h"

#include "sql_type.h"

namespace lakeport::lakehouse {
namespace {

tcli::TTypeQualifierValue number(std::int32_t value) {
  tcli::TTypeQualifierValue wire;
  wire.__set_i32Value(value);
  return wire;
}

tcli::TPrimitiveTypeEntry primitive(const SqlType& type) {
  tcli::TPrimitiveTypeEntry entry;
  entry.__set_type(type.thrift_type);
  tcli::TTypeQualifiers qualifiers;
  if (type.precision) qualifiers.qualifiers["precision"] = number(*type.precision);
  if (type.scale) qualifiers.qualifiers["scale"] = number(*type.scale);
  if (type.length) qualifiers.qualifiers["characterMaximumLength"] = number(*type.length);
  if (!qualifiers.qualifiers.empty()) {
    qualifiers.__isset.qualifiers = true;
    entry.__set_typeQualifiers(qualifiers);
  }
  return entry;
}

}  // namespace

tcli::TTableSchema table_schema(const std::vector<Column>& columns) {
  tcli::TTableSchema schema;
  schema.__isset.columns = true;
  std::int32_t position = 0;
  for (const auto& column : columns) {
    tcli::TTypeEntry entry;
    entry.__set_primitiveEntry(primitive(sql_type(column.type)));
    tcli::TTypeDesc type;
    type.__set_types({entry});
    tcli::TColumnDesc wire;
    wire.__set_columnName(column.name);
    wire.__set_typeDesc(type);
    wire.__set_position(++position);
    wire.__set_comment(column.comment);
    schema.columns.push_back(std::move(wire));
  }
  return schema;
}

}  // namespace lakeport::lakehouse

#include "lakeport/merge/stored_table.h"

#include <algorithm>

#include "lakeport/merge/engine_types.h"

namespace lakeport::destinations {

StoredColumn new_column(const wire::Column& wanted, TypeSet types) {
  StoredColumn column{wanted, engine_type(wanted, types)};
  if (types == TypeSet::kLakehouse && column.engine == kVarchar)
    column.contract.type = wire::DataType::kString;
  if (wanted.type == wire::DataType::kDecimal && !wanted.decimal)
    column.contract.decimal = wire::kUnconstrainedDecimal;
  column.contract.string_byte_length.reset();
  return column;
}

const StoredColumn* StoredTable::find(std::string_view name) const {
  auto found = std::find_if(columns.begin(), columns.end(),
                            [&](const auto& column) { return column.contract.name == name; });
  return found == columns.end() ? nullptr : &*found;
}

StoredColumn* StoredTable::find(std::string_view name) {
  auto found = std::find_if(columns.begin(), columns.end(),
                            [&](const auto& column) { return column.contract.name == name; });
  return found == columns.end() ? nullptr : &*found;
}

std::vector<const StoredColumn*> StoredTable::keys() const {
  std::vector<const StoredColumn*> keys;
  for (const auto& column : columns) {
    if (column.contract.primary_key) keys.push_back(&column);
  }
  return keys;
}

wire::TableSchema StoredTable::schema() const {
  wire::TableSchema schema;
  schema.name = id.table;
  schema.columns.reserve(columns.size());
  for (const auto& column : columns) schema.columns.push_back(column.contract);
  return schema;
}

std::string fold_case(std::string_view name) {
  std::string folded(name);
  for (char& c : folded) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return folded;
}

}  // namespace lakeport::destinations

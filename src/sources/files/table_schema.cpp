#include "table_schema.h"

#include <algorithm>
#include <array>

#include <strings.h>

namespace lakeport::sources::files {

Result<wire::TableSchema> table_schema(const Settings& settings, const std::string& table,
                                       const TableLayout& layout, const std::set<std::string>& left_out) {
  const std::vector<std::string>& key = settings.key_of(table);
  wire::TableSchema schema{table, {}};
  for (const LayoutColumn& column : layout.columns) {
    for (std::string_view own : {kFileColumn, kLineColumn, kModifiedColumn}) {
      if (strcasecmp(column.name.c_str(), std::string(own).c_str()) == 0) {
        return fail(ErrorKind::kInvalidInput,
                    "a file has a column of the name " + column.name + ", which this source adds itself",
                    "table " + table, "Rename the column in the file.");
      }
    }
    if (left_out.contains(column.name)) continue;
    const bool in_key = std::ranges::find(key, column.name) != key.end();
    schema.columns.push_back({column.name, column.type, in_key, column.decimal, {}});
  }
  for (const std::string& column : key) {
    if (schema.find(column) != nullptr || layout.columns.empty()) continue;
    return fail(ErrorKind::kInvalidInput, "no file has the key column " + column, "table " + table,
                "Name the key of each table in primary_key: orders=id; lines=order_id,line.");
  }
  const bool by_line = key.empty();
  schema.columns.push_back({std::string(kFileColumn), wire::DataType::kString, by_line, {}, {}});
  schema.columns.push_back({std::string(kLineColumn), wire::DataType::kLong, by_line, {}, {}});
  schema.columns.push_back({std::string(kModifiedColumn), wire::DataType::kUtcDatetime, false, {}, {}});
  return schema;
}

Result<TableLayout> sample_layout(const Settings& settings, const std::vector<InputFile>& files,
                                  Session& session) {
  TableLayout layout;
  const std::size_t count = std::min(files.size(), kSampledFiles);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t place = count == 1 ? 0 : i * (files.size() - 1) / (count - 1);
    LAKEPORT_ASSIGN_OR_RETURN(const auto columns,
                              FileReader::create(files[place], settings, session)->columns(kSampleRows));
    layout.merge(columns);
  }
  return layout;
}

}  // namespace lakeport::sources::files

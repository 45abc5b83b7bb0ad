#include "table_json.h"

#include <nlohmann/json.hpp>

namespace lakeport::sync {

namespace {

using Json = nlohmann::json;

Json column_to_json(const wire::Column& column) {
  Json json{{"name", column.name}, {"type", wire::to_string(column.type)}};
  if (column.primary_key) json["key"] = true;
  if (column.decimal) json["decimal"] = {column.decimal->precision, column.decimal->scale};
  if (column.string_byte_length) json["string_byte_length"] = *column.string_byte_length;
  return json;
}

Json table_to_json(const wire::TableSchema& table) {
  Json columns = Json::array();
  for (const auto& column : table.columns) columns.push_back(column_to_json(column));
  return {{"name", table.name}, {"columns", std::move(columns)}};
}

Result<std::string> dump(const Json& json, const std::string& table) {
  try {
    return json.dump();
  } catch (const Json::exception&) {
    return fail(ErrorKind::kSourceFailed, "the name of the table or of a column is not UTF-8",
                "table " + table);
  }
}

// Throws nlohmann's exceptions; parse() below catches them.
wire::TableSchema read_table(const Json& json) {
  wire::TableSchema table{.name = json.at("name").get<std::string>(), .columns = {}};
  for (const auto& item : json.at("columns")) {
    const auto type = wire::data_type_from_string(item.at("type").get<std::string>());
    if (!type) throw Json::other_error::create(501, "unknown type", &item);
    wire::Column column{.name = item.at("name").get<std::string>(), .type = *type};
    column.primary_key = item.value("key", false);
    if (item.contains("decimal")) {
      column.decimal = wire::DecimalParams{item["decimal"].at(0).get<std::int32_t>(),
                                           item["decimal"].at(1).get<std::int32_t>()};
    }
    if (item.contains("string_byte_length")) {
      column.string_byte_length = item["string_byte_length"].get<std::int32_t>();
    }
    table.columns.push_back(std::move(column));
  }
  return table;
}

template <class Read>
auto parse(const std::string& text, Read read) -> Result<decltype(read(Json()))> {
  try {
    return read(Json::parse(text));
  } catch (const Json::exception& error) {
    return fail(ErrorKind::kInvalidInput,
                std::string("the table's schema in the state file cannot be read: ") + error.what());
  }
}

}  // namespace

Result<std::string> to_json(const wire::TableSchema& table) { return dump(table_to_json(table), table.name); }

Result<std::string> to_json(const SourceTable& table) {
  Json json = table_to_json(table.table);
  if (table.schema) json["schema"] = *table.schema;
  return dump(json, table.to_string());
}

Result<wire::TableSchema> table_from_json(const std::string& text) { return parse(text, read_table); }

Result<SourceTable> source_table_from_json(const std::string& text) {
  return parse(text, [](const Json& json) {
    SourceTable table{std::nullopt, read_table(json)};
    if (json.contains("schema")) table.schema = json["schema"].get<std::string>();
    return table;
  });
}

}  // namespace lakeport::sync

#include "state.h"

#include <utility>

#include <nlohmann/json.hpp>

namespace lakeport::sources::files {
namespace {

using nlohmann::json;

constexpr int kVersion = 1;

json column_json(const LayoutColumn& column) {
  json object{{"name", column.name}, {"type", wire::to_string(column.type)}};
  if (column.decimal) object["decimal"] = {column.decimal->precision, column.decimal->scale};
  if (column.integer_digits) object["integer_digits"] = *column.integer_digits;
  if (column.fraction_digits) object["fraction_digits"] = *column.fraction_digits;
  return object;
}

LayoutColumn column_of(const json& object) {
  LayoutColumn column;
  column.name = object.at("name");
  const auto type = wire::data_type_from_string(object.at("type").get<std::string>());
  if (!type) throw json::other_error::create(501, "unknown type of column " + column.name, &object);
  column.type = *type;
  if (object.contains("decimal"))
    column.decimal = wire::DecimalParams{object["decimal"].at(0), object["decimal"].at(1)};
  if (object.contains("integer_digits")) column.integer_digits = object["integer_digits"].get<int>();
  if (object.contains("fraction_digits")) column.fraction_digits = object["fraction_digits"].get<int>();
  return column;
}

json table_json(const TableState& table) {
  json columns = json::array();
  for (const LayoutColumn& column : table.layout.columns) columns.push_back(column_json(column));
  json files = json::object();
  for (const auto& [name, file] : table.files) {
    files[name] = {{"size", file.size}, {"modified", file.modified}, {"rows", file.rows}};
    if (!file.hash.empty()) files[name]["hash"] = file.hash;
  }
  json object{{"settings", table.fingerprint}, {"columns", columns}, {"files", files}};
  if (!table.left_out.empty()) object["left_out"] = table.left_out;
  if (table.reading) {
    object["reading"] = {{"file", table.reading->file},
                         {"size", table.reading->size},
                         {"modified", table.reading->modified},
                         {"rows", table.reading->rows}};
  }
  return object;
}

TableState table_of(const json& object) {
  TableState table;
  table.fingerprint = object.at("settings");
  for (const json& column : object.at("columns")) table.layout.columns.push_back(column_of(column));
  for (const auto& [name, file] : object.at("files").items()) {
    table.files[name] = {file.at("size"), file.at("modified"), file.value("hash", ""), file.at("rows")};
  }
  if (object.contains("left_out")) table.left_out = object["left_out"].get<std::set<std::string>>();
  if (object.contains("reading")) {
    const json& reading = object["reading"];
    table.reading = {reading.at("file"), reading.at("size"), reading.at("modified"), reading.at("rows")};
  }
  return table;
}

}  // namespace

Result<State> State::parse(std::string_view text) {
  State state;
  if (text.empty()) return state;
  try {
    const json object = json::parse(text);
    if (object.is_object() && object.empty()) return state;
    if (object.at("version") != kVersion) throw json::other_error::create(501, "another version", &object);
    for (const auto& [name, table] : object.at("tables").items()) state.tables[name] = table_of(table);
  } catch (const json::exception& error) {
    return fail(ErrorKind::kInvalidInput, std::string("the state is not one of this source: ") + error.what(),
                "state", "Sync with a new state to read all files again.");
  }
  return state;
}

std::string State::write() const {
  json tables_json = json::object();
  for (const auto& [name, table] : tables) tables_json[name] = table_json(table);
  // File names need not be UTF-8; where they are not, the bytes are replaced and the file is read again each
  // time.
  return json{{"version", kVersion}, {"tables", tables_json}}.dump(-1, ' ', false,
                                                                   json::error_handler_t::replace);
}

}  // namespace lakeport::sources::files

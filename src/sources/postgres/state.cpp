#include "state.h"

#include <nlohmann/json.hpp>

namespace lakeport::sources::postgres {
namespace {

using nlohmann::json;

constexpr int kVersion = 1;

std::string_view to_string(Mode mode) {
  return mode == Mode::kLogical ? "logical" : mode == Mode::kCursor ? "cursor" : "snapshot";
}

json to_json(const TableState& table) {
  json columns = json::array();
  for (const auto& [number, hash] : table.columns) columns.push_back({number, hash});
  json out{
      {"oid", table.oid}, {"columns", columns}, {"column_count", table.column_count}, {"file", table.file}};
  for (const auto& [storage, file] : table.storages) out["storages"].push_back({storage, file});
  if (table.done) out["done"] = true;
  if (table.position) {
    out["position"] = {{"storage", table.position->storage},
                       {"block", table.position->block},
                       {"file", table.position->file}};
  }
  if (!table.snapshot.empty()) out["snapshot"] = table.snapshot;
  if (table.until != 0) out["until"] = format_lsn(table.until);
  if (table.patched) out["patched"] = true;
  return out;
}

// Throws nlohmann's exceptions on anything unexpected.
TableState table_from_json(const json& in) {
  TableState table;
  in.at("oid").get_to(table.oid);
  for (const json& column : in.at("columns")) table.columns[column.at(0)] = column.at(1);
  in.at("column_count").get_to(table.column_count);
  in.at("file").get_to(table.file);
  for (const json& storage : in.value("storages", json::array()))
    table.storages[storage.at(0)] = storage.at(1);
  table.done = in.value("done", false);
  if (in.contains("position")) {
    const json& position = in.at("position");
    table.position = ReadPosition{position.at("storage"), position.at("block"), position.at("file")};
  }
  table.snapshot = in.value("snapshot", std::string());
  if (in.contains("until")) table.until = parse_lsn(in.at("until").get<std::string>()).value_or(0);
  table.patched = in.value("patched", false);
  return table;
}

// Tables as a list, since a schema's and a table's name may have any character.
template <class Value, class Convert>
json list_of(const std::map<TableName, Value>& values, Convert convert) {
  json list = json::array();
  for (const auto& [name, value] : values) {
    json item = convert(value);
    item["schema"] = name.schema;
    item["table"] = name.table;
    list.push_back(std::move(item));
  }
  return list;
}

TableName name_of(const json& item) { return {item.at("schema"), item.at("table")}; }

void read_fields(const json& in, SyncState& state) {
  const std::string mode = in.at("mode");
  state.mode = mode == "logical" ? Mode::kLogical : mode == "cursor" ? Mode::kCursor : Mode::kSnapshot;
  state.slot = in.value("slot", "");
  state.system = in.value("system", "");
  if (in.contains("lsn")) state.lsn = parse_lsn(in.at("lsn").get<std::string>()).value_or(0);
  if (in.contains("tables")) {
    for (const json& item : in.at("tables")) state.tables[name_of(item)] = table_from_json(item);
  }
  if (in.contains("cursors")) {
    for (const json& item : in.at("cursors")) {
      CursorState cursor{item.at("column"), std::nullopt};
      if (item.contains("value")) cursor.value = item.at("value").get<std::string>();
      state.cursors[name_of(item)] = std::move(cursor);
    }
  }
  if (in.contains("round")) {
    for (const json& item : in.at("round")) state.round.push_back(name_of(item));
  }
  state.warned_of_deletes = in.value("warned_of_deletes", false);
}

}  // namespace

Result<std::optional<SyncState>> SyncState::parse(std::string_view text) {
  if (text.empty()) return std::nullopt;
  try {
    const json in = json::parse(text);
    if (in.is_object() && in.empty()) return std::nullopt;
    if (in.at("version") != kVersion) {
      return fail(ErrorKind::kInvalidInput, "was written by a newer version of this source",
                  "the stored state", "Update Lakeport.");
    }
    SyncState state;
    read_fields(in, state);
    return state;
  } catch (const json::exception& error) {
    return fail(ErrorKind::kInvalidInput, std::string("is not one of this source: ") + error.what(),
                "the stored state", "Use the state of this connection, or start with a new one.");
  }
}

std::string SyncState::to_json() const {
  json out{{"version", kVersion}, {"mode", to_string(mode)}};
  if (mode == Mode::kLogical) {
    out["slot"] = slot;
    out["system"] = system;
    out["lsn"] = format_lsn(lsn);
    out["tables"] = list_of(tables, [](const TableState& table) { return postgres::to_json(table); });
  }
  if (!cursors.empty()) {
    out["cursors"] = list_of(cursors, [](const CursorState& cursor) {
      json item{{"column", cursor.column}};
      if (cursor.value) item["value"] = *cursor.value;
      return item;
    });
  }
  for (const TableName& name : round)
    out["round"].push_back({{"schema", name.schema}, {"table", name.table}});
  if (warned_of_deletes) out["warned_of_deletes"] = true;
  return out.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::map<std::int32_t, std::uint32_t> column_hashes(const Table& table) {
  std::map<std::int32_t, std::uint32_t> hashes;
  for (const TableColumn& column : table.columns) {
    std::uint32_t hash = 2166136261U;  // FNV-1a
    for (const char c : column.name + ':' + std::to_string(column.type_oid)) {
      hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
    }
    hashes[column.number] = hash;
  }
  return hashes;
}

}  // namespace lakeport::sources::postgres

#include "warehouse_records.h"

#include <string>
#include <utility>

#include <nlohmann/json.hpp>

namespace lakeport::lakehouse {
namespace {

constexpr std::string_view kSelect =
    "select id, name, size, type, serverless, auto_stop_minutes, min_clusters, max_clusters, creator, tags, "
    "created_ms from warehouse where workspace_id = ?";

Warehouse read(const store::Row& row) {
  Warehouse warehouse;
  warehouse.id = row.text(0);
  warehouse.name = row.text(1);
  warehouse.size = row.text(2);
  warehouse.type = row.text(3);
  warehouse.serverless = row.boolean(4);
  warehouse.auto_stop_minutes = row.integer(5);
  warehouse.min_clusters = row.integer(6);
  warehouse.max_clusters = row.integer(7);
  warehouse.creator = row.text(8);
  const auto tags = nlohmann::json::parse(row.text(9), nullptr, false);
  for (const auto& tag : tags)
    if (tag.is_array() && tag.size() == 2 && tag[0].is_string() && tag[1].is_string())
      warehouse.tags.emplace_back(tag[0].get<std::string>(), tag[1].get<std::string>());
  warehouse.created = UtcMillis(std::chrono::milliseconds(row.integer(10)));
  return warehouse;
}

std::string tags_of(const Warehouse& warehouse) {
  auto tags = nlohmann::json::array();
  for (const auto& [key, value] : warehouse.tags) tags.push_back({key, value});
  return tags.dump();
}

Error named_already(const Warehouse& warehouse) {
  return {ErrorKind::kExists, "there is a warehouse named \"" + warehouse.name + "\" already", "",
          "Choose another name"};
}

Error no_warehouse(std::string_view id) {
  return {ErrorKind::kNotFound, "there is no warehouse with the id " + std::string(id)};
}

}  // namespace

Result<std::vector<Warehouse>> WarehouseRecords::all(std::int64_t workspace_id) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto rows,
                            metadata_.query(std::string(kSelect) + " order by name", {workspace_id}));
  std::vector<Warehouse> warehouses;
  warehouses.reserve(rows.size());
  for (const auto& row : rows) warehouses.push_back(read(row));
  return warehouses;
}

Result<Warehouse> WarehouseRecords::get(std::int64_t workspace_id, std::string_view id) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto rows, metadata_.query(std::string(kSelect) + " and id = ?",
                                                             {workspace_id, std::string(id)}));
  if (rows.empty()) return fail(no_warehouse(id));
  return read(rows.front());
}

Status WarehouseRecords::insert(std::int64_t workspace_id, const Warehouse& warehouse) {
  auto written = metadata_.write([&](store::Session& session) -> Status {
    LAKEPORT_RETURN_IF_ERROR(session.execute(
        "insert into warehouse (id, workspace_id, name, size, type, serverless, auto_stop_minutes, "
        "min_clusters, "
        "max_clusters, creator, tags, created_ms) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        {warehouse.id, workspace_id, warehouse.name, warehouse.size, warehouse.type,
         std::int64_t{warehouse.serverless}, warehouse.auto_stop_minutes, warehouse.min_clusters,
         warehouse.max_clusters, warehouse.creator, tags_of(warehouse),
         warehouse.created.time_since_epoch().count()}));
    return {};
  });
  if (!written && written.error().kind() == ErrorKind::kExists) return fail(named_already(warehouse));
  return written;
}

Status WarehouseRecords::update(std::int64_t workspace_id, const Warehouse& warehouse) {
  auto written = metadata_.write([&](store::Session& session) -> Status {
    LAKEPORT_ASSIGN_OR_RETURN(
        const auto changed,
        session.execute(
            "update warehouse set name = ?, size = ?, type = ?, serverless = ?, auto_stop_minutes = ?, "
            "min_clusters = ?, max_clusters = ?, tags = ? where workspace_id = ? and id = ?",
            {warehouse.name, warehouse.size, warehouse.type, std::int64_t{warehouse.serverless},
             warehouse.auto_stop_minutes, warehouse.min_clusters, warehouse.max_clusters, tags_of(warehouse),
             workspace_id, warehouse.id}));
    if (changed == 0) return fail(no_warehouse(warehouse.id));
    return {};
  });
  if (!written && written.error().kind() == ErrorKind::kExists) return fail(named_already(warehouse));
  return written;
}

Status WarehouseRecords::remove(std::int64_t workspace_id, std::string_view id) {
  return metadata_.write([&](store::Session& session) -> Status {
    LAKEPORT_ASSIGN_OR_RETURN(const auto changed,
                              session.execute("delete from warehouse where workspace_id = ? and id = ?",
                                              {workspace_id, std::string(id)}));
    if (changed == 0) return fail(no_warehouse(id));
    return {};
  });
}

}  // namespace lakeport::lakehouse

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

#include "lakeport/base/seal.h"
#include "lakeport/lakehouse/clusters.h"
#include "lakeport/lakehouse/warehouse.h"

#include "cluster_service.h"
#include "compute_pool.h"
#include "object_access.h"
#include "warehouse_records.h"

namespace lakeport::lakehouse {
namespace {

constexpr std::string_view kObjectType = "sql/warehouses";
constexpr std::int64_t kLongestAutoStop = 7L * 24 * 60;  // minutes
constexpr std::int64_t kMostClusters = 40;
constexpr std::size_t kLongestName = 100;
constexpr std::size_t kMostTags = 25;

Error invalid(std::string_view field, std::string what) {
  return {ErrorKind::kInvalidInput, std::move(what), std::string(field)};
}

Status check(const Warehouse& warehouse) {
  if (warehouse.name.empty()) return fail(invalid("name", "must not be empty"));
  if (warehouse.name.size() > kLongestName) return fail(invalid("name", "must have at most 100 bytes"));
  LAKEPORT_RETURN_IF_ERROR(size_limits(warehouse.size));
  if (warehouse.type != "PRO" && warehouse.type != "CLASSIC")
    return fail(invalid("warehouse_type", "\"" + warehouse.type + "\" is not one of CLASSIC, PRO"));
  if (warehouse.serverless && warehouse.type != "PRO")
    return fail(invalid("enable_serverless_compute", "only a PRO warehouse can be serverless"));
  if (warehouse.auto_stop_minutes < 0 || warehouse.auto_stop_minutes > kLongestAutoStop)
    return fail(invalid("auto_stop_mins", "must be from 0 (never) to 10080"));
  if (warehouse.min_clusters < 1 || warehouse.max_clusters < warehouse.min_clusters ||
      warehouse.max_clusters > kMostClusters)
    return fail(invalid("max_num_clusters", "must be from min_num_clusters, which is at least 1, to 40"));
  if (warehouse.tags.size() > kMostTags) return fail(invalid("tags", "there may be at most 25"));
  return {};
}

class StoredWarehouses final : public Warehouses {
 public:
  StoredWarehouses(store::Metadata& metadata, Identity& identity, ObjectPermissions& permissions,
                   Engine& engine, const Options& options)
      : records_(metadata),
        access_(identity, permissions),
        pool_(engine, options),
        clusters_(metadata, access_, pool_) {}
  // The pool's threads use what is destroyed before it.
  ~StoredWarehouses() override { pool_.shut_down(); }
  void shut_down() override { pool_.shut_down(); }
  StoredWarehouses(const StoredWarehouses&) = delete;
  StoredWarehouses& operator=(const StoredWarehouses&) = delete;

  Status bootstrap(const Caller& admin) override {
    LAKEPORT_ASSIGN_OR_RETURN(const auto existing, records_.all(admin.workspace_id));
    if (!existing.empty()) return {};
    Warehouse starter;
    starter.name = "Starter Warehouse";
    LAKEPORT_RETURN_IF_ERROR(create(admin, starter));
    return {};
  }

  Result<std::vector<Warehouse>> list(const Caller& caller) override {
    LAKEPORT_ASSIGN_OR_RETURN(auto all, records_.all(caller.workspace_id));
    std::vector<Warehouse> visible;
    for (auto& warehouse : all)
      if (access_.allows(caller, kObjectType, warehouse.id, "CAN_USE"))
        visible.push_back(with_state(std::move(warehouse)));
    return visible;
  }

  Result<Warehouse> get(const Caller& caller, std::string_view id) override {
    LAKEPORT_ASSIGN_OR_RETURN(auto warehouse, find(caller, id, "CAN_USE"));
    return with_state(std::move(warehouse));
  }

  Result<Warehouse> create(const Caller& caller, Warehouse warehouse) override {
    if (!caller.admin)
      return access_.denied(caller, kService, "createWarehouse", warehouse.name,
                            "only an admin of the workspace may create a SQL warehouse");
    LAKEPORT_RETURN_IF_ERROR(check(warehouse));
    warehouse.id = random_hex(8);
    warehouse.creator = caller.principal.name;
    warehouse.created = utc_now();
    LAKEPORT_RETURN_IF_ERROR(records_.insert(caller.workspace_id, warehouse));
    if (auto owned = access_.own(kObjectType, warehouse.id, caller); !owned) {
      LAKEPORT_RETURN_IF_ERROR(records_.remove(caller.workspace_id, warehouse.id));
      return fail(std::move(owned).error());
    }
    access_.changed(caller, kService, "createWarehouse", warehouse.id);
    return with_state(std::move(warehouse));
  }

  Result<Warehouse> edit(const Caller& caller, const Warehouse& warehouse) override {
    LAKEPORT_ASSIGN_OR_RETURN(const Warehouse before, find(caller, warehouse.id, "CAN_MANAGE"));
    LAKEPORT_RETURN_IF_ERROR(check(warehouse));
    Warehouse after = warehouse;
    after.creator = before.creator;
    after.created = before.created;
    LAKEPORT_RETURN_IF_ERROR(records_.update(caller.workspace_id, after));
    if (const auto compute = pool_.find(after.id)) compute->configure(settings_of(after));
    access_.changed(caller, kService, "editWarehouse", after.id);
    return with_state(std::move(after));
  }

  Status start(const Caller& caller, std::string_view id) override {
    LAKEPORT_ASSIGN_OR_RETURN(const Warehouse warehouse, find(caller, id, "CAN_USE"));
    bool started = false;
    compute_of(caller, warehouse)->start(&started);
    if (started) access_.changed(caller, kService, "startWarehouse", id);
    return {};
  }

  Status stop(const Caller& caller, std::string_view id) override {
    LAKEPORT_RETURN_IF_ERROR(find(caller, id, "CAN_MONITOR"));
    pool_.stop(id);
    access_.changed(caller, kService, "stopWarehouse", id);
    return {};
  }

  Status remove(const Caller& caller, std::string_view id) override {
    LAKEPORT_RETURN_IF_ERROR(find(caller, id, "CAN_MANAGE"));
    LAKEPORT_RETURN_IF_ERROR(records_.remove(caller.workspace_id, id));
    pool_.close(id);
    access_.changed(caller, kService, "deleteWarehouse", id);
    return access_.forget(kObjectType, id);
  }

  Result<std::shared_ptr<Session>> open_session(const Caller& caller, std::string_view warehouse_id,
                                                const SessionOptions& options) override {
    LAKEPORT_ASSIGN_OR_RETURN(const Warehouse warehouse, find(caller, warehouse_id, "CAN_USE"));
    return pool_.open_session(caller, compute_of(caller, warehouse), options);
  }

  Result<std::shared_ptr<Session>> open_cluster_session(const Caller& caller, std::string_view cluster_id,
                                                        const SessionOptions& options) override {
    LAKEPORT_ASSIGN_OR_RETURN(const auto compute, clusters_.attach(caller, cluster_id));
    return pool_.open_session(caller, compute, options);
  }

  Result<std::shared_ptr<Session>> session(const Caller& caller, std::string_view session_id) override {
    return pool_.registry().session(caller, session_id);
  }
  Status close_session(const Caller& caller, std::string_view session_id) override {
    return pool_.registry().close_session(caller, session_id);
  }
  Result<std::shared_ptr<Operation>> operation(const Caller& caller, std::string_view operation_id) override {
    return pool_.registry().operation(caller, operation_id);
  }
  Status close_operation(const Caller& caller, std::string_view operation_id) override {
    return pool_.registry().close_operation(caller, operation_id);
  }

  Result<std::vector<QueryRecord>> history(const Caller& caller, const QueryFilter& filter) override {
    LAKEPORT_ASSIGN_OR_RETURN(const auto warehouses, records_.all(caller.workspace_id));
    std::map<std::string, bool> monitored;  // everything of this workspace
    for (const auto& warehouse : warehouses)
      monitored[warehouse.id] = access_.allows(caller, kObjectType, warehouse.id, "CAN_MONITOR");
    LAKEPORT_RETURN_IF_ERROR(clusters_.add_monitored(caller, monitored));
    return pool_.history().find(filter, [&](const QueryRecord& record) {
      const auto found = monitored.find(record.compute_id);
      return found != monitored.end() && (found->second || record.user.id == caller.principal.id);
    });
  }

  Status cancel(const Caller& caller, std::string_view operation_id) override {
    QueryFilter one;
    one.ids.emplace_back(operation_id);
    LAKEPORT_ASSIGN_OR_RETURN(const auto records, history(caller, one));
    const auto operation = records.empty() ? nullptr : pool_.registry().any_operation(operation_id);
    if (!operation)
      return fail(ErrorKind::kNotFound,
                  "there is no open statement with the id " + std::string(operation_id));
    operation->cancel();
    access_.changed(caller, kService, "cancelQuery", operation_id);
    return {};
  }

  Clusters& clusters() override { return clusters_; }

 private:
  static constexpr std::string_view kService = "databrickssql";

  Result<Warehouse> find(const Caller& caller, std::string_view id, std::string_view level) {
    LAKEPORT_ASSIGN_OR_RETURN(auto warehouse, records_.get(caller.workspace_id, id));
    LAKEPORT_RETURN_IF_ERROR(access_.require(caller, kObjectType, id, level));
    return warehouse;
  }

  static std::int64_t places_of(const Warehouse& warehouse) {
    const auto limits = size_limits(warehouse.size);
    return (limits ? limits->queries : 1) * warehouse.max_clusters;
  }

  ComputeSettings settings_of(const Warehouse& warehouse) const {
    return {.places = static_cast<std::size_t>(places_of(warehouse)),
            .auto_stop = warehouse.auto_stop_minutes * pool_.options().auto_stop_minute};
  }

  std::shared_ptr<Compute> compute_of(const Caller& caller, const Warehouse& warehouse) {
    return pool_.compute(warehouse.id, ComputeKind::kWarehouse, caller.workspace_id, settings_of(warehouse));
  }

  Warehouse with_state(Warehouse warehouse) const {
    warehouse.max_queries = places_of(warehouse);
    if (const auto compute = pool_.find(warehouse.id)) {
      warehouse.state = compute->state();
      const auto load = compute->load();
      warehouse.active_sessions = static_cast<std::int64_t>(compute->sessions());
      warehouse.running_queries = static_cast<std::int64_t>(load.running);
      warehouse.queued_queries = static_cast<std::int64_t>(load.waiting);
    }
    return warehouse;
  }

  WarehouseRecords records_;
  ObjectAccess access_;
  ComputePool pool_;
  ClusterService clusters_;
};

}  // namespace

Result<std::unique_ptr<Warehouses>> Warehouses::open(store::Metadata& metadata, Identity& identity,
                                                     ObjectPermissions& permissions, Engine& engine,
                                                     const Options& options) {
  return std::make_unique<StoredWarehouses>(metadata, identity, permissions, engine, options);
}

}  // namespace lakeport::lakehouse

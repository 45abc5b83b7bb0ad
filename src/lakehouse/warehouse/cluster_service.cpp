#include "cluster_service.h"

#include <chrono>
#include <utility>

#include "lakeport/base/seal.h"

namespace lakeport::lakehouse {
namespace {

constexpr std::string_view kClusters = "clusters";
constexpr std::string_view kPolicies = "cluster-policies";
constexpr std::size_t kPlaces = 16;  // statements at once
constexpr std::size_t kLongestName = 100;
constexpr std::size_t kLongestText = 256UL << 10U;
constexpr std::int64_t kShortestAutotermination = 10;  // minutes, Databricks' bounds
constexpr std::int64_t kLongestAutotermination = 10'000;

Status check(const Cluster& cluster) {
  if (cluster.name.size() > kLongestName)
    return fail(ErrorKind::kInvalidInput, "must have at most 100 bytes", "cluster_name");
  if (cluster.specification.size() > kLongestText)
    return fail(ErrorKind::kInvalidInput, "the cluster's specification is longer than 256 KB");
  if (cluster.autotermination_minutes != 0 && (cluster.autotermination_minutes < kShortestAutotermination ||
                                               cluster.autotermination_minutes > kLongestAutotermination))
    return fail(ErrorKind::kInvalidInput, "must be 0 (never) or from 10 to 10000", "autotermination_minutes");
  return {};
}

Status check(const ClusterPolicy& policy) {
  if (policy.name.empty() || policy.name.size() > kLongestName)
    return fail(ErrorKind::kInvalidInput, "must have 1 to 100 bytes", "name");
  if (policy.definition.size() + policy.description.size() > kLongestText)
    return fail(ErrorKind::kInvalidInput, "the policy is longer than 256 KB", "definition");
  return {};
}

// "1121-103210-k3j9x0ab", as Databricks' look.
std::string new_cluster_id(UtcMillis now) {
  const std::string moment = to_iso8601(now);  // 2026-11-21T10:32:10.125Z
  constexpr std::string_view kLetters = "0123456789abcdefghijklmnopqrstuvwxyz";
  std::string id = moment.substr(5, 2) + moment.substr(8, 2) + "-" + moment.substr(11, 2) +
                   moment.substr(14, 2) + moment.substr(17, 2) + "-";
  for (int letter = 0; letter < 8; ++letter)
    id +=
        kLetters[static_cast<std::size_t>(random_between(0, static_cast<std::int64_t>(kLetters.size()) - 1))];
  return id;
}

}  // namespace

ClusterService::ClusterService(store::Metadata& metadata, ObjectAccess& access, ComputePool& pool)
    : records_(metadata), access_(access), pool_(pool) {
  pool_.on_cluster_idle([this](std::int64_t workspace_id, const std::string& id) {
    if (auto cluster = records_.get(workspace_id, id)) {
      // Whether it could be written down or not: it is ended, and nobody is there to be told.
      const Status ended = end(*std::move(cluster), "");
      static_cast<void>(ended);
    }
  });
}

Result<Cluster> ClusterService::find(const Caller& caller, std::string_view id, std::string_view level) {
  LAKEPORT_ASSIGN_OR_RETURN(auto cluster, records_.get(caller.workspace_id, id));
  LAKEPORT_RETURN_IF_ERROR(access_.require(caller, kClusters, id, level));
  return cluster;
}

Cluster ClusterService::with_state(Cluster cluster) const {
  const auto compute = pool_.find(cluster.id);
  const WarehouseState state = compute ? compute->state() : WarehouseState::kStopped;
  cluster.state = state == WarehouseState::kRunning    ? ClusterState::kRunning
                  : state == WarehouseState::kStopping ? ClusterState::kTerminating
                                                       : ClusterState::kTerminated;
  return cluster;
}

Result<std::vector<Cluster>> ClusterService::list(const Caller& caller) {
  LAKEPORT_ASSIGN_OR_RETURN(auto all, records_.all(caller.workspace_id));
  std::vector<Cluster> visible;
  for (auto& cluster : all)
    if (access_.allows(caller, kClusters, cluster.id, "CAN_ATTACH_TO"))
      visible.push_back(with_state(std::move(cluster)));
  return visible;
}

Result<Cluster> ClusterService::get(const Caller& caller, std::string_view id) {
  LAKEPORT_ASSIGN_OR_RETURN(auto cluster, find(caller, id, "CAN_ATTACH_TO"));
  return with_state(std::move(cluster));
}

Result<Cluster> ClusterService::create(const Caller& caller, Cluster cluster) {
  if (!cluster.policy_id.empty())
    LAKEPORT_RETURN_IF_ERROR(policy(caller, cluster.policy_id));
  else if (!caller.admin)
    return access_.denied(caller, kClusters, "create", cluster.name,
                          "only an admin of the workspace may create a cluster without a policy");
  LAKEPORT_RETURN_IF_ERROR(check(cluster));
  const UtcMillis now = utc_now();
  cluster.id = new_cluster_id(now);
  cluster.creator = caller.principal.name;
  cluster.created = now;
  LAKEPORT_RETURN_IF_ERROR(records_.insert(caller.workspace_id, cluster));
  if (auto owned = access_.own(kClusters, cluster.id, caller); !owned) {
    LAKEPORT_RETURN_IF_ERROR(records_.remove(cluster.id));
    return fail(std::move(owned).error());
  }
  access_.changed(caller, kClusters, "create", cluster.id);
  note(cluster, "CREATING", caller.principal.name);
  LAKEPORT_RETURN_IF_ERROR(start(caller.workspace_id, cluster, caller.principal.name));
  return get(caller, cluster.id);
}

Result<Cluster> ClusterService::edit(const Caller& caller, const Cluster& cluster) {
  LAKEPORT_ASSIGN_OR_RETURN(Cluster after, find(caller, cluster.id, "CAN_MANAGE"));
  if (cluster.policy_id != after.policy_id && !cluster.policy_id.empty())
    LAKEPORT_RETURN_IF_ERROR(policy(caller, cluster.policy_id));
  LAKEPORT_RETURN_IF_ERROR(check(cluster));
  after.name = cluster.name;
  after.policy_id = cluster.policy_id;
  after.autotermination_minutes = cluster.autotermination_minutes;
  after.specification = cluster.specification;
  LAKEPORT_RETURN_IF_ERROR(records_.update(after));
  if (const auto compute = pool_.find(after.id)) compute->configure(settings_of(after));
  access_.changed(caller, kClusters, "edit", after.id);
  note(after, "EDITED", caller.principal.name);
  return with_state(std::move(after));
}

Status ClusterService::start(const Caller& caller, std::string_view id) {
  LAKEPORT_ASSIGN_OR_RETURN(const Cluster cluster, find(caller, id, "CAN_RESTART"));
  LAKEPORT_RETURN_IF_ERROR(start(caller.workspace_id, cluster, caller.principal.name));
  access_.changed(caller, kClusters, "start", id);
  return {};
}

Status ClusterService::terminate(const Caller& caller, std::string_view id) {
  LAKEPORT_ASSIGN_OR_RETURN(Cluster cluster, find(caller, id, "CAN_RESTART"));
  LAKEPORT_RETURN_IF_ERROR(end(std::move(cluster), caller.principal.name));
  access_.changed(caller, kClusters, "delete", id);
  return {};
}

Status ClusterService::remove(const Caller& caller, std::string_view id) {
  LAKEPORT_RETURN_IF_ERROR(find(caller, id, "CAN_MANAGE"));
  LAKEPORT_RETURN_IF_ERROR(records_.remove(id));
  pool_.close(id);
  access_.changed(caller, kClusters, "permanentDelete", id);
  return access_.forget(kClusters, id);
}

Result<std::vector<ClusterEvent>> ClusterService::events(const Caller& caller, std::string_view id) {
  LAKEPORT_RETURN_IF_ERROR(find(caller, id, "CAN_ATTACH_TO"));
  return records_.events(id);
}

Result<std::shared_ptr<Compute>> ClusterService::attach(const Caller& caller, std::string_view id) {
  LAKEPORT_ASSIGN_OR_RETURN(const Cluster cluster, find(caller, id, "CAN_ATTACH_TO"));
  if (with_state(cluster).state != ClusterState::kRunning)
    LAKEPORT_RETURN_IF_ERROR(access_.require(caller, kClusters, id, "CAN_RESTART"));
  return start(caller.workspace_id, cluster, caller.principal.name);
}

Status ClusterService::add_monitored(const Caller& caller, std::map<std::string, bool>& monitored) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto all, records_.all(caller.workspace_id));
  for (const auto& cluster : all)
    monitored[cluster.id] = access_.allows(caller, kClusters, cluster.id, "CAN_MANAGE");
  return {};
}

ComputeSettings ClusterService::settings_of(const Cluster& cluster) const {
  return {.places = kPlaces, .auto_stop = cluster.autotermination_minutes * pool_.options().auto_stop_minute};
}

Result<std::shared_ptr<Compute>> ClusterService::start(std::int64_t workspace_id, Cluster cluster,
                                                       const std::string& user) {
  auto compute = pool_.compute(cluster.id, ComputeKind::kCluster, workspace_id, settings_of(cluster));
  bool started = false;
  if (!compute->start(&started)) return fail(ErrorKind::kNotFound, "the cluster was deleted");
  if (!started) return compute;
  cluster.started = utc_now();
  cluster.terminated.reset();
  LAKEPORT_RETURN_IF_ERROR(records_.update(cluster));
  note(cluster, "STARTING", user);
  note(cluster, "RUNNING", user);
  return compute;
}

Status ClusterService::end(Cluster cluster, const std::string& user) {
  if (with_state(cluster).state == ClusterState::kTerminated) return {};
  pool_.close(cluster.id);
  cluster.terminated = utc_now();
  LAKEPORT_RETURN_IF_ERROR(records_.update(cluster));
  note(cluster, "TERMINATING", user);
  return {};
}

void ClusterService::note(const Cluster& cluster, std::string_view type, const std::string& user) {
  // An event that cannot be kept must not undo what happened.
  const Status kept = records_.add_event(
      {.cluster_id = cluster.id, .moment = utc_now(), .type = std::string(type), .user = user});
  static_cast<void>(kept);
}

Result<std::vector<ClusterPolicy>> ClusterService::policies(const Caller& caller) {
  LAKEPORT_ASSIGN_OR_RETURN(auto all, records_.policies(caller.workspace_id));
  std::vector<ClusterPolicy> visible;
  for (auto& policy : all)
    if (access_.allows(caller, kPolicies, policy.id, "CAN_USE")) visible.push_back(std::move(policy));
  return visible;
}

Result<ClusterPolicy> ClusterService::policy(const Caller& caller, std::string_view id) {
  LAKEPORT_ASSIGN_OR_RETURN(auto policy, records_.policy(caller.workspace_id, id));
  LAKEPORT_RETURN_IF_ERROR(access_.require(caller, kPolicies, id, "CAN_USE"));
  return policy;
}

Result<ClusterPolicy> ClusterService::create_policy(const Caller& caller, ClusterPolicy policy) {
  LAKEPORT_RETURN_IF_ERROR(admin_only(caller, "create", policy.name));
  LAKEPORT_RETURN_IF_ERROR(check(policy));
  policy.id = random_hex(8);
  policy.creator = caller.principal.name;
  policy.created = utc_now();
  LAKEPORT_RETURN_IF_ERROR(records_.insert_policy(caller.workspace_id, policy));
  access_.changed(caller, "clusterPolicies", "create", policy.id);
  return policy;
}

Result<ClusterPolicy> ClusterService::edit_policy(const Caller& caller, const ClusterPolicy& policy) {
  LAKEPORT_RETURN_IF_ERROR(admin_only(caller, "edit", policy.id));
  LAKEPORT_RETURN_IF_ERROR(check(policy));
  LAKEPORT_RETURN_IF_ERROR(records_.policy(caller.workspace_id, policy.id));
  LAKEPORT_RETURN_IF_ERROR(records_.update_policy(policy));
  access_.changed(caller, "clusterPolicies", "edit", policy.id);
  return records_.policy(caller.workspace_id, policy.id);
}

Status ClusterService::remove_policy(const Caller& caller, std::string_view id) {
  LAKEPORT_RETURN_IF_ERROR(admin_only(caller, "delete", std::string(id)));
  LAKEPORT_RETURN_IF_ERROR(records_.policy(caller.workspace_id, id));
  LAKEPORT_RETURN_IF_ERROR(records_.remove_policy(id));
  access_.changed(caller, "clusterPolicies", "delete", id);
  return access_.forget(kPolicies, id);
}

Status ClusterService::admin_only(const Caller& caller, std::string_view action, const std::string& object) {
  if (caller.admin) return {};
  return access_.denied(caller, "clusterPolicies", action, object,
                        "only an admin of the workspace may change cluster policies");
}

}  // namespace lakeport::lakehouse

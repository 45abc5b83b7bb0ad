#include "cluster_records.h"

#include <string>
#include <utility>

namespace lakeport::lakehouse {
namespace {

constexpr std::int64_t kEventsKept = 500;
constexpr std::string_view kSelectCluster =
    "select id, name, creator, policy_id, autotermination_minutes, specification, created_ms, started_ms, "
    "terminated_ms from cluster where workspace_id = ?";
constexpr std::string_view kSelectPolicy =
    "select id, name, definition, description, creator, created_ms from cluster_policy where workspace_id = "
    "?";

UtcMillis moment_of(std::int64_t milliseconds) { return UtcMillis(std::chrono::milliseconds(milliseconds)); }
std::int64_t stored(UtcMillis moment) { return moment.time_since_epoch().count(); }
store::Value stored(const std::optional<UtcMillis>& moment) {
  return moment ? store::Value(stored(*moment)) : store::Value();
}
std::optional<UtcMillis> optional_moment(const store::Row& row, std::size_t column) {
  const auto milliseconds = row.optional_integer(column);
  return milliseconds ? std::optional(moment_of(*milliseconds)) : std::nullopt;
}

Cluster read_cluster(const store::Row& row) {
  return {.id = row.text(0),
          .name = row.text(1),
          .creator = row.text(2),
          .policy_id = row.text(3),
          .autotermination_minutes = row.integer(4),
          .specification = row.text(5),
          .created = moment_of(row.integer(6)),
          .started = optional_moment(row, 7),
          .terminated = optional_moment(row, 8)};
}

ClusterPolicy read_policy(const store::Row& row) {
  return {.id = row.text(0),
          .name = row.text(1),
          .definition = row.text(2),
          .description = row.text(3),
          .creator = row.text(4),
          .created = moment_of(row.integer(5))};
}

Status name_taken(Status written, const ClusterPolicy& policy) {
  if (!written && written.error().kind() == ErrorKind::kExists)
    return fail(ErrorKind::kExists, "there is a cluster policy named \"" + policy.name + "\" already");
  return written;
}

}  // namespace

Status ClusterRecords::execute(std::string_view sql, const std::vector<store::Value>& parameters) {
  return metadata_.write([&](store::Session& session) -> Status {
    LAKEPORT_RETURN_IF_ERROR(session.execute(sql, parameters));
    return {};
  });
}

Result<std::vector<Cluster>> ClusterRecords::all(std::int64_t workspace_id) {
  LAKEPORT_ASSIGN_OR_RETURN(
      const auto rows, metadata_.query(std::string(kSelectCluster) + " order by name, id", {workspace_id}));
  std::vector<Cluster> clusters;
  clusters.reserve(rows.size());
  for (const auto& row : rows) clusters.push_back(read_cluster(row));
  return clusters;
}

Result<Cluster> ClusterRecords::get(std::int64_t workspace_id, std::string_view id) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto rows, metadata_.query(std::string(kSelectCluster) + " and id = ?",
                                                             {workspace_id, std::string(id)}));
  if (rows.empty()) return fail(ErrorKind::kNotFound, "there is no cluster with the id " + std::string(id));
  return read_cluster(rows.front());
}

Status ClusterRecords::insert(std::int64_t workspace_id, const Cluster& cluster) {
  return execute(
      "insert into cluster (id, workspace_id, name, creator, policy_id, autotermination_minutes, "
      "specification, "
      "created_ms, started_ms, terminated_ms) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      {cluster.id, workspace_id, cluster.name, cluster.creator, cluster.policy_id,
       cluster.autotermination_minutes, cluster.specification, stored(cluster.created),
       stored(cluster.started), stored(cluster.terminated)});
}

Status ClusterRecords::update(const Cluster& cluster) {
  return execute(
      "update cluster set name = ?, policy_id = ?, autotermination_minutes = ?, specification = ?, "
      "started_ms = ?, "
      "terminated_ms = ? where id = ?",
      {cluster.name, cluster.policy_id, cluster.autotermination_minutes, cluster.specification,
       stored(cluster.started), stored(cluster.terminated), cluster.id});
}

Status ClusterRecords::remove(std::string_view id) {
  return execute("delete from cluster where id = ?", {std::string(id)});
}

Status ClusterRecords::add_event(const ClusterEvent& event) {
  return metadata_.write([&](store::Session& session) -> Status {
    LAKEPORT_ASSIGN_OR_RETURN(
        const auto last,
        session.query("select coalesce(max(number), 0) from cluster_event where cluster_id = ?",
                      {event.cluster_id}));
    const std::int64_t number = last.front().integer(0) + 1;
    LAKEPORT_RETURN_IF_ERROR(session.execute(
        "insert into cluster_event (cluster_id, number, moment_ms, type, user_name) values (?, ?, ?, ?, ?)",
        {event.cluster_id, number, stored(event.moment), event.type, event.user}));
    LAKEPORT_RETURN_IF_ERROR(session.execute("delete from cluster_event where cluster_id = ? and number <= ?",
                                             {event.cluster_id, number - kEventsKept}));
    return {};
  });
}

Result<std::vector<ClusterEvent>> ClusterRecords::events(std::string_view id) {
  LAKEPORT_ASSIGN_OR_RETURN(
      const auto rows,
      metadata_.query(
          "select moment_ms, type, user_name from cluster_event where cluster_id = ? order by number desc",
          {std::string(id)}));
  std::vector<ClusterEvent> events;
  events.reserve(rows.size());
  for (const auto& row : rows)
    events.push_back({.cluster_id = std::string(id),
                      .moment = moment_of(row.integer(0)),
                      .type = row.text(1),
                      .user = row.text(2)});
  return events;
}

Result<std::vector<ClusterPolicy>> ClusterRecords::policies(std::int64_t workspace_id) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto rows,
                            metadata_.query(std::string(kSelectPolicy) + " order by name", {workspace_id}));
  std::vector<ClusterPolicy> policies;
  policies.reserve(rows.size());
  for (const auto& row : rows) policies.push_back(read_policy(row));
  return policies;
}

Result<ClusterPolicy> ClusterRecords::policy(std::int64_t workspace_id, std::string_view id) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto rows, metadata_.query(std::string(kSelectPolicy) + " and id = ?",
                                                             {workspace_id, std::string(id)}));
  if (rows.empty())
    return fail(ErrorKind::kNotFound, "there is no cluster policy with the id " + std::string(id));
  return read_policy(rows.front());
}

Status ClusterRecords::insert_policy(std::int64_t workspace_id, const ClusterPolicy& policy) {
  return name_taken(
      execute(
          "insert into cluster_policy (id, workspace_id, name, definition, description, creator, created_ms) "
          "values (?, ?, ?, ?, ?, ?, ?)",
          {policy.id, workspace_id, policy.name, policy.definition, policy.description, policy.creator,
           stored(policy.created)}),
      policy);
}

Status ClusterRecords::update_policy(const ClusterPolicy& policy) {
  return name_taken(
      execute("update cluster_policy set name = ?, definition = ?, description = ? where id = ?",
              {policy.name, policy.definition, policy.description, policy.id}),
      policy);
}

Status ClusterRecords::remove_policy(std::string_view id) {
  return execute("delete from cluster_policy where id = ?", {std::string(id)});
}

}  // namespace lakeport::lakehouse

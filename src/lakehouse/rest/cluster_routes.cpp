// /api/2.0/clusters and /api/2.1/clusters: records of interactive clusters.
#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <utility>

#include "cluster_policy_rules.h"
#include "warehouse_routes.h"

namespace lakeport::lakehouse {
namespace {

struct NodeType {
  std::string_view id;
  std::int64_t memory_mb;
  double cores;
};
// Names that partners' products ask for by default, on all three clouds. They mean nothing here.
constexpr std::array<NodeType, 8> kNodeTypes = {{{"i3.xlarge", 31'232, 4},
                                                 {"i3.2xlarge", 62'464, 8},
                                                 {"m5d.large", 8'192, 2},
                                                 {"m5d.xlarge", 16'384, 4},
                                                 {"Standard_DS3_v2", 14'336, 4},
                                                 {"Standard_D4ds_v5", 16'384, 4},
                                                 {"n2-highmem-4", 32'768, 4},
                                                 {"n1-standard-4", 15'360, 4}}};

constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kSparkVersions = {{
    {"16.4.x-scala2.12", "16.4 LTS (includes Apache Spark 3.5.2, Scala 2.12)"},
    {"15.4.x-scala2.12", "15.4 LTS (includes Apache Spark 3.5.0, Scala 2.12)"},
    {"14.3.x-scala2.12", "14.3 LTS (includes Apache Spark 3.5.0, Scala 2.12)"},
    {"13.3.x-scala2.12", "13.3 LTS (includes Apache Spark 3.4.1, Scala 2.12)"},
}};

// Fields with a place of their own in Cluster.
const std::set<std::string>& own_fields() {
  static const std::set<std::string> kFields = {
      "cluster_id", "cluster_name", "policy_id", "autotermination_minutes", "apply_policy_default_values",
      "clone_from", "is_pinned"};
  return kFields;
}

std::string_view state_name(ClusterState state) {
  switch (state) {
    case ClusterState::kPending:
      return "PENDING";
    case ClusterState::kRunning:
      return "RUNNING";
    case ClusterState::kTerminating:
      return "TERMINATING";
    case ClusterState::kTerminated:
      break;
  }
  return "TERMINATED";
}

Json specification_of(const Cluster& cluster) {
  Json specification = Json::parse(cluster.specification, nullptr, false);
  return specification.is_object() ? specification : Json::object();
}

Json cluster_json(const Cluster& cluster) {
  Json json = specification_of(cluster);
  json["cluster_id"] = cluster.id;
  json["cluster_name"] = cluster.name;
  json["creator_user_name"] = cluster.creator;
  json["autotermination_minutes"] = cluster.autotermination_minutes;
  if (!cluster.policy_id.empty()) json["policy_id"] = cluster.policy_id;
  Json specification = json;
  json["spec"] = std::move(specification);
  json["state"] = state_name(cluster.state);
  json["state_message"] = cluster.state_message;
  json["cluster_source"] = "API";
  json["start_time"] = cluster.created.time_since_epoch().count();
  if (cluster.started) json["last_restarted_time"] = cluster.started->time_since_epoch().count();
  if (cluster.terminated && cluster.state == ClusterState::kTerminated)
    json["terminated_time"] = cluster.terminated->time_since_epoch().count();
  json["default_tags"] = {{"Vendor", "Databricks"},
                          {"Creator", cluster.creator},
                          {"ClusterName", cluster.name},
                          {"ClusterId", cluster.id}};
  if (!json.contains("driver_node_type_id") && json.contains("node_type_id"))
    json["driver_node_type_id"] = json["node_type_id"];
  return json;
}

Status check_specification(const Json& specification) {
  const Fields fields(specification);
  LAKEPORT_ASSIGN_OR_RETURN(const std::string version, fields.non_empty_text("spark_version"));
  const bool known =
      std::ranges::any_of(kSparkVersions, [&](const auto& entry) { return entry.first == version; });
  if (!known)
    return fail(fields.invalid("spark_version", "\"" + version + "\" is not one of clusters/spark-versions"));
  if (!fields.has("instance_pool_id")) {
    LAKEPORT_ASSIGN_OR_RETURN(const std::string node, fields.non_empty_text("node_type_id"));
    const bool node_known =
        std::ranges::any_of(kNodeTypes, [&](const NodeType& type) { return type.id == node; });
    if (!node_known)
      return fail(fields.invalid("node_type_id", "\"" + node + "\" is not one of clusters/list-node-types"));
  }
  LAKEPORT_ASSIGN_OR_RETURN(const std::int64_t workers, fields.integer_or("num_workers", 0));
  if (workers < 0 || workers > 100'000)
    return fail(fields.invalid("num_workers", "must be from 0 to 100000"));
  LAKEPORT_ASSIGN_OR_RETURN(const auto autoscale, fields.optional_object("autoscale"));
  if (!autoscale) return {};
  LAKEPORT_ASSIGN_OR_RETURN(const std::int64_t least, autoscale->integer("min_workers"));
  LAKEPORT_ASSIGN_OR_RETURN(const std::int64_t most, autoscale->integer("max_workers"));
  if (least < 0 || most < least)
    return fail(autoscale->invalid("max_workers", "must not be below min_workers"));
  return {};
}

// The cluster that the body of create or edit describes.
Result<Cluster> read_cluster(const Call& call, Clusters& clusters) {
  const Fields& body = call.body();
  Json json = body.json();
  Cluster cluster;
  LAKEPORT_ASSIGN_OR_RETURN(cluster.policy_id, body.text_or("policy_id", ""));
  if (!cluster.policy_id.empty()) {
    LAKEPORT_ASSIGN_OR_RETURN(const ClusterPolicy policy, clusters.policy(call.caller(), cluster.policy_id));
    const Json definition = Json::parse(policy.definition, nullptr, false);
    if (definition.is_object()) LAKEPORT_RETURN_IF_ERROR(apply_policy(definition, json));
  }
  const Fields fields(json);
  LAKEPORT_ASSIGN_OR_RETURN(cluster.name, fields.text_or("cluster_name", ""));
  LAKEPORT_ASSIGN_OR_RETURN(cluster.autotermination_minutes, fields.integer_or("autotermination_minutes", 0));
  for (const std::string& field : own_fields()) json.erase(field);
  LAKEPORT_RETURN_IF_ERROR(check_specification(json));
  cluster.specification = json.dump();
  return cluster;
}

Result<Answer> list_clusters(const Call& call, Clusters& clusters) {
  LAKEPORT_ASSIGN_OR_RETURN(const Page page, call.page("page_size", 100, 100));
  LAKEPORT_ASSIGN_OR_RETURN(auto all, clusters.list(call.caller()));
  const auto cut = cut_page(std::move(all), page, [](const Cluster& cluster) { return cluster.id; });
  Json list = Json::array();
  for (const Cluster& cluster : cut.entries) list.push_back(cluster_json(cluster));
  Json answer = {{"clusters", std::move(list)}};
  if (cut.next_page_token) answer["next_page_token"] = *cut.next_page_token;
  return answer;
}

Result<Answer> list_events(const Call& call, Clusters& clusters) {
  const Fields& body = call.body();
  LAKEPORT_ASSIGN_OR_RETURN(const std::string id, body.non_empty_text("cluster_id"));
  LAKEPORT_ASSIGN_OR_RETURN(const std::int64_t from, body.integer_or("start_time", 0));
  LAKEPORT_ASSIGN_OR_RETURN(const std::int64_t until, body.integer_or("end_time", INT64_MAX));
  LAKEPORT_ASSIGN_OR_RETURN(const std::string order, body.text_or("order", "DESC"));
  LAKEPORT_ASSIGN_OR_RETURN(const auto types, body.texts("event_types"));
  LAKEPORT_ASSIGN_OR_RETURN(const std::int64_t offset, body.integer_or("offset", 0));
  LAKEPORT_ASSIGN_OR_RETURN(const std::int64_t limit, body.integer_or("limit", 50));
  if (offset < 0) return fail(body.invalid("offset", "must not be negative"));
  if (limit < 1 || limit > 500) return fail(body.invalid("limit", "must be from 1 to 500"));
  LAKEPORT_ASSIGN_OR_RETURN(auto events, clusters.events(call.caller(), id));
  std::erase_if(events, [&](const ClusterEvent& event) {
    const std::int64_t moment = event.moment.time_since_epoch().count();
    return moment < from || moment > until ||
           (!types.empty() && std::ranges::find(types, event.type) == types.end());
  });
  if (order == "ASC") std::ranges::reverse(events);
  Json list = Json::array();
  const auto total = static_cast<std::int64_t>(events.size());
  for (std::int64_t at = offset; at < std::min(total, offset + limit); ++at) {
    const ClusterEvent& event = events[static_cast<std::size_t>(at)];
    Json details = Json::object();
    if (!event.user.empty()) details["user"] = event.user;
    list.push_back({{"cluster_id", event.cluster_id},
                    {"timestamp", event.moment.time_since_epoch().count()},
                    {"type", event.type},
                    {"details", std::move(details)}});
  }
  Json answer = {{"events", std::move(list)}, {"total_count", total}};
  if (offset + limit < total)
    answer["next_page"] = {
        {"cluster_id", id}, {"order", order}, {"offset", offset + limit}, {"limit", limit}};
  return answer;
}

Json node_types() {
  Json list = Json::array();
  for (const NodeType& type : kNodeTypes)
    list.push_back({{"node_type_id", type.id},
                    {"memory_mb", type.memory_mb},
                    {"num_cores", type.cores},
                    {"num_gpus", 0},
                    {"description", type.id},
                    {"instance_type_id", type.id},
                    {"category", "General Purpose"},
                    {"is_deprecated", false},
                    {"is_hidden", false},
                    {"support_cluster_tags", true}});
  return {{"node_types", std::move(list)}};
}

Json spark_versions() {
  Json list = Json::array();
  for (const auto& [key, name] : kSparkVersions) list.push_back({{"key", key}, {"name", name}});
  return {{"versions", std::move(list)}};
}

using ClusterAction = Status (Clusters::*)(const Caller& caller, std::string_view id);

CallHandler on_cluster(Clusters& clusters, ClusterAction action) {
  return [&clusters, action](Call& call) -> Result<Answer> {
    LAKEPORT_ASSIGN_OR_RETURN(const std::string id, call.body().non_empty_text("cluster_id"));
    call.about(id);
    LAKEPORT_RETURN_IF_ERROR((clusters.*action)(call.caller(), id));
    return Json::object();
  };
}

void add_version(Endpoints& endpoints, Clusters& clusters, const std::string& root) {
  endpoints.add("POST", root + "/create", [&clusters](Call& call) -> Result<Answer> {
    LAKEPORT_ASSIGN_OR_RETURN(Cluster cluster, read_cluster(call, clusters));
    LAKEPORT_ASSIGN_OR_RETURN(const Cluster made, clusters.create(call.caller(), std::move(cluster)));
    return Json{{"cluster_id", made.id}};
  });
  endpoints.add("POST", root + "/edit", [&clusters](Call& call) -> Result<Answer> {
    LAKEPORT_ASSIGN_OR_RETURN(Cluster cluster, read_cluster(call, clusters));
    LAKEPORT_ASSIGN_OR_RETURN(cluster.id, call.body().non_empty_text("cluster_id"));
    LAKEPORT_RETURN_IF_ERROR(clusters.edit(call.caller(), cluster));
    return Json::object();
  });
  endpoints.add("GET", root + "/get", [&clusters](Call& call) -> Result<Answer> {
    LAKEPORT_ASSIGN_OR_RETURN(const std::string id, call.query("cluster_id"));
    LAKEPORT_ASSIGN_OR_RETURN(const Cluster cluster, clusters.get(call.caller(), id));
    return cluster_json(cluster);
  });
  endpoints.add("GET", root + "/list", [&clusters](Call& call) { return list_clusters(call, clusters); });
  endpoints.add("POST", root + "/events", [&clusters](Call& call) { return list_events(call, clusters); });
  endpoints.add("POST", root + "/start", on_cluster(clusters, &Clusters::start));
  endpoints.add("POST", root + "/delete", on_cluster(clusters, &Clusters::terminate));
  endpoints.add("POST", root + "/permanent-delete", on_cluster(clusters, &Clusters::remove));
  endpoints.add("POST", root + "/restart", [&clusters](Call& call) -> Result<Answer> {
    LAKEPORT_ASSIGN_OR_RETURN(const std::string id, call.body().non_empty_text("cluster_id"));
    LAKEPORT_RETURN_IF_ERROR(clusters.terminate(call.caller(), id));
    LAKEPORT_RETURN_IF_ERROR(clusters.start(call.caller(), id));
    return Json::object();
  });
  endpoints.add("GET", root + "/list-node-types", [](Call&) -> Result<Answer> { return node_types(); });
  endpoints.add("GET", root + "/spark-versions", [](Call&) -> Result<Answer> { return spark_versions(); });
}

Json policy_json(const ClusterPolicy& policy) {
  return {{"policy_id", policy.id},
          {"name", policy.name},
          {"definition", policy.definition},
          {"description", policy.description},
          {"creator_user_name", policy.creator},
          {"created_at_timestamp", policy.created.time_since_epoch().count()},
          {"is_default", false}};
}

Result<ClusterPolicy> read_policy(const Fields& body) {
  ClusterPolicy policy;
  LAKEPORT_ASSIGN_OR_RETURN(policy.name, body.non_empty_text("name"));
  LAKEPORT_ASSIGN_OR_RETURN(policy.definition, body.text_or("definition", "{}"));
  LAKEPORT_ASSIGN_OR_RETURN(policy.description, body.text_or("description", ""));
  if (!Json::parse(policy.definition, nullptr, false).is_object())
    return fail(body.invalid("definition", "must be a JSON object, as text"));
  return policy;
}

}  // namespace

void add_cluster_routes(Endpoints& endpoints, Clusters& clusters) {
  add_version(endpoints, clusters, "/api/2.0/clusters");
  add_version(endpoints, clusters, "/api/2.1/clusters");
}

void add_cluster_policy_routes(Endpoints& endpoints, Clusters& clusters) {
  const std::string root = "/api/2.0/policies/clusters";
  endpoints.add("GET", root + "/list", [&clusters](Call& call) -> Result<Answer> {
    LAKEPORT_ASSIGN_OR_RETURN(const auto all, clusters.policies(call.caller()));
    Json list = Json::array();
    for (const ClusterPolicy& policy : all) list.push_back(policy_json(policy));
    const auto total = list.size();
    return Json{{"policies", std::move(list)}, {"total_count", total}};
  });
  endpoints.add("GET", root + "/get", [&clusters](Call& call) -> Result<Answer> {
    LAKEPORT_ASSIGN_OR_RETURN(const std::string id, call.query("policy_id"));
    LAKEPORT_ASSIGN_OR_RETURN(const ClusterPolicy policy, clusters.policy(call.caller(), id));
    return policy_json(policy);
  });
  endpoints.add("POST", root + "/create", [&clusters](Call& call) -> Result<Answer> {
    LAKEPORT_ASSIGN_OR_RETURN(ClusterPolicy policy, read_policy(call.body()));
    LAKEPORT_ASSIGN_OR_RETURN(const ClusterPolicy made,
                              clusters.create_policy(call.caller(), std::move(policy)));
    return Json{{"policy_id", made.id}};
  });
  endpoints.add("POST", root + "/edit", [&clusters](Call& call) -> Result<Answer> {
    LAKEPORT_ASSIGN_OR_RETURN(ClusterPolicy policy, read_policy(call.body()));
    LAKEPORT_ASSIGN_OR_RETURN(policy.id, call.body().non_empty_text("policy_id"));
    LAKEPORT_RETURN_IF_ERROR(clusters.edit_policy(call.caller(), policy));
    return Json::object();
  });
  endpoints.add("POST", root + "/delete", [&clusters](Call& call) -> Result<Answer> {
    LAKEPORT_ASSIGN_OR_RETURN(const std::string id, call.body().non_empty_text("policy_id"));
    LAKEPORT_RETURN_IF_ERROR(clusters.remove_policy(call.caller(), id));
    return Json::object();
  });
}

}  // namespace lakeport::lakehouse

// Interactive clusters: records with a policy, a start/stop state and permissions. SQL over their http_path
// is served as a warehouse's is (Warehouses::open_cluster_session); notebooks are not run.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lakeport/base/result.h"
#include "lakeport/base/time.h"
#include "lakeport/lakehouse/identity.h"

namespace lakeport::lakehouse {

enum class ClusterState { kPending, kRunning, kTerminating, kTerminated };

struct Cluster {
  std::string id;  // "1121-103210-k3j9x0ab": month, day, time, random
  std::string name;
  std::string creator;
  std::string policy_id;                     // empty: none
  std::int64_t autotermination_minutes = 0;  // 0: never
  std::string specification;  // JSON object: everything else as it was given (spark_version, node_type_id, …)
  UtcMillis created{};
  std::optional<UtcMillis> started, terminated;
  // Of this moment; not stored.
  ClusterState state = ClusterState::kTerminated;
  std::string state_message;
};

struct ClusterEvent {
  std::string cluster_id;
  UtcMillis moment{};
  std::string type;  // CREATING, STARTING, RUNNING, TERMINATING, EDITED
  std::string user;  // empty: by itself
};

struct ClusterPolicy {
  std::string id;  // 16 hex digits
  std::string name;
  std::string definition;  // JSON object: what the policy fixes
  std::string description;
  std::string creator;
  UtcMillis created{};
};

// Thread-safe. Levels of object type "clusters": CAN_ATTACH_TO, CAN_RESTART, CAN_MANAGE.
class Clusters {
 public:
  virtual ~Clusters() = default;
  // Those of the caller's workspace that the caller may attach to.
  virtual Result<std::vector<Cluster>> list(const Caller& caller) = 0;
  virtual Result<Cluster> get(const Caller& caller, std::string_view id) = 0;  // CAN_ATTACH_TO
  // Admins, and whoever has CAN_USE on `policy_id`. Starts at once.
  virtual Result<Cluster> create(const Caller& caller, Cluster cluster) = 0;
  virtual Result<Cluster> edit(const Caller& caller, const Cluster& cluster) = 0;  // CAN_MANAGE
  virtual Status start(const Caller& caller, std::string_view id) = 0;             // CAN_RESTART
  virtual Status terminate(const Caller& caller, std::string_view id) = 0;         // CAN_RESTART
  virtual Status remove(const Caller& caller, std::string_view id) = 0;            // CAN_MANAGE; for good
  // The newest first; the last 500 of a cluster are kept.
  virtual Result<std::vector<ClusterEvent>> events(const Caller& caller, std::string_view id) = 0;

  // Policies: everybody may see those they may use, admins change them.
  virtual Result<std::vector<ClusterPolicy>> policies(const Caller& caller) = 0;
  virtual Result<ClusterPolicy> policy(const Caller& caller, std::string_view id) = 0;
  virtual Result<ClusterPolicy> create_policy(const Caller& caller, ClusterPolicy policy) = 0;
  virtual Result<ClusterPolicy> edit_policy(const Caller& caller, const ClusterPolicy& policy) = 0;
  virtual Status remove_policy(const Caller& caller, std::string_view id) = 0;
};

}  // namespace lakeport::lakehouse

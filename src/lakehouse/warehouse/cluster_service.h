// Clusters over the store and the pool of what is started.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lakeport/lakehouse/clusters.h"
#include "lakeport/store/metadata.h"

#include "cluster_records.h"
#include "compute_pool.h"
#include "object_access.h"

namespace lakeport::lakehouse {

class ClusterService final : public Clusters {
 public:
  ClusterService(store::Metadata& metadata, ObjectAccess& access, ComputePool& pool);

  Result<std::vector<Cluster>> list(const Caller& caller) override;
  Result<Cluster> get(const Caller& caller, std::string_view id) override;
  Result<Cluster> create(const Caller& caller, Cluster cluster) override;
  Result<Cluster> edit(const Caller& caller, const Cluster& cluster) override;
  Status start(const Caller& caller, std::string_view id) override;
  Status terminate(const Caller& caller, std::string_view id) override;
  Status remove(const Caller& caller, std::string_view id) override;
  Result<std::vector<ClusterEvent>> events(const Caller& caller, std::string_view id) override;
  Result<std::vector<ClusterPolicy>> policies(const Caller& caller) override;
  Result<ClusterPolicy> policy(const Caller& caller, std::string_view id) override;
  Result<ClusterPolicy> create_policy(const Caller& caller, ClusterPolicy policy) override;
  Result<ClusterPolicy> edit_policy(const Caller& caller, const ClusterPolicy& policy) override;
  Status remove_policy(const Caller& caller, std::string_view id) override;

  // What a session runs on: started when it is not and the caller may.
  Result<std::shared_ptr<Compute>> attach(const Caller& caller, std::string_view id);
  // The workspace's clusters, each with whether the caller may see everybody's statements on it.
  Status add_monitored(const Caller& caller, std::map<std::string, bool>& monitored);

 private:
  Result<Cluster> find(const Caller& caller, std::string_view id, std::string_view level);
  Cluster with_state(Cluster cluster) const;
  Result<std::shared_ptr<Compute>> start(std::int64_t workspace_id, Cluster cluster, const std::string& user);
  // Ends its sessions and writes that down. `user`: empty when it ended itself.
  Status end(Cluster cluster, const std::string& user);
  ComputeSettings settings_of(const Cluster& cluster) const;
  Status admin_only(const Caller& caller, std::string_view action, const std::string& object);
  void note(const Cluster& cluster, std::string_view type, const std::string& user);

  ClusterRecords records_;
  ObjectAccess& access_;
  ComputePool& pool_;
};

}  // namespace lakeport::lakehouse

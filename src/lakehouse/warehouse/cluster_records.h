// Clusters, their events and policies as the store keeps them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "lakeport/lakehouse/clusters.h"
#include "lakeport/store/metadata.h"

namespace lakeport::lakehouse {

class ClusterRecords {
 public:
  explicit ClusterRecords(store::Metadata& metadata) : metadata_(metadata) {}

  Result<std::vector<Cluster>> all(std::int64_t workspace_id);          // by name
  Result<Cluster> get(std::int64_t workspace_id, std::string_view id);  // kNotFound
  Status insert(std::int64_t workspace_id, const Cluster& cluster);
  // Everything but id, creator and creation.
  Status update(const Cluster& cluster);
  Status remove(std::string_view id);
  // Keeps the last 500.
  Status add_event(const ClusterEvent& event);
  Result<std::vector<ClusterEvent>> events(std::string_view id);  // the newest first

  Result<std::vector<ClusterPolicy>> policies(std::int64_t workspace_id);
  Result<ClusterPolicy> policy(std::int64_t workspace_id, std::string_view id);
  Status insert_policy(std::int64_t workspace_id, const ClusterPolicy& policy);  // kExists: the name
  Status update_policy(const ClusterPolicy& policy);
  Status remove_policy(std::string_view id);

 private:
  Status execute(std::string_view sql, const std::vector<store::Value>& parameters);

  store::Metadata& metadata_;
};

}  // namespace lakeport::lakehouse

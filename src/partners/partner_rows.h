// Partners as rows of the metadata store.
#pragma once

#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "lakeport/base/result.h"
#include "lakeport/lakehouse/identity.h"
#include "lakeport/partners/registry.h"
#include "lakeport/store/metadata.h"

namespace lakeport::partners {

// For comparing and searching without regard to case, whatever the script.
std::string folded(std::string_view text);

struct PartnerRow {
  Partner partner;
  std::optional<std::int64_t> made_by;
};

// Documents that were read before: reading one again takes longer than the query that finds it. Every change
// of a row has a moment of its own, so that what another process changed is read anew. Thread-safe.
class PartnerCache {
 public:
  // The partner of that id as it was at `updated`.
  std::optional<Partner> find(const std::string& id, UtcMillis updated) const;
  void keep(const Partner& partner);

 private:
  static constexpr std::size_t kMost = 4'096;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, Partner> partners_;  // by id
};

// Where a caller looks from.
struct Viewpoint {
  std::int64_t workspace_id = 0;
  std::string cloud, region;
};

// Conditions on rows of `partner`, with their parameters.
struct Condition {
  std::string sql;
  std::vector<store::Value> parameters;
  void add(std::string_view condition, std::vector<store::Value> values);
};
// What the workspace may see (contract, hub rules: clouds; registry.h: regions and single workspaces).
Condition visible_from(const Viewpoint& viewpoint);

// In order of their names, at most `limit`.
Result<std::vector<PartnerRow>> read_partners(store::Metadata& metadata, PartnerCache& cache,
                                              const Condition& condition, std::size_t limit);
// kNotFound.
Result<PartnerRow> read_partner(store::Metadata& metadata, PartnerCache& cache, const Condition& condition,
                                std::string_view id);
// In the transaction of a change.
Result<PartnerRow> read_partner(store::Session& session, std::string_view id);
Error no_such_partner(std::string_view id);

// Inserts or replaces everything but credentials and the moment of making. kExists for a workspace's second
// self-test partner.
Status write_partner(store::Session& session, const Partner& partner, std::optional<std::int64_t> made_by);
Status write_images(store::Session& session, std::string_view id, const PartnerImages& images);

}  // namespace lakeport::partners

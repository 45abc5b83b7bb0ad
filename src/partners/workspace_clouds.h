// On which cloud a workspace runs, from memory: that never changes.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>

#include "lakeport/base/result.h"
#include "lakeport/lakehouse/identity.h"

namespace lakeport::partners {

// Thread-safe.
class WorkspaceClouds {
 public:
  explicit WorkspaceClouds(lakehouse::Identity& identity) : identity_(identity) {}

  // "aws", "azure", "gcp". kNotFound.
  Result<std::string> of(std::int64_t workspace_id);

 private:
  lakehouse::Identity& identity_;
  std::mutex mutex_;
  std::map<std::int64_t, std::string> known_;
};

}  // namespace lakeport::partners

// The private folder where one sync's batch files live for the short time that they do.
#pragma once

#include <filesystem>
#include <memory>

#include "lakeport/base/result.h"

namespace lakeport::batchfile {

// Made with mode 0700 and removed, with what is in it, by the destructor. A lock on it tells others that its
// owner lives: folders that a killed process left behind are removed by the next open() in the same place.
class BatchFolder {
 public:
  // `parent` must exist; empty: $TMPDIR, or /tmp. Errors: kNotFound, kIo.
  static Result<std::unique_ptr<BatchFolder>> open(std::filesystem::path parent);
  virtual ~BatchFolder() = default;
  // Absolute.
  virtual const std::filesystem::path& path() const = 0;
};

}  // namespace lakeport::batchfile

// A random but repeatable life of one table: the same seed gives the same changes, so that a test can tell
// what a process that was killed must have left.
#pragma once

#include <memory>
#include <vector>

#include "lakeport/sync/destination.h"

#include "sample_rows.h"
#include "table_model.h"

namespace lakeport::destinations {

class RandomChanges {
 public:
  RandomChanges(std::uint64_t seed, wire::TableId table);

  // One more change: to `destination`, when there is one, and to the model.
  Status step(sync::Destination* destination);
  const TableModel& model() const { return model_; }

 private:
  Status write(sync::Destination* destination);
  Status add_column(sync::Destination* destination);
  Status widen_column(sync::Destination* destination);

  SampleRows sample_;
  wire::TableId table_;
  wire::TableSchema schema_;
  TableModel model_;
  bool created_ = false;
  std::int64_t synced_ = 1'000'000;
  std::int64_t next_key_ = 0;
  int columns_ = 0;
};

}  // namespace lakeport::destinations

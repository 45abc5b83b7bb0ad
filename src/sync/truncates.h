// Truncates that have been asked for and not applied yet, and the stamps that make it safe to apply them
// late.
#pragma once

#include <algorithm>
#include <map>
#include <vector>

#include "lakeport/base/time.h"
#include "lakeport/store/state_store.h"
#include "lakeport/wire/schema.h"

namespace lakeport::sync {

// A truncate becomes a moment: rows of the table that come after it are stamped (`_fivetran_synced`) with
// that moment or a later one, all earlier rows with an earlier one. So it can wait until the new rows are
// durable, and still marks the old ones only. Moments never repeat and never go back, whatever the clock
// does.
class Truncates {
 public:
  Truncates(UtcMillis sync_start, const std::vector<store::PendingTruncate>& saved) : highest_(sync_start) {
    for (const auto& truncate : saved) pending_[{truncate.schema, truncate.table}] = truncate.moment;
  }

  // Returns the stamp of the table's rows from now on.
  UtcMillis add(const wire::TableId& table, UtcMillis now) {
    highest_ = std::max(now, highest_ + std::chrono::milliseconds(1));
    pending_[table] = highest_;
    return highest_;
  }

  UtcMillis highest_stamp() const { return highest_; }

  std::vector<store::PendingTruncate> pending() const {
    std::vector<store::PendingTruncate> all;
    for (const auto& [table, moment] : pending_) all.push_back({table.schema, table.table, moment});
    return all;
  }

 private:
  UtcMillis highest_;
  std::map<wire::TableId, UtcMillis> pending_;
};

}  // namespace lakeport::sync

// Rows into the destination's tables, after whatever must change there first.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "lakeport/base/result.h"
#include "lakeport/store/state_store.h"
#include "lakeport/sync/destination.h"
#include "lakeport/sync/observer.h"

#include "epoch.h"
#include "schema_change.h"

namespace lakeport::sync {

// What the rows of `changes` need at a destination that has `described` (null: no such table): columns of
// which no value has told the type are left out, or typed as the destination has them; lengths of strings are
// measured where the destination limits them.
Result<wire::TableChanges> fit_to_destination(const wire::TableChanges& changes,
                                              const wire::TableSchema* described);

// Whether a key column has no type yet: such a table is not made before its first rows, for the type of a key
// can hardly be changed.
bool key_is_untyped(const wire::TableSchema& schema);

// One thread uses it. Each table is described at its first work in a sync, and created or altered as needed.
class TableWriter {
 public:
  // `saved`: what the state says of tables that earlier syncs filled. When one of them has gone from the
  // destination although `has_state`, apply() refuses to go on: the source would never send its old rows
  // again.
  TableWriter(Destination& destination, SyncObserver& observer, const store::SavedState& saved);

  Status apply(const TableWork& work);
  Status truncate(const wire::TableId& table, UtcMillis before);

  // Tables that have changed since the last call, as the state should keep them.
  Result<std::vector<store::TableState>> take_changed();
  std::vector<TableSummary> summaries() const;

 private:
  struct Known {
    bool described = false;
    bool exists = false;
    bool changed = false;  // since take_changed()
    wire::TableSchema schema;
    std::string source_json;
    std::string saved_json;  // empty: the state has no such table
    TableSummary summary;
  };
  Known& known(const wire::TableId& table);
  Status write(Known& table, const wire::TableChanges& changes);

  Destination& destination_;
  SyncObserver& observer_;
  bool has_state_;
  std::map<wire::TableId, Known> tables_;
};

}  // namespace lakeport::sync

// The reader's side of a sync: what an Update stream says, kept until the loader takes it.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "lakeport/store/state_store.h"
#include "lakeport/sync/catalog.h"
#include "lakeport/sync/naming.h"
#include "lakeport/sync/observer.h"
#include "lakeport/sync/selection.h"
#include "lakeport/wire/decoder.h"
#include "lakeport/wire/table_buffer.h"

#include "epoch.h"
#include "file_receiver.h"
#include "truncates.h"

namespace lakeport::sync {

// Used by the reader's thread only.
class UpdateSession final : public wire::UpdateHandler {
 public:
  // `started`: the stamp of the sync's rows. All references must outlive the session.
  UpdateSession(const Selection& selection, DestinationNames names, const store::SavedState& saved,
                UtcMillis started, FileReceiver& files, SyncObserver& observer, Progress& progress);
  ~UpdateSession() override;

  // Tables that earlier syncs saw, as they had grown.
  Status remember(const std::vector<store::TableState>& tables);
  // What the source declares: selected tables with columns are made ready with the next seal, rows or not.
  Status declare(const std::vector<SourceTable>& tables);

  // Call after each message.
  void count_message(std::size_t bytes);
  std::int64_t buffered_bytes() const { return counted_bytes_ + taken_bytes_; }
  bool checkpoint_waiting() const { return state_json_.has_value(); }
  bool has_work() const;

  // Everything that came since the last seal.
  Result<Epoch> seal();

  // All that wait, those behind the last checkpoint too.
  std::vector<store::PendingTruncate> pending_truncates() const { return truncates_.pending(); }
  const std::map<std::string, std::int64_t>& skipped_tables() const { return skipped_; }

  Result<wire::TableBuffer*> table(std::optional<std::string_view> schema, std::string_view table) override;
  void skipped() override { ++*skipping_; }
  Status truncate(std::optional<std::string_view> schema, std::string_view table, bool deferred) override;
  Status checkpoint(std::string_view state_json) override;
  Status schema_change(const fivetran_sdk::v2::SchemaChange& change) override;
  Status warning(std::string_view message) override;
  Status task(std::string_view message) override;
  Status file_chunk(const wire::FileChunk& chunk) override;

 private:
  struct Entry {
    SourceTable source;
    std::unique_ptr<wire::ColumnSelection> columns;
    std::unique_ptr<wire::TableBuffer> buffer;  // null: not selected
    wire::TableSchema sealed_schema;            // as the last seal told it
    std::int64_t counted_bytes = 0;
    std::int64_t counted_operations = 0;
    bool touched = false;   // since count_message()
    bool announce = false;  // make ready at the destination, rows or not
  };
  Result<Entry*> entry(std::optional<std::string_view> schema, std::string_view table);
  Result<std::unique_ptr<Entry>> make_entry(std::optional<std::string_view> schema, std::string_view table);
  void touch(Entry& entry);
  void recount(Entry& entry);
  // Moves the entry's rows to the pending work.
  Status take(Entry& entry);

  const Selection& selection_;
  DestinationNames names_;
  UtcMillis started_;
  FileReceiver& files_;
  SyncObserver& observer_;
  Progress& progress_;
  Truncates truncates_;
  std::map<wire::TableId, wire::TableSchema> grown_;

  std::unordered_map<std::string, std::unique_ptr<Entry>> entries_;  // by schema, NUL, table
  std::vector<Entry*> order_;                                        // as they came
  std::string key_;                                                  // room for entry()'s key
  std::vector<Entry*> touched_;
  std::map<std::string, std::int64_t> skipped_;
  std::int64_t* skipping_ = nullptr;  // the count of the table that table() refused last

  std::vector<TableWork> taken_;  // before the seal, because a key changed
  std::int64_t taken_bytes_ = 0;
  std::int64_t counted_bytes_ = 0;  // of all buffers
  std::optional<std::string> state_json_;
  std::optional<std::vector<store::PendingTruncate>> truncates_at_checkpoint_;
};

}  // namespace lakeport::sync

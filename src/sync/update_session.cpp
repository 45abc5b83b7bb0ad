#include "update_session.h"

#include <utility>

#include "connector_sdk.pb.h"
#include "schema_change.h"
#include "table_json.h"

namespace lakeport::sync {

UpdateSession::UpdateSession(const Selection& selection, DestinationNames names,
                             const store::SavedState& saved, UtcMillis started, FileReceiver& files,
                             SyncObserver& observer, Progress& progress)
    : selection_(selection),
      names_(std::move(names)),
      started_(started),
      files_(files),
      observer_(observer),
      progress_(progress),
      truncates_(started, saved.truncates) {}

UpdateSession::~UpdateSession() = default;

Status UpdateSession::remember(const std::vector<store::TableState>& tables) {
  for (const auto& table : tables) {
    if (table.source_json.empty()) continue;
    LAKEPORT_ASSIGN_OR_RETURN(auto grown, source_table_from_json(table.source_json));
    grown_[{table.schema, table.table}] = std::move(grown.table);
  }
  return {};
}

Result<std::unique_ptr<UpdateSession::Entry>> UpdateSession::make_entry(
    std::optional<std::string_view> schema, std::string_view table) {
  auto fresh = std::make_unique<Entry>();
  fresh->source.table.name = table;
  if (schema) fresh->source.schema = *schema;
  if (!selection_.includes(schema, table)) return fresh;
  LAKEPORT_ASSIGN_OR_RETURN(const auto id, names_.name(schema, table));
  const auto before = grown_.find(id);
  fresh->columns = selection_.columns(schema, table);
  fresh->buffer = std::make_unique<wire::TableBuffer>(
      id, before == grown_.end() ? fresh->source.table : before->second, fresh->columns.get());
  fresh->buffer->set_synced(started_);
  ++progress_.tables;
  return fresh;
}

Result<UpdateSession::Entry*> UpdateSession::entry(std::optional<std::string_view> schema,
                                                   std::string_view table) {
  if (schema && schema->empty()) schema.reset();
  key_.assign(schema.value_or(std::string_view()));
  key_ += '\0';
  key_ += table;
  auto found = entries_.find(key_);
  if (found == entries_.end()) {
    LAKEPORT_ASSIGN_OR_RETURN(auto fresh, make_entry(schema, table));
    order_.push_back(fresh.get());
    found = entries_.emplace(key_, std::move(fresh)).first;
  }
  return found->second.get();
}

Status UpdateSession::declare(const std::vector<SourceTable>& tables) {
  for (const auto& declared : tables) {
    LAKEPORT_ASSIGN_OR_RETURN(auto* known, entry(declared.schema, declared.table.name));
    if (known->buffer == nullptr || declared.table.columns.empty()) continue;
    auto& buffer = *known->buffer;
    const auto merged = merge_declared(declared.table, buffer.schema());
    if (buffer.rows() > 0 && merged.key_names() != buffer.schema().key_names())
      LAKEPORT_RETURN_IF_ERROR(take(*known));
    auto done = buffer.declare(merged);
    if (!done) return fail(std::move(done).error().at("table " + declared.to_string()));
    known->announce = true;
    touch(*known);
  }
  return {};
}

void UpdateSession::touch(Entry& entry) {
  if (entry.touched) return;
  entry.touched = true;
  touched_.push_back(&entry);
}

void UpdateSession::recount(Entry& entry) {
  const auto bytes = entry.buffer->bytes();
  const auto operations = entry.buffer->operations();
  counted_bytes_ += bytes - entry.counted_bytes;
  progress_.rows_received += operations - entry.counted_operations;
  entry.counted_bytes = bytes;
  entry.counted_operations = operations;
}

void UpdateSession::count_message(std::size_t bytes) {
  for (auto* entry : touched_) {
    recount(*entry);
    entry->touched = false;
  }
  touched_.clear();
  progress_.bytes_received += static_cast<std::int64_t>(bytes);
  progress_.bytes_buffered = buffered_bytes();
}

bool UpdateSession::has_work() const {
  if (state_json_ || !taken_.empty()) return true;
  for (const auto* entry : order_) {
    if (entry->buffer != nullptr && (entry->announce || entry->buffer->rows() > 0)) return true;
  }
  return false;
}

Status UpdateSession::take(Entry& entry) {
  recount(entry);
  const auto held = entry.counted_bytes;
  auto changes = entry.buffer->take();
  if (!changes) return fail(std::move(changes).error().at("table " + entry.source.to_string()));
  TableWork work{*std::move(changes), std::nullopt};
  if (entry.buffer->schema() != entry.sealed_schema) {
    entry.sealed_schema = entry.buffer->schema();
    LAKEPORT_ASSIGN_OR_RETURN(work.source_json,
                              to_json(SourceTable{entry.source.schema, entry.sealed_schema}));
  }
  recount(entry);
  taken_bytes_ += held - entry.counted_bytes;
  taken_.push_back(std::move(work));
  entry.announce = false;
  for (const auto& text : entry.buffer->take_warnings()) observer_.warning(text);
  return {};
}

Result<Epoch> UpdateSession::seal() {
  for (auto* entry : order_) {
    if (entry->buffer != nullptr && (entry->announce || entry->buffer->rows() > 0)) {
      LAKEPORT_RETURN_IF_ERROR(take(*entry));
    }
  }
  Epoch epoch{.tables = std::exchange(taken_, {}),
              .bytes = std::exchange(taken_bytes_, 0),
              .state_json = std::exchange(state_json_, std::nullopt),
              .truncates = std::exchange(truncates_at_checkpoint_, std::nullopt),
              .highest_stamp = truncates_.highest_stamp()};
  progress_.bytes_buffered = buffered_bytes();
  return epoch;
}

Result<wire::TableBuffer*> UpdateSession::table(std::optional<std::string_view> schema,
                                                std::string_view table) {
  LAKEPORT_ASSIGN_OR_RETURN(auto* found, entry(schema, table));
  if (found->buffer == nullptr) {
    skipping_ = &skipped_[found->source.to_string()];
    return nullptr;
  }
  touch(*found);
  return found->buffer.get();
}

// Both forms, deferred or not, are applied at the end of the sync: a table is never emptied before what
// replaces its rows is durable.
Status UpdateSession::truncate(std::optional<std::string_view> schema, std::string_view table,
                               bool /*deferred*/) {
  LAKEPORT_ASSIGN_OR_RETURN(auto* found, entry(schema, table));
  if (found->buffer == nullptr) {
    ++skipped_[found->source.to_string()];
    return {};
  }
  found->buffer->set_synced(truncates_.add(found->buffer->table(), utc_now()));
  return {};
}

Status UpdateSession::checkpoint(std::string_view state_json) {
  LAKEPORT_ASSIGN_OR_RETURN(const bool whole, files_.settle());
  if (!whole) {
    observer_.warning("a checkpoint came in the middle of a file; the state is stored with the next one");
    return {};
  }
  state_json_ = std::string(state_json);
  truncates_at_checkpoint_ = truncates_.pending();
  return {};
}

Status UpdateSession::schema_change(const fivetran_sdk::v2::SchemaChange& change) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto tables, tables_from_proto(change));
  return declare(tables);
}

Status UpdateSession::warning(std::string_view message) {
  observer_.warning("source: " + std::string(message));
  return {};
}

Status UpdateSession::task(std::string_view message) {
  return fail(ErrorKind::kTask, std::string(message), "source",
              "Do what it asks for, then run the sync again.");
}

Status UpdateSession::file_chunk(const wire::FileChunk& chunk) {
  LAKEPORT_ASSIGN_OR_RETURN(auto* found, entry(chunk.schema, chunk.storage));
  if (found->buffer == nullptr) {
    if (chunk.last) ++skipped_[found->source.to_string()];
    return {};
  }
  return files_.receive({.schema = found->buffer->table().schema,
                         .storage = chunk.storage,
                         .path = chunk.path,
                         .data = chunk.data,
                         .expected_bytes = chunk.expected_bytes,
                         .last = chunk.last});
}

}  // namespace lakeport::sync

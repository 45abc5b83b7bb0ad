#include "lakeport/merge/session_loader.h"

#include <optional>

#include <arrow/record_batch.h>

#include "lakeport/merge/batch_columns.h"
#include "lakeport/merge/failure.h"
#include "lakeport/merge/merge.h"
#include "lakeport/merge/truncate.h"

namespace lakeport::destinations {

namespace {

class SessionLoader final : public sync::Destination {
 public:
  explicit SessionLoader(std::unique_ptr<Session> session) : session_(std::move(session)) {}
  ~SessionLoader() override { session_->rollback(); }
  SessionLoader(const SessionLoader&) = delete;
  SessionLoader& operator=(const SessionLoader&) = delete;

  Result<std::optional<wire::TableSchema>> describe(const wire::TableId& table) override {
    auto stored = session_->tables().find(table);
    if (!stored) return fail(destination_error(std::move(stored).error(), table));
    if (*stored == nullptr) return std::nullopt;
    return (*stored)->schema();
  }

  Status create(const wire::TableId& table, const wire::TableSchema& schema) override {
    return change(table, [&] { return session_->tables().create(table, schema); });
  }

  Status alter(const wire::TableId& table, const wire::TableSchema& schema) override {
    return change(table, [&] { return widen(table, schema); });
  }

  Status write(const wire::TableChanges& changes) override {
    return change(changes.table, [&] { return apply(changes); });
  }

  Status soft_truncate(const wire::TableId& table, sync::UtcMillis before) override {
    return change(table, [&] { return mark_deleted(table, before); });
  }

  Status commit() override {
    if (failed_) return fail(*failed_);
    auto committed = session_->commit();
    if (committed) return {};
    failed_ = destination_error(std::move(committed).error(), {});
    session_->rollback();
    return fail(*failed_);
  }

 private:
  // Runs `work` in the transaction. A part of the changes must not be made durable.
  template <class Work>
  Status change(const wire::TableId& table, Work work) {
    if (failed_) return fail(*failed_);
    auto done = session_->begin();
    if (done) done = work();
    if (done) return {};
    failed_ = destination_error(std::move(done).error(), table);
    session_->rollback();
    return fail(*failed_);
  }

  Status widen(const wire::TableId& table, const wire::TableSchema& schema) {
    LAKEPORT_RETURN_IF_ERROR(session_->tables().widen(table, schema));
    // A column that was no key for a while has values that nobody kept account of.
    session_->key_ranges().forget();
    return {};
  }

  Status apply(const wire::TableChanges& changes) {
    LAKEPORT_ASSIGN_OR_RETURN(const auto* table, session_->tables().get(changes.table));
    for (const auto& column : changes.schema.columns) {
      const auto* stored = table->find(column.name);
      if (stored != nullptr && wire::covers(stored->contract, column)) continue;
      LAKEPORT_RETURN_IF_ERROR(widen(changes.table, changes.schema));
      break;
    }
    if (changes.upserts && changes.upserts->num_rows() > 0) {
      LAKEPORT_ASSIGN_OR_RETURN(const auto rows, bind_batch(*session_, changes.table, changes.upserts));
      LAKEPORT_RETURN_IF_ERROR(replace_rows(*session_, *rows.table, rows.changed));
    }
    for (const auto& batch : changes.updates) {
      if (batch->num_rows() == 0) continue;
      LAKEPORT_ASSIGN_OR_RETURN(const auto rows, bind_batch(*session_, changes.table, batch));
      LAKEPORT_RETURN_IF_ERROR(update_rows(*session_, *rows.table, rows.changed));
    }
    return {};
  }

  Status mark_deleted(const wire::TableId& id, sync::UtcMillis before) {
    LAKEPORT_ASSIGN_OR_RETURN(const auto* table, session_->tables().find(id));
    if (table == nullptr) return {};
    return mark_deleted_before(*session_, *table, wire::kSyncedColumn, wire::kDeletedColumn, before);
  }

  std::unique_ptr<Session> session_;
  std::optional<Error> failed_;
};

}  // namespace

std::unique_ptr<sync::Destination> load_through(std::unique_ptr<Session> session) {
  return std::make_unique<SessionLoader>(std::move(session));
}

}  // namespace lakeport::destinations

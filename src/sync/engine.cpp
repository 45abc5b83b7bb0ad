#include "lakeport/sync/engine.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

#include "connector_sdk.pb.h"
#include "file_receiver.h"
#include "loader.h"
#include "serial_observer.h"
#include "table_json.h"
#include "table_writer.h"
#include "update_session.h"

namespace lakeport::sync {

namespace {

namespace sdk = fivetran_sdk::v2;
using Clock = std::chrono::steady_clock;

// An epoch is worth handing over when it is that large, or that old.
constexpr std::int64_t kEpochBytes = 16 << 20;
constexpr std::chrono::seconds kEpochAge{1};

class Sync {
 public:
  Sync(connectors::SourceClient& source, Destination& destination, store::StateStore& store,
       const SyncOptions& options, SerialObserver& observer, Progress& progress, std::stop_token cancelled)
      : source_(source),
        destination_(destination),
        store_(store),
        options_(options),
        observer_(observer),
        progress_(progress),
        cancelled_(std::move(cancelled)),
        files_(options.files_folder, observer) {}

  Status run(SyncSummary& summary) {
    LAKEPORT_ASSIGN_OR_RETURN(saved_, store_.load());
    started_ = std::max(summary.started, saved_.highest_stamp + std::chrono::milliseconds(1));
    writer_.emplace(destination_, observer_, saved_);
    session_.emplace(options_.selection, DestinationNames(options_.schema, options_.source_name), saved_,
                     started_, files_, observer_, progress_);
    auto status = update();
    summary.tables = writer_->summaries();
    summary.skipped_tables = session_->skipped_tables();
    summary.files = files_.stored();
    return status;
  }

 private:
  Status update() {
    LAKEPORT_RETURN_IF_ERROR(session_->remember(saved_.tables));
    observer_.step("reading the source's schema");
    LAKEPORT_ASSIGN_OR_RETURN(const auto response, source_.schema(options_.source_configuration));
    LAKEPORT_ASSIGN_OR_RETURN(const auto catalog, catalog_from_proto(response));
    LAKEPORT_RETURN_IF_ERROR(check_selection(catalog));
    LAKEPORT_RETURN_IF_ERROR(session_->declare(catalog.tables));
    if (cancelled_.stop_requested()) return fail(ErrorKind::kCancelled, "the sync was stopped");

    observer_.step(saved_.state_json ? "asking the source for what changed since the last checkpoint"
                                     : "asking the source for everything");
    LAKEPORT_ASSIGN_OR_RETURN(const auto stream, source_.update(request(catalog)));
    {
      Loader loader(*writer_, destination_, store_, observer_, progress_, [&] { stream->cancel(); });
      const std::stop_callback on_cancel(cancelled_, [&] { stream->cancel(); });
      LAKEPORT_RETURN_IF_ERROR(transfer(*stream, loader));
    }
    return finish();
  }

  Status check_selection(const SourceCatalog& catalog) const {
    std::vector<SourceTable> known;
    for (const auto& table : saved_.tables) {
      if (table.source_json.empty()) continue;
      LAKEPORT_ASSIGN_OR_RETURN(auto seen, source_table_from_json(table.source_json));
      known.push_back(std::move(seen));
    }
    return options_.selection.check(catalog, known);
  }

  sdk::UpdateRequest request(const SourceCatalog& catalog) const {
    sdk::UpdateRequest request;
    request.mutable_configuration()->insert(options_.source_configuration.begin(),
                                            options_.source_configuration.end());
    if (catalog.selection_supported && !options_.selection.takes_everything()) {
      options_.selection.to_proto(catalog, request.mutable_selection());
    }
    if (saved_.state_json) request.set_state_json(*saved_.state_json);
    return request;
  }

  // Reads the stream to its end, and waits until what was handed over is durable.
  Status transfer(connectors::UpdateStream& stream, Loader& loader) {
    Reading read;
    {
      const std::jthread sealer([&](const std::stop_token& stop) { seal_in_silence(stop, stream, loader); });
      read = this->read(stream, loader);
    }
    // What came before a source's failure still counts, as far as its last checkpoint permits. Not so after
    // bytes that were no message: who knows what the last rows before them were.
    const bool keep =
        !read.broken && (read.status || (!cancelled_.stop_requested() && session_->checkpoint_waiting()));
    if (keep && session_->has_work()) {
      auto sealed = session_->seal();
      if (sealed) {
        loader.submit(*std::move(sealed));
      } else if (read.status) {
        read.status = fail(std::move(sealed).error());
      }
    }
    LAKEPORT_RETURN_IF_ERROR(loader.drain());
    if (!read.status && cancelled_.stop_requested()) {
      return fail(ErrorKind::kCancelled, "the sync was stopped", "",
                  "Run it again to go on from the last checkpoint.");
    }
    return read.status;
  }

  struct Reading {
    Status status;
    bool broken = false;  // the last message could not be used
  };

  Reading read(connectors::UpdateStream& stream, Loader& loader) {
    while (!cancelled_.stop_requested() && !loader.failed()) {
      const auto message = stream.next();
      if (!message) {
        const std::lock_guard lock(session_mutex_);
        if (!sealed_in_silence_) return {sealed_in_silence_, true};
        return {fail(message.error())};
      }
      const std::lock_guard lock(session_mutex_);
      if (!sealed_in_silence_) return {sealed_in_silence_, true};
      if (!*message) return {files_.finish()};
      auto decoded = wire::decode_update(**message, *session_);
      session_->count_message((*message)->size());
      if (!decoded) {
        const bool asked = decoded.error().kind() == ErrorKind::kTask;
        return {std::move(decoded), !asked};
      }
      if (auto sealed = seal_if_due(loader); !sealed) return {std::move(sealed), true};
    }
    return {fail(ErrorKind::kCancelled, "the sync was stopped")};
  }

  Status seal_if_due(Loader& loader) {
    const auto bytes = session_->buffered_bytes();
    const std::int64_t half = options_.memory_budget / 2;
    const std::int64_t enough = std::min(kEpochBytes, std::max<std::int64_t>(half / 2, 1));
    // While the loader is busy, more than that would only make the process larger, not the sync faster.
    const std::int64_t most = std::min(half, 2 * kEpochBytes);
    if (bytes < most) {
      const bool large = bytes >= 2 * enough || (session_->checkpoint_waiting() && bytes >= enough);
      const bool old = session_->checkpoint_waiting() && Clock::now() - last_seal_ >= kEpochAge;
      if ((!large && !old) || !loader.idle()) return {};
    }
    LAKEPORT_ASSIGN_OR_RETURN(auto epoch, session_->seal());
    loader.submit(std::move(epoch));
    last_seal_ = Clock::now();
    return {};
  }

  // Between two messages nothing but time passes: what a checkpoint permits to store then should not wait for
  // a slow source's next word.
  void seal_in_silence(const std::stop_token& stop, connectors::UpdateStream& stream, Loader& loader) {
    std::unique_lock lock(session_mutex_);
    std::condition_variable_any never;
    while (!never.wait_for(lock, stop, kEpochAge, [] { return false; }) && !stop.stop_requested()) {
      if (!session_->checkpoint_waiting()) continue;
      sealed_in_silence_ = seal_if_due(loader);
      if (sealed_in_silence_) continue;
      stream.cancel();
      return;
    }
  }

  // After the orderly end of the stream, when everything is durable.
  Status finish() {
    const auto truncates = session_->pending_truncates();
    for (const auto& truncate : truncates) {
      LAKEPORT_RETURN_IF_ERROR(writer_->truncate({truncate.schema, truncate.table}, truncate.moment));
    }
    if (!truncates.empty()) LAKEPORT_RETURN_IF_ERROR(destination_.commit());
    store::Checkpoint last{
        .state_json = {}, .tables = {}, .truncates = std::vector<store::PendingTruncate>{}};
    LAKEPORT_ASSIGN_OR_RETURN(last.tables, writer_->take_changed());
    if (truncates.empty() && last.tables.empty()) return {};
    return store_.store(last, utc_now());
  }

  connectors::SourceClient& source_;
  Destination& destination_;
  store::StateStore& store_;
  const SyncOptions& options_;
  SerialObserver& observer_;
  Progress& progress_;
  std::stop_token cancelled_;
  FileReceiver files_;
  store::SavedState saved_;
  UtcMillis started_{};
  std::optional<TableWriter> writer_;
  std::optional<UpdateSession> session_;
  std::mutex session_mutex_;  // while the stream is read
  Status sealed_in_silence_;
  Clock::time_point last_seal_ = Clock::now();
};

}  // namespace

SyncOutcome run_sync(connectors::SourceClient& source, Destination& destination, store::StateStore& store,
                     const SyncOptions& options, SyncObserver& observer, Progress& progress,
                     std::stop_token cancelled) {
  SyncOutcome outcome;
  outcome.summary.started = utc_now();
  SerialObserver serial(observer);
  const auto run = store.begin_run(outcome.summary.started);
  if (!run) return {std::move(outcome.summary), fail(run.error())};
  outcome.status =
      Sync(source, destination, store, options, serial, progress, std::move(cancelled)).run(outcome.summary);

  auto& summary = outcome.summary;
  summary.ended = utc_now();
  summary.rows_received = progress.rows_received;
  summary.bytes_received = progress.bytes_received;
  summary.rows_written = progress.rows_written;
  summary.checkpoints_stored = progress.checkpoints_stored;
  summary.warnings = serial.take_warnings();
  store::Run record{.id = *run, .started = summary.started, .ended = summary.ended, .outcome = "succeeded"};
  record.rows = summary.rows_written;
  if (!outcome.status) {
    record.outcome = to_string(outcome.status.error().kind());
    record.error = outcome.status.error().to_string();
  }
  auto noted = store.finish_run(record);
  if (outcome.status && !noted) outcome.status = std::move(noted);
  return outcome;
}

}  // namespace lakeport::sync

// Running syncs and telling about them.
#include <algorithm>
#include <chrono>
#include <thread>

#include <spdlog/logger.h>

#include "stored_platform.h"
#include "sync_job.h"

namespace lakeport::platform {

namespace {

constexpr int kRecordAttempts = 5;
constexpr std::chrono::seconds kRecordPause{1};
constexpr int kMostHistory = 1'000;

void log_end(const std::shared_ptr<spdlog::logger>& log, const std::string& connection,
             const SyncRecord& record) {
  if (!log) return;
  if (record.error) {
    log->error("connection {}: sync {} {}: {}", connection, record.id, record.outcome,
               record.error->to_string());
  } else {
    log->info("connection {}: sync {} {}: {} rows received, {} written, {} checkpoints", connection,
              record.id, record.outcome, record.rows_received, record.rows_written, record.checkpoints);
  }
}

SyncRecord refused(Error error) {
  SyncRecord record;
  record.ended = utc_now();
  record.outcome = to_string(error.kind());
  record.error = std::move(error);
  return record;
}

}  // namespace

Status StoredPlatform::resume() {
  LAKEPORT_ASSIGN_OR_RETURN(const auto in_line, history_.take_up());
  for (const auto& unfinished : in_line) {
    if (options_.log)
      options_.log->info("connection {}: goes on from its last checkpoint", unfinished.connection_id);
    queue_->add(unfinished.connection_id, unfinished.sync_id);
  }
  return {};
}

Result<SyncRecord> StoredPlatform::sync_now(const Caller& caller, std::string_view id) {
  LAKEPORT_ASSIGN_OR_RETURN(const StoredConnection stored, visible(caller, id));
  LAKEPORT_ASSIGN_OR_RETURN(SyncRecord record, history_.add_waiting(stored.connection.id));
  services_.identity.audit(caller, {"connectorPlatform", "startSync", stored.connection.id, "ok", "{}"});
  queue_->add(stored.connection.id, record.id);
  return record;
}

Status StoredPlatform::cancel(const Caller& caller, std::string_view id) {
  LAKEPORT_ASSIGN_OR_RETURN(const StoredConnection stored, visible(caller, id));
  if (!queue_->cancel(stored.connection.id))
    return fail(ErrorKind::kNotFound, "no sync of this connection runs or waits");
  services_.identity.audit(caller, {"connectorPlatform", "cancelSync", stored.connection.id, "ok", "{}"});
  return {};
}

void StoredPlatform::overlay(std::string_view connection_id, SyncRecord& record) const {
  if (record.outcome != kWaiting && record.outcome != kRunning) return;
  const auto live = queue_->find(connection_id);
  if (live && live->id() == record.id) live->describe(record);
}

Result<std::vector<SyncRecord>> StoredPlatform::history(const Caller& caller, std::string_view id,
                                                        int limit) {
  LAKEPORT_ASSIGN_OR_RETURN(const StoredConnection stored, visible(caller, id));
  LAKEPORT_ASSIGN_OR_RETURN(auto records,
                            history_.list(stored.connection.id, std::clamp(limit, 1, kMostHistory)));
  for (SyncRecord& record : records) overlay(stored.connection.id, record);
  return records;
}

Result<SyncRecord> StoredPlatform::wait(const Caller& caller, std::string_view id, std::int64_t sync_id,
                                        std::chrono::milliseconds longest) {
  const auto until = std::chrono::steady_clock::now() + longest;
  LAKEPORT_ASSIGN_OR_RETURN(const StoredConnection stored, visible(caller, id));
  const auto live = queue_->find(stored.connection.id);
  if (live && live->id() == sync_id) live->wait(until);
  LAKEPORT_ASSIGN_OR_RETURN(SyncRecord record, history_.get(stored.connection.id, sync_id));
  overlay(stored.connection.id, record);
  return record;
}

Result<SyncSetup> StoredPlatform::setup_of(const LiveSync& live) const {
  LAKEPORT_ASSIGN_OR_RETURN(auto connection, connections_.find(live.connection_id()));
  if (!connection) return fail(ErrorKind::kNotFound, "the connection was removed");
  LAKEPORT_ASSIGN_OR_RETURN(auto target, destinations_.find(connection->connection.destination_id));
  if (!target) return fail(ErrorKind::kNotFound, "the destination was removed");
  LAKEPORT_ASSIGN_OR_RETURN(const ConnectorType* connector, type(connection->connection.connector));
  LAKEPORT_RETURN_IF_ERROR(types_.check_readable(*connector, connection->configuration));
  SyncSetup setup{*std::move(connection), *std::move(target), *connector, {}, options_.memory_budget, {}};
  setup.process = process_options(setup.connection.account_id, setup.connection.connection.name);
  setup.received_files = received_files(live.connection_id());
  return setup;
}

void StoredPlatform::run(LiveSync& live) {
  // Stopped with the server before its turn: it stays in line for the next start.
  if (live.token().stop_requested() && !live.cancelled()) return;
  live.started();
  const auto setup = setup_of(live);
  SyncRecord record = setup ? run_sync_job(services_, *setup, live) : refused(setup.error());
  record.id = live.id();
  Status kept;
  for (int attempt = 0; attempt < kRecordAttempts; ++attempt) {
    if (attempt > 0) std::this_thread::sleep_for(kRecordPause);
    kept = history_.finish(record);
    if (kept) break;
  }
  const std::string name = setup ? setup->connection.connection.name : live.connection_id();
  log_end(options_.log, name, record);
  if (!kept && options_.log)
    options_.log->error("connection {}: the outcome of sync {} could not be kept: {}", name, record.id,
                        kept.error().to_string());
}

}  // namespace lakeport::platform

#include "sync_job.h"

#include <spdlog/logger.h>

#include "lakeport/destinations/lakehouse.h"
#include "lakeport/sync/setup_tests.h"

#include "checkpoint_store.h"
#include "common.pb.h"
#include "credential.h"
#include "sync_history.h"

namespace lakeport::platform {

namespace {

// What a sync tells goes to the page and to the log.
class JobObserver final : public sync::SyncObserver {
 public:
  JobObserver(const SourceProcess& source, const SyncSetup& setup, LiveSync& live)
      : source_(source), setup_(setup), live_(live) {}

  void test_finished(const sync::TestOutcome& outcome) override {
    if (outcome.failure)
      log(spdlog::level::warn, "test " + outcome.label + ": " + outcome.failure->to_string());
  }
  void step(std::string_view what) override {
    live_.set_step(std::string(what));
    log(spdlog::level::info, std::string(what));
  }
  void table_created(const wire::TableId& table, const wire::TableSchema& schema) override {
    live_.table_created(table);
    log(spdlog::level::info,
        "table " + table.to_string() + ": made with " + std::to_string(schema.columns.size()) + " columns");
  }
  void table_altered(const wire::TableId& table, const std::vector<std::string>& changes) override {
    live_.table_altered(table);
    for (const std::string& change : changes)
      log(spdlog::level::info, "table " + table.to_string() + ": " + change);
  }
  void table_truncated(const wire::TableId& table, UtcMillis before) override {
    log(spdlog::level::info,
        "table " + table.to_string() + ": rows of before " + to_iso8601(before) + " marked as deleted");
  }
  void checkpoint_stored() override { log(spdlog::level::debug, "checkpoint stored"); }
  void warning(std::string_view text) override {
    live_.add_warning(source_.masked(std::string(text)));
    log(spdlog::level::warn, std::string(text));
  }

 private:
  void log(spdlog::level::level_enum level, std::string text) const {
    if (!setup_.process.log) return;
    setup_.process.log->log(level, "connection {}: {}", setup_.process.connection,
                            source_.masked(std::move(text)));
  }

  const SourceProcess& source_;
  const SyncSetup& setup_;
  LiveSync& live_;
};

class SyncJob {
 public:
  SyncJob(const PlatformServices& services, const SyncSetup& setup, LiveSync& live)
      : services_(services),
        setup_(setup),
        live_(live),
        login_(services.identity, services.oauth, setup.destination.credential,
               setup.destination.destination.workspace_id) {}

  SyncRecord run() {
    sync::SyncOutcome outcome = prepare_and_run();
    SyncRecord record;
    record.ended = utc_now();
    const sync::Progress& progress = live_.progress();
    record.rows_received = progress.rows_received;
    record.rows_written = progress.rows_written;
    record.bytes = progress.bytes_received;
    record.checkpoints = progress.checkpoints_stored;
    record.tables = std::move(outcome.summary.tables);
    record.warnings = early_warnings_;
    const auto& later = outcome.summary.warnings;
    record.warnings.insert(record.warnings.end(), later.begin(), later.end());
    judge(std::move(outcome.status), record);
    if (source_) {
      for (std::string& text : record.warnings) text = source_->masked(std::move(text));
      if (record.error) record.error = source_->masked(*record.error);
    }
    return record;
  }

 private:
  sync::SyncOutcome prepare_and_run() {
    sync::SyncOptions options;
    if (auto prepared = prepare(options); !prepared) return {{}, std::move(prepared)};
    destinations::LakehouseOptions lakehouse;
    lakehouse.catalog = setup_.destination.destination.catalog;
    lakehouse.caller = [this] { return login_.caller(); };
    auto destination =
        destinations::open_lakehouse_destination(services_.engine, services_.catalog, std::move(lakehouse));
    if (!destination) return {{}, fail(std::move(destination).error())};
    const auto checkpoints = open_checkpoints(services_.metadata, setup_.connection.connection.id,
                                              {.waiting_sync = live_.id(), .progress = &live_.progress()});
    if (auto bound = checkpoints->bind(identity()); !bound) return {{}, std::move(bound)};
    JobObserver observer(*source_, setup_, live_);
    return sync::run_sync(source_->client(), **destination, *checkpoints, options, observer, live_.progress(),
                          live_.token());
  }

  Status stopped() const {
    if (!live_.token().stop_requested()) return {};
    return fail(ErrorKind::kCancelled, "the sync was stopped");
  }

  Status prepare(sync::SyncOptions& options) {
    LAKEPORT_RETURN_IF_ERROR(stopped());
    live_.set_step("signing in to the destination");
    LAKEPORT_RETURN_IF_ERROR(login_.caller());
    if (!setup_.connection.selection.empty()) {
      LAKEPORT_ASSIGN_OR_RETURN(options.selection,
                                sync::Selection::parse(setup_.connection.selection, "selection"));
    }
    live_.set_step("starting the source connector");
    LAKEPORT_ASSIGN_OR_RETURN(source_, SourceProcess::launch(setup_.type, setup_.process));
    LAKEPORT_ASSIGN_OR_RETURN(const auto form, source_->form());
    LAKEPORT_ASSIGN_OR_RETURN(auto checked, source_->check(form, setup_.connection.configuration));
    JobObserver observer(*source_, setup_, live_);
    early_warnings_ = std::move(checked.warnings);
    if (!setup_.destination.location.empty()) {
      early_warnings_.push_back("tables are kept by the workspace itself, not at " +
                                setup_.destination.location +
                                ": the platform does not write to destination locations yet");
    }
    for (const std::string& text : early_warnings_) observer.warning(text);
    LAKEPORT_RETURN_IF_ERROR(stopped());
    live_.set_step("testing the source");
    LAKEPORT_RETURN_IF_ERROR(
        sync::run_source_tests(source_->client(), form, checked.configuration, observer));
    options.source_configuration = std::move(checked.configuration);
    options.source_name = setup_.connection.connection.connector;
    options.schema = setup_.connection.connection.schema;
    options.memory_budget = setup_.memory_budget;
    options.files_folder = setup_.received_files;
    return {};
  }

  store::ConnectionId identity() const {
    return {.source = setup_.type.id,
            .destination = setup_.destination.destination.id,
            .schema = setup_.connection.connection.schema};
  }

  void judge(Status status, SyncRecord& record) const {
    if (status) {
      record.outcome = "succeeded";
      return;
    }
    const Error& error = status.error();
    if (error.kind() == ErrorKind::kCancelled && live_.token().stop_requested()) {
      record.outcome = live_.cancelled() ? to_string(ErrorKind::kCancelled) : kInterrupted;
      return;
    }
    record.outcome = to_string(error.kind());
    record.error = error;
  }

  const PlatformServices& services_;
  const SyncSetup& setup_;
  LiveSync& live_;
  DestinationLogin login_;
  std::unique_ptr<SourceProcess> source_;
  std::vector<std::string> early_warnings_;  // of before run_sync
};

}  // namespace

SyncRecord run_sync_job(const PlatformServices& services, const SyncSetup& setup, LiveSync& live) {
  return SyncJob(services, setup, live).run();
}

}  // namespace lakeport::platform

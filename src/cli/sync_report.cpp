#include "sync_report.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "lakeport/base/time.h"

#include "quantity.h"

namespace lakeport::cli {

namespace {

using Json = nlohmann::json;

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const auto& text : texts) all += (all.empty() ? "" : ", ") + text;
  return all;
}

}  // namespace

void SyncReport::test_finished(const sync::TestOutcome& outcome) {
  const std::string side = outcome.side == sync::Side::kSource ? "source" : "destination";
  console_.print(fmt::format("{} test {}: {}", side, outcome.label,
                             outcome.failure ? "FAILED: " + outcome.failure->what() : "passed"));
  Json event{{"event", "test"}, {"side", side}, {"name", outcome.name}, {"label", outcome.label}};
  event["passed"] = !outcome.failure;
  if (outcome.failure) event["error"] = outcome.failure->what();
  console_.event(event);
}

void SyncReport::step(std::string_view what) {
  console_.info(std::string(what));
  console_.event({{"event", "step"}, {"text", what}});
}

void SyncReport::table_created(const wire::TableId& table, const wire::TableSchema& schema) {
  console_.info(fmt::format("table {}: created with {} columns", table.to_string(), schema.columns.size()));
  console_.event({{"event", "table_created"},
                  {"schema", table.schema},
                  {"table", table.table},
                  {"columns", schema.columns.size()}});
}

void SyncReport::table_altered(const wire::TableId& table, const std::vector<std::string>& changes) {
  console_.info(fmt::format("table {}: {}", table.to_string(), joined(changes)));
  console_.event(
      {{"event", "table_altered"}, {"schema", table.schema}, {"table", table.table}, {"changes", changes}});
}

void SyncReport::table_truncated(const wire::TableId& table, UtcMillis before) {
  console_.info(
      fmt::format("table {}: rows from before {} are marked deleted", table.to_string(), to_iso8601(before)));
  console_.event({{"event", "table_truncated"},
                  {"schema", table.schema},
                  {"table", table.table},
                  {"before", to_iso8601(before)}});
}

void SyncReport::file_stored(const std::filesystem::path& file, std::int64_t bytes) {
  console_.debug(fmt::format("file {}: stored, {}", file.string(), bytes_text(bytes)));
  console_.event({{"event", "file"}, {"path", file.string()}, {"bytes", bytes}});
}

void SyncReport::checkpoint_stored() {
  console_.debug("checkpoint stored");
  console_.event({{"event", "checkpoint"}});
}

void SyncReport::warning(std::string_view text) {
  console_.warning(std::string(text));
  console_.event({{"event", "warning"}, {"text", text}});
}

ProgressTicker::ProgressTicker(Console& console, const sync::Progress& progress)
    : console_(console), progress_(progress), thread_([this](const std::stop_token& stop) { run(stop); }) {}

ProgressTicker::~ProgressTicker() {
  thread_.request_stop();
  thread_.join();
  console_.set_live("");
}

void ProgressTicker::run(const std::stop_token& stop) {
  using namespace std::chrono_literals;
  const auto pause = console_.json() ? 1'000ms : console_.live() ? 200ms : 5'000ms;
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    wake_.wait_for(lock, stop, pause, [] { return false; });
    if (!stop.stop_requested()) show(std::chrono::duration<double>(pause).count());
  }
}

void ProgressTicker::show(double seconds_since_last) {
  const std::int64_t rows = progress_.rows_received;
  const auto rate = static_cast<std::int64_t>(static_cast<double>(rows - last_rows_) / seconds_since_last);
  last_rows_ = rows;
  const std::int64_t checkpoint_ms = progress_.last_checkpoint_ms;
  const auto now = utc_now();
  std::string checkpoint = "no checkpoint yet";
  if (checkpoint_ms > 0) {
    checkpoint =
        "last checkpoint " + to_human(now - UtcMillis(std::chrono::milliseconds(checkpoint_ms))) + " ago";
  }
  const auto text = fmt::format("{} rows received, {} rows/s, {}, {} written, {} tables, {}",
                                count_text(rows), count_text(rate), bytes_text(progress_.bytes_received),
                                count_text(progress_.rows_written), progress_.tables.load(), checkpoint);
  if (console_.json()) {
    Json event{{"event", "progress"},
               {"rows_received", rows},
               {"rows_per_second", rate},
               {"bytes_received", progress_.bytes_received.load()},
               {"bytes_buffered", progress_.bytes_buffered.load()},
               {"rows_written", progress_.rows_written.load()},
               {"tables", progress_.tables.load()},
               {"checkpoints_stored", progress_.checkpoints_stored.load()}};
    if (checkpoint_ms > 0) {
      event["last_checkpoint"] = to_iso8601(UtcMillis(std::chrono::milliseconds(checkpoint_ms)));
    }
    console_.event(event);
  } else if (console_.live()) {
    console_.set_live(text);
  } else {
    console_.info(text);
  }
}

}  // namespace lakeport::cli

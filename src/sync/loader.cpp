#include "loader.h"

namespace lakeport::sync {

Loader::Loader(TableWriter& writer, Destination& destination, store::StateStore& store,
               SyncObserver& observer, Progress& progress, std::function<void()> on_failure)
    : writer_(writer),
      destination_(destination),
      store_(store),
      observer_(observer),
      progress_(progress),
      on_failure_(std::move(on_failure)),
      thread_([this](const std::stop_token& stop) { work(stop); }) {}

Loader::~Loader() = default;

bool Loader::idle() const {
  const std::lock_guard lock(mutex_);
  return !busy_ && !waiting_;
}

bool Loader::failed() const {
  const std::lock_guard lock(mutex_);
  return error_.has_value();
}

void Loader::submit(Epoch epoch) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return (!busy_ && !waiting_) || error_; });
  if (error_) return;
  waiting_ = std::move(epoch);
  changed_.notify_all();
}

Status Loader::drain() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return (!busy_ && !waiting_) || (error_ && !busy_); });
  if (error_) return fail(*error_);
  return {};
}

void Loader::work(const std::stop_token& stop) {
  while (true) {
    std::optional<Epoch> epoch;
    {
      std::unique_lock lock(mutex_);
      if (!changed_.wait(lock, stop, [this] { return waiting_.has_value(); })) return;
      epoch.swap(waiting_);
      busy_ = true;
    }
    auto loaded = load(*epoch);
    epoch.reset();
    {
      const std::lock_guard lock(mutex_);
      busy_ = false;
      if (!loaded) error_ = loaded.error();
      changed_.notify_all();
    }
    if (loaded) continue;
    on_failure_();
    return;
  }
}

Status Loader::load(const Epoch& epoch) {
  // Before any row with that stamp can be there: a later sync must find its own stamps to be later, also when
  // the clock has gone back by then.
  if (epoch.highest_stamp > stored_stamp_) {
    LAKEPORT_RETURN_IF_ERROR(store_.raise_stamp(epoch.highest_stamp));
    stored_stamp_ = epoch.highest_stamp;
  }
  for (const auto& work : epoch.tables) LAKEPORT_RETURN_IF_ERROR(writer_.apply(work));
  LAKEPORT_RETURN_IF_ERROR(epoch.state_json ? destination_.commit() : destination_.end_epoch());
  for (const auto& work : epoch.tables) progress_.rows_written += work.changes.rows();
  if (!epoch.state_json) return {};

  store::Checkpoint checkpoint{.state_json = epoch.state_json, .tables = {}, .truncates = epoch.truncates};
  LAKEPORT_ASSIGN_OR_RETURN(checkpoint.tables, writer_.take_changed());
  const auto now = utc_now();
  LAKEPORT_RETURN_IF_ERROR(store_.store(checkpoint, now));
  progress_.last_checkpoint_ms = now.time_since_epoch().count();
  ++progress_.checkpoints_stored;
  observer_.checkpoint_stored();
  return {};
}

}  // namespace lakeport::sync

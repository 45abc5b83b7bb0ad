// A sync of this process: in line, running, or just ended.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "lakeport/platform/platform.h"
#include "lakeport/sync/observer.h"

namespace lakeport::platform {

class LiveSync {
 public:
  LiveSync(std::string connection_id, std::int64_t id) : connection_id_(std::move(connection_id)), id_(id) {}

  const std::string& connection_id() const { return connection_id_; }
  std::int64_t id() const { return id_; }
  sync::Progress& progress() { return progress_; }

  std::stop_token token() const { return stop_.get_token(); }
  // The user's wish: it is "cancelled" then. Otherwise it is "interrupted" and goes on later.
  void cancel();
  void interrupt() { stop_.request_stop(); }
  bool cancelled() const;

  void started();
  void set_step(std::string step);
  void add_warning(std::string text);
  void table_created(const wire::TableId& table);
  void table_altered(const wire::TableId& table);
  // Puts the numbers of this moment into the store's record.
  void describe(SyncRecord& record) const;

  // Its record is in the store.
  void end();
  // Until end(), or `until`.
  void wait(std::chrono::steady_clock::time_point until) const;

 private:
  const std::string connection_id_;
  const std::int64_t id_;
  sync::Progress progress_;
  std::stop_source stop_;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  bool cancelled_ = false, running_ = false, ended_ = false;
  std::string step_ = "waiting for its turn";
  std::vector<std::string> warnings_;
  std::map<wire::TableId, sync::TableSummary> tables_;
};

}  // namespace lakeport::platform

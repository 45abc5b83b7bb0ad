// The databases that a server has open, one session each. Calls for the same file take turns.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "lakeport/base/result.h"

#include "file_session.h"

namespace lakeport::destinations {

class OpenSessions {
 public:
  // Runs `work` in a transaction of its own: committed when it succeeds, undone when it fails. Opens the file
  // if it is not open yet.
  Status run(const DuckdbOptions& options, const std::function<Status(FileSession&)>& work);

  // Stops what runs and lets nothing start any more. From any thread.
  void stop();

 private:
  struct Slot {
    std::mutex turn;
    std::mutex guard;  // of `session` itself, for stop()
    std::unique_ptr<FileSession> session;
  };
  Result<std::shared_ptr<Slot>> slot_of(const DuckdbOptions& options);

  std::mutex mutex_;
  bool stopped_ = false;
  std::map<std::string, std::shared_ptr<Slot>> slots_;
};

}  // namespace lakeport::destinations

// Attempts: those that run, followed as they go on, and those that ended, kept in the store for a week.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "lakeport/base/result.h"
#include "lakeport/partners/hub.h"
#include "lakeport/store/metadata.h"

namespace lakeport::partners {

// Thread-safe.
class Attempts {
 public:
  explicit Attempts(store::Metadata& metadata) : metadata_(metadata) {}

  // Stores a new one.
  Status begin(const Caller& caller, const Attempt& attempt);
  // Shows how far it came, to those who wait.
  void show(const Attempt& attempt);
  // Its end in the transaction of what it ended with; show() it when that is done.
  static Status end(store::Session& session, const Attempt& attempt);

  // One's own; admins: any of their workspace. kNotFound. Waits at most `longest` for its end.
  Result<Attempt> wait(const Caller& caller, std::string_view id, std::chrono::milliseconds longest);

  // After a start: what was running has ended with `error`; old ones are forgotten.
  Status end_interrupted(const Error& error);

 private:
  struct Running {
    std::int64_t workspace_id = 0, principal_id = 0;
    Attempt attempt;
  };
  Result<Attempt> stored(const Caller& caller, std::string_view id) const;

  store::Metadata& metadata_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, Running, std::less<>> running_;
};

}  // namespace lakeport::partners

// The operations whose handles clients hold: statements of a warehouse, and metadata calls, which are
// answered here.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "lakeport/base/time.h"
#include "lakeport/lakehouse/warehouse.h"

#include "result_stream.h"

namespace lakeport::lakehouse {

struct OpenOperation {
  std::string id, session_id;
  std::int64_t principal = 0;
  std::int32_t type = 0;                 // TOperationType
  std::shared_ptr<Operation> statement;  // nothing: a metadata call, whose rows are in `results`
  ResultOptions options;
  UtcMillis started{};
  std::mutex fetching;                    // guards what follows
  std::unique_ptr<ResultStream> results;  // made when the operation has finished
};

// Thread-safe.
class OpenOperations {
 public:
  explicit OpenOperations(std::chrono::milliseconds idle) : idle_(idle) {}
  void add(std::shared_ptr<OpenOperation> operation);
  // Nothing for another principal.
  std::shared_ptr<OpenOperation> find(std::int64_t principal, const std::string& id);
  void remove(const std::string& id);
  void remove_session(const std::string& session_id);

 private:
  struct Entry {
    std::shared_ptr<OpenOperation> operation;
    std::chrono::steady_clock::time_point used;
  };
  // Entries nobody asked about for `idle_` (their session or statement was reaped) are taken out; the caller
  // lets them go after it has unlocked.
  std::vector<std::shared_ptr<OpenOperation>> take_idle(std::chrono::steady_clock::time_point now);

  const std::chrono::milliseconds idle_;
  std::mutex mutex_;
  std::unordered_map<std::string, Entry> entries_;
  std::chrono::steady_clock::time_point swept_;
};

}  // namespace lakeport::lakehouse

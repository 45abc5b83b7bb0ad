// What may be written a moment later, in batches, by a thread of its own: audit events that belong to no
// change, and when tokens were last used.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "lakeport/lakehouse/identity.h"
#include "lakeport/store/metadata.h"

namespace lakeport::lakehouse {

class DeferredWriter {
 public:
  explicit DeferredWriter(store::Metadata& metadata);
  // Writes what waits; what the store refuses even then is told on standard error.
  ~DeferredWriter();
  DeferredWriter(const DeferredWriter&) = delete;
  DeferredWriter& operator=(const DeferredWriter&) = delete;

  // Waits while thousands of others do: nothing is dropped.
  void add(AuditRecord record);
  void note_use(const std::string& token_id, std::int64_t moment_ms);
  // Returns when everything that was added before is in the store, or with the store's error.
  Status flush();

 private:
  void run();
  Status write(const std::deque<AuditRecord>& records, const std::map<std::string, std::int64_t>& uses);

  store::Metadata& metadata_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable progress_;
  std::deque<AuditRecord> records_;
  std::map<std::string, std::int64_t> uses_;
  std::uint64_t added_ = 0;
  std::uint64_t written_ = 0;
  std::uint64_t failures_ = 0;
  std::optional<Error> last_error_;
  int flushing_ = 0;
  bool stopping_ = false;
  std::thread thread_;  // last: everything above is there when it starts
};

}  // namespace lakeport::lakehouse

// The way from a canceller on any thread to the statement that runs.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>

#include <duckdb.hpp>

#include "lakeport/base/result.h"

namespace lakeport::lakehouse {

class Cancellation {
 public:
  // From any thread, at any time, also before the statement has a connection and after it has ended.
  void cancel();
  bool cancelled() const { return cancelled_.load(); }
  // For those who only need to ask; good as long as this lives.
  std::function<bool()> asking() const {
    return [this] { return cancelled(); };
  }
  // kCancelled once it was.
  Status check() const;

  // The connection whose work a cancel interrupts, until the statement gives it back.
  void attach(::duckdb::shared_ptr<::duckdb::ClientContext> context);
  void detach();

 private:
  std::atomic<bool> cancelled_{false};
  std::mutex mutex_;
  ::duckdb::shared_ptr<::duckdb::ClientContext> context_;
};

}  // namespace lakeport::lakehouse

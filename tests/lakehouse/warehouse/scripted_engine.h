// An engine that does exactly what a test tells it, at the moment the test wants: for states that a real
// query only passes through. What real queries do is tested in warehouses_test.cpp.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "lakeport/lakehouse/engine.h"

namespace lakeport::lakehouse {

// Statements:
//   rows N       N batches of 1,000 numbers that go on counting
//   plan         blocks before the engine gives its cancel function, until release() (a long translation)
//   block        blocks until cancelled or released, then has no rows
//   stall        has rows at once, then blocks in next() until cancelled
//   fail         an error; fail later: an error after one batch
//   use NAME     makes NAME the current schema
class ScriptedEngine final : public Engine {
 public:
  Result<std::unique_ptr<Execution>> execute(
      std::string_view sql, StatementContext& context,
      const std::function<void(std::function<void()> cancel)>& on_start) override;
  Status repair() override { return {}; }

  // Lets everything that blocks in execute() go on, now and later.
  void release();
  // Waits until so many statements have begun.
  void wait_until_begun(std::size_t count);
  std::vector<std::string> begun() const;
  std::int64_t batches_made() const;
  std::int64_t open_executions() const;

  struct Progress {
    mutable std::mutex mutex;
    mutable std::condition_variable changed;
    std::vector<std::string> begun;
    std::int64_t batches = 0;
    std::int64_t open = 0;
    bool released = false;
  };

 private:
  std::shared_ptr<Progress> progress_ = std::make_shared<Progress>();
};

}  // namespace lakeport::lakehouse

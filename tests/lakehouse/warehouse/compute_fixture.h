// Sessions on one started compute over the scripted engine.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "compute_pool.h"
#include "scripted_engine.h"

namespace lakeport::lakehouse {

inline Caller caller_of(std::int64_t id) {
  Caller caller;
  caller.principal.id = id;
  caller.principal.name = "user" + std::to_string(id) + "@example.com";
  caller.workspace_id = 1;
  return caller;
}

class ComputeTest : public testing::Test {
 protected:
  void TearDown() override {
    engine_.release();
    pool_.reset();
    EXPECT_EQ(engine_.open_executions(), 0);
  }

  void start(std::size_t places, Warehouses::Options options = {}) {
    places_ = places;
    pool_ = std::make_unique<ComputePool>(engine_, options);
  }

  std::shared_ptr<Compute> compute(std::chrono::milliseconds auto_stop = {}) {
    return pool_->compute("w1", ComputeKind::kWarehouse, 1, {.places = places_, .auto_stop = auto_stop});
  }

  std::shared_ptr<WarehouseSession> open(const Caller& caller = caller_of(1)) {
    auto session = pool_->open_session(caller, compute(), {});
    EXPECT_TRUE(session) << session.error().to_string();
    return session ? *std::move(session) : nullptr;
  }

  static std::shared_ptr<Operation> run(Session& session, std::string_view sql,
                                        std::optional<std::chrono::seconds> timeout = {}) {
    auto operation = session.start(sql, {}, timeout);
    EXPECT_TRUE(operation) << operation.error().to_string();
    return operation ? *std::move(operation) : nullptr;
  }

  static OperationState end_of(Operation& operation) { return operation.wait(std::chrono::minutes(1)); }

  // Until `holds`; what a test waits for happens on other threads, without a signal for tests.
  template <class Condition>
  static bool eventually(Condition holds) {
    for (int turn = 0; turn < 6'000; ++turn) {
      if (holds()) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
  }

  ScriptedEngine engine_;
  std::size_t places_ = 1;
  std::unique_ptr<ComputePool> pool_;
};

}  // namespace lakeport::lakehouse

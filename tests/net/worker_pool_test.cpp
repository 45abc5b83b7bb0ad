#include "worker_pool.h"

#include <atomic>
#include <chrono>
#include <future>
#include <thread>

#include <gtest/gtest.h>

namespace lakeport::net {
namespace {

TEST(WorkerPool, GrowsToItsLimitAndShrinksWhenIdle) {
  WorkerPool pool(8, std::chrono::milliseconds(20));
  std::promise<void> go;
  const std::shared_future<void> gone = go.get_future().share();
  std::atomic<int> inside{0};
  std::atomic<int> done{0};
  for (int i = 0; i < 20; ++i) {
    pool.submit([&, gone] {
      ++inside;
      gone.wait();
      ++done;
    });
  }
  while (inside < 8) std::this_thread::yield();
  EXPECT_EQ(pool.threads(), 8U);
  EXPECT_EQ(inside, 8);
  go.set_value();
  while (done < 20 || pool.threads() > 1) std::this_thread::yield();
  std::promise<void> again;
  pool.submit([&] { again.set_value(); });
  again.get_future().wait();
}

TEST(WorkerPool, RunsWhatIsQueuedBeforeItEnds) {
  std::atomic<int> done{0};
  {
    WorkerPool pool(3, std::chrono::milliseconds(1));
    for (int i = 0; i < 1000; ++i) pool.submit([&] { ++done; });
  }
  EXPECT_EQ(done, 1000);
}

}  // namespace
}  // namespace lakeport::net

#include "query_queue.h"

#include <functional>
#include <latch>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace lakeport::lakehouse {
namespace {

class Work final : public QueryWork {
 public:
  explicit Work(std::function<void()> action) : action_(std::move(action)) {}
  void run() override { action_(); }
  void refuse(Error error) override { refused = std::move(error); }
  std::optional<Error> refused;

 private:
  std::function<void()> action_;
};

std::shared_ptr<Work> work(std::function<void()> action) { return std::make_shared<Work>(std::move(action)); }

// One place that is taken until opened, so that everything else stands in line.
class Gate {
 public:
  explicit Gate(QueryQueue& queue) {
    EXPECT_TRUE(queue.submit(work([this] {
                               entered_.count_down();
                               open_.wait();
                             }),
                             0));
    entered_.wait();
  }
  void open() { open_.count_down(); }

 private:
  std::latch entered_{1}, open_{1};
};

TEST(QueryQueueTest, PrincipalsTakeTurns) {
  QueryQueue queue(1, 100);
  Gate gate(queue);
  std::string order;  // one place: no two write at once
  std::latch done(6);
  const auto put = [&](std::int64_t principal, char letter) {
    EXPECT_TRUE(queue.submit(work([&order, &done, letter] {
                               order += letter;
                               done.count_down();
                             }),
                             principal));
  };
  for (const char letter : {'a', 'b', 'c', 'd'}) put(1, letter);
  put(2, 'X');
  put(2, 'Y');
  gate.open();
  done.wait();
  EXPECT_EQ(order, "aXbYcd");
}

TEST(QueryQueueTest, ResumedWorkGoesFirst) {
  QueryQueue queue(1, 100);
  Gate gate(queue);
  std::string order;
  std::latch done(3);
  const auto letter = [&](char text) {
    return work([&order, &done, text] {
      order += text;
      done.count_down();
    });
  };
  EXPECT_TRUE(queue.submit(letter('a'), 1));
  EXPECT_TRUE(queue.submit(letter('b'), 2));
  EXPECT_TRUE(queue.resume(letter('r')));
  gate.open();
  done.wait();
  EXPECT_EQ(order, "rab");
}

TEST(QueryQueueTest, RefusesWhenTheLineIsFull) {
  QueryQueue queue(1, 2);
  Gate gate(queue);
  std::latch done(2);
  EXPECT_TRUE(queue.submit(work([&] { done.count_down(); }), 1));
  EXPECT_TRUE(queue.submit(work([&] { done.count_down(); }), 2));
  const auto refused = queue.submit(work([] {}), 3);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind(), ErrorKind::kUnavailable);
  EXPECT_EQ(refused.error().what(), "too many statements: 1 run and 2 wait in line, which is the most");
  EXPECT_EQ(queue.load().waiting, 2U);
  gate.open();
  done.wait();
  std::latch again(1);
  EXPECT_TRUE(queue.submit(work([&] { again.count_down(); }), 3));
  again.wait();
}

TEST(QueryQueueTest, RunsAsManyAtOnceAsThereArePlaces) {
  QueryQueue queue(3, 100);
  std::latch all_inside(3), leave(1);
  for (int principal = 0; principal < 3; ++principal)
    EXPECT_TRUE(queue.submit(work([&] {
                               all_inside.count_down();
                               leave.wait();
                             }),
                             principal));
  all_inside.wait();  // would wait for ever with fewer places
  bool fourth_ran = false;
  EXPECT_TRUE(queue.submit(work([&] { fourth_ran = true; }), 9));
  EXPECT_EQ(queue.load().running, 3U);
  EXPECT_EQ(queue.load().waiting, 1U);
  queue.set_places(4);
  leave.count_down();
  std::latch done(1);
  EXPECT_TRUE(queue.submit(work([&] { done.count_down(); }), 10));
  done.wait();
  queue.close();
  EXPECT_TRUE(fourth_ran);
}

TEST(QueryQueueTest, RefusesWhatWaitsWhenItCloses) {
  QueryQueue queue(1, 100);
  Gate gate(queue);
  bool ran = false;
  const auto waiting = work([&] { ran = true; });
  const auto resumed = work([&] { ran = true; });
  const auto withdrawn = work([&] { ran = true; });
  EXPECT_TRUE(queue.submit(waiting, 1));
  EXPECT_TRUE(queue.submit(withdrawn, 1));
  EXPECT_TRUE(queue.resume(resumed));
  EXPECT_TRUE(queue.withdraw(*withdrawn));
  EXPECT_FALSE(queue.withdraw(*withdrawn));
  std::thread opener([&] {
    while (queue.submit(work([] {}), 5)) std::this_thread::yield();  // until it is closed
    gate.open();
  });
  queue.close();
  opener.join();
  EXPECT_FALSE(ran);
  ASSERT_TRUE(waiting->refused);
  EXPECT_EQ(waiting->refused->kind(), ErrorKind::kUnavailable);
  EXPECT_TRUE(resumed->refused);
  EXPECT_FALSE(withdrawn->refused);
}

}  // namespace
}  // namespace lakeport::lakehouse

#include "query_queue.h"

#include <algorithm>
#include <string>
#include <utility>

namespace lakeport::lakehouse {
namespace {

Error closed_error() {
  return {ErrorKind::kUnavailable, "the warehouse is stopping", "", "Try again in a moment"};
}

}  // namespace

Status QueryQueue::submit(std::shared_ptr<QueryWork> work, std::int64_t principal) {
  const std::scoped_lock lock(mutex_);
  if (closed_) return fail(closed_error());
  if (waiting_count_ >= waiting_limit_)
    return fail(ErrorKind::kUnavailable,
                "too many statements: " + std::to_string(running_) + " run and " +
                    std::to_string(waiting_count_) + " wait in line, which is the most",
                "", "Try again later, or make the warehouse larger");
  auto& line = waiting_[principal];
  if (line.empty()) turns_.push_back(principal);
  line.push_back(std::move(work));
  ++waiting_count_;
  start_thread_if_wanted();
  changed_.notify_one();
  return {};
}

Status QueryQueue::resume(std::shared_ptr<QueryWork> work) {
  const std::scoped_lock lock(mutex_);
  if (closed_) return fail(closed_error());
  resumed_.push_back(std::move(work));
  start_thread_if_wanted();
  changed_.notify_one();
  return {};
}

bool QueryQueue::withdraw(const QueryWork& work) {
  const auto is_it = [&](const std::shared_ptr<QueryWork>& other) { return other.get() == &work; };
  const std::scoped_lock lock(mutex_);
  if (std::erase_if(resumed_, is_it) > 0) return true;
  for (auto at = waiting_.begin(); at != waiting_.end(); ++at) {
    if (std::erase_if(at->second, is_it) == 0) continue;
    --waiting_count_;
    if (at->second.empty()) {
      std::erase(turns_, at->first);
      waiting_.erase(at);
    }
    return true;
  }
  return false;
}

void QueryQueue::set_places(std::size_t places) {
  const std::scoped_lock lock(mutex_);
  places_ = places;
  start_thread_if_wanted();
  changed_.notify_all();
}

void QueryQueue::close() {
  std::vector<std::thread> threads;
  std::deque<std::shared_ptr<QueryWork>> resumed;
  std::map<std::int64_t, std::deque<std::shared_ptr<QueryWork>>> waiting;
  {
    const std::scoped_lock lock(mutex_);
    closed_ = true;
    threads.swap(threads_);
    resumed.swap(resumed_);
    waiting.swap(waiting_);
    turns_.clear();
    waiting_count_ = 0;
  }
  changed_.notify_all();
  for (const auto& work : resumed) work->refuse(closed_error());
  for (const auto& [principal, line] : waiting)
    for (const auto& work : line) work->refuse(closed_error());
  for (auto& thread : threads) thread.join();
}

QueryQueue::Load QueryQueue::load() const {
  const std::scoped_lock lock(mutex_);
  return {.running = running_, .waiting = waiting_count_ + resumed_.size()};
}

void QueryQueue::start_thread_if_wanted() {
  const std::size_t wanted = std::min(places_, running_ + waiting_count_ + resumed_.size());
  if (!closed_ && running_ + idle_ < wanted) {
    ++idle_;
    threads_.emplace_back([this] { work(); });
  }
}

std::shared_ptr<QueryWork> QueryQueue::take() {
  if (!resumed_.empty()) {
    auto next = std::move(resumed_.front());
    resumed_.pop_front();
    return next;
  }
  const std::int64_t principal = turns_.front();
  turns_.pop_front();
  const auto line = waiting_.find(principal);
  auto next = std::move(line->second.front());
  line->second.pop_front();
  --waiting_count_;
  if (line->second.empty())
    waiting_.erase(line);
  else
    turns_.push_back(principal);
  return next;
}

void QueryQueue::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(
        lock, [this] { return closed_ || (running_ < places_ && (!resumed_.empty() || !turns_.empty())); });
    if (closed_) return;
    std::shared_ptr<QueryWork> next = take();
    --idle_;
    ++running_;
    lock.unlock();
    next->run();
    next.reset();
    lock.lock();
    --running_;
    ++idle_;
    // A waiting thread may have slept because all places were taken.
    if (!resumed_.empty() || !turns_.empty()) changed_.notify_one();
  }
}

}  // namespace lakeport::lakehouse

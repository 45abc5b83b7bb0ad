#include "timer.h"

namespace lakeport::lakehouse {

Timer::Timer() : thread_([this] { run(); }) {}

void Timer::stop() {
  {
    const std::scoped_lock lock(mutex_);
    ending_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
}

Timer::Ticket Timer::at(Moment moment, std::function<void()> action) {
  std::unique_lock lock(mutex_);
  const Ticket ticket = ++last_;
  moments_.emplace(ticket, moment);
  const auto place = due_.emplace(std::pair(moment, ticket), std::move(action)).first;
  const bool first = place == due_.begin();
  lock.unlock();
  if (first) changed_.notify_one();
  return ticket;
}

void Timer::cancel(Ticket ticket) {
  std::function<void()> dropped;  // destroyed after the lock
  const std::scoped_lock lock(mutex_);
  const auto found = moments_.find(ticket);
  if (found == moments_.end()) return;
  const auto entry = due_.find({found->second, ticket});
  dropped = std::move(entry->second);
  due_.erase(entry);
  moments_.erase(found);
}

void Timer::run() {
  std::unique_lock lock(mutex_);
  while (!ending_) {
    if (due_.empty()) {
      changed_.wait(lock);
      continue;
    }
    const auto next = due_.begin();
    const Moment moment = next->first.first;
    if (std::chrono::steady_clock::now() < moment) {
      changed_.wait_until(lock, moment);
      continue;
    }
    const std::function<void()> action = std::move(next->second);
    moments_.erase(next->first.second);
    due_.erase(next);
    lock.unlock();
    action();
    lock.lock();
  }
}

}  // namespace lakeport::lakehouse

#include "compute.h"

#include <utility>

namespace lakeport::lakehouse {

using Clock = std::chrono::steady_clock;

Compute::Compute(std::string id, ComputeKind kind, std::int64_t workspace_id, std::size_t waiting_limit,
                 std::shared_ptr<Timer> timer, std::function<void(const std::string& id)> on_idle)
    : id_(std::move(id)),
      kind_(kind),
      workspace_id_(workspace_id),
      waiting_limit_(waiting_limit),
      timer_(std::move(timer)),
      on_idle_(std::move(on_idle)) {}

void Compute::configure(const ComputeSettings& settings) {
  const std::scoped_lock lock(mutex_);
  settings_ = settings;
  if (!queue_) return;
  queue_->set_places(settings_.places);
  watch_idleness_locked(Clock::now() + settings_.auto_stop);
}

std::shared_ptr<QueryQueue> Compute::start(bool* started) {
  const std::scoped_lock lock(mutex_);
  if (retired_) return nullptr;
  if (started != nullptr) *started = !queue_;
  last_activity_ = Clock::now();
  if (!queue_) {
    queue_ = std::make_shared<QueryQueue>(settings_.places, waiting_limit_);
    stopping_ = false;
    watch_idleness_locked(last_activity_ + settings_.auto_stop);
  }
  return queue_;
}

std::shared_ptr<QueryQueue> Compute::begin_stop() {
  const std::scoped_lock lock(mutex_);
  if (watch_ != 0) timer_->cancel(std::exchange(watch_, 0));
  stopping_ = queue_ != nullptr;
  return std::exchange(queue_, nullptr);
}

void Compute::stopped() {
  const std::scoped_lock lock(mutex_);
  stopping_ = false;
}

void Compute::retire() {
  const std::scoped_lock lock(mutex_);
  retired_ = true;
}

WarehouseState Compute::state() const {
  const std::scoped_lock lock(mutex_);
  if (queue_) return WarehouseState::kRunning;
  return stopping_ ? WarehouseState::kStopping : WarehouseState::kStopped;
}

QueryQueue::Load Compute::load() const {
  const std::scoped_lock lock(mutex_);
  return queue_ ? queue_->load() : QueryQueue::Load{};
}

void Compute::statement_began() {
  const std::scoped_lock lock(mutex_);
  ++statements_;
  last_activity_ = Clock::now();
}

void Compute::statement_over() {
  const std::scoped_lock lock(mutex_);
  --statements_;
  last_activity_ = Clock::now();
}

void Compute::session_opened() {
  const std::scoped_lock lock(mutex_);
  ++sessions_;
  last_activity_ = Clock::now();
}

void Compute::session_closed() {
  const std::scoped_lock lock(mutex_);
  --sessions_;
}

std::size_t Compute::sessions() const {
  const std::scoped_lock lock(mutex_);
  return sessions_;
}

void Compute::watch_idleness_locked(Timer::Moment moment) {
  if (watch_ != 0) timer_->cancel(std::exchange(watch_, 0));
  if (settings_.auto_stop.count() == 0) return;
  watch_ = timer_->at(moment, [weak = weak_from_this()] {
    if (const auto compute = weak.lock()) compute->look_whether_idle();
  });
}

void Compute::look_whether_idle() {
  {
    const std::scoped_lock lock(mutex_);
    watch_ = 0;
    if (!queue_ || settings_.auto_stop.count() == 0) return;
    const Clock::time_point now = Clock::now();
    const Clock::time_point end = (statements_ > 0 ? now : last_activity_) + settings_.auto_stop;
    if (end > now) return watch_idleness_locked(end);
  }
  on_idle_(id_);
}

}  // namespace lakeport::lakehouse

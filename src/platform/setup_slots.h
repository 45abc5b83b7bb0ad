// How many connectors are launched at once for forms, tests and schemas: each is a process.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>

namespace lakeport::platform {

class SetupSlots {
 public:
  explicit SetupSlots(int slots) : free_(slots) {}

  // Held as long as the object lives; waits for one.
  class Slot {
   public:
    explicit Slot(SetupSlots& slots) : slots_(slots) {
      std::unique_lock lock(slots_.mutex_);
      slots_.changed_.wait(lock, [this] { return slots_.free_ > 0; });
      --slots_.free_;
    }
    ~Slot() {
      {
        const std::lock_guard lock(slots_.mutex_);
        ++slots_.free_;
      }
      slots_.changed_.notify_one();
    }
    Slot(const Slot&) = delete;
    Slot& operator=(const Slot&) = delete;

   private:
    SetupSlots& slots_;
  };

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int free_;
};

}  // namespace lakeport::platform

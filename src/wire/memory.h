// Memory that grows under a column and is handed to Arrow without a copy.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include <arrow/type_fwd.h>

namespace lakeport::wire {

// Bytes that the columns of a table hold.
struct HeldBytes {
  std::int64_t fixed = 0;  // what each row takes in each column
  std::int64_t text = 0;   // the contents of strings
};

// Bytes that grow, counted in a counter of the owner's. Large blocks are pages of their own: they grow
// without a copy, and go back to the system when they are freed.
class Memory {
 public:
  Memory() = default;
  explicit Memory(std::int64_t* held) : held_(held) {}
  ~Memory() { release(); }
  Memory(Memory&& other) noexcept { swap(other); }
  Memory& operator=(Memory&& other) noexcept {
    swap(other);
    return *this;
  }
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;

  std::uint8_t* data() const { return data_; }
  std::size_t capacity() const { return capacity_; }
  bool empty() const { return data_ == nullptr; }

  // At least `capacity` bytes, what was there kept, the rest not initialised. Throws std::bad_alloc.
  void grow(std::size_t capacity);

  // Hands over the first `size` bytes; this is empty then, and they no longer count as held.
  std::shared_ptr<arrow::Buffer> to_arrow(std::size_t size) &&;

 private:
  void swap(Memory& other) noexcept;
  void release() noexcept;

  std::uint8_t* data_ = nullptr;
  std::size_t capacity_ = 0;
  std::int64_t* held_ = nullptr;
};

}  // namespace lakeport::wire

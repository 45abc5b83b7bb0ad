#include "memory.h"

#include <cstdlib>
#include <new>
#include <utility>

#include <sys/mman.h>

#include <arrow/buffer.h>

namespace lakeport::wire {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kWatched = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
constexpr bool kWatched = true;
#else
constexpr bool kWatched = false;
#endif
#else
constexpr bool kWatched = false;
#endif

constexpr std::size_t kPage = 4096;
// From here on blocks are pages of their own, except where AddressSanitizer is to see each byte, and
// ThreadSanitizer (which does not follow mremap) each block.
constexpr std::size_t kPagesFrom = std::size_t{128} << 10;

constexpr std::size_t kHugePagesFrom = std::size_t{2} << 20;

bool in_pages(std::size_t capacity) { return !kWatched && capacity >= kPagesFrom; }

void* pages(std::size_t capacity) {
  void* memory = mmap(nullptr, capacity, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return memory == MAP_FAILED ? nullptr : memory;
}

void* resized_pages(void* memory, std::size_t from, std::size_t to) {
  void* moved = mremap(memory, from, to, MREMAP_MAYMOVE);
  return moved == MAP_FAILED ? nullptr : moved;
}

// Asks for the pages from `from` on at once, and for huge ones: to fault them in one by one takes longer than
// to decode what they will hold. Both are advice: where they are not taken, pages come when they are touched.
void make_ready(void* memory, std::size_t from, std::size_t to) {
  if (to >= kHugePagesFrom) madvise(memory, to, MADV_HUGEPAGE);
#ifdef MADV_POPULATE_WRITE
  from = from / kPage * kPage;
  madvise(static_cast<std::uint8_t*>(memory) + from, to - from, MADV_POPULATE_WRITE);
#endif
}

// An Arrow buffer that owns a Memory.
class MemoryBuffer : public arrow::Buffer {
 public:
  MemoryBuffer(Memory memory, std::size_t size)
      : arrow::Buffer(memory.data(), static_cast<std::int64_t>(size)), memory_(std::move(memory)) {}

 private:
  Memory memory_;
};

}  // namespace

void Memory::grow(std::size_t capacity) {
  if (capacity <= capacity_) return;
  void* grown = nullptr;
  if (!in_pages(capacity)) {
    grown = std::realloc(data_, capacity);  // NOLINT(cppcoreguidelines-owning-memory): owned by this class
  } else {
    capacity = (capacity + kPage - 1) / kPage * kPage;
    if (in_pages(capacity_)) {
      grown = resized_pages(data_, capacity_, capacity);
    } else {
      grown = pages(capacity);
      if (grown != nullptr && data_ != nullptr) {
        std::memcpy(grown, data_, capacity_);
        std::free(data_);  // NOLINT(cppcoreguidelines-owning-memory)
      }
    }
  }
  if (grown == nullptr) throw std::bad_alloc();
  if (in_pages(capacity)) make_ready(grown, capacity_, capacity);
  if (held_ != nullptr) *held_ += static_cast<std::int64_t>(capacity - capacity_);
  data_ = static_cast<std::uint8_t*>(grown);
  capacity_ = capacity;
}

void Memory::release() noexcept {
  if (data_ == nullptr) return;
  if (held_ != nullptr) *held_ -= static_cast<std::int64_t>(capacity_);
  if (in_pages(capacity_)) {
    munmap(data_, capacity_);
  } else {
    std::free(data_);  // NOLINT(cppcoreguidelines-owning-memory)
  }
  data_ = nullptr;
  capacity_ = 0;
}

void Memory::swap(Memory& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(capacity_, other.capacity_);
  std::swap(held_, other.held_);
}

std::shared_ptr<arrow::Buffer> Memory::to_arrow(std::size_t size) && {
  if (held_ != nullptr) *held_ -= static_cast<std::int64_t>(capacity_);
  Memory moved;
  std::swap(moved.data_, data_);
  std::swap(moved.capacity_, capacity_);
  return std::make_shared<MemoryBuffer>(std::move(moved), size);
}

}  // namespace lakeport::wire

// The chunks of result links: the newest in memory, the others in files, all behind signed names.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "lakeport/lakehouse/result_links.h"
#include "lakeport/net/http.h"

namespace lakeport::lakehouse {

// `count` random bytes from the system. kInternal.
Result<std::string> random_bytes(std::size_t count);

struct SpooledChunk {
  std::filesystem::path file;
  std::string content_type;
  std::int64_t size = 0;
  UtcMillis last_expiry{};
  bool owned = true;                    // a handle keeps it
  std::optional<net::SharedBody> body;  // in memory; otherwise in the file
  std::uint64_t age_number = 0;         // of its place in memory
};

// Thread-safe. Handles share it, so that they may be destroyed after the ResultLinks.
class ResultSpool {
 public:
  ResultSpool(ResultLinks::Options options, std::string key);
  ~ResultSpool();
  ResultSpool(const ResultSpool&) = delete;
  ResultSpool& operator=(const ResultSpool&) = delete;

  // kMemory: if there is room.
  enum class Place { kMemory, kFile };
  // The id of the new chunk. kUnavailable when there is no room, kIo when the disk refuses.
  Result<std::string> add(net::SharedBody body, std::string_view content_type, Place place);

  ResultLink link(const std::string& id, std::string_view base_url);
  // Whether the link was made here and has not expired.
  bool valid(const std::string& id, std::string_view moment, std::string_view signature) const;
  std::optional<SpooledChunk> find(const std::string& id) const;

  void disown(const std::string& id);  // nobody but its links keeps it from now on
  void remove(const std::string& id);  // unless it was disowned
  std::int64_t used() const;
  std::int64_t in_memory() const { return *memory_; }

 private:
  using Chunks = std::map<std::string, SpooledChunk>;

  std::string sign(std::string_view id, std::string_view moment) const;
  Status reserve(std::int64_t size);
  // Or in its file, when there is no room.
  Status store_in_memory(SpooledChunk& chunk, net::SharedBody body);
  // Whether `size` bytes more may be in memory, older chunks having gone to files for it.
  Result<bool> make_room_in_memory(std::int64_t size);
  Status move_to_file(const std::string& id, const SpooledChunk& chunk);
  Chunks::iterator erase(Chunks::iterator at);

  const ResultLinks::Options options_;
  const std::string key_;
  // Of chunks, and of downloads of chunks that have gone.
  const std::shared_ptr<std::atomic<std::int64_t>> memory_ = std::make_shared<std::atomic<std::int64_t>>(0);
  mutable std::mutex mutex_;
  Chunks chunks_;
  std::map<std::uint64_t, std::string> by_age_;  // the ids of those in memory, but not of one on its way out
  std::uint64_t next_age_number_ = 0;
  std::int64_t used_ = 0;  // bytes of all chunks, with what is being written
};

}  // namespace lakeport::lakehouse

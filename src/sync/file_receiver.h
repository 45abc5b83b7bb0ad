// Files that a source sends in chunks (Connector SDK dialect), stored whole or not at all.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "lakeport/base/result.h"
#include "lakeport/sync/observer.h"

#include "file_handle.h"

namespace lakeport::sync {

// Below `folder`: SCHEMA/STORAGE/PATH. A file is written under another name (in `.incoming`, which is emptied
// by the constructor) and takes its place when it is complete and on the disk; one that is there already is
// replaced then.
class FileReceiver {
 public:
  FileReceiver(std::filesystem::path folder, SyncObserver& observer);
  ~FileReceiver();
  FileReceiver(const FileReceiver&) = delete;
  FileReceiver& operator=(const FileReceiver&) = delete;

  struct Chunk {
    std::string schema;  // at the destination
    std::string_view storage;
    std::string_view path;
    std::string_view data;
    std::optional<std::int64_t> expected_bytes;
    bool last = false;
  };
  // kSourceFailed for a name that would leave the folder, or a file that is not as long as it was said to be;
  // kIo for the disk's refusals.
  Status receive(const Chunk& chunk);

  // Puts files that have all their expected bytes in place, though nobody said that a chunk was the last.
  // False when some file still lacks a part: then no checkpoint may be stored.
  Result<bool> settle();
  // At the end of the stream: kSourceFailed when a file lacks a part.
  Status finish();

  std::int64_t stored() const { return stored_; }

 private:
  struct Incoming {
    std::string temporary;
    FileHandle handle;
    std::int64_t bytes = 0;
    std::optional<std::int64_t> expected;
  };
  Status place(const std::filesystem::path& target, Incoming& incoming);
  Result<Incoming> start();

  std::filesystem::path folder_;
  SyncObserver& observer_;
  std::map<std::filesystem::path, Incoming> incoming_;  // by where it will be, relative to the folder
  std::int64_t started_ = 0;
  std::int64_t stored_ = 0;
};

}  // namespace lakeport::sync

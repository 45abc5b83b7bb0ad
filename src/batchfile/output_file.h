// The files of one writer, one open at a time, with the stages that FileParams ask for.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lakeport/base/result.h"
#include "lakeport/batchfile/batch_file.h"

#include "byte_stream.h"
#include "disk_file.h"

namespace lakeport::batchfile {

class OutputFiles {
 public:
  OutputFiles(std::filesystem::path folder, FileParams params, std::int64_t max_file_bytes)
      : folder_(std::move(folder)), params_(std::move(params)), max_file_bytes_(max_file_bytes) {}
  // Removes every file that release() has not handed over.
  ~OutputFiles();
  OutputFiles(const OutputFiles&) = delete;
  OutputFiles& operator=(const OutputFiles&) = delete;

  bool is_open() const { return disk_ != nullptr; }
  // Starts the next file, with a key of its own.
  Status open();
  Status write(std::string_view bytes) { return first().write(bytes); }
  // See ByteSink::room.
  std::int64_t room() const { return first().room(); }
  // Ends the open file. kInvalidInput when it is larger than the limit, which one row alone can make it.
  Status close(std::int64_t rows);
  // The closed files; from now on they are the caller's.
  std::vector<WrittenFile> release();

 private:
  ByteSink& first() const;

  std::filesystem::path folder_;
  FileParams params_;
  std::int64_t max_file_bytes_;
  std::vector<WrittenFile> files_;  // the open one last
  // Each writes into the one before.
  std::unique_ptr<DiskFileSink> disk_;
  std::unique_ptr<ByteSink> encryption_;
  std::unique_ptr<ByteSink> compression_;
};

}  // namespace lakeport::batchfile

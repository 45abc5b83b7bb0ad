// Which database files this process has open. DuckDB locks its file with a POSIX record lock: that keeps
// other processes out, but the kernel grants it again to the process that has it, and drops it when that
// process closes any descriptor of the file. Two instances of the engine over one file would destroy it, so
// the second one is refused here.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

namespace lakeport::duckdb {

// Holds the right to open `file`; gives it back when destroyed.
class OpenFile {
 public:
  // Null when this process has the file open already.
  static std::unique_ptr<OpenFile> claim(const std::filesystem::path& file);
  ~OpenFile();
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;

 private:
  explicit OpenFile(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

}  // namespace lakeport::duckdb

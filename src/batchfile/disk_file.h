// A file on the disk as the last stage of writing and the first of reading.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "lakeport/base/result.h"

#include "byte_stream.h"

namespace lakeport::batchfile {

class FileDescriptor {
 public:
  explicit FileDescriptor(int number) : number_(number) {}
  ~FileDescriptor();
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  int number() const { return number_; }
  // The system's answer to close(2), which may be the first to tell of a full disk.
  Status close();

 private:
  int number_;
};

class DiskFileSink final : public ByteSink {
 public:
  // Makes a file with mode 0600 and a name of its own that ends in `suffix`.
  static Result<std::unique_ptr<DiskFileSink>> create(const std::filesystem::path& folder,
                                                      const std::string& suffix, std::int64_t max_bytes);
  DiskFileSink(std::filesystem::path path, int descriptor, std::int64_t max_bytes)
      : path_(std::move(path)), file_(descriptor), max_bytes_(max_bytes) {}

  const std::filesystem::path& path() const { return path_; }
  std::int64_t written() const { return written_; }

  Status write(std::string_view bytes) override;
  Status finish() override { return file_.close(); }
  std::int64_t room() const override { return max_bytes_ - written_; }

 private:
  std::filesystem::path path_;
  FileDescriptor file_;
  std::int64_t max_bytes_;
  std::int64_t written_ = 0;
};

class DiskFileSource final : public ByteSource {
 public:
  static Result<std::unique_ptr<DiskFileSource>> open(const std::filesystem::path& path);
  explicit DiskFileSource(int descriptor) : file_(descriptor) {}

  Result<std::size_t> read(std::span<char> out) override;

 private:
  FileDescriptor file_;
};

}  // namespace lakeport::batchfile

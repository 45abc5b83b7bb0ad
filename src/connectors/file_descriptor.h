// An open file descriptor with an owner.
#pragma once

#include <utility>

#include <unistd.h>

#include "lakeport/base/result.h"

namespace lakeport::connectors {

class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int number) : number_(number) {}
  FileDescriptor(FileDescriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    if (this != &other) {
      close();
      number_ = std::exchange(other.number_, -1);
    }
    return *this;
  }
  ~FileDescriptor() { close(); }

  int number() const { return number_; }
  bool is_open() const { return number_ >= 0; }
  void close() {
    if (number_ >= 0) ::close(number_);
    number_ = -1;
  }

 private:
  int number_ = -1;
};

struct Pipe {
  FileDescriptor read;
  FileDescriptor write;
};

// Both ends close on exec and are above 2, whatever our own standard streams are.
Result<Pipe> open_pipe();

// kIo with what the operating system says of errno.
Error system_error(const char* what);

}  // namespace lakeport::connectors

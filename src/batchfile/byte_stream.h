// The stages that a batch file's bytes pass: rows → compression → encryption → disk, and back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "lakeport/base/result.h"

namespace lakeport::batchfile {

class ByteSink {
 public:
  virtual ~ByteSink() = default;
  virtual Status write(std::string_view bytes) = 0;
  // Writes what this stage and the next ones hold back. Nothing may be written after it.
  virtual Status finish() = 0;
  // How many more bytes can be written, however badly they compress, so that the finished file stays within
  // its limit. Negative when it is already too late.
  virtual std::int64_t room() const = 0;
};

class ByteSource {
 public:
  virtual ~ByteSource() = default;
  // Fills the front of `out` and says how many bytes; 0 only at the end.
  virtual Result<std::size_t> read(std::span<char> out) = 0;
};

}  // namespace lakeport::batchfile

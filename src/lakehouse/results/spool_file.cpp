#include "spool_file.h"

#include <algorithm>
#include <cerrno>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

#include <sys/stat.h>

#include <fcntl.h>
#include <unistd.h>

namespace lakeport::lakehouse {
namespace {

constexpr std::size_t kPieceBytes = 256UL << 10U;

class OpenFile {
 public:
  explicit OpenFile(int descriptor) : descriptor_(descriptor) {}
  ~OpenFile() { ::close(descriptor_); }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  int descriptor() const { return descriptor_; }

 private:
  const int descriptor_;
};

tl::unexpected<Error> system_error(const std::filesystem::path& file, std::string_view action, int code) {
  return fail(ErrorKind::kIo, std::string(action) + ": " + std::system_category().message(code),
              file.string());
}

bool is_chunk_name(const std::string& name) {
  return name.size() == 32 && std::ranges::all_of(name, [](char letter) {
           return (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'f');
         });
}

}  // namespace

Status empty_spool_folder(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return system_error(folder, "cannot make the folder for result links", error.value());
  if (::chmod(folder.c_str(), 0700) != 0)
    return system_error(folder, "cannot protect the folder for result links", errno);
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    if (!is_chunk_name(entry.path().filename().string()))
      return fail(ErrorKind::kIo, "the folder for result links holds something else", entry.path().string(),
                  "Give result links a folder of their own");
    std::filesystem::remove(entry.path(), error);
    if (error) return system_error(entry.path(), "cannot remove an old result", error.value());
  }
  if (error) return system_error(folder, "cannot read the folder for result links", error.value());
  return {};
}

Status write_spool_file(const std::filesystem::path& file, std::span<const std::string_view> parts) {
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0) return system_error(file, "cannot write a result", errno);
  const OpenFile open(descriptor);
  for (std::string_view bytes : parts) {
    while (!bytes.empty()) {
      const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) {
        const int code = errno;
        ::unlink(file.c_str());
        return system_error(file, "cannot write a result", code);
      }
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
  }
  return {};
}

Result<net::BodySource> read_spool_file(const std::filesystem::path& file) {
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return system_error(file, "cannot read a result", errno);
  auto open = std::make_shared<OpenFile>(descriptor);
  return [open, file]() -> Result<std::optional<std::string>> {
    std::string piece(kPieceBytes, '\0');
    for (;;) {
      const ssize_t got = ::read(open->descriptor(), piece.data(), piece.size());
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return system_error(file, "cannot read a result", errno);
      if (got == 0) return std::nullopt;
      piece.resize(static_cast<std::size_t>(got));
      return piece;
    }
  };
}

}  // namespace lakeport::lakehouse

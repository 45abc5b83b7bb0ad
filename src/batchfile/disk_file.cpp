#include "disk_file.h"

#include <cerrno>
#include <system_error>

#include <sys/stat.h>

#include <fcntl.h>
#include <unistd.h>

#include "random.h"

namespace lakeport::batchfile {
namespace {

constexpr int kNameAttempts = 8;

std::string reason(int error) { return std::generic_category().message(error); }

ErrorKind kind_of(int error) { return error == ENOENT ? ErrorKind::kNotFound : ErrorKind::kIo; }

}  // namespace

FileDescriptor::~FileDescriptor() {
  if (number_ >= 0) ::close(number_);
}

Status FileDescriptor::close() {
  const int number = number_;
  number_ = -1;
  if (number >= 0 && ::close(number) != 0 && errno != EINTR) {
    return fail(ErrorKind::kIo, "cannot be closed: " + reason(errno));
  }
  return {};
}

Result<std::unique_ptr<DiskFileSink>> DiskFileSink::create(const std::filesystem::path& folder,
                                                           const std::string& suffix,
                                                           std::int64_t max_bytes) {
  int error = EEXIST;
  for (int attempt = 0; attempt < kNameAttempts && error == EEXIST; ++attempt) {
    LAKEPORT_ASSIGN_OR_RETURN(const std::string name, random_hex(8));
    std::filesystem::path path = folder / (name + suffix);
    const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (descriptor >= 0) return std::make_unique<DiskFileSink>(std::move(path), descriptor, max_bytes);
    error = errno;
  }
  return fail(kind_of(error), "no file can be made there: " + reason(error), "folder " + folder.string(),
              "Check that the folder exists and may be written");
}

Status DiskFileSink::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t size = ::write(file_.number(), bytes.data(), bytes.size());
    if (size < 0) {
      if (errno == EINTR) continue;
      return fail(ErrorKind::kIo, "cannot be written: " + reason(errno), "file " + path_.string(),
                  errno == ENOSPC ? "Make room on the disk" : "");
    }
    written_ += size;
    bytes.remove_prefix(static_cast<std::size_t>(size));
  }
  return {};
}

Result<std::unique_ptr<DiskFileSource>> DiskFileSource::open(const std::filesystem::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return fail(kind_of(errno), "cannot be opened: " + reason(errno));
  return std::make_unique<DiskFileSource>(descriptor);
}

Result<std::size_t> DiskFileSource::read(std::span<char> out) {
  while (true) {
    const ssize_t size = ::read(file_.number(), out.data(), out.size());
    if (size >= 0) return static_cast<std::size_t>(size);
    if (errno != EINTR) return fail(ErrorKind::kIo, "cannot be read: " + reason(errno));
  }
}

}  // namespace lakeport::batchfile

#include "lakeport/batchfile/batch_folder.h"

#include <cerrno>
#include <cstdlib>
#include <string>
#include <system_error>
#include <utility>

#include <sys/file.h>
#include <sys/stat.h>

#include <fcntl.h>
#include <unistd.h>

#include "disk_file.h"

namespace lakeport::batchfile {
namespace {

constexpr std::string_view kPrefix = "lakeport-batches-";
constexpr int kAttempts = 8;

std::string reason(int error) { return std::generic_category().message(error); }

// Takes the lock of a folder's owner; nothing when somebody has it, or the folder is not ours.
std::unique_ptr<FileDescriptor> lock_folder(const std::filesystem::path& path) {
  auto folder =
      std::make_unique<FileDescriptor>(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  struct stat status{};
  if (folder->number() < 0 || ::fstat(folder->number(), &status) != 0 || status.st_uid != ::geteuid() ||
      ::flock(folder->number(), LOCK_EX | LOCK_NB) != 0) {
    return nullptr;
  }
  return folder;
}

void remove_leftovers(const std::filesystem::path& parent) {
  std::error_code error;
  for (std::filesystem::directory_iterator entry(parent, error), end; !error && entry != end;
       entry.increment(error)) {
    if (!entry->path().filename().string().starts_with(kPrefix)) continue;
    const auto lock = lock_folder(entry->path());
    std::error_code ignored;  // another one may be removing it too
    if (lock) std::filesystem::remove_all(entry->path(), ignored);
  }
}

// Somebody who took the folder for a leftover, before it was locked, has removed it.
bool still_there(const std::filesystem::path& path, const FileDescriptor& folder) {
  struct stat by_path{};
  struct stat by_descriptor{};
  return ::lstat(path.c_str(), &by_path) == 0 && ::fstat(folder.number(), &by_descriptor) == 0 &&
         by_path.st_ino == by_descriptor.st_ino && by_path.st_dev == by_descriptor.st_dev;
}

class LockedFolder final : public BatchFolder {
 public:
  LockedFolder(std::filesystem::path path, std::unique_ptr<FileDescriptor> lock)
      : path_(std::move(path)), lock_(std::move(lock)) {}
  ~LockedFolder() override {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  LockedFolder(const LockedFolder&) = delete;
  LockedFolder& operator=(const LockedFolder&) = delete;

  const std::filesystem::path& path() const override { return path_; }

 private:
  std::filesystem::path path_;
  std::unique_ptr<FileDescriptor> lock_;
};

}  // namespace

Result<std::unique_ptr<BatchFolder>> BatchFolder::open(std::filesystem::path parent) {
  std::error_code error;
  if (parent.empty()) parent = std::filesystem::temp_directory_path(error);
  if (!error) parent = std::filesystem::absolute(parent, error);
  if (error) {
    return fail(ErrorKind::kNotFound, "there is no folder for temporary files: " + error.message(), "",
                "Set TMPDIR to a folder that exists");
  }
  remove_leftovers(parent);
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    std::string name = (parent / (std::string(kPrefix) + "XXXXXX")).string();
    if (::mkdtemp(name.data()) == nullptr) {  // with mode 0700
      const int number = errno;
      return fail(number == ENOENT ? ErrorKind::kNotFound : ErrorKind::kIo,
                  "no folder for batch files can be made there: " + reason(number),
                  "folder " + parent.string(), "Check that the folder exists and may be written");
    }
    auto lock = lock_folder(name);
    if (lock && still_there(name, *lock)) {
      return std::make_unique<LockedFolder>(std::move(name), std::move(lock));
    }
  }
  return fail(ErrorKind::kIo, "no folder for batch files can be locked there", "folder " + parent.string(),
              "Use a folder on a local disk");
}

}  // namespace lakeport::batchfile

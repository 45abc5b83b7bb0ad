#include "data_folder.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <string_view>
#include <system_error>
#include <utility>

#include <sys/file.h>
#include <sys/stat.h>

#include <fcntl.h>
#include <unistd.h>

#include "lakeport/base/seal.h"

namespace lakeport::cli {

namespace fs = std::filesystem;

namespace {

tl::unexpected<Error> refused(std::string_view what, const fs::path& where) {
  return fail(ErrorKind::kIo, std::string(what) + ": " + std::strerror(errno), where.string());
}

std::string first_word(const fs::path& file) {
  std::ifstream stream(file);
  std::string word;
  stream >> word;
  return word;
}

// Somebody's documents are not a workspace.
Status check_ours(const DataLayout& layout) {
  std::error_code error;
  if (fs::exists(layout.lock(), error)) return {};
  const fs::directory_iterator entries(layout.root(), error);
  if (error)
    return fail(ErrorKind::kIo, "cannot read the folder: " + error.message(), layout.root().string());
  if (entries == fs::directory_iterator()) return {};
  return fail(ErrorKind::kInvalidInput, "the folder is not empty and holds no workspace",
              layout.root().string(), "Name an empty folder, or one that is not there yet.");
}

Result<std::string> read_or_make_id(const DataLayout& layout) {
  std::string id = first_word(layout.id());
  if (id.empty()) {
    id = random_hex(8);
    std::ofstream stream(layout.id());
    stream << id << '\n' << std::flush;
    if (!stream) return refused("cannot write the file", layout.id());
  }
  if (id.size() != 16 || id.find_first_not_of("0123456789abcdef") != std::string::npos) {
    return fail(ErrorKind::kInvalidInput, "this is no id of a data folder", layout.id().string(),
                "Bring the file back from a copy of the folder.");
  }
  return id;
}

}  // namespace

Result<DataFolder> DataFolder::open(const fs::path& root) {
  std::error_code error;
  fs::create_directories(root.parent_path(), error);
  if (::mkdir(root.c_str(), 0700) != 0 && errno != EEXIST) return refused("cannot make the folder", root);
  const fs::path canonical = fs::canonical(root, error);
  if (error) return fail(ErrorKind::kIo, "cannot use the folder: " + error.message(), root.string());
  DataLayout layout(canonical);
  LAKEPORT_RETURN_IF_ERROR(check_ours(layout));
  const int lock = ::open(layout.lock().c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock < 0) return refused("cannot open the file", layout.lock());
  DataFolder folder(std::move(layout), lock, {});
  // The kernel gives it back however the process ends.
  if (::flock(lock, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return refused("cannot lock the file", folder.layout().lock());
    const std::string owner = first_word(folder.layout().lock());
    return fail(ErrorKind::kUnavailable,
                "another process" + (owner.empty() ? "" : " (" + owner + ")") + " serves this folder",
                folder.layout().root().string(), "Stop it first, or name another folder.");
  }
  const std::string self = std::to_string(::getpid()) + "\n";
  if (::ftruncate(lock, 0) != 0 || ::pwrite(lock, self.data(), self.size(), 0) < 0) {
    return refused("cannot write the file", folder.layout().lock());
  }
  LAKEPORT_ASSIGN_OR_RETURN(folder.id_, read_or_make_id(folder.layout()));
  return folder;
}

DataFolder::DataFolder(DataFolder&& other) noexcept
    : layout_(std::move(other.layout_)), lock_(std::exchange(other.lock_, -1)), id_(std::move(other.id_)) {}

DataFolder::~DataFolder() {
  if (lock_ >= 0) ::close(lock_);
}

}  // namespace lakeport::cli

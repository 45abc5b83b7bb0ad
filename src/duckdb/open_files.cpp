#include "open_files.h"

#include <mutex>
#include <set>
#include <utility>

namespace lakeport::duckdb {

namespace {

// Belongs to the process, as the kernel's lock that it mirrors does.
struct OpenFiles {
  std::mutex mutex;
  std::set<std::string> paths;

  static OpenFiles& of_process() {
    static OpenFiles files;
    return files;
  }
};

}  // namespace

std::unique_ptr<OpenFile> OpenFile::claim(const std::filesystem::path& file) {
  std::error_code ignored;
  auto path = std::filesystem::weakly_canonical(file, ignored).string();
  if (path.empty()) path = file.string();
  auto& open = OpenFiles::of_process();
  std::lock_guard lock(open.mutex);
  if (!open.paths.insert(path).second) return nullptr;
  return std::unique_ptr<OpenFile>(new OpenFile(std::move(path)));  // NOLINT(cppcoreguidelines-owning-memory)
}

OpenFile::~OpenFile() {
  auto& open = OpenFiles::of_process();
  std::lock_guard lock(open.mutex);
  open.paths.erase(path_);
}

}  // namespace lakeport::duckdb

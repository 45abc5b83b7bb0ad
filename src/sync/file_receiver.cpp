#include "file_receiver.h"

#include <cerrno>
#include <system_error>
#include <vector>

#include <fcntl.h>

namespace lakeport::sync {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kIncoming = ".incoming";

Error io_error(const fs::path& path, int code) {
  return Error(ErrorKind::kIo, std::generic_category().message(code), "file " + path.string());
}

Status sync_folder(const fs::path& folder) {
  const FileHandle handle(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!handle || ::fsync(handle.get()) != 0) return fail(io_error(folder, errno));
  return {};
}

// Makes `folder`, and what is missing above it, so that it is there after a crash too.
Status make_folder(const fs::path& folder) {
  std::error_code error;
  if (fs::is_directory(folder, error)) return {};
  if (folder.has_parent_path() && folder.parent_path() != folder) {
    LAKEPORT_RETURN_IF_ERROR(make_folder(folder.parent_path()));
  }
  if (!fs::create_directory(folder, error) && error) return fail(io_error(folder, error.value()));
  return folder.has_parent_path() ? sync_folder(folder.parent_path()) : Status();
}

// The parts of a name that a source gave. Only plain names: nothing that leads out of the folder.
Result<fs::path> safe_path(std::string_view name, const std::string& shown) {
  fs::path path;
  std::size_t begin = 0;
  while (begin <= name.size()) {
    const std::size_t end = std::min(name.find('/', begin), name.size());
    const auto part = name.substr(begin, end - begin);
    if (part.empty() || part == "." || part == ".." || part.find('\0') != std::string_view::npos) {
      return fail(
          ErrorKind::kSourceFailed,
          "the source sent a file whose path is absolute, has `..` or empty parts, or a NUL byte in it",
          "file " + shown, "The connector must send paths below its storage, like a/b.pdf.");
    }
    path /= part;
    begin = end + 1;
  }
  return path;
}

Result<fs::path> one_part(std::string_view name, const std::string& shown) {
  if (name.find('/') != std::string_view::npos || name == kIncoming) {
    return fail(ErrorKind::kSourceFailed, "the schema or storage of a file cannot be a folder's name",
                "file " + shown);
  }
  return safe_path(name, shown);
}

Status write_all(int descriptor, std::string_view data, const fs::path& path) {
  while (!data.empty()) {
    const ssize_t written = ::write(descriptor, data.data(), data.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return fail(io_error(path, errno));
    data.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

}  // namespace

FileReceiver::FileReceiver(fs::path folder, SyncObserver& observer)
    : folder_(std::move(folder)), observer_(observer) {
  std::error_code ignored;  // nothing there is the usual case; what cannot be removed is overwritten
  if (!folder_.empty()) fs::remove_all(folder_ / kIncoming, ignored);
}

FileReceiver::~FileReceiver() {
  std::error_code ignored;
  incoming_.clear();
  if (!folder_.empty()) fs::remove_all(folder_ / kIncoming, ignored);
}

Result<FileReceiver::Incoming> FileReceiver::start() {
  LAKEPORT_RETURN_IF_ERROR(make_folder(folder_ / kIncoming));
  Incoming incoming;
  incoming.temporary = (folder_ / kIncoming / std::to_string(started_++)).string();
  incoming.handle = FileHandle(
      ::open(incoming.temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!incoming.handle) return fail(io_error(incoming.temporary, errno));
  return incoming;
}

Status FileReceiver::receive(const Chunk& chunk) {
  const std::string shown = chunk.schema + "/" + std::string(chunk.storage) + "/" + std::string(chunk.path);
  if (folder_.empty()) {
    return fail(ErrorKind::kInvalidInput, "the source sends files, and no folder was given for them",
                "file " + shown);
  }
  LAKEPORT_ASSIGN_OR_RETURN(const auto schema, one_part(chunk.schema, shown));
  LAKEPORT_ASSIGN_OR_RETURN(const auto storage, one_part(chunk.storage, shown));
  LAKEPORT_ASSIGN_OR_RETURN(const auto path, safe_path(chunk.path, shown));
  const auto target = schema / storage / path;
  auto found = incoming_.find(target);
  if (found == incoming_.end()) {
    LAKEPORT_ASSIGN_OR_RETURN(auto fresh, start());
    found = incoming_.emplace(target, std::move(fresh)).first;
  }
  auto& incoming = found->second;
  LAKEPORT_RETURN_IF_ERROR(write_all(incoming.handle.get(), chunk.data, target));
  incoming.bytes += static_cast<std::int64_t>(chunk.data.size());
  if (chunk.expected_bytes) incoming.expected = chunk.expected_bytes;
  const bool wrong = incoming.expected && (incoming.bytes > *incoming.expected ||
                                           (chunk.last && incoming.bytes != *incoming.expected));
  if (wrong) {
    return fail(ErrorKind::kSourceFailed,
                "the source said that the file has " + std::to_string(*incoming.expected) +
                    " bytes, and sent " + std::to_string(incoming.bytes),
                "file " + shown);
  }
  if (!chunk.last) return {};
  LAKEPORT_RETURN_IF_ERROR(place(target, incoming));
  incoming_.erase(found);
  return {};
}

Status FileReceiver::place(const fs::path& target, Incoming& incoming) {
  if (::fsync(incoming.handle.get()) != 0) return fail(io_error(target, errno));
  const auto full = folder_ / target;
  LAKEPORT_RETURN_IF_ERROR(make_folder(full.parent_path()));
  if (::rename(incoming.temporary.c_str(), full.c_str()) != 0) return fail(io_error(full, errno));
  LAKEPORT_RETURN_IF_ERROR(sync_folder(full.parent_path()));
  ++stored_;
  observer_.file_stored(full, incoming.bytes);
  return {};
}

Result<bool> FileReceiver::settle() {
  for (auto file = incoming_.begin(); file != incoming_.end();) {
    if (file->second.expected != file->second.bytes) {
      ++file;
      continue;
    }
    LAKEPORT_RETURN_IF_ERROR(place(file->first, file->second));
    file = incoming_.erase(file);
  }
  return incoming_.empty();
}

Status FileReceiver::finish() {
  LAKEPORT_ASSIGN_OR_RETURN(const bool complete, settle());
  if (complete) return {};
  const auto& [target, incoming] = *incoming_.begin();
  return fail(
      ErrorKind::kSourceFailed,
      "the source ended in the middle of this file, after " + std::to_string(incoming.bytes) + " bytes",
      "file " + target.string());
}

}  // namespace lakeport::sync

#include "sealing_key.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <string_view>
#include <system_error>

#include <sys/stat.h>
#include <sys/wait.h>

#include "lakeport/base/base64.h"
#include "lakeport/base/seal.h"

namespace lakeport::cli {

namespace fs = std::filesystem;

namespace {

// Sealed in the folder at the first start: a wrong key shows before anything is opened with it.
constexpr std::string_view kCheckText = "this folder was sealed with this key";
constexpr std::string_view kCheckPlace = "data folder key check";

Result<std::string> run_key_command(const std::string& command) {
  std::FILE* const output = ::popen(command.c_str(), "re");
  if (output == nullptr) return fail(ErrorKind::kUnavailable, "cannot start the command", "--key-command");
  std::string text;
  std::array<char, 256> piece{};
  while (text.size() < 4096) {
    const std::size_t read = std::fread(piece.data(), 1, piece.size(), output);
    if (read == 0) break;
    text.append(piece.data(), read);
  }
  const int status = ::pclose(output);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    return fail(ErrorKind::kUnavailable, "the command failed", "--key-command",
                "Its own message is above. Run it by hand to see what is missing.");
  }
  text.erase(text.find_last_not_of(" \r\n\t") + 1);
  auto key = base64_decode(text);
  if (!key || key->size() != Sealer::kKeySize) {
    return fail(ErrorKind::kInvalidInput, "the command must print 32 bytes as base64 and nothing else",
                "--key-command");
  }
  return key;
}

Result<std::string> load_key_file(const fs::path& file, bool sealed_before) {
  std::error_code error;
  if (sealed_before && !fs::exists(file, error)) {
    return fail(ErrorKind::kInvalidInput, "the key of this data folder is not there", file.string(),
                "Bring the file back, or name its place with --key-file.");
  }
  if (file.has_parent_path()) fs::create_directories(file.parent_path(), error);
  if (error)
    return fail(ErrorKind::kIo, "cannot make the folder: " + error.message(), file.parent_path().string());
  return load_or_create_seal_key(file);
}

Status check_key(const std::string& key, const DataLayout& layout, const std::string& where) {
  LAKEPORT_ASSIGN_OR_RETURN(const Sealer sealer, Sealer::create(key));
  std::ifstream stream(layout.key_check(), std::ios::binary);
  if (stream) {
    const std::string sealed{std::istreambuf_iterator<char>(stream), {}};
    const auto opened = sealer.open(sealed, kCheckPlace);
    if (opened && *opened == kCheckText) return {};
    return fail(ErrorKind::kInvalidInput, "this is not the key that the data folder was sealed with", where,
                "Give the key of the first start.");
  }
  const fs::path beside = layout.key_check().string() + ".new";
  {
    std::ofstream made(beside, std::ios::binary);
    made << sealer.seal(kCheckText, kCheckPlace) << std::flush;
    if (!made) return fail(ErrorKind::kIo, "cannot write the file", beside.string());
  }
  std::error_code error;
  fs::rename(beside, layout.key_check(), error);
  if (error)
    return fail(ErrorKind::kIo, "cannot write the file: " + error.message(), layout.key_check().string());
  return {};
}

}  // namespace

Result<fs::path> default_key_file(const DataFolder& folder) {
  const std::string name = folder.id() + ".key";
  if (const char* configuration = std::getenv("XDG_CONFIG_HOME");
      configuration != nullptr && *configuration != 0) {
    return fs::path(configuration) / "lakeport" / name;
  }
  if (const char* home = std::getenv("HOME"); home != nullptr && *home != 0) {
    return fs::path(home) / ".config" / "lakeport" / name;
  }
  return fail(ErrorKind::kInvalidInput, "neither XDG_CONFIG_HOME nor HOME is set", "",
              "Say where the sealing key is to be with --key-file.");
}

Result<std::string> load_sealing_key(const KeySource& source, const DataFolder& folder) {
  if (source.command) {
    LAKEPORT_ASSIGN_OR_RETURN(std::string key, run_key_command(*source.command));
    LAKEPORT_RETURN_IF_ERROR(check_key(key, folder.layout(), "--key-command"));
    return key;
  }
  fs::path file;
  if (source.file) {
    file = *source.file;
  } else {
    LAKEPORT_ASSIGN_OR_RETURN(file, default_key_file(folder));
  }
  const bool sealed_before = fs::exists(folder.layout().key_check());
  LAKEPORT_ASSIGN_OR_RETURN(std::string key, load_key_file(file, sealed_before));
  LAKEPORT_RETURN_IF_ERROR(check_key(key, folder.layout(), file.string()));
  return key;
}

}  // namespace lakeport::cli

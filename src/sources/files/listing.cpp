#include "listing.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <functional>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include <sys/stat.h>

#include <arrow/api.h>
#include <arrow/util/utf8.h>
#include <fcntl.h>
#include <unistd.h>

#include "lakeport/duckdb/duckdb.h"

#include "text_array.h"

namespace lakeport::sources::files {
namespace {

namespace fs = std::filesystem;

struct Ending {
  std::optional<FileFormat> format;
  Compression compression = Compression::kNone;
  std::string stem;  // the name without the endings that we know
};

std::string lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

Ending ending_of(const std::string& file_name) {
  Ending ending;
  fs::path name = file_name;
  const std::string outer = lower(name.extension());
  if (outer == ".gz") ending.compression = Compression::kGzip;
  if (outer == ".zst") ending.compression = Compression::kZstd;
  if (ending.compression != Compression::kNone) name = name.stem();
  const std::string inner = lower(name.extension());
  if (inner == ".csv" || inner == ".tsv") ending.format = FileFormat::kCsv;
  if (inner == ".json" || inner == ".jsonl" || inner == ".ndjson") ending.format = FileFormat::kJson;
  const bool plain = ending.compression == Compression::kNone;
  if (plain && (inner == ".parquet" || inner == ".pq")) ending.format = FileFormat::kParquet;
  ending.stem = ending.format ? name.stem() : name;
  return ending;
}

bool has_glob(std::string_view text) { return text.find_first_of("*?[") != std::string_view::npos; }

// Every file below a folder; links are followed, but no folder is walked twice within itself.
class FolderWalk {
 public:
  explicit FolderWalk(std::vector<fs::path>* found) : found_(found) {}

  Status walk(const fs::path& folder) {
    std::error_code error;
    const fs::path real = fs::canonical(folder, error);
    if (error) return refuse(folder, error);
    if (!open_.insert(real).second) return {};
    fs::directory_iterator entries(folder, error);
    if (error) return refuse(folder, error);
    for (; entries != fs::directory_iterator(); entries.increment(error)) {
      if (error) return refuse(folder, error);
      const fs::path& path = entries->path();
      if (path.filename().native().starts_with('.')) continue;
      const auto status = fs::status(path, error);
      if (error) return refuse(path, error);
      if (fs::is_directory(status)) LAKEPORT_RETURN_IF_ERROR(walk(path));
      if (fs::is_regular_file(status)) found_->push_back(path);
    }
    open_.erase(real);
    return {};
  }

 private:
  static Status refuse(const fs::path& path, const std::error_code& error) {
    return fail(ErrorKind::kIo, "cannot be read: " + error.message(), path.string());
  }

  std::vector<fs::path>* found_;
  std::set<fs::path> open_;
};

Result<std::vector<fs::path>> match_pattern(const std::string& pattern) {
  LAKEPORT_ASSIGN_OR_RETURN(auto database, duckdb::Database::open_in_memory({}));
  LAKEPORT_ASSIGN_OR_RETURN(auto connection, database.connect());
  LAKEPORT_ASSIGN_OR_RETURN(
      auto table, connection.query("SELECT file FROM glob(" + duckdb::quote_literal(pattern) + ")"));
  std::vector<fs::path> paths;
  for (const auto& chunk : table->column(0)->chunks()) {
    for (std::int64_t row = 0; row < chunk->length(); ++row) {
      fs::path path(std::string(text_at(*chunk, row).value_or("")));
      std::error_code error;
      if (fs::is_regular_file(path, error) && !path.filename().native().starts_with('.'))
        paths.push_back(path);
    }
  }
  return paths;
}

struct Found {
  fs::path root;
  std::vector<fs::path> paths;
};

Result<Found> find_paths(const std::string& text) {
  std::error_code error;
  fs::path path = fs::absolute(text, error).lexically_normal();
  if (error) return fail(ErrorKind::kInvalidInput, error.message(), text);
  if (!path.has_filename()) path = path.parent_path();
  const auto status = fs::status(path, error);
  if (fs::is_directory(status)) {
    Found found{path, {}};
    LAKEPORT_RETURN_IF_ERROR(FolderWalk(&found.paths).walk(path));
    return found;
  }
  if (fs::is_regular_file(status)) return Found{path.parent_path(), {path}};
  if (fs::exists(status))
    return fail(ErrorKind::kInvalidInput, "is neither a file nor a folder", path.string());
  if (!has_glob(path.native())) {
    return fail(ErrorKind::kNotFound, "there is no such file or folder, or it may not be looked at",
                path.string());
  }
  Found found;
  for (const fs::path& part : path) {
    if (has_glob(part.native())) break;
    found.root /= part;
  }
  LAKEPORT_ASSIGN_OR_RETURN(found.paths, match_pattern(path.string()));
  return found;
}

std::string table_of(const Settings& settings, const fs::path& name, const Ending& ending) {
  if (!settings.table.empty()) return settings.table;
  return std::next(name.begin()) == name.end() ? ending.stem : name.begin()->string();
}

}  // namespace

std::vector<std::string> Listing::tables() const {
  std::vector<std::string> names;
  for (const InputFile& file : files) {
    if (names.empty() || names.back() != file.table) names.push_back(file.table);
  }
  return names;
}

Result<Listing> list_files(const Settings& settings) {
  LAKEPORT_ASSIGN_OR_RETURN(const Found found, find_paths(settings.path));
  arrow::util::InitializeUTF8();
  Listing listing;
  for (const fs::path& path : found.paths) {
    const fs::path name = path.lexically_relative(found.root);
    const Ending ending = ending_of(path.filename());
    std::smatch match;
    const std::string name_text = name.generic_string();
    const bool misses =
        settings.table_pattern && !std::regex_search(name_text, match, *settings.table_pattern);
    if (misses || (!settings.format && !ending.format)) {
      listing.left_out.push_back(name_text);
      continue;
    }
    if (!arrow::util::ValidateUTF8(name_text)) {
      return fail(ErrorKind::kInvalidInput, "the file's name is not UTF-8", path.string(), "Rename it.");
    }
    struct stat status{};
    if (::stat(path.c_str(), &status) != 0 || ::access(path.c_str(), R_OK) != 0) {
      return fail(ErrorKind::kIo, std::string("cannot be read: ") + std::strerror(errno), path.string());
    }
    InputFile file;
    file.name = name_text;
    file.path = path;
    file.size = status.st_size;
    file.modified = std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec;
    file.format = settings.format ? *settings.format : *ending.format;
    file.compression = file.format == FileFormat::kParquet ? Compression::kNone : ending.compression;
    file.table = settings.table_pattern ? match[1].str() : table_of(settings, name, ending);
    if (file.table.empty()) {
      return fail(ErrorKind::kInvalidInput, "the table pattern gives this file a table without a name",
                  name_text);
    }
    listing.files.push_back(std::move(file));
  }
  std::ranges::sort(listing.files, {},
                    [](const InputFile& file) { return std::tie(file.table, file.modified, file.name); });
  std::ranges::sort(listing.left_out);
  return listing;
}

}  // namespace lakeport::sources::files

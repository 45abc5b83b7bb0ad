// Which files there are, and which table each belongs to.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "lakeport/base/result.h"

#include "settings.h"

namespace lakeport::sources::files {

enum class Compression : std::uint8_t { kNone, kGzip, kZstd };

struct InputFile {
  std::string name;            // below the root, with '/': what `_file` says
  std::filesystem::path path;  // absolute
  std::int64_t size = 0;       // bytes
  std::int64_t modified = 0;   // nanoseconds since 1970-01-01 UTC
  FileFormat format = FileFormat::kCsv;
  Compression compression = Compression::kNone;
  std::string table;
};

struct Listing {
  std::vector<InputFile> files;  // by table, then oldest first, then by name
  std::vector<std::string>
      left_out;  // names of files that are no data file by their ending, or miss the pattern
  std::vector<std::string> tables() const;
};

// Files and folders whose names start with a dot are not looked at; links are followed. kNotFound when
// nothing is at the path, kIo when a folder or file cannot be read.
Result<Listing> list_files(const Settings& settings);

}  // namespace lakeport::sources::files

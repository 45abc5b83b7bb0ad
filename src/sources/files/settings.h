// What the user says about the files: the form's fields, checked.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

#include "lakeport/base/result.h"
#include "lakeport/sources/source.h"

namespace fivetran_sdk::v2 {
class ConfigurationFormResponse;
}

namespace lakeport::sources::files {

enum class FileFormat : std::uint8_t { kCsv, kJson, kParquet };
std::string_view to_string(FileFormat format);

// Columns that every table gets: which file a row is from (its path below the root), its place there (from
// 1), and when that file was last changed. The first two are the key of a table that has no key of its own.
inline constexpr std::string_view kFileColumn = "_file";
inline constexpr std::string_view kLineColumn = "_line";
inline constexpr std::string_view kModifiedColumn = "_modified";

struct Settings {
  std::string path;
  std::optional<FileFormat> format;  // nothing: by each file's ending
  std::string table;                 // empty: by folder or file
  std::optional<std::regex> table_pattern;
  std::string table_pattern_text;
  std::map<std::string, std::vector<std::string>> keys;  // by table; "" for all others
  bool delete_removed = false;
  std::optional<char> csv_delimiter;  // nothing: by the first line
  bool csv_header = true;
  std::string csv_null;

  // kInvalidInput naming the field.
  static Result<Settings> parse(const Configuration& configuration);
  // Empty: the table's key is `_file` and `_line`.
  const std::vector<std::string>& key_of(const std::string& table) const;
  // Changes when the rows of a table would come out otherwise than before.
  std::string fingerprint(const std::string& table) const;
};

fivetran_sdk::v2::ConfigurationFormResponse form();

}  // namespace lakeport::sources::files

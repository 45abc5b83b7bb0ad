// The key that seals what must not be read from a copy of the data folder: secrets and signing keys.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "lakeport/base/result.h"

#include "data_folder.h"

namespace lakeport::cli {

struct KeySource {
  std::optional<std::filesystem::path> file;  // 64 hexadecimal digits; made at the first start
  std::optional<std::string> command;         // prints 32 bytes as base64
};

// ${XDG_CONFIG_HOME:-~/.config}/lakeport/ID.key: outside of the data folder, so that a copy of that holds no
// readable secret. kInvalidInput when neither variable is set.
Result<std::filesystem::path> default_key_file(const DataFolder& folder);

// The 32 bytes. A folder that was sealed before is only opened with the very same key: kInvalidInput for
// another one, and for a key file that is gone (no new one is made then). kUnavailable when the command
// fails.
Result<std::string> load_sealing_key(const KeySource& source, const DataFolder& folder);

}  // namespace lakeport::cli

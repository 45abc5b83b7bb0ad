// Files of the result spool.
#pragma once

#include <filesystem>
#include <span>
#include <string_view>

#include "lakeport/base/result.h"
#include "lakeport/net/http.h"

namespace lakeport::lakehouse {

// Makes the folder (mode 0700) or removes every file of an older spool in it; anything else in it is kIo, so
// that a wrong path destroys nothing.
Status empty_spool_folder(const std::filesystem::path& folder);

// A new file (mode 0600) with these bytes; nothing is left of it when the disk refuses (kIo).
Status write_spool_file(const std::filesystem::path& file, std::span<const std::string_view> parts);

// The file in pieces, as it is at this moment: removing it later does not disturb the reader. kIo.
Result<net::BodySource> read_spool_file(const std::filesystem::path& file);

}  // namespace lakeport::lakehouse

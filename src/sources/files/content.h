// A file's bytes as such: its hash, and whether a compressed file is whole.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "lakeport/base/result.h"

#include "listing.h"

namespace lakeport::sources::files {

// Files up to this many bytes are hashed, so that a new date alone does not make them be read again.
inline constexpr std::int64_t kHashedBytes = 64 << 20;

// XXH3-128 of the file as it lies there, in hex; empty for a file that is larger than kHashedBytes.
Result<std::string> hash_content(const InputFile& file);

// Reads a compressed file to its end: kInvalidInput when it is cut or damaged. DuckDB takes what it can get
// of such a file without a word.
Status check_compressed(const InputFile& file);

// The first bytes, decompressed, `limit` at most.
Result<std::string> read_head(const InputFile& file, std::int64_t limit);

}  // namespace lakeport::sources::files

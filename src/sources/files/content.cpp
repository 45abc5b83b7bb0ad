#include "content.h"

#include <array>
#include <cstdio>
#include <memory>
#include <vector>

#include <arrow/io/api.h>
#include <arrow/result.h>
#include <arrow/util/compression.h>
#include <xxhash.h>

namespace lakeport::sources::files {
namespace {

constexpr std::int64_t kChunkBytes = 1 << 20;

struct Opened {
  std::unique_ptr<arrow::util::Codec> codec;
  std::shared_ptr<arrow::io::InputStream> stream;
};

lakeport::Error unreadable(const InputFile& file, const arrow::Status& status) {
  const bool system = file.compression == Compression::kNone;
  return {system ? ErrorKind::kIo : ErrorKind::kInvalidInput,
          (system ? "cannot be read: " : "is damaged or cut short: ") + status.message(), file.name};
}

Result<Opened> open(const InputFile& file) {
  Opened opened;
  auto plain = arrow::io::ReadableFile::Open(file.path.string());
  if (!plain.ok()) return fail(ErrorKind::kIo, "cannot be read: " + plain.status().message(), file.name);
  opened.stream = *plain;
  if (file.compression == Compression::kNone) return opened;
  auto codec = arrow::util::Codec::Create(file.compression == Compression::kGzip ? arrow::Compression::GZIP
                                                                                 : arrow::Compression::ZSTD);
  if (!codec.ok()) return fail(unreadable(file, codec.status()));
  opened.codec = std::move(*codec);
  auto stream = arrow::io::CompressedInputStream::Make(opened.codec.get(), *plain);
  if (!stream.ok()) return fail(unreadable(file, stream.status()));
  opened.stream = *stream;
  return opened;
}

// Calls `take` with each piece until it says no or the file ends.
Status read_pieces(const InputFile& file, const std::function<bool(std::string_view)>& take) {
  LAKEPORT_ASSIGN_OR_RETURN(const Opened opened, open(file));
  std::vector<char> buffer(kChunkBytes);
  while (true) {
    const auto read = opened.stream->Read(kChunkBytes, buffer.data());
    if (!read.ok()) return fail(unreadable(file, read.status()));
    if (*read == 0) return {};
    if (!take({buffer.data(), static_cast<std::size_t>(*read)})) return {};
  }
}

}  // namespace

Result<std::string> hash_content(const InputFile& file) {
  if (file.size > kHashedBytes) return std::string();
  InputFile plain = file;
  plain.compression = Compression::kNone;
  const std::unique_ptr<XXH3_state_t, decltype(&XXH3_freeState)> state(XXH3_createState(), XXH3_freeState);
  XXH3_128bits_reset(state.get());
  LAKEPORT_RETURN_IF_ERROR(read_pieces(plain, [&](std::string_view piece) {
    XXH3_128bits_update(state.get(), piece.data(), piece.size());
    return true;
  }));
  const XXH128_hash_t hash = XXH3_128bits_digest(state.get());
  std::array<char, 33> text{};
  std::snprintf(text.data(), text.size(), "%016llx%016llx", static_cast<unsigned long long>(hash.high64),
                static_cast<unsigned long long>(hash.low64));
  return std::string(text.data());
}

Status check_compressed(const InputFile& file) {
  if (file.compression == Compression::kNone) return {};
  if (file.size == 0)
    return fail(ErrorKind::kInvalidInput, "is empty, which no compressed file is", file.name);
  return read_pieces(file, [](std::string_view) { return true; });
}

Result<std::string> read_head(const InputFile& file, std::int64_t limit) {
  std::string head;
  LAKEPORT_RETURN_IF_ERROR(read_pieces(file, [&](std::string_view piece) {
    head += piece.substr(0, static_cast<std::size_t>(limit) - head.size());
    return static_cast<std::int64_t>(head.size()) < limit;
  }));
  return head;
}

}  // namespace lakeport::sources::files

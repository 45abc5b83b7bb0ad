// ZSTD and GZIP as streams (contract, FileParams.compression).
#pragma once

#include <memory>

#include "lakeport/base/result.h"
#include "lakeport/batchfile/batch_file.h"

#include "byte_stream.h"

namespace lakeport::batchfile {

// Compresses into `next`, fast rather than small; null for kOff.
Result<std::unique_ptr<ByteSink>> compress_into(ByteSink& next, Compression compression);

// Decompresses what `from` gives (frames or members one after the other count as one stream); `from` itself
// for kOff. Reading fails with kInvalidInput for bytes that are not compressed so, and for a cut stream.
Result<std::unique_ptr<ByteSource>> decompress_from(std::unique_ptr<ByteSource> from,
                                                    Compression compression);

}  // namespace lakeport::batchfile

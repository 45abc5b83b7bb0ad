// Any SDK destination connector as a place for rows: tables over gRPC, rows in batch files (contract,
// "Destination side").
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

#include "lakeport/base/result.h"
#include "lakeport/sync/destination.h"

namespace lakeport::connectors {
class DestinationClient;
}

namespace lakeport::sync {

struct SdkDestinationOptions {
  // Batch files are made in a private folder in this one; empty: $TMPDIR, or /tmp. They take at most what one
  // write() hands over, and never hold plaintext.
  std::filesystem::path folder;
  std::int64_t max_file_bytes = 100'000'000;  // contract: each batch file is at most 100 MB
};

// Asks for the destination's Capabilities. `client` must outlive what is returned.
//   write         one WriteBatch: upserts as replace_files, updates as update_files, ZSTD and AES with a
//   fresh
//                 key for each file, null_string and unmodified_string fresh for each request. The files are
//                 removed after the answer, whatever it is. Columns for which the destination reports a byte
//                 length or decimal precision and scale are altered first when a value needs more (contract,
//                 DataTypeParams: byte lengths rounded up to a power of two).
//   alter         never drops a column, and never makes one narrower than it is there.
//   soft_truncate Truncate with `soft`.
//   commit        nothing: a destination's answer says that the rows are durable.
// Besides the kinds that destination.h names: kIo when the batch files cannot be written, kInvalidInput for a
// row that does not go into a batch file.
Result<std::unique_ptr<Destination>> open_sdk_destination(connectors::DestinationClient& client,
                                                          const SdkDestinationOptions& options);

}  // namespace lakeport::sync

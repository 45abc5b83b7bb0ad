// Batch files: how rows travel to and arrive at an SDK destination (contract, "Destination side": CSV,
// PARQUET, compression, encryption). Written by the sync, read by destinations of ours. Plaintext is never on
// the disk: what is on the disk is the 16-byte IV and the AES-256-CBC stream, unless encryption is NONE in a
// file that somebody else wrote.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lakeport/base/result.h"
#include "lakeport/wire/schema.h"

namespace arrow {
class RecordBatch;
class RecordBatchReader;
}  // namespace arrow

namespace lakeport::batchfile {

enum class Format { kCsv, kParquet };
enum class Compression { kOff, kZstd, kGzip };

// As in FileParams.
struct FileParams {
  Format format = Format::kCsv;
  Compression compression = Compression::kZstd;
  bool encrypted = true;
  std::string null_string;
  std::string unmodified_string;
};

struct WrittenFile {
  std::filesystem::path path;
  std::string key;  // 32 bytes, fresh for this file; empty when not encrypted
  std::int64_t rows = 0;
  std::int64_t bytes = 0;  // on disk
};

inline constexpr std::int64_t kMaxFileBytes = 100'000'000;  // contract: each batch file is at most 100 MB

// Writes rows of one table into as many files as the size limit asks for. Files are made with mode 0600 in
// `folder`; those that are not yet handed over by finish() are removed by the destructor.
class BatchFileWriter {
 public:
  // `schema`: the table's columns, all of which every file has, in that order. Fails when the folder cannot
  // be written.
  static Result<std::unique_ptr<BatchFileWriter>> create(std::filesystem::path folder,
                                                         wire::TableSchema schema, FileParams params,
                                                         std::int64_t max_file_bytes = kMaxFileBytes);
  virtual ~BatchFileWriter() = default;
  // Columns of the batch are found by name. A column that the batch lacks is written as `unmodified_string`
  // in every row; such columns are of type string in PARQUET, the other ones are typed as the contract maps
  // them.
  virtual Status append(const arrow::RecordBatch& rows) = 0;
  virtual Result<std::vector<WrittenFile>> finish() = 0;
};

// Streams the rows of a batch file: decrypts, decompresses and parses as it goes, never holding the file
// whole (PARQUET may hold the decrypted file). CSV columns come as utf8 in the header's order, with
// `null_string` as null (quoted or not) and everything else as written; PARQUET columns come as the file has
// them, `null_string` in string columns as null. kInvalidInput with the file's name, for a wrong key, a cut
// file, a row with too many or too few fields…
Result<std::shared_ptr<arrow::RecordBatchReader>> open_batch_file(const std::filesystem::path& path,
                                                                  const FileParams& params,
                                                                  const std::string& key);

}  // namespace lakeport::batchfile

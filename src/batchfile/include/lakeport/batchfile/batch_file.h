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

// As in FileParams. Compression is the whole file's in either format: PARQUET has none inside, so that every
// file is read the same way: decrypt, decompress, parse.
struct FileParams {
  Format format = Format::kCsv;
  Compression compression = Compression::kZstd;
  bool encrypted = true;
  std::string null_string;
  std::string unmodified_string;
};

// Sets null_string and unmodified_string to texts with random digits, which no value has. To be done anew for
// every batch.
Status choose_markers(FileParams& params);

struct WrittenFile {
  std::filesystem::path path;
  std::string key;  // 32 bytes, fresh for this file; empty when not encrypted
  std::int64_t rows = 0;
  std::int64_t bytes = 0;  // on disk
};

inline constexpr std::int64_t kMaxFileBytes = 100'000'000;  // contract: each batch file is at most 100 MB

// Writes rows of one table into as many files as the size limit asks for: a file is closed before a row could
// make it pass the limit. Files are made with mode 0600 in `folder`; those that are not yet handed over by
// finish() are removed by the destructor. After an error or finish() nothing more can be asked of it.
class BatchFileWriter {
 public:
  // `schema`: the table's columns, all of which every file has, in that order. Fails when the folder cannot
  // be written (kNotFound, kIo), and when null_string and unmodified_string are the same (kInvalidInput).
  static Result<std::unique_ptr<BatchFileWriter>> create(std::filesystem::path folder,
                                                         wire::TableSchema schema, FileParams params,
                                                         std::int64_t max_file_bytes = kMaxFileBytes);
  virtual ~BatchFileWriter() = default;
  // Columns of the batch are found by name. A column that the batch lacks is written as `unmodified_string`
  // in every row; such columns are of type string in PARQUET, the other ones are typed as the contract maps
  // them (NAIVE_TIME, XML and JSON as string), and rows with another set of columns start another file.
  // Errors: kInvalidInput for a row that alone makes a file above the limit, and for a value that equals
  // null_string or unmodified_string; kIo; kInternal for a column that the table lacks.
  virtual Status append(const arrow::RecordBatch& rows) = 0;
  // The files, in the order of their rows; none when there were no rows.
  virtual Result<std::vector<WrittenFile>> finish() = 0;
};

// Streams the rows of a batch file: decrypts, decompresses and parses as it goes, never holding the file
// whole (PARQUET holds the decrypted file). CSV columns come as utf8 in the header's order, with
// `null_string` as null (quoted or not) and everything else as written; PARQUET columns come as the file has
// them, `null_string` in string columns as null. Errors, here and from the reader, name the file:
// kInvalidInput for a wrong key, a cut file, a row with too many or too few fields (with its line)…,
// kNotFound, kIo. The reader has them as arrow::Status: Invalid for kInvalidInput, IOError for the others.
Result<std::shared_ptr<arrow::RecordBatchReader>> open_batch_file(const std::filesystem::path& path,
                                                                  const FileParams& params,
                                                                  const std::string& key);

}  // namespace lakeport::batchfile

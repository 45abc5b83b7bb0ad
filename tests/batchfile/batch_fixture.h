// What the tests of batch files share: a folder, tables from JSON, files opened without any code of ours.
#pragma once

#include <filesystem>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <arrow/type_fwd.h>
#include <gtest/gtest.h>

#include "lakeport/batchfile/batch_file.h"

namespace lakeport::batchfile {

// A folder for one test, removed at its end.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::vector<std::filesystem::path> files() const;

 private:
  std::filesystem::path path_;
};

// "NULL" and "UNMODIFIED" as markers.
FileParams params_of(Format format, Compression compression = Compression::kZstd, bool encrypted = true);

// An array of the type that wire::arrow_type gives the column (or `type`), from Arrow's JSON form.
struct ColumnValues {
  wire::Column column;
  std::string json;
  std::shared_ptr<arrow::DataType> type = nullptr;
};
wire::TableSchema table_of(const std::vector<ColumnValues>& columns);
std::shared_ptr<arrow::RecordBatch> rows_of(const std::vector<ColumnValues>& columns);

// Writes the batches; fails the test when that fails.
std::vector<WrittenFile> write_files(const std::filesystem::path& folder, const wire::TableSchema& schema,
                                     const FileParams& params,
                                     const std::vector<std::shared_ptr<arrow::RecordBatch>>& batches,
                                     std::int64_t max_file_bytes = kMaxFileBytes);

// All rows of the file in one batch (without rows, one without rows).
Result<std::shared_ptr<arrow::RecordBatch>> read_rows(const std::filesystem::path& path,
                                                      const FileParams& params, const std::string& key);
std::shared_ptr<arrow::RecordBatch> read_rows(const WrittenFile& file, const FileParams& params);
std::shared_ptr<arrow::RecordBatch> joined(const std::vector<std::shared_ptr<arrow::RecordBatch>>& batches);

// The file's content as the programs openssl, zstd and gzip see it.
std::string content_by_programs(const WrittenFile& file, const FileParams& params);

std::string base64_of(std::string_view bytes);
std::string file_bytes(const std::filesystem::path& path);
void write_bytes(const std::filesystem::path& path, const std::string& bytes);

}  // namespace lakeport::batchfile

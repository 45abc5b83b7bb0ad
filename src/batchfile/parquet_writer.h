// Rows as Parquet, version 2, not compressed inside: the file as a whole is, as FileParams say.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <arrow/type_fwd.h>

#include "lakeport/batchfile/batch_file.h"

#include "output_file.h"

namespace parquet {
class WriterProperties;
namespace arrow {
class FileWriter;
}
}  // namespace parquet

namespace lakeport::batchfile {

class ParquetWriter final : public BatchFileWriter {
 public:
  ParquetWriter(std::filesystem::path folder, wire::TableSchema schema, FileParams params,
                std::int64_t max_file_bytes);
  ~ParquetWriter() override;

  Status append(const arrow::RecordBatch& rows) override;
  Result<std::vector<WrittenFile>> finish() override;

 private:
  class Output;
  using Arrays = std::vector<std::shared_ptr<arrow::Array>>;  // null: a column that the batch lacks

  Status append_columns(const Arrays& columns, std::int64_t rows);
  Status write_slice(const Arrays& columns, std::int64_t first, std::int64_t rows);
  Status open_file(const std::shared_ptr<arrow::Schema>& types);
  Status close_file();
  Status start_row_group();
  // The more telling of Arrow's error and ours below it.
  Status checked(const arrow::Status& status) const;

  wire::TableSchema schema_;
  FileParams params_;
  OutputFiles files_;
  std::shared_ptr<Output> output_;
  std::unique_ptr<parquet::arrow::FileWriter> writer_;
  std::shared_ptr<arrow::Schema> types_;  // of the open file
  std::int64_t group_metadata_bound_;     // of one row group
  std::int64_t metadata_bound_ = 0;       // of the open file's end
  std::int64_t group_bytes_ = 0;          // bound of what the open row group will write
  std::int64_t room_ = 0;                 // of the file, when the row group began
  std::int64_t file_rows_ = 0;
  bool failed_ = false;
};

}  // namespace lakeport::batchfile

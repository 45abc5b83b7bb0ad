// Rows as CSV (RFC 4180; contract, "Destination side").
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lakeport/batchfile/batch_file.h"

#include "output_file.h"
#include "text_value.h"

namespace lakeport::batchfile {

class CsvWriter final : public BatchFileWriter {
 public:
  CsvWriter(std::filesystem::path folder, wire::TableSchema schema, FileParams params,
            std::int64_t max_file_bytes);

  Status append(const arrow::RecordBatch& rows) override;
  Result<std::vector<WrittenFile>> finish() override;

 private:
  struct Column {
    ValueColumn values;
    bool missing = false;
    // The datetime written last, and its text: those of one batch are often the same (`_fivetran_synced`).
    std::int64_t last = 0;
    std::size_t last_size = 0;
    std::array<char, kMaxValueText> last_text{};
  };

  Status set_columns(const arrow::RecordBatch& rows,
                     const std::vector<std::shared_ptr<arrow::Array>>& arrays);
  // The most bytes that the row can take.
  std::int64_t row_bound(std::int64_t row) const;
  Status start_row(std::int64_t bound);
  Status write_row(std::int64_t row);
  void write_as_is(std::string_view field);
  // A value that is neither text nor binary.
  Status write_fixed(Column& column, std::int64_t row);
  // At most a slice.
  void write_text(std::string_view value);
  Status write_long_text(std::string_view value);
  Status write_binary(const Column& column, std::int64_t row);
  // A value of the column says what only NULL and "unmodified" may say.
  tl::unexpected<Error> collision(const Column& column) const;
  Status open_file();
  Status close_file();
  // Whether the buffer has room for a step of write_row.
  bool has_room() const;
  // Sends what is in the buffer on its way.
  Status drain();

  wire::TableSchema schema_;
  FileParams params_;
  OutputFiles files_;
  std::string header_;
  std::string null_field_;
  std::string unmodified_field_;
  std::vector<Column> columns_;
  std::vector<std::size_t> bytes_columns_;  // those of texts and binaries
  std::int64_t fixed_bound_ = 0;            // of a row without its texts and binaries
  std::string buffer_;
  std::size_t used_ = 0;
  std::int64_t room_ = 0;  // of the file, when the buffer was last empty
  std::int64_t file_rows_ = 0;
  bool failed_ = false;
};

}  // namespace lakeport::batchfile

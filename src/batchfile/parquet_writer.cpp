#include "parquet_writer.h"

#include <exception>
#include <utility>

#include <arrow/array.h>
#include <arrow/io/interfaces.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>
#include <parquet/arrow/writer.h>
#include <parquet/properties.h>

#include "batch_columns.h"
#include "parquet_columns.h"
#include "text_value.h"

namespace lakeport::batchfile {
namespace {

// A row group is held in memory until it is whole.
constexpr std::int64_t kRowGroupBytes = std::int64_t{8} << 20;
// What is turned into the file's types at once.
constexpr std::int64_t kSliceBytes = std::int64_t{1} << 20;
// More than these take in a file without statistics: a column chunk's description and page head beside its
// name, a value's share of levels and of further page heads, the file's own head and end.
constexpr std::int64_t kColumnChunk = 384;
constexpr std::int64_t kValueOverhead = 1;
constexpr std::int64_t kFileFrame = 1024;
constexpr std::int64_t kLength = 4;  // before a string

std::int64_t metadata_bound(const wire::TableSchema& schema) {
  std::int64_t bound = kFileFrame;
  for (const wire::Column& column : schema.columns) {
    bound += kColumnChunk + static_cast<std::int64_t>(column.name.size());
  }
  return bound;
}

std::shared_ptr<parquet::WriterProperties> properties() {
  return parquet::WriterProperties::Builder()
      .version(parquet::ParquetVersion::PARQUET_2_6)
      ->compression(parquet::Compression::UNCOMPRESSED)
      ->disable_dictionary()
      ->disable_statistics()
      ->set_size_statistics_level(parquet::SizeStatisticsLevel::None)
      ->disable_write_page_index()
      ->created_by("lakeport")
      ->build();
}

// The most bytes that a row takes.
class RowBound {
 public:
  static Result<RowBound> of(const wire::TableSchema& schema,
                             const std::vector<std::shared_ptr<arrow::Array>>& columns,
                             const FileParams& params) {
    RowBound bound;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      bound.fixed_ += kValueOverhead + kLength;
      if (!columns[i]) {
        bound.fixed_ += static_cast<std::int64_t>(params.unmodified_string.size());
        continue;
      }
      auto values = value_column(*columns[i]);
      if (!values) return fail(std::move(values).error().at("column " + schema.columns[i].name));
      if (!values->has_bytes()) {
        bound.fixed_ += static_cast<std::int64_t>(kMaxValueText);
      } else if (columns[i]->length() > 0) {
        bound.bytes_.push_back(*values);
      }
    }
    return bound;
  }

  std::int64_t operator()(std::int64_t row) const {
    std::size_t size = 0;
    for (const ValueColumn& column : bytes_) size += column.size_at(row);
    return fixed_ + static_cast<std::int64_t>(size);
  }

 private:
  std::int64_t fixed_ = 0;
  std::vector<ValueColumn> bytes_;
};

}  // namespace

// Where Parquet writes: the file's first stage.
class ParquetWriter::Output final : public arrow::io::OutputStream {
 public:
  explicit Output(OutputFiles& files) : files_(&files) {}

  using arrow::io::OutputStream::Write;
  arrow::Status Write(const void* data, std::int64_t size) override {
    if (files_ == nullptr) return arrow::Status::IOError("the file was given up");
    Status written = files_->write({static_cast<const char*>(data), static_cast<std::size_t>(size)});
    if (!written) {
      error_ = std::move(written);
      return arrow::Status::IOError(error_.error().what());
    }
    position_ += size;
    return arrow::Status::OK();
  }
  arrow::Status Close() override {
    closed_ = true;
    return arrow::Status::OK();
  }
  arrow::Result<std::int64_t> Tell() const override { return position_; }
  bool closed() const override { return closed_; }

  // Parquet's writer wants to write a file's end whenever it goes: into nothing, from now on.
  void give_up() { files_ = nullptr; }
  const Status& error() const { return error_; }

 private:
  OutputFiles* files_;
  Status error_;
  std::int64_t position_ = 0;
  bool closed_ = false;
};

ParquetWriter::ParquetWriter(std::filesystem::path folder, wire::TableSchema schema, FileParams params,
                             std::int64_t max_file_bytes)
    : schema_(std::move(schema)),
      params_(params),
      files_(std::move(folder), std::move(params), max_file_bytes),
      group_metadata_bound_(metadata_bound(schema_)) {}

ParquetWriter::~ParquetWriter() {
  if (output_) output_->give_up();
}

Status ParquetWriter::append(const arrow::RecordBatch& rows) {
  if (failed_) return fail(ErrorKind::kInternal, "nothing can be appended after an error or the end");
  failed_ = true;
  if (rows.num_rows() > 0) {
    LAKEPORT_ASSIGN_OR_RETURN(const Arrays columns, table_columns(schema_, rows));
    try {
      LAKEPORT_RETURN_IF_ERROR(append_columns(columns, rows.num_rows()));
    } catch (const std::exception& error) {
      return fail(ErrorKind::kInternal, std::string("Parquet: ") + error.what());
    }
  }
  failed_ = false;
  return {};
}

Result<std::vector<WrittenFile>> ParquetWriter::finish() {
  if (failed_) return fail(ErrorKind::kInternal, "nothing can be finished after an error or the end");
  failed_ = true;
  try {
    if (files_.is_open()) LAKEPORT_RETURN_IF_ERROR(close_file());
  } catch (const std::exception& error) {
    return fail(ErrorKind::kInternal, std::string("Parquet: ") + error.what());
  }
  return files_.release();
}

Status ParquetWriter::append_columns(const Arrays& columns, std::int64_t rows) {
  LAKEPORT_ASSIGN_OR_RETURN(const RowBound bound, RowBound::of(schema_, columns, params_));
  arrow::FieldVector fields;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const wire::Column& column = schema_.columns[i];
    fields.push_back(
        arrow::field(column.name, parquet_type(column, columns[i] ? columns[i]->type().get() : nullptr)));
  }
  const auto types = arrow::schema(std::move(fields));
  if (files_.is_open() && !types_->Equals(*types)) LAKEPORT_RETURN_IF_ERROR(close_file());

  std::int64_t first = 0;
  std::int64_t slice_bytes = 0;
  for (std::int64_t row = 0; row < rows; ++row) {
    const std::int64_t bytes = bound(row);
    const bool full = files_.is_open() && file_rows_ + (row - first) > 0 &&
                      group_bytes_ + slice_bytes + bytes + metadata_bound_ + group_metadata_bound_ > room_;
    if (row > first && (full || slice_bytes >= kSliceBytes)) {
      LAKEPORT_RETURN_IF_ERROR(write_slice(columns, first, row - first));
      group_bytes_ += slice_bytes;
      first = row;
      slice_bytes = 0;
    }
    if (full) LAKEPORT_RETURN_IF_ERROR(close_file());
    if (!files_.is_open()) {
      LAKEPORT_RETURN_IF_ERROR(open_file(types));
    } else if (group_bytes_ >= kRowGroupBytes) {
      LAKEPORT_RETURN_IF_ERROR(start_row_group());
    }
    slice_bytes += bytes;
  }
  LAKEPORT_RETURN_IF_ERROR(write_slice(columns, first, rows - first));
  group_bytes_ += slice_bytes;
  return {};
}

Status ParquetWriter::write_slice(const Arrays& columns, std::int64_t first, std::int64_t rows) {
  Arrays arrays;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const auto slice = columns[i] ? columns[i]->Slice(first, rows) : nullptr;
    auto array = parquet_array(types_->field(static_cast<int>(i))->type(), slice.get(), rows, params_);
    if (!array) return fail(std::move(array).error().at("column " + schema_.columns[i].name));
    arrays.push_back(*std::move(array));
  }
  const auto batch = arrow::RecordBatch::Make(types_, rows, std::move(arrays));
  file_rows_ += rows;
  return checked(writer_->WriteRecordBatch(*batch));
}

Status ParquetWriter::open_file(const std::shared_ptr<arrow::Schema>& types) {
  LAKEPORT_RETURN_IF_ERROR(files_.open());
  output_ = std::make_shared<Output>(files_);
  types_ = types;
  file_rows_ = 0;
  metadata_bound_ = group_metadata_bound_;
  auto writer =
      parquet::arrow::FileWriter::Open(*types_, arrow::default_memory_pool(), output_, properties());
  LAKEPORT_RETURN_IF_ERROR(checked(writer.status()));
  writer_ = *std::move(writer);
  return start_row_group();
}

Status ParquetWriter::start_row_group() {
  LAKEPORT_RETURN_IF_ERROR(checked(writer_->NewBufferedRowGroup()));
  metadata_bound_ += group_metadata_bound_;
  group_bytes_ = 0;
  room_ = files_.room();
  return {};
}

Status ParquetWriter::close_file() {
  LAKEPORT_RETURN_IF_ERROR(checked(writer_->Close()));
  writer_.reset();
  return files_.close(file_rows_);
}

Status ParquetWriter::checked(const arrow::Status& status) const {
  if (status.ok()) return {};
  if (!output_->error()) return output_->error();
  return fail(ErrorKind::kInternal, "Parquet: " + status.ToString());
}

}  // namespace lakeport::batchfile

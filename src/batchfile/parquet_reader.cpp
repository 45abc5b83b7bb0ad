#include "parquet_reader.h"

#include <exception>
#include <span>
#include <utility>

#include <arrow/array.h>
#include <arrow/buffer.h>
#include <arrow/builder.h>
#include <arrow/io/memory.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>
#include <parquet/arrow/reader.h>
#include <parquet/file_reader.h>
#include <parquet/properties.h>

#include "reader_errors.h"

namespace lakeport::batchfile {
namespace {

constexpr std::int64_t kBatchRows = 16'384;
constexpr std::int64_t kFirstBuffer = std::int64_t{4} << 20;

Result<std::shared_ptr<arrow::Buffer>> read_all(ByteSource& source) {
  const auto no_memory = [](const arrow::Status& status) {
    return fail(ErrorKind::kInvalidInput, "is too large for the memory: " + status.message());
  };
  auto allocated = arrow::AllocateResizableBuffer(kFirstBuffer);
  if (!allocated.ok()) return no_memory(allocated.status());
  std::shared_ptr<arrow::ResizableBuffer> buffer = *std::move(allocated);
  std::int64_t size = 0;
  while (true) {
    if (size == buffer->size()) {
      const arrow::Status grown = buffer->Resize(size + size / 2);
      if (!grown.ok()) return no_memory(grown);
    }
    const std::span<char> rest(reinterpret_cast<char*>(buffer->mutable_data()) + size,
                               static_cast<std::size_t>(buffer->size() - size));
    LAKEPORT_ASSIGN_OR_RETURN(const std::size_t count, source.read(rest));
    if (count == 0) break;
    size += static_cast<std::int64_t>(count);
  }
  const arrow::Status fitted = buffer->Resize(size);
  if (!fitted.ok()) return no_memory(fitted);
  return buffer;
}

template <class Array, class Builder>
arrow::Result<std::shared_ptr<arrow::Array>> with_nulls(const Array& array, std::string_view null_string) {
  std::int64_t row = 0;
  while (row < array.length() && (array.IsNull(row) || array.GetView(row) != null_string)) ++row;
  if (row == array.length()) return arrow::MakeArray(array.data());
  Builder builder;
  ARROW_RETURN_NOT_OK(builder.Reserve(array.length()));
  for (row = 0; row < array.length(); ++row) {
    if (array.IsNull(row) || array.GetView(row) == null_string) {
      builder.UnsafeAppendNull();
    } else {
      ARROW_RETURN_NOT_OK(builder.Append(array.GetView(row)));
    }
  }
  return builder.Finish();
}

class ParquetReader final : public arrow::RecordBatchReader {
 public:
  ParquetReader(std::string name, std::string null_string)
      : name_(std::move(name)), null_string_(std::move(null_string)) {}

  Status open(const std::shared_ptr<arrow::Buffer>& bytes) {
    parquet::ArrowReaderProperties properties(/*use_threads=*/false);
    properties.set_batch_size(kBatchRows);
    properties.set_pre_buffer(false);
    try {
      parquet::arrow::FileReaderBuilder builder;
      LAKEPORT_RETURN_IF_ERROR(checked(builder.Open(std::make_shared<arrow::io::BufferReader>(bytes))));
      builder.properties(properties);
      LAKEPORT_RETURN_IF_ERROR(checked(builder.Build(&file_)));
      auto batches = file_->GetRecordBatchReader();
      LAKEPORT_RETURN_IF_ERROR(checked(batches.status()));
      batches_ = *std::move(batches);
    } catch (const std::exception& error) {
      return fail(damaged(error.what()));
    }
    return {};
  }

  std::shared_ptr<arrow::Schema> schema() const override { return batches_->schema(); }

  arrow::Status ReadNext(std::shared_ptr<arrow::RecordBatch>* batch) override {
    try {
      const arrow::Status read = batches_->ReadNext(batch);
      if (!read.ok()) return arrow_status(damaged(read.message()));
    } catch (const std::exception& error) {
      return arrow_status(damaged(error.what()));
    }
    if (*batch == nullptr) return arrow::Status::OK();
    arrow::ArrayVector columns;
    for (const auto& column : (*batch)->columns()) {
      std::shared_ptr<arrow::Array> replaced = column;
      if (column->type_id() == arrow::Type::STRING) {
        ARROW_ASSIGN_OR_RAISE(replaced, (with_nulls<arrow::StringArray, arrow::StringBuilder>(
                                            static_cast<const arrow::StringArray&>(*column), null_string_)));
      } else if (column->type_id() == arrow::Type::LARGE_STRING) {
        ARROW_ASSIGN_OR_RAISE(replaced,
                              (with_nulls<arrow::LargeStringArray, arrow::LargeStringBuilder>(
                                  static_cast<const arrow::LargeStringArray&>(*column), null_string_)));
      }
      columns.push_back(std::move(replaced));
    }
    *batch = arrow::RecordBatch::Make((*batch)->schema(), (*batch)->num_rows(), std::move(columns));
    const arrow::Status valid = (*batch)->ValidateFull();
    return valid.ok() ? valid : arrow_status(damaged(valid.message()));
  }

 private:
  Error damaged(const std::string& why) const {
    return {ErrorKind::kInvalidInput,
            "is no Parquet file, or was cut or changed, or its key is another file's (" + why + ")",
            "file " + name_};
  }
  Status checked(const arrow::Status& status) const {
    if (status.ok()) return {};
    return fail(damaged(status.message()));
  }

  std::string name_;
  std::string null_string_;
  std::unique_ptr<parquet::arrow::FileReader> file_;
  std::shared_ptr<arrow::RecordBatchReader> batches_;
};

}  // namespace

Result<std::shared_ptr<arrow::RecordBatchReader>> read_parquet(std::unique_ptr<ByteSource> source,
                                                               std::string name, std::string null_string) {
  auto bytes = read_all(*source);
  if (!bytes) return fail(std::move(bytes).error().at("file " + name));
  auto reader = std::make_shared<ParquetReader>(std::move(name), std::move(null_string));
  LAKEPORT_RETURN_IF_ERROR(reader->open(*std::move(bytes)));
  return reader;
}

}  // namespace lakeport::batchfile

#include "csv_reader.h"

#include <algorithm>
#include <unordered_set>
#include <utility>
#include <vector>

#include <arrow/array.h>
#include <arrow/builder.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include "csv_parser.h"
#include "reader_errors.h"

namespace lakeport::batchfile {
namespace {

// A batch ends with whichever comes first.
constexpr std::int64_t kBatchRows = 16'384;
constexpr std::size_t kBatchBytes = std::size_t{4} << 20;

// A field as it was before quotes were doubled.
std::string unquoted(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::size_t quote = text.find('"');
    if (quote == std::string_view::npos) break;
    out += text.substr(0, quote + 1);
    text.remove_prefix(quote + 2);
  }
  out += text;
  return out;
}

std::string value_of(const CsvParser::Field& field) {
  return field.has_quotes ? unquoted(field.text) : std::string(field.text);
}

class CsvReader final : public arrow::RecordBatchReader {
 public:
  CsvReader(std::unique_ptr<ByteSource> source, std::string name, std::string null_string)
      : name_(std::move(name)), null_string_(std::move(null_string)), parser_(std::move(source)) {}

  Status read_header() {
    auto header = parser_.next(0);
    if (!header) return fail(located(std::move(header).error()));
    if (!*header) return fail(ErrorKind::kInvalidInput, "has no header", "file " + name_);
    arrow::FieldVector fields;
    std::unordered_set<std::string> names;
    for (const CsvParser::Field& field : **header) {
      std::string name = value_of(field);
      if (!names.insert(name).second) {
        return fail(ErrorKind::kInvalidInput, "the header names column " + name + " twice", "file " + name_);
      }
      fields.push_back(arrow::field(std::move(name), arrow::utf8()));
    }
    builders_ = std::vector<arrow::StringBuilder>(fields.size());
    schema_ = arrow::schema(std::move(fields));
    return {};
  }

  std::shared_ptr<arrow::Schema> schema() const override { return schema_; }

  arrow::Status ReadNext(std::shared_ptr<arrow::RecordBatch>* batch) override {
    *batch = nullptr;
    ARROW_RETURN_NOT_OK(start_batch());
    std::int64_t rows = 0;
    std::size_t bytes = 0;
    while (rows < kBatchRows && bytes < kBatchBytes) {
      auto row = parser_.next(builders_.size());
      if (!row) return arrow_status(located(std::move(row).error()));
      if (!*row) break;
      for (std::size_t i = 0; i < builders_.size(); ++i) {
        ARROW_RETURN_NOT_OK(append(builders_[i], (**row)[i]));
        bytes += (**row)[i].text.size();
      }
      ++rows;
    }
    return rows == 0 ? arrow::Status::OK() : finish(rows, batch);
  }

 private:
  Error located(Error error) const {
    if (error.kind() == ErrorKind::kInvalidInput) error.at(parser_.place());
    error.at("file " + name_);
    return error;
  }

  // Room for the rows of a batch.
  arrow::Status start_batch() {
    for (arrow::StringBuilder& builder : builders_) ARROW_RETURN_NOT_OK(builder.Reserve(kBatchRows));
    return arrow::Status::OK();
  }

  arrow::Status append(arrow::StringBuilder& builder, const CsvParser::Field& field) {
    if (field.has_quotes) [[unlikely]]
      return append_value(builder, unquoted(field.text));
    return append_value(builder, field.text);
  }

  arrow::Status append_value(arrow::StringBuilder& builder, std::string_view value) {
    if (value == null_string_) {
      builder.UnsafeAppendNull();
      return arrow::Status::OK();
    }
    const auto size = static_cast<std::int64_t>(value.size());
    if (builder.value_data_capacity() - builder.value_data_length() < size) {
      ARROW_RETURN_NOT_OK(builder.ReserveData(std::max(size, builder.value_data_length())));
    }
    builder.UnsafeAppend(value);
    return arrow::Status::OK();
  }

  arrow::Status finish(std::int64_t rows, std::shared_ptr<arrow::RecordBatch>* batch) {
    arrow::ArrayVector columns;
    for (std::size_t i = 0; i < builders_.size(); ++i) {
      std::shared_ptr<arrow::StringArray> column;
      ARROW_RETURN_NOT_OK(builders_[i].Finish(&column));
      if (!column->ValidateUTF8().ok()) {
        return arrow_status(Error(ErrorKind::kInvalidInput, "a value is not UTF-8",
                                  "file " + name_ + ": rows " + std::to_string(parser_.rows() - rows) +
                                      " to " + std::to_string(parser_.rows() - 1) + ": column " +
                                      schema_->field(static_cast<int>(i))->name()));
      }
      columns.push_back(std::move(column));
    }
    *batch = arrow::RecordBatch::Make(schema_, rows, std::move(columns));
    return arrow::Status::OK();
  }

  std::string name_;
  std::string null_string_;
  CsvParser parser_;
  std::shared_ptr<arrow::Schema> schema_;
  std::vector<arrow::StringBuilder> builders_;
};

}  // namespace

Result<std::shared_ptr<arrow::RecordBatchReader>> read_csv(std::unique_ptr<ByteSource> source,
                                                           std::string name, std::string null_string) {
  auto reader = std::make_shared<CsvReader>(std::move(source), std::move(name), std::move(null_string));
  LAKEPORT_RETURN_IF_ERROR(reader->read_header());
  return reader;
}

}  // namespace lakeport::batchfile

#include "row_format.h"

#include <utility>

#include <arrow/api.h>
#include <arrow/io/memory.h>
#include <arrow/ipc/writer.h>
#include <lz4frame.h>

#include "cell_text.h"

namespace lakeport::lakehouse {
namespace {

tl::unexpected<Error> arrow_error(const arrow::Status& status) {
  return fail(ErrorKind::kInternal, "cannot write Arrow rows: " + status.message());
}

class JsonRowWriter final : public RowWriter {
 public:
  Status add(const arrow::RecordBatch& rows) override {
    for (std::int64_t row = 0; row < rows.num_rows(); ++row) {
      text_ += text_.empty() ? "[[" : ",[";
      for (int column = 0; column < rows.num_columns(); ++column) {
        if (column > 0) text_ += ',';
        const arrow::Array& values = *rows.column(column);
        if (values.IsNull(row) || values.type_id() == arrow::Type::NA) {
          text_ += "null";
          continue;
        }
        cell_.clear();
        append_cell_text(values, row, cell_);
        append_json_string(cell_, text_);
      }
      text_ += ']';
    }
    return {};
  }
  std::int64_t size() const override { return static_cast<std::int64_t>(text_.size()); }
  Result<std::string> take() override {
    if (text_.empty()) return "[]";
    text_ += ']';
    return std::exchange(text_, {});
  }

 private:
  std::string text_, cell_;
};

class CsvRowWriter final : public RowWriter {
 public:
  explicit CsvRowWriter(const std::vector<Column>& columns) {
    for (const Column& column : columns) {
      if (!header_.empty()) header_ += ',';
      append(column.name, header_);
    }
    header_ += "\r\n";
  }
  Status add(const arrow::RecordBatch& rows) override {
    if (text_.empty()) text_ = header_;
    for (std::int64_t row = 0; row < rows.num_rows(); ++row) {
      for (int column = 0; column < rows.num_columns(); ++column) {
        if (column > 0) text_ += ',';
        const arrow::Array& values = *rows.column(column);
        if (values.IsNull(row) || values.type_id() == arrow::Type::NA) continue;  // nothing at all is NULL
        cell_.clear();
        append_cell_text(values, row, cell_);
        append(cell_, text_);
      }
      text_ += "\r\n";
    }
    return {};
  }
  std::int64_t size() const override { return static_cast<std::int64_t>(text_.size()); }
  Result<std::string> take() override {
    if (text_.empty()) return header_;
    return std::exchange(text_, {});
  }

 private:
  // RFC 4180; an empty text is quoted, so that it is not NULL.
  static void append(std::string_view text, std::string& out) {
    if (!text.empty() && text.find_first_of(",\"\r\n") == std::string_view::npos) {
      out += text;
      return;
    }
    out += '"';
    for (const char letter : text) {
      if (letter == '"') out += '"';
      out += letter;
    }
    out += '"';
  }

  std::string header_, text_, cell_;
};

class ArrowRowWriter final : public RowWriter {
 public:
  explicit ArrowRowWriter(std::shared_ptr<arrow::Schema> schema) : schema_(std::move(schema)) {}
  Status add(const arrow::RecordBatch& rows) override {
    LAKEPORT_RETURN_IF_ERROR(begin());
    if (const auto written = writer_->WriteRecordBatch(rows); !written.ok()) return arrow_error(written);
    return {};
  }
  std::int64_t size() const override { return out_ ? out_->Tell().ValueOr(0) : 0; }
  Result<std::string> take() override {
    LAKEPORT_RETURN_IF_ERROR(begin());
    if (const auto closed = writer_->Close(); !closed.ok()) return arrow_error(closed);
    const auto buffer = out_->Finish();
    writer_.reset();
    out_.reset();
    if (!buffer.ok()) return arrow_error(buffer.status());
    return (*buffer)->ToString();
  }

 private:
  Status begin() {
    if (writer_) return {};
    auto out = arrow::io::BufferOutputStream::Create();
    if (!out.ok()) return arrow_error(out.status());
    auto writer = arrow::ipc::MakeStreamWriter(*out, schema_);
    if (!writer.ok()) return arrow_error(writer.status());
    out_ = *std::move(out);
    writer_ = *std::move(writer);
    return {};
  }

  const std::shared_ptr<arrow::Schema> schema_;
  std::shared_ptr<arrow::io::BufferOutputStream> out_;
  std::shared_ptr<arrow::ipc::RecordBatchWriter> writer_;
};

}  // namespace

std::string_view format_name(RowFormat format) {
  switch (format) {
    case RowFormat::kJsonArray:
      return "JSON_ARRAY";
    case RowFormat::kArrowStream:
      return "ARROW_STREAM";
    case RowFormat::kCsv:
      break;
  }
  return "CSV";
}

std::string_view content_type(RowFormat format) {
  switch (format) {
    case RowFormat::kJsonArray:
      return "application/json";
    case RowFormat::kArrowStream:
      return "application/vnd.apache.arrow.stream";
    case RowFormat::kCsv:
      break;
  }
  return "text/csv; charset=utf-8";
}

Result<std::unique_ptr<RowWriter>> make_row_writer(RowFormat format, const std::vector<Column>& columns,
                                                   const std::shared_ptr<arrow::Schema>& schema) {
  if (format == RowFormat::kJsonArray) return std::make_unique<JsonRowWriter>();
  if (format == RowFormat::kCsv) return std::make_unique<CsvRowWriter>(columns);
  return std::make_unique<ArrowRowWriter>(schema);
}

Result<std::string> lz4_frame(std::string_view bytes) {
  std::string frame(LZ4F_compressFrameBound(bytes.size(), nullptr), '\0');
  const std::size_t size =
      LZ4F_compressFrame(frame.data(), frame.size(), bytes.data(), bytes.size(), nullptr);
  if (LZ4F_isError(size) != 0U)
    return fail(ErrorKind::kInternal, std::string("cannot compress rows: ") + LZ4F_getErrorName(size));
  frame.resize(size);
  return frame;
}

}  // namespace lakeport::lakehouse

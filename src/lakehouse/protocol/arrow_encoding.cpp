#include "arrow_encoding.h"

#include <algorithm>
#include <deque>
#include <utility>

#include <arrow/array.h>
#include <arrow/array/builder_binary.h>
#include <arrow/buffer.h>
#include <arrow/io/interfaces.h>
#include <arrow/ipc/writer.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>
#include <arrow/util/byte_size.h>
#include <arrow/util/key_value_metadata.h>
#include <lz4frame.h>

#include "sql_type.h"
#include "value_text.h"

namespace lakeport::lakehouse {
namespace {

constexpr const char* kSqlName = "Spark:DataType:SqlName";

Error arrow_error(const arrow::Status& status) { return Error(ErrorKind::kInternal, status.ToString()); }

bool comes_as_text(const arrow::DataType& type, NativeTypes native) {
  if (type.id() == arrow::Type::TIMESTAMP) return !native.timestamps;
  if (arrow::is_decimal(type.id())) return !native.decimals;
  if (type.id() == arrow::Type::NA) return !native.nulls;
  return arrow::is_nested(type.id()) && !native.nested;
}

Result<std::shared_ptr<arrow::Array>> as_text(const arrow::Array& array) {
  arrow::StringBuilder builder;
  auto status = builder.Reserve(array.length());
  std::string text;
  for (std::int64_t row = 0; row < array.length() && status.ok(); ++row) {
    if (array.IsNull(row) || array.type_id() == arrow::Type::NA) {
      status = builder.AppendNull();
      continue;
    }
    text.clear();
    append_text(text, array, row);
    status = builder.Append(text);
  }
  std::shared_ptr<arrow::Array> result;
  if (status.ok()) status = builder.Finish(&result);
  if (!status.ok()) return fail(arrow_error(status));
  return result;
}

// Lets Arrow write straight into the string that is sent.
class StringOutput : public arrow::io::OutputStream {
 public:
  explicit StringOutput(std::size_t expected) { text_.reserve(expected); }
  arrow::Status Write(const void* data, std::int64_t size) override {
    text_.append(static_cast<const char*>(data), static_cast<std::size_t>(size));
    return arrow::Status::OK();
  }
  arrow::Status Close() override {
    closed_ = true;
    return arrow::Status::OK();
  }
  bool closed() const override { return closed_; }
  arrow::Result<std::int64_t> Tell() const override { return static_cast<std::int64_t>(text_.size()); }
  using arrow::io::OutputStream::Write;
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
  bool closed_ = false;
};

// Keeps large buffers as they are and collects what is between them.
class GatheringOutput : public arrow::io::OutputStream {
 public:
  arrow::Status Write(const void* data, std::int64_t size) override {
    between_.append(static_cast<const char*>(data), static_cast<std::size_t>(size));
    written_ += size;
    return arrow::Status::OK();
  }
  arrow::Status Write(const std::shared_ptr<arrow::Buffer>& buffer) override {
    if (buffer->size() < kWorthKeeping) return Write(buffer->data(), buffer->size());
    end_text();
    const std::string_view bytes(*buffer);
    parts_.push_back(bytes);
    kept_->buffers.push_back(buffer);
    written_ += buffer->size();
    return arrow::Status::OK();
  }
  arrow::Status Close() override {
    closed_ = true;
    return arrow::Status::OK();
  }
  bool closed() const override { return closed_; }
  arrow::Result<std::int64_t> Tell() const override { return written_; }
  using arrow::io::OutputStream::Write;

  net::SharedBody take() {
    end_text();
    return {std::move(parts_), std::move(kept_)};
  }

 private:
  static constexpr std::int64_t kWorthKeeping = 4096;
  struct Kept {
    std::deque<std::string> texts;  // a deque: they stay where they are
    std::vector<std::shared_ptr<arrow::Buffer>> buffers;
  };

  void end_text() {
    if (between_.empty()) return;
    kept_->texts.push_back(std::exchange(between_, {}));
    parts_.push_back(kept_->texts.back());
  }

  std::shared_ptr<Kept> kept_ = std::make_shared<Kept>();
  std::vector<std::string_view> parts_;
  std::string between_;
  std::int64_t written_ = 0;
  bool closed_ = false;
};

std::size_t expected_size(const Batches& batches) {
  std::size_t bytes = 1024;
  for (const auto& batch : batches) {
    bytes += static_cast<std::size_t>(batch_bytes(*batch)) +
             static_cast<std::size_t>(batch->num_columns()) * 256 + 1024;
  }
  return bytes;
}

}  // namespace

ArrowEncoding::ArrowEncoding(const std::vector<Column>& columns, const std::shared_ptr<arrow::Schema>& schema,
                             NativeTypes native) {
  arrow::FieldVector fields;
  for (int place = 0; place < schema->num_fields(); ++place) {
    const auto& field = schema->field(place);
    const bool text = comes_as_text(*field->type(), native);
    as_text_.push_back(text);
    changes_ = changes_ || text;
    const auto& column = columns[static_cast<std::size_t>(place)];
    fields.push_back(arrow::field(column.name, text ? arrow::utf8() : field->type(), true,
                                  arrow::key_value_metadata({kSqlName}, {type_label(column.type)})));
  }
  schema_ = arrow::schema(std::move(fields));
}

Result<std::string> ArrowEncoding::schema_message() const {
  const auto buffer = arrow::ipc::SerializeSchema(*schema_);
  if (!buffer.ok()) return fail(arrow_error(buffer.status()));
  return (*buffer)->ToString();
}

Result<std::shared_ptr<arrow::RecordBatch>> ArrowEncoding::convert(
    const std::shared_ptr<arrow::RecordBatch>& batch) const {
  arrow::ArrayVector arrays = batch->columns();
  if (changes_) {
    for (std::size_t place = 0; place < arrays.size(); ++place) {
      if (!as_text_[place]) continue;
      LAKEPORT_ASSIGN_OR_RETURN(arrays[place], as_text(*arrays[place]));
    }
  }
  return arrow::RecordBatch::Make(schema_, batch->num_rows(), std::move(arrays));
}

Result<std::string> ipc_messages(const Batches& batches) {
  StringOutput out(expected_size(batches));
  const auto options = arrow::ipc::IpcWriteOptions::Defaults();
  for (const auto& batch : batches) {
    std::int32_t metadata_bytes = 0;
    std::int64_t body_bytes = 0;
    const auto status = arrow::ipc::WriteRecordBatch(*batch, 0, &out, &metadata_bytes, &body_bytes, options);
    if (!status.ok()) return fail(arrow_error(status));
  }
  return out.take();
}

Result<net::SharedBody> ipc_stream(const std::shared_ptr<arrow::Schema>& schema, const Batches& batches) {
  GatheringOutput out;
  const auto writer = arrow::ipc::MakeStreamWriter(&out, schema);
  if (!writer.ok()) return fail(arrow_error(writer.status()));
  for (const auto& batch : batches) {
    const auto status = (*writer)->WriteRecordBatch(*batch);
    if (!status.ok()) return fail(arrow_error(status));
  }
  const auto status = (*writer)->Close();
  if (!status.ok()) return fail(arrow_error(status));
  return out.take();
}

Result<std::string> lz4_frame(std::span<const std::string_view> parts) {
  std::size_t total = 0;
  for (const std::string_view part : parts) total += part.size();
  LZ4F_preferences_t preferences{};
  preferences.frameInfo.blockSizeID = LZ4F_max1MB;
  preferences.frameInfo.blockMode = LZ4F_blockIndependent;
  preferences.frameInfo.contentSize = total;
  preferences.compressionLevel = -1;
  LZ4F_cctx* made = nullptr;
  if (const std::size_t error = LZ4F_createCompressionContext(&made, LZ4F_VERSION); LZ4F_isError(error) != 0)
    return fail(ErrorKind::kInternal, LZ4F_getErrorName(error));
  const std::unique_ptr<LZ4F_cctx, decltype(&LZ4F_freeCompressionContext)> context(
      made, LZ4F_freeCompressionContext);
  std::string frame;
  std::size_t used = 0;
  // Runs one step of the library, with room for the most that it may write.
  const auto step = [&](std::size_t room, auto&& write) -> Status {
    if (frame.size() < used + room) frame.resize(std::max(used + room, frame.size() * 2));
    const std::size_t size = write(frame.data() + used, frame.size() - used);
    if (LZ4F_isError(size) != 0) return fail(ErrorKind::kInternal, LZ4F_getErrorName(size));
    used += size;
    return {};
  };
  LAKEPORT_RETURN_IF_ERROR(step(LZ4F_HEADER_SIZE_MAX, [&](void* out, std::size_t room) {
    return LZ4F_compressBegin(context.get(), out, room, &preferences);
  }));
  for (const std::string_view part : parts) {
    LAKEPORT_RETURN_IF_ERROR(
        step(LZ4F_compressBound(part.size(), &preferences), [&](void* out, std::size_t room) {
          return LZ4F_compressUpdate(context.get(), out, room, part.data(), part.size(), nullptr);
        }));
  }
  LAKEPORT_RETURN_IF_ERROR(step(LZ4F_compressBound(0, &preferences), [&](void* out, std::size_t room) {
    return LZ4F_compressEnd(context.get(), out, room, nullptr);
  }));
  frame.resize(used);
  return frame;
}

Result<std::string> lz4_frame(const std::string& bytes) {
  const std::string_view part(bytes);
  return lz4_frame(std::span(&part, 1));
}

std::int64_t batch_bytes(const arrow::RecordBatch& batch) {
  const auto bytes = arrow::util::ReferencedBufferSize(batch);
  return bytes.ok() ? *bytes : arrow::util::TotalBufferSize(batch);
}

}  // namespace lakeport::lakehouse

#include "batch_fixture.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include <arrow/array.h>
#include <arrow/json/from_string.h>
#include <arrow/record_batch.h>
#include <arrow/table.h>
#include <arrow/type.h>
#include <arrow/util/base64.h>

namespace lakeport::batchfile {
namespace {

std::string hex(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes) {
    std::array<char, 3> digits;
    std::snprintf(digits.data(), digits.size(), "%02x", static_cast<unsigned char>(byte));
    text += digits.data();
  }
  return text;
}

}  // namespace

TemporaryFolder::TemporaryFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "lakeport-batchfile-test-XXXXXX").string();
  EXPECT_NE(mkdtemp(name.data()), nullptr);
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() { std::filesystem::remove_all(path_); }

std::vector<std::filesystem::path> TemporaryFolder::files() const {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(path_)) files.push_back(entry.path());
  return files;
}

FileParams params_of(Format format, Compression compression, bool encrypted) {
  return {format, compression, encrypted, "NULL", "UNMODIFIED"};
}

wire::TableSchema table_of(const std::vector<ColumnValues>& columns) {
  wire::TableSchema table{"t", {}};
  for (const ColumnValues& column : columns) table.columns.push_back(column.column);
  return table;
}

std::shared_ptr<arrow::RecordBatch> rows_of(const std::vector<ColumnValues>& columns) {
  arrow::FieldVector fields;
  arrow::ArrayVector arrays;
  for (const ColumnValues& column : columns) {
    const auto type = column.type ? column.type : wire::arrow_type(column.column);
    auto array = arrow::json::ArrayFromJSONString(type, column.json);
    EXPECT_TRUE(array.ok()) << column.column.name << ": " << array.status().ToString();
    fields.push_back(arrow::field(column.column.name, type));
    arrays.push_back(array.ValueOrDie());
  }
  const std::int64_t rows = arrays.empty() ? 0 : arrays.front()->length();
  auto batch = arrow::RecordBatch::Make(arrow::schema(std::move(fields)), rows, std::move(arrays));
  EXPECT_TRUE(batch->Validate().ok());
  return batch;
}

std::vector<WrittenFile> write_files(const std::filesystem::path& folder, const wire::TableSchema& schema,
                                     const FileParams& params,
                                     const std::vector<std::shared_ptr<arrow::RecordBatch>>& batches,
                                     std::int64_t max_file_bytes) {
  auto writer = BatchFileWriter::create(folder, schema, params, max_file_bytes);
  if (!writer) {
    ADD_FAILURE() << writer.error().to_string();
    return {};
  }
  for (const auto& batch : batches) {
    const Status appended = (*writer)->append(*batch);
    if (!appended) {
      ADD_FAILURE() << appended.error().to_string();
      return {};
    }
  }
  auto files = (*writer)->finish();
  if (!files) {
    ADD_FAILURE() << files.error().to_string();
    return {};
  }
  return *files;
}

Result<std::shared_ptr<arrow::RecordBatch>> read_rows(const std::filesystem::path& path,
                                                      const FileParams& params, const std::string& key) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto reader, open_batch_file(path, params, key));
  std::vector<std::shared_ptr<arrow::RecordBatch>> batches;
  while (true) {
    std::shared_ptr<arrow::RecordBatch> batch;
    const arrow::Status read = reader->ReadNext(&batch);
    if (!read.ok()) {
      return fail(read.IsInvalid() ? ErrorKind::kInvalidInput : ErrorKind::kIo, read.message());
    }
    if (!batch) break;
    EXPECT_GT(batch->num_rows(), 0);
    EXPECT_TRUE(batch->ValidateFull().ok());
    batches.push_back(std::move(batch));
  }
  if (batches.empty()) return arrow::RecordBatch::MakeEmpty(reader->schema()).ValueOrDie();
  return joined(batches);
}

std::shared_ptr<arrow::RecordBatch> read_rows(const WrittenFile& file, const FileParams& params) {
  auto rows = read_rows(file.path, params, file.key);
  if (!rows) {
    ADD_FAILURE() << rows.error().to_string();
    return nullptr;
  }
  EXPECT_EQ((*rows)->num_rows(), file.rows);
  return *rows;
}

std::shared_ptr<arrow::RecordBatch> joined(const std::vector<std::shared_ptr<arrow::RecordBatch>>& batches) {
  return arrow::Table::FromRecordBatches(batches).ValueOrDie()->CombineChunksToBatch().ValueOrDie();
}

std::string content_by_programs(const WrittenFile& file, const FileParams& params) {
  std::string command = "cat '" + file.path.string() + "'";
  if (params.encrypted) {
    const std::string vector = file_bytes(file.path).substr(0, 16);
    command = "tail -c +17 '" + file.path.string() + "' | openssl enc -d -aes-256-cbc -K " + hex(file.key) +
              " -iv " + hex(vector);
  }
  if (params.compression == Compression::kZstd) command += " | zstd -q -d -c";
  if (params.compression == Compression::kGzip) command += " | gzip -d -c";
  std::FILE* pipe = popen(("set -o pipefail; " + command).insert(0, "bash -c \"").append("\"").c_str(), "r");
  EXPECT_NE(pipe, nullptr);
  std::string content;
  std::array<char, 65536> buffer;
  for (std::size_t size; (size = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) {
    content.append(buffer.data(), size);
  }
  EXPECT_EQ(pclose(pipe), 0) << command;
  return content;
}

std::string base64_of(std::string_view bytes) { return arrow::util::base64_encode(bytes); }

std::string file_bytes(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void write_bytes(const std::filesystem::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

}  // namespace lakeport::batchfile

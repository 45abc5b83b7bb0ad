#include "lakeport/batchfile/batch_file.h"

#include <cerrno>
#include <system_error>
#include <unordered_set>
#include <utility>

#include <arrow/record_batch.h>
#include <unistd.h>

#include "compression.h"
#include "csv_reader.h"
#include "csv_writer.h"
#include "disk_file.h"
#include "encryption.h"
#include "markers.h"
#include "parquet_reader.h"
#include "parquet_writer.h"

namespace lakeport::batchfile {
namespace {

Status check_table(const wire::TableSchema& schema) {
  if (schema.columns.empty()) return fail(ErrorKind::kInternal, "a batch file has a column at least");
  std::unordered_set<std::string_view> names;
  for (const wire::Column& column : schema.columns) {
    if (!names.insert(column.name).second) {
      return fail(ErrorKind::kInvalidInput, "the table has column " + column.name + " twice");
    }
  }
  return {};
}

Result<std::shared_ptr<arrow::RecordBatchReader>> open(const std::filesystem::path& path,
                                                       const FileParams& params, const std::string& key) {
  LAKEPORT_ASSIGN_OR_RETURN(std::unique_ptr<ByteSource> source, DiskFileSource::open(path));
  if (params.encrypted) {
    LAKEPORT_ASSIGN_OR_RETURN(source, decrypt_from(std::move(source), key));
  }
  LAKEPORT_ASSIGN_OR_RETURN(source, decompress_from(std::move(source), params.compression));
  return params.format == Format::kCsv ? read_csv(std::move(source), path.string(), params.null_string)
                                       : read_parquet(std::move(source), path.string(), params.null_string);
}

}  // namespace

Result<std::unique_ptr<BatchFileWriter>> BatchFileWriter::create(std::filesystem::path folder,
                                                                 wire::TableSchema schema, FileParams params,
                                                                 std::int64_t max_file_bytes) {
  LAKEPORT_RETURN_IF_ERROR(check_table(schema));
  LAKEPORT_RETURN_IF_ERROR(check_markers(params));
  if (::access(folder.c_str(), W_OK | X_OK) != 0) {
    return fail(errno == ENOENT ? ErrorKind::kNotFound : ErrorKind::kIo,
                "cannot be written: " + std::generic_category().message(errno), "folder " + folder.string());
  }
  if (params.format == Format::kParquet) {
    return std::make_unique<ParquetWriter>(std::move(folder), std::move(schema), std::move(params),
                                           max_file_bytes);
  }
  return std::make_unique<CsvWriter>(std::move(folder), std::move(schema), std::move(params), max_file_bytes);
}

Result<std::shared_ptr<arrow::RecordBatchReader>> open_batch_file(const std::filesystem::path& path,
                                                                  const FileParams& params,
                                                                  const std::string& key) {
  auto reader = open(path, params, key);
  if (reader || reader.error().where().starts_with("file ")) return reader;
  return fail(std::move(reader).error().at("file " + path.string()));
}

}  // namespace lakeport::batchfile

#include "files_harness.h"

#include <chrono>
#include <cstdio>
#include <fstream>
#include <stdexcept>
#include <utility>

#include <google/protobuf/util/time_util.h>
#include <zlib.h>
#include <zstd.h>

#include "lakeport/duckdb/duckdb.h"

namespace lakeport::sources::testing {
namespace {

namespace fs = std::filesystem;
namespace sdk = fivetran_sdk::v2;

std::string describe(const sdk::ValueType& value) {
  const auto time = [](const google::protobuf::Timestamp& t) {
    return google::protobuf::util::TimeUtil::ToString(t);
  };
  switch (value.inner_case()) {
    case sdk::ValueType::kNull:
      return "null";
    case sdk::ValueType::kBool:
      return value.bool_() ? "bool:true" : "bool:false";
    case sdk::ValueType::kShort:
      return "short:" + std::to_string(value.short_());
    case sdk::ValueType::kInt:
      return "int:" + std::to_string(value.int_());
    case sdk::ValueType::kLong:
      return "long:" + std::to_string(value.long_());
    case sdk::ValueType::kFloat:
    case sdk::ValueType::kDouble: {
      char text[64];
      const bool is_float = value.inner_case() == sdk::ValueType::kFloat;
      std::snprintf(text, sizeof text, is_float ? "%.9g" : "%.17g",
                    is_float ? double{value.float_()} : value.double_());
      return (is_float ? "float:" : "double:") + std::string(text);
    }
    case sdk::ValueType::kNaiveDate:
      return "date:" + time(value.naive_date());
    case sdk::ValueType::kNaiveDatetime:
      return "naive:" + time(value.naive_datetime());
    case sdk::ValueType::kUtcDatetime:
      return "utc:" + time(value.utc_datetime());
    case sdk::ValueType::kNaiveTime:
      return "time:" + time(value.naive_time());
    case sdk::ValueType::kDecimal:
      return "decimal:" + value.decimal();
    case sdk::ValueType::kBinary:
      return "binary:" + value.binary();
    case sdk::ValueType::kString:
      return "string:" + value.string();
    case sdk::ValueType::kJson:
      return "json:" + value.json();
    case sdk::ValueType::kXml:
      return "xml:" + value.xml();
    case sdk::ValueType::INNER_NOT_SET:
      return "nothing";
  }
  return "unknown";
}

}  // namespace

TempFolder::TempFolder() {
  std::string name = (fs::temp_directory_path() / "lakeport-files.XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
  path_ = name;
}

TempFolder::~TempFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

fs::path TempFolder::write(const std::string& name, std::string_view content) const {
  const fs::path path = path_ / name;
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << content;
  return path;
}

void TempFolder::write_gzip(const std::string& name, std::string_view content) const {
  const fs::path path = write(name, "");
  gzFile file = gzopen(path.c_str(), "wb");
  gzwrite(file, content.data(), static_cast<unsigned>(content.size()));
  gzclose(file);
}

void TempFolder::write_zstd(const std::string& name, std::string_view content) const {
  std::string compressed(ZSTD_compressBound(content.size()), '\0');
  compressed.resize(ZSTD_compress(compressed.data(), compressed.size(), content.data(), content.size(), 3));
  write(name, compressed);
}

void TempFolder::run_sql(std::string sql) const {
  for (std::size_t at; (at = sql.find("$FOLDER")) != std::string::npos;) sql.replace(at, 7, path_.string());
  auto database = duckdb::Database::open_in_memory({});
  if (!database) throw std::runtime_error(database.error().to_string());
  auto connection = database->connect();
  const auto done = connection->execute(sql);
  if (!done) throw std::runtime_error(done.error().to_string());
}

void TempFolder::touch(const std::string& name, int seconds_ahead) const {
  fs::last_write_time(path_ / name, fs::file_time_type::clock::now() + std::chrono::seconds(seconds_ahead));
}

RecordingWriter::RecordingWriter(const sdk::SchemaResponse& schema) { declare(schema.without_schema()); }

void RecordingWriter::declare(const sdk::TableList& list) {
  for (const sdk::Table& table : list.tables()) {
    keys_[table.name()].clear();
    for (const sdk::Column& column : table.columns()) {
      std::string type = sdk::DataType_Name(column.type());
      if (column.params().has_decimal()) {
        type += "(" + std::to_string(column.params().decimal().precision()) + "," +
                std::to_string(column.params().decimal().scale()) + ")";
      }
      if (column.primary_key()) {
        type += "*";
        keys_[table.name()].push_back(column.name());
      }
      columns[table.name() + "." + column.name()] = type;
    }
  }
}

Status RecordingWriter::message(std::span<const std::uint8_t> bytes) {
  sdk::UpdateResponse response;
  if (!response.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return fail(ErrorKind::kSourceFailed, "no UpdateResponse");
  }
  if (response.has_record()) return apply(response.record());
  if (response.records().records_size() > 100) return fail(ErrorKind::kSourceFailed, "more than 100 records");
  for (const sdk::Record& record : response.records().records()) LAKEPORT_RETURN_IF_ERROR(apply(record));
  return {};
}

Status RecordingWriter::apply(const sdk::Record& record) {
  Table& table = tables[record.table_name()];
  if (record.type() == sdk::TRUNCATE) {
    ++table.truncates;
    table.rows.clear();
    return {};
  }
  Row row;
  for (const auto& [name, value] : record.data()) {
    if (!columns.contains(record.table_name() + "." + name))
      return fail(ErrorKind::kSourceFailed, "undeclared " + name);
    row[name] = describe(value);
  }
  std::string key;
  for (const std::string& column : keys_[record.table_name()]) {
    if (!row.contains(column)) return fail(ErrorKind::kSourceFailed, "no key column " + column);
    key += (key.empty() ? "" : "|") + row[column].substr(row[column].find(':') + 1);
  }
  if (record.type() == sdk::DELETE) {
    ++table.deletes;
    table.rows.erase(key);
  } else {
    ++table.upserts;
    table.rows[key] = std::move(row);
  }
  return {};
}

Status RecordingWriter::checkpoint(std::string_view state_json) {
  states.emplace_back(state_json);
  if (stop_at_ != 0 && static_cast<int>(states.size()) >= stop_at_)
    return fail(ErrorKind::kCancelled, "gone");
  return {};
}

Status RecordingWriter::warning(std::string_view text) {
  warnings.emplace_back(text);
  return {};
}

Status RecordingWriter::task(std::string_view text) { return fail(ErrorKind::kTask, std::string(text)); }

Status RecordingWriter::schema_change(const sdk::SchemaChange& change) {
  ++schema_changes;
  declare(change.without_schema());
  return {};
}

FilesRun::FilesRun(Configuration configuration) : configuration_(std::move(configuration)) {
  writer_ = std::make_unique<RecordingWriter>(sdk::SchemaResponse());
}

Status FilesRun::sync() {
  LAKEPORT_ASSIGN_OR_RETURN(const auto schema, source_->schema(configuration_));
  auto next = std::make_unique<RecordingWriter>(schema);
  next->tables = std::move(writer_->tables);
  for (auto& [name, table] : next->tables) table.upserts = table.deletes = table.truncates = 0;
  next->states = std::move(writer_->states);
  for (const auto& [column, type] : writer_->columns) next->columns.try_emplace(column, type);
  writer_ = std::move(next);
  request_.clear_configuration();
  request_.mutable_configuration()->insert(configuration_.begin(), configuration_.end());
  request_.set_state_json(writer_->states.empty() ? "{}" : writer_->states.back());
  return source_->update(request_, *writer_);
}

}  // namespace lakeport::sources::testing

// Runs the files source on real files and keeps what a destination would have: rows by key, every value with
// its kind. Reads the messages with the generated classes, so that nothing of ours checks itself.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lakeport/sources/source.h"

#include "connector_sdk.pb.h"

namespace lakeport::sources::testing {

// A folder of its own, gone with the object.
class TempFolder {
 public:
  TempFolder();
  ~TempFolder();
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  // Writes `content` to NAME below the folder; folders on the way are made.
  std::filesystem::path write(const std::string& name, std::string_view content) const;
  // The same through gzip or zstd.
  void write_gzip(const std::string& name, std::string_view content) const;
  void write_zstd(const std::string& name, std::string_view content) const;
  // Runs a DuckDB statement in which $FOLDER is this folder: how Parquet files are made.
  void run_sql(std::string sql) const;
  // Puts the file's date that many seconds into the future.
  void touch(const std::string& name, int seconds_ahead) const;

 private:
  std::filesystem::path path_;
};

// Column → "kind:value" ("long:7", "string:x", "null"); columns that a record lacks are not there.
using Row = std::map<std::string, std::string>;

struct Table {
  std::map<std::string, Row> rows;  // by the key columns' values, joined with '|'
  int upserts = 0;
  int deletes = 0;
  int truncates = 0;
};

// A platform in small: applies what the source sends.
class RecordingWriter final : public UpdateWriter {
 public:
  explicit RecordingWriter(const fivetran_sdk::v2::SchemaResponse& schema);

  Status message(std::span<const std::uint8_t> bytes) override;
  Status checkpoint(std::string_view state_json) override;
  Status warning(std::string_view text) override;
  Status task(std::string_view text) override;
  Status schema_change(const fivetran_sdk::v2::SchemaChange& change) override;
  bool cancelled() const override { return false; }

  // Makes the call end as if the platform had gone, at this checkpoint (counted from 1).
  void stop_at_checkpoint(int number) { stop_at_ = number; }

  std::map<std::string, Table> tables;
  std::map<std::string, std::string> columns;  // "table.column" → type, with "*" for a key column
  std::vector<std::string> states;
  std::vector<std::string> warnings;
  int schema_changes = 0;

 private:
  void declare(const fivetran_sdk::v2::TableList& tables);
  Status apply(const fivetran_sdk::v2::Record& record);

  std::map<std::string, std::vector<std::string>> keys_;
  int stop_at_ = 0;
};

// Syncs one after the other with one state and one destination.
class FilesRun {
 public:
  explicit FilesRun(Configuration configuration);

  // Asks for the schema and runs one Update from the last state.
  Status sync();
  RecordingWriter& destination() { return *writer_; }
  const std::map<std::string, Row>& rows(const std::string& table) { return writer_->tables[table].rows; }
  std::string type(const std::string& table, const std::string& column) {
    return writer_->columns[table + "." + column];
  }
  Configuration& configuration() { return configuration_; }
  fivetran_sdk::v2::UpdateRequest& request() { return request_; }
  const Source& source() const { return *source_; }

 private:
  std::unique_ptr<Source> source_ = make_files_source();
  Configuration configuration_;
  fivetran_sdk::v2::UpdateRequest request_;
  std::unique_ptr<RecordingWriter> writer_;
};

}  // namespace lakeport::sources::testing

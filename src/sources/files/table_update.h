// One table's part of an Update call: reads new and changed files, takes back rows that are no longer there.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "lakeport/base/result.h"
#include "lakeport/sources/source.h"
#include "lakeport/wire/encoder.h"

#include "listing.h"
#include "reader.h"
#include "settings.h"
#include "state.h"

namespace lakeport::sources::files {

// Sends messages and checkpoints of one call. A checkpoint carries the whole state, so they are spaced such
// that states never outweigh rows: one is due when as many bytes were sent as the state has, or a second has
// passed.
class Progress {
 public:
  Progress(UpdateWriter& writer, State& state, std::string stored)
      : writer_(writer), state_(state), stored_(std::move(stored)) {}

  UpdateWriter& writer() { return writer_; }
  wire::EmitMessage emitter();
  Status checkpoint_when_due();
  // Unless the platform has this state already.
  Status checkpoint();

 private:
  UpdateWriter& writer_;
  State& state_;
  std::string stored_;
  std::size_t sent_ = 0;
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

class TableUpdate {
 public:
  // `files`: the table's, oldest first; empty when none are left. `left_out`: column names that are not
  // selected.
  TableUpdate(const Settings& settings, std::string table, std::vector<InputFile> files,
              std::set<std::string> left_out, TableState& state, Progress& progress, Session& session);

  Status run();

 private:
  Status start();
  Status forget_everything();
  Result<bool> is_unchanged(const InputFile& file);
  Status remove_missing_files();
  Status read_file(const InputFile& file);
  Result<std::int64_t> send_rows(const InputFile& file, FileReader& reader, std::int64_t resume_at);
  Status send_batch(const InputFile& file, const arrow::RecordBatch& batch, std::int64_t first_line);
  Status delete_lines(const std::string& file, std::int64_t after, std::int64_t last);
  // Takes a file's columns into the layout and tells the platform when that changes it.
  Status merge(const std::vector<LayoutColumn>& columns);
  Status announce();

  bool keyed() const { return !settings_.key_of(table_).empty(); }

  const Settings& settings_;
  std::string table_;
  std::vector<InputFile> files_;
  std::set<std::string> left_out_;
  TableState& state_;
  Progress& progress_;
  Session& session_;
  wire::TableSchema schema_;
  std::unique_ptr<wire::RecordEncoder> encoder_;
  bool announced_ = false;
  std::int64_t sent_lines_ = 0;  // of the file at hand
};

}  // namespace lakeport::sources::files

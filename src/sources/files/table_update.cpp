#include "table_update.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include <arrow/api.h>

#include "connector_sdk.pb.h"
#include "content.h"
#include "table_schema.h"

namespace lakeport::sources::files {
namespace {

constexpr std::int64_t kRowsPerCheckpoint = 200'000;
constexpr std::int64_t kDeletesPerBatch = 10'000;
constexpr int kMostRestarts = 3;

arrow::Result<std::shared_ptr<arrow::Array>> line_numbers(std::int64_t first, std::int64_t count) {
  arrow::Int64Builder builder;
  ARROW_RETURN_NOT_OK(builder.Reserve(count));
  for (std::int64_t i = 0; i < count; ++i) builder.UnsafeAppend(first + i);
  return builder.Finish();
}

arrow::Result<std::shared_ptr<arrow::Array>> repeated(const std::shared_ptr<arrow::Scalar>& value,
                                                      std::int64_t count) {
  return arrow::MakeArrayFromScalar(*value, count);
}

}  // namespace

wire::EmitMessage Progress::emitter() {
  return [this](std::span<const std::uint8_t> bytes) {
    sent_ += bytes.size();
    return writer_.message(bytes);
  };
}

Status Progress::checkpoint_when_due() {
  const bool late = std::chrono::steady_clock::now() - last_ > std::chrono::seconds(1);
  return late || sent_ >= stored_.size() ? checkpoint() : Status();
}

Status Progress::checkpoint() {
  std::string text = state_.write();
  sent_ = 0;
  last_ = std::chrono::steady_clock::now();
  if (text == stored_) return {};
  LAKEPORT_RETURN_IF_ERROR(writer_.checkpoint(text));
  stored_ = std::move(text);
  return {};
}

TableUpdate::TableUpdate(const Settings& settings, std::string table, std::vector<InputFile> files,
                         std::set<std::string> left_out, TableState& state, Progress& progress,
                         Session& session)
    : settings_(settings),
      table_(std::move(table)),
      files_(std::move(files)),
      left_out_(std::move(left_out)),
      state_(state),
      progress_(progress),
      session_(session) {}

Status TableUpdate::run() {
  LAKEPORT_RETURN_IF_ERROR(start());
  LAKEPORT_RETURN_IF_ERROR(remove_missing_files());
  for (const InputFile& file : files_) {
    LAKEPORT_ASSIGN_OR_RETURN(const bool unchanged, is_unchanged(file));
    if (unchanged) continue;
    sent_lines_ = 0;
    if (Status read = read_file(file); !read) {
      // What was sent of it is remembered, so that a mended, shorter file does not leave rows behind.
      if (read.error().kind() == ErrorKind::kCancelled) return read;
      FileState& failed = state_.files[file.name];
      failed.rows = std::max(failed.rows, sent_lines_);
      failed.size = kIncomplete;
      LAKEPORT_RETURN_IF_ERROR(progress_.checkpoint());
      return read;
    }
    LAKEPORT_RETURN_IF_ERROR(progress_.checkpoint_when_due());
  }
  return {};
}

Status TableUpdate::start() {
  const std::string fingerprint = settings_.fingerprint(table_);
  const bool first = state_.fingerprint.empty();
  if (!first && state_.fingerprint != fingerprint) LAKEPORT_RETURN_IF_ERROR(forget_everything());
  state_.fingerprint = fingerprint;
  const bool more_columns = !std::ranges::includes(left_out_, state_.left_out);
  state_.left_out = left_out_;
  if (more_columns) {
    for (auto& [name, file] : state_.files) file.size = kIncomplete;
    state_.reading.reset();
  }
  if (state_.layout.columns.empty()) {
    // The same as the Schema call has told.
    LAKEPORT_ASSIGN_OR_RETURN(state_.layout, sample_layout(settings_, files_, session_));
    announced_ = first;
  }
  LAKEPORT_ASSIGN_OR_RETURN(schema_, table_schema(settings_, table_, state_.layout, left_out_));
  encoder_ = std::make_unique<wire::RecordEncoder>(std::nullopt, schema_);
  if (!keyed() || !settings_.delete_removed) return {};
  // Which rows a changed or deleted file had is not known by key: the table is read anew, as a whole.
  std::size_t known = 0;
  bool changed = false;
  for (const InputFile& file : files_) {
    if (!state_.files.contains(file.name)) continue;
    ++known;
    LAKEPORT_ASSIGN_OR_RETURN(const bool unchanged, is_unchanged(file));
    changed = changed || !unchanged;
  }
  const bool stale = changed || known < state_.files.size();
  return stale ? forget_everything() : Status();
}

Status TableUpdate::forget_everything() {
  const std::string truncate = wire::encode_truncate(std::nullopt, table_);
  LAKEPORT_RETURN_IF_ERROR(
      progress_.writer().message({reinterpret_cast<const std::uint8_t*>(truncate.data()), truncate.size()}));
  state_.files.clear();
  state_.reading.reset();
  state_.layout = {};
  return {};
}

Result<bool> TableUpdate::is_unchanged(const InputFile& file) {
  const auto known = state_.files.find(file.name);
  if (known == state_.files.end() || known->second.size != file.size) return false;
  if (known->second.modified == file.modified) return true;
  if (known->second.hash.empty()) return false;
  LAKEPORT_ASSIGN_OR_RETURN(const std::string hash, hash_content(file));
  if (hash != known->second.hash) return false;
  known->second.modified = file.modified;
  return true;
}

Status TableUpdate::remove_missing_files() {
  std::set<std::string_view> names;
  for (const InputFile& file : files_) names.insert(file.name);
  for (auto known = state_.files.begin(); known != state_.files.end();) {
    if (names.contains(known->first)) {
      ++known;
      continue;
    }
    if (settings_.delete_removed) LAKEPORT_RETURN_IF_ERROR(delete_lines(known->first, 0, known->second.rows));
    known = state_.files.erase(known);
  }
  return {};
}

Status TableUpdate::read_file(const InputFile& file) {
  const auto known = state_.files.find(file.name);
  std::int64_t highest_line = known == state_.files.end() ? 0 : known->second.rows;
  std::int64_t resume_at = 0;
  if (state_.reading && state_.reading->file == file.name) {
    const ReadingState& reading = *state_.reading;
    if (reading.size == file.size && reading.modified == file.modified) resume_at = reading.rows;
    highest_line = std::max(highest_line, reading.rows);
  }
  LAKEPORT_ASSIGN_OR_RETURN(std::string hash, hash_content(file));
  auto reader = FileReader::create(file, settings_, session_);
  LAKEPORT_ASSIGN_OR_RETURN(const auto columns, reader->columns(kSampleRows));
  LAKEPORT_RETURN_IF_ERROR(merge(columns));
  LAKEPORT_RETURN_IF_ERROR(announce());
  for (const std::string& warning : reader->warnings()) {
    LAKEPORT_RETURN_IF_ERROR(progress_.writer().warning(warning));
  }
  LAKEPORT_ASSIGN_OR_RETURN(const std::int64_t rows, send_rows(file, *reader, resume_at));
  highest_line = std::max(highest_line, sent_lines_);
  if (!keyed()) LAKEPORT_RETURN_IF_ERROR(delete_lines(file.name, rows, highest_line));
  state_.files[file.name] = {file.size, file.modified, std::move(hash), rows};
  state_.reading.reset();
  return {};
}

Result<std::int64_t> TableUpdate::send_rows(const InputFile& file, FileReader& reader,
                                            std::int64_t resume_at) {
  for (int restarts = 0; restarts <= kMostRestarts; ++restarts) {
    std::int64_t line = 0;  // rows read
    std::int64_t checkpointed = resume_at;
    const auto take = [&](const std::shared_ptr<arrow::RecordBatch>& batch) -> Status {
      const std::int64_t skipped = std::clamp<std::int64_t>(resume_at - line, 0, batch->num_rows());
      const std::int64_t first_line = line + skipped + 1;
      line += batch->num_rows();
      if (skipped == batch->num_rows()) return {};
      LAKEPORT_RETURN_IF_ERROR(send_batch(file, *batch->Slice(skipped), first_line));
      sent_lines_ = std::max(sent_lines_, line);
      if (line - checkpointed < kRowsPerCheckpoint) return {};
      checkpointed = line;
      state_.reading = {file.name, file.size, file.modified, line};
      return progress_.checkpoint();
    };
    LAKEPORT_ASSIGN_OR_RETURN(const ReadOutcome outcome, reader.read(state_.layout, take));
    if (outcome == ReadOutcome::kWhole) return line;
    // The sample has not shown all: the file's types come from all its rows now, and it is sent again from
    // its start.
    resume_at = 0;
    state_.reading.reset();
    FileState& started = state_.files[file.name];
    started.size = kIncomplete;
    started.rows = std::max(started.rows, sent_lines_);
    LAKEPORT_ASSIGN_OR_RETURN(const auto columns, reader.columns(kAllRows));
    LAKEPORT_RETURN_IF_ERROR(merge(columns));
    LAKEPORT_RETURN_IF_ERROR(announce());
  }
  return fail(ErrorKind::kUnavailable, "changes while it is read", file.name,
              "Sync again when it is complete.");
}

Status TableUpdate::send_batch(const InputFile& file, const arrow::RecordBatch& batch,
                               std::int64_t first_line) {
  const std::int64_t count = batch.num_rows();
  for (const std::string& name : settings_.key_of(table_)) {
    const auto column = batch.GetColumnByName(name);
    for (std::int64_t row = 0; row < count && (!column || column->null_count() > 0); ++row) {
      if (column && !column->IsNull(row)) continue;
      return fail(ErrorKind::kInvalidInput, "the key column " + name + " has no value",
                  file.name + ", row " + std::to_string(first_line + row),
                  "Choose a primary key that every row has.");
    }
  }
  arrow::FieldVector fields;
  arrow::ArrayVector arrays;
  const auto add = [&](std::string_view name,
                       const arrow::Result<std::shared_ptr<arrow::Array>>& array) -> Status {
    if (!array.ok()) return fail(ErrorKind::kInternal, array.status().message(), file.name);
    fields.push_back(arrow::field(std::string(name), (*array)->type()));
    arrays.push_back(*array);
    return {};
  };
  for (int i = 0; i < batch.num_columns(); ++i) {
    if (left_out_.contains(batch.column_name(i))) continue;
    LAKEPORT_RETURN_IF_ERROR(add(batch.column_name(i), batch.column(i)));
  }
  const auto modified = std::make_shared<arrow::TimestampScalar>(
      file.modified / 1000, arrow::timestamp(arrow::TimeUnit::MICRO, "UTC"));
  LAKEPORT_RETURN_IF_ERROR(
      add(kFileColumn, repeated(std::make_shared<arrow::StringScalar>(file.name), count)));
  LAKEPORT_RETURN_IF_ERROR(add(kLineColumn, line_numbers(first_line, count)));
  LAKEPORT_RETURN_IF_ERROR(add(kModifiedColumn, repeated(modified, count)));
  const auto rows = arrow::RecordBatch::Make(arrow::schema(std::move(fields)), count, std::move(arrays));
  return encoder_->encode(*rows, wire::RecordType::kUpsert, progress_.emitter());
}

Status TableUpdate::delete_lines(const std::string& file, std::int64_t after, std::int64_t last) {
  if (keyed() || last <= after) return {};
  LAKEPORT_RETURN_IF_ERROR(announce());  // the Schema call does not tell of a table without files
  for (std::int64_t first = after + 1; first <= last; first += kDeletesPerBatch) {
    const std::int64_t count = std::min(kDeletesPerBatch, last - first + 1);
    const auto names = repeated(std::make_shared<arrow::StringScalar>(file), count);
    const auto lines = line_numbers(first, count);
    if (!names.ok() || !lines.ok()) return fail(ErrorKind::kInternal, "cannot build a batch of keys", file);
    const auto rows =
        arrow::RecordBatch::Make(arrow::schema({arrow::field(std::string(kFileColumn), arrow::utf8()),
                                                arrow::field(std::string(kLineColumn), arrow::int64())}),
                                 count, arrow::ArrayVector{*names, *lines});
    LAKEPORT_RETURN_IF_ERROR(encoder_->encode(*rows, wire::RecordType::kDelete, progress_.emitter()));
  }
  return {};
}

Status TableUpdate::merge(const std::vector<LayoutColumn>& columns) {
  TableLayout grown = state_.layout;
  grown.merge(columns);
  if (grown == state_.layout) return {};
  LAKEPORT_ASSIGN_OR_RETURN(auto schema, table_schema(settings_, table_, grown, left_out_));
  state_.layout = std::move(grown);
  if (schema == schema_) return {};
  schema_ = std::move(schema);
  encoder_ = std::make_unique<wire::RecordEncoder>(std::nullopt, schema_);
  announced_ = false;
  return {};
}

Status TableUpdate::announce() {
  if (announced_) return {};
  fivetran_sdk::v2::SchemaChange change;
  wire::table_to_proto(schema_, change.mutable_without_schema()->add_tables());
  announced_ = true;
  return progress_.writer().schema_change(change);
}

}  // namespace lakeport::sources::files

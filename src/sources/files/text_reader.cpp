#include "text_reader.h"

#include <utility>

#include <arrow/api.h>

#include "content.h"

namespace lakeport::sources::files {

Result<std::vector<LayoutColumn>> TextReader::columns(std::int64_t rows) {
  if (rows == kAllRows) LAKEPORT_RETURN_IF_ERROR(check_compressed(file_));
  while (true) {
    BatchSummary summary;
    LAKEPORT_ASSIGN_OR_RETURN(const ReadOutcome outcome,
                              scan(rows, [&](const RawBatch& batch) -> Result<ReadOutcome> {
                                summary.add(batch);
                                return ReadOutcome::kWhole;
                              }));
    if (outcome == ReadOutcome::kRestart) continue;
    for (const std::string& name : names()) summary.add_name(name);
    return summary.columns();
  }
}

Result<ReadOutcome> TextReader::read(const TableLayout& layout, const TakeRows& take) {
  LAKEPORT_RETURN_IF_ERROR(check_compressed(file_));
  return scan(kAllRows, [&](const RawBatch& batch) -> Result<ReadOutcome> {
    auto typed = to_typed(batch, layout);
    if (!typed) return ReadOutcome::kRestart;
    LAKEPORT_RETURN_IF_ERROR(take(std::move(typed)));
    return ReadOutcome::kWhole;
  });
}

Result<ReadOutcome> TextReader::fail_or_restart(const Error& error) {
  if (!is_row_too_long(error)) return fail(explain(error));
  if (long_rows_) {
    return fail(ErrorKind::kInvalidInput,
                "a row is longer than " + std::to_string(kLongestRow >> 20) + " MiB", file_.name);
  }
  long_rows_ = true;
  return ReadOutcome::kRestart;
}

Result<ReadOutcome> TextReader::scan(std::int64_t rows, const TakeRaw& take) {
  LAKEPORT_ASSIGN_OR_RETURN(std::string sql, query(long_rows_));
  if (sql.empty()) return ReadOutcome::kWhole;
  if (rows != kAllRows) sql += " LIMIT " + std::to_string(rows);
  LAKEPORT_ASSIGN_OR_RETURN(duckdb::Connection* const connection, session_.open(long_rows_));
  auto reader = connection->stream(sql);
  if (!reader) return fail_or_restart(reader.error());
  std::int64_t seen = 0;
  while (true) {
    std::shared_ptr<arrow::RecordBatch> batch;
    if (const auto status = (*reader)->ReadNext(&batch); !status.ok()) {
      return fail_or_restart(Error(ErrorKind::kInvalidInput, status.message()));
    }
    if (!batch) return ReadOutcome::kWhole;
    const std::int64_t count = batch->num_rows();
    LAKEPORT_ASSIGN_OR_RETURN(RawBatch raw, to_raw(std::move(batch), seen));
    LAKEPORT_ASSIGN_OR_RETURN(const ReadOutcome outcome, take(std::move(raw)));
    if (outcome == ReadOutcome::kRestart) return outcome;
    seen += count;
  }
}

}  // namespace lakeport::sources::files

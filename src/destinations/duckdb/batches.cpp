#include "batches.h"

#include <functional>
#include <string>
#include <unordered_map>

#include <arrow/record_batch.h>
#include <arrow/table.h>
#include <arrow/util/byte_size.h>

#include "lakeport/merge/batch_columns.h"
#include "lakeport/merge/merge.h"

#include "destination_sdk.pb.h"
#include "history.h"

namespace lakeport::destinations {

namespace sdk = fivetran_sdk::v2;

namespace {

// Rows are merged so many bytes or rows at a time: enough to make each merge worth its scan of the keys.
constexpr std::int64_t kSliceBytes = 48 << 20;
constexpr std::int64_t kSliceRows = 500'000;

// The files of one request, and how to read them.
class BatchFiles {
 public:
  template <class Request>
  static Result<BatchFiles> of(const Request& request, batchfile::Format format) {
    BatchFiles files;
    files.params_.format = format;
    const auto& params = request.file_params();
    switch (params.compression()) {
      case sdk::OFF:
        files.params_.compression = batchfile::Compression::kOff;
        break;
      case sdk::ZSTD:
        files.params_.compression = batchfile::Compression::kZstd;
        break;
      case sdk::GZIP:
        files.params_.compression = batchfile::Compression::kGzip;
        break;
      default:
        return fail(ErrorKind::kInvalidInput, "unknown compression " + std::to_string(params.compression()));
    }
    if (params.encryption() != sdk::NONE && params.encryption() != sdk::AES) {
      return fail(ErrorKind::kInvalidInput, "unknown encryption " + std::to_string(params.encryption()));
    }
    files.params_.encrypted = params.encryption() == sdk::AES;
    files.params_.null_string = params.null_string();
    files.params_.unmodified_string = params.unmodified_string();
    for (const auto& [file, key] : request.keys()) files.keys_.emplace(file, key);
    return files;
  }

  const std::string& unmodified() const { return params_.unmodified_string; }

  // Calls `take` with the rows of `path`, a slice at a time.
  Status read(const std::string& path,
              const std::function<Status(const std::shared_ptr<arrow::Table>&)>& take) const {
    const auto key = keys_.find(path);
    if (params_.encrypted && key == keys_.end()) {
      return fail(ErrorKind::kInvalidInput, "the request has no key for this file", "file " + path);
    }
    LAKEPORT_ASSIGN_OR_RETURN(
        const auto reader, batchfile::open_batch_file(path, params_, key == keys_.end() ? "" : key->second));
    arrow::RecordBatchVector slice;
    std::int64_t rows = 0;
    std::int64_t bytes = 0;
    auto hand_over = [&]() -> Status {
      if (rows == 0) return {};
      auto table = arrow::Table::FromRecordBatches(reader->schema(), slice);
      if (!table.ok()) return fail(ErrorKind::kInternal, table.status().message(), "file " + path);
      slice.clear();
      rows = 0;
      bytes = 0;
      return take(*table);
    };
    while (true) {
      std::shared_ptr<arrow::RecordBatch> batch;
      if (auto status = reader->ReadNext(&batch); !status.ok()) {
        return fail(status.IsIOError() ? ErrorKind::kIo : ErrorKind::kInvalidInput, status.message());
      }
      if (!batch) return hand_over();
      rows += batch->num_rows();
      bytes += arrow::util::TotalBufferSize(*batch);
      slice.push_back(std::move(batch));
      if (rows >= kSliceRows || bytes >= kSliceBytes) LAKEPORT_RETURN_IF_ERROR(hand_over());
    }
  }

 private:
  batchfile::FileParams params_;
  std::unordered_map<std::string, std::string> keys_;
};

using Apply = std::function<Status(const StoredTable&, const ChangedRows&)>;

template <class Paths>
Status apply_files(Session& session, const BatchFiles& files, const wire::TableId& id, const Paths& paths,
                   const BatchText& text, const Apply& apply) {
  for (const auto& path : paths) {
    LAKEPORT_RETURN_IF_ERROR(files.read(path, [&](const std::shared_ptr<arrow::Table>& slice) -> Status {
      LAKEPORT_ASSIGN_OR_RETURN(const auto rows, bind_rows(session, id, slice, text));
      return apply(*rows.table, rows.changed);
    }));
  }
  return {};
}

}  // namespace

Status write_batch(Session& session, const sdk::WriteBatchRequest& request, batchfile::Format format) {
  const wire::TableId id{request.schema_name(), request.table().name()};
  LAKEPORT_ASSIGN_OR_RETURN(const auto files, BatchFiles::of(request, format));
  LAKEPORT_RETURN_IF_ERROR(session.tables().get(id));
  LAKEPORT_RETURN_IF_ERROR(
      apply_files(session, files, id, request.replace_files(), {},
                  [&](const auto& table, const auto& rows) { return replace_rows(session, table, rows); }));
  LAKEPORT_RETURN_IF_ERROR(
      apply_files(session, files, id, request.update_files(), {files.unmodified()},
                  [&](const auto& table, const auto& rows) { return update_rows(session, table, rows); }));
  return apply_files(session, files, id, request.delete_files(), {files.unmodified()},
                     [&](const auto& table, const auto& rows) { return delete_rows(session, table, rows); });
}

Status write_history_batch(Session& session, const sdk::WriteHistoryBatchRequest& request,
                           batchfile::Format format) {
  const wire::TableId id{request.schema_name(), request.table().name()};
  LAKEPORT_ASSIGN_OR_RETURN(const auto files, BatchFiles::of(request, format));
  LAKEPORT_ASSIGN_OR_RETURN(const auto* stored, session.tables().get(id));
  LAKEPORT_RETURN_IF_ERROR(history_table(*stored));
  using Step = Status (*)(Session&, const StoredTable&, const ChangedRows&);
  auto with = [&](Step step) {
    return [&session, step](const StoredTable& table, const ChangedRows& rows) -> Status {
      LAKEPORT_ASSIGN_OR_RETURN(const auto history, history_table(table));
      return step(session, history, rows);
    };
  };
  const BatchText marked{files.unmodified()};
  LAKEPORT_RETURN_IF_ERROR(
      apply_files(session, files, id, request.earliest_start_files(), marked, with(apply_earliest_starts)));
  LAKEPORT_RETURN_IF_ERROR(
      apply_files(session, files, id, request.replace_files(), {}, with(apply_versions)));
  LAKEPORT_RETURN_IF_ERROR(
      apply_files(session, files, id, request.update_files(), marked, with(apply_updates)));
  return apply_files(session, files, id, request.delete_files(), marked, with(apply_ends));
}

}  // namespace lakeport::destinations

#include "lakeport/sync/sdk_destination.h"

#include <chrono>
#include <filesystem>
#include <future>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <arrow/record_batch.h>

#include "lakeport/batchfile/batch_file.h"
#include "lakeport/batchfile/batch_folder.h"
#include "lakeport/connectors/destination_client.h"

#include "destination_sdk.pb.h"
#include "sdk_column_params.h"

namespace lakeport::sync {

namespace {

namespace sdk = fivetran_sdk::v2;
using Batches = std::vector<std::shared_ptr<arrow::RecordBatch>>;

// Every error names its table: that of the batch on its way, when it is that which failed.
template <class Outcome>
Outcome about(const wire::TableId& table, Outcome outcome) {
  if (!outcome && !outcome.error().where().starts_with("table "))
    outcome.error().at("table " + table.to_string());
  return outcome;
}

// A table that a destination lost between two calls.
tl::unexpected<Error> gone() {
  return fail(ErrorKind::kDestinationFailed, "the table is not there any more", "",
              "Do not drop tables during a sync; run the sync again");
}

// The batch files of one request; removed with it.
class RequestFiles {
 public:
  RequestFiles() = default;
  ~RequestFiles() {
    for (const batchfile::WrittenFile& file : files_) {
      std::error_code ignored;
      std::filesystem::remove(file.path, ignored);
    }
  }
  RequestFiles(RequestFiles&& other) noexcept : files_(std::exchange(other.files_, {})) {}
  RequestFiles(const RequestFiles&) = delete;
  RequestFiles& operator=(const RequestFiles&) = delete;
  RequestFiles& operator=(RequestFiles&&) = delete;

  void add(std::vector<batchfile::WrittenFile> written, sdk::WriteBatchRequest& request,
           google::protobuf::RepeatedPtrField<std::string>* paths) {
    for (batchfile::WrittenFile& file : written) {
      const std::string path = file.path.string();
      *paths->Add() = path;
      (*request.mutable_keys())[path] = std::move(file.key);
      files_.push_back(std::move(file));
    }
  }

 private:
  std::vector<batchfile::WrittenFile> files_;
};

// A WriteBatch that is ready to be sent.
struct ReadyBatch {
  sdk::WriteBatchRequest request;
  RequestFiles files;
};

// While the destination applies one batch, the files of the next one are written. There is never more than
// one call at a time: whoever wants to make another one settles first.
class SdkDestination final : public Destination {
 public:
  SdkDestination(connectors::DestinationClient& client, batchfile::Format format,
                 std::unique_ptr<batchfile::BatchFolder> folder, std::int64_t max_file_bytes);

  Result<std::optional<wire::TableSchema>> describe(const wire::TableId& table) override;
  Status create(const wire::TableId& table, const wire::TableSchema& schema) override;
  Status alter(const wire::TableId& table, const wire::TableSchema& schema) override;
  Status write(const wire::TableChanges& changes) override;
  Status soft_truncate(const wire::TableId& table, UtcMillis before) override;
  Status commit() override { return settle(); }
  Status end_epoch() override { return {}; }

 private:
  // The table as it is there, asked for once after each change.
  Result<wire::TableSchema> known(const wire::TableId& table);
  // Makes limited columns wide enough for the changes; the table as it is there then.
  Result<wire::TableSchema> make_room(const wire::TableChanges& changes);
  Result<ReadyBatch> prepare(const wire::TableChanges& changes);
  // Waits until the batch on its way is applied; its error, named after its table.
  Status settle();

  connectors::DestinationClient& client_;
  batchfile::Format format_;
  std::unique_ptr<batchfile::BatchFolder> folder_;
  std::int64_t max_file_bytes_;
  std::map<wire::TableId, wire::TableSchema> known_;
  std::future<Status> on_its_way_;  // its destructor waits
};

}  // namespace

SdkDestination::SdkDestination(connectors::DestinationClient& client, batchfile::Format format,
                               std::unique_ptr<batchfile::BatchFolder> folder, std::int64_t max_file_bytes)
    : client_(client), format_(format), folder_(std::move(folder)), max_file_bytes_(max_file_bytes) {}

Result<std::optional<wire::TableSchema>> SdkDestination::describe(const wire::TableId& table) {
  LAKEPORT_RETURN_IF_ERROR(settle());
  known_.erase(table);
  auto described = about(table, client_.describe_table(table));
  if (described && *described) known_.emplace(table, **described);
  return described;
}

Status SdkDestination::create(const wire::TableId& table, const wire::TableSchema& schema) {
  LAKEPORT_RETURN_IF_ERROR(settle());
  known_.erase(table);
  return about(table, client_.create_table(table, schema));
}

Status SdkDestination::alter(const wire::TableId& table, const wire::TableSchema& schema) {
  LAKEPORT_RETURN_IF_ERROR(settle());
  LAKEPORT_ASSIGN_OR_RETURN(const wire::TableSchema described, about(table, known(table)));
  known_.erase(table);
  return about(table, client_.alter_table(table, not_narrower(schema, described), false));
}

Status SdkDestination::write(const wire::TableChanges& changes) {
  if (changes.rows() == 0) return {};
  auto ready = about(changes.table, prepare(changes));
  if (!ready) return fail(std::move(ready).error());
  LAKEPORT_RETURN_IF_ERROR(settle());
  on_its_way_ =
      std::async(std::launch::async, [this, table = changes.table, batch = *std::move(ready)]() mutable {
        return about(table, client_.write_batch(std::move(batch.request)));
      });
  return {};
}

Status SdkDestination::settle() { return on_its_way_.valid() ? on_its_way_.get() : Status{}; }

Status SdkDestination::soft_truncate(const wire::TableId& table, UtcMillis before) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(before);
  sdk::TruncateRequest request;
  request.set_schema_name(table.schema);
  request.set_table_name(table.table);
  request.set_synced_column(std::string(wire::kSyncedColumn));
  request.mutable_utc_delete_before()->set_seconds(seconds.time_since_epoch().count());
  request.mutable_utc_delete_before()->set_nanos(
      static_cast<std::int32_t>(std::chrono::nanoseconds(before - seconds).count()));
  request.mutable_soft()->set_deleted_column(std::string(wire::kDeletedColumn));
  LAKEPORT_RETURN_IF_ERROR(settle());
  return about(table, client_.truncate(std::move(request)));
}

Result<wire::TableSchema> SdkDestination::known(const wire::TableId& table) {
  const auto found = known_.find(table);
  if (found != known_.end()) return found->second;
  LAKEPORT_RETURN_IF_ERROR(settle());
  LAKEPORT_ASSIGN_OR_RETURN(const auto described, client_.describe_table(table));
  if (!described) return gone();
  known_.emplace(table, *described);
  return *described;
}

Result<wire::TableSchema> SdkDestination::make_room(const wire::TableChanges& changes) {
  LAKEPORT_ASSIGN_OR_RETURN(wire::TableSchema described, known(changes.table));
  LAKEPORT_ASSIGN_OR_RETURN(const auto wide, widened_for(described, changes));
  if (!wide) return described;
  LAKEPORT_RETURN_IF_ERROR(settle());
  known_.erase(changes.table);
  LAKEPORT_RETURN_IF_ERROR(client_.alter_table(changes.table, *wide, false));
  // A destination that cannot go so far may say success all the same: what it says now counts.
  LAKEPORT_ASSIGN_OR_RETURN(wire::TableSchema altered, known(changes.table));
  LAKEPORT_ASSIGN_OR_RETURN(const auto still, widened_for(altered, changes));
  if (!still) return altered;
  for (const wire::Column& column : still->columns) {
    if (const wire::Column* there = altered.find(column.name); *there != column) {
      return fail(ErrorKind::kDestinationFailed,
                  "the destination keeps the column too narrow for its values, although AlterTable succeeded",
                  "column " + column.name, "Widen the column at the destination");
    }
  }
  return altered;
}

Result<ReadyBatch> SdkDestination::prepare(const wire::TableChanges& changes) {
  LAKEPORT_ASSIGN_OR_RETURN(const wire::TableSchema described, make_room(changes));
  ReadyBatch ready;
  sdk::WriteBatchRequest& request = ready.request;
  request.set_schema_name(changes.table.schema);
  wire::table_to_proto(with_params_of(changes.schema, described), request.mutable_table());
  request.mutable_table()->set_name(changes.table.table);

  batchfile::FileParams params{.format = format_};
  LAKEPORT_RETURN_IF_ERROR(batchfile::choose_markers(params));
  request.mutable_file_params()->set_compression(sdk::ZSTD);
  request.mutable_file_params()->set_encryption(sdk::AES);
  request.mutable_file_params()->set_null_string(params.null_string);
  request.mutable_file_params()->set_unmodified_string(params.unmodified_string);

  const auto write_files = [&](const Batches& batches,
                               google::protobuf::RepeatedPtrField<std::string>* paths) -> Status {
    LAKEPORT_ASSIGN_OR_RETURN(
        const auto writer,
        batchfile::BatchFileWriter::create(folder_->path(), changes.schema, params, max_file_bytes_));
    for (const auto& batch : batches) LAKEPORT_RETURN_IF_ERROR(writer->append(*batch));
    LAKEPORT_ASSIGN_OR_RETURN(auto written, writer->finish());
    ready.files.add(std::move(written), request, paths);
    return {};
  };
  if (changes.upserts)
    LAKEPORT_RETURN_IF_ERROR(write_files({changes.upserts}, request.mutable_replace_files()));
  LAKEPORT_RETURN_IF_ERROR(write_files(changes.updates, request.mutable_update_files()));
  return ready;
}

Result<std::unique_ptr<Destination>> open_sdk_destination(connectors::DestinationClient& client,
                                                          const SdkDestinationOptions& options) {
  LAKEPORT_ASSIGN_OR_RETURN(const connectors::BatchFormat format, client.capabilities());
  LAKEPORT_ASSIGN_OR_RETURN(auto folder, batchfile::BatchFolder::open(options.folder));
  return std::make_unique<SdkDestination>(
      client,
      format == connectors::BatchFormat::kParquet ? batchfile::Format::kParquet : batchfile::Format::kCsv,
      std::move(folder), options.max_file_bytes);
}

}  // namespace lakeport::sync

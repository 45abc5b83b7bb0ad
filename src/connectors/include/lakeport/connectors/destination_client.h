// The platform's side of service DestinationConnector (destination_sdk.proto).
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "lakeport/base/result.h"
#include "lakeport/connectors/source_client.h"
#include "lakeport/wire/schema.h"

namespace fivetran_sdk::v2 {
class ConfigurationFormResponse;
class TruncateRequest;
class WriteBatchRequest;
class WriteHistoryBatchRequest;
class MigrateRequest;
}  // namespace fivetran_sdk::v2

namespace lakeport::connectors {

enum class BatchFormat { kCsv, kParquet };

struct DestinationOptions {
  CallOptions calls;
  int unavailable_retries = 5;                         // of one call, on UNAVAILABLE only
  std::chrono::milliseconds first_backoff{500};        // doubles each time
  std::function<void(const std::string&)> on_warning;  // what a `warning` answer says
};

// The configuration is given once and sent with every call. A `task` answer is a kTask error, `success:
// false` and any gRPC error but UNAVAILABLE a kDestinationFailed (never retried); a `warning` counts as done.
class DestinationClient {
 public:
  static std::unique_ptr<DestinationClient> create(Connector& connector, Configuration configuration,
                                                   DestinationOptions options);
  virtual ~DestinationClient() = default;

  virtual Result<fivetran_sdk::v2::ConfigurationFormResponse> configuration_form() = 0;
  virtual Result<BatchFormat> capabilities() = 0;
  virtual Status test(const std::string& name) = 0;
  virtual Result<std::optional<wire::TableSchema>> describe_table(const wire::TableId& table) = 0;
  virtual Status create_table(const wire::TableId& table, const wire::TableSchema& schema) = 0;
  virtual Status alter_table(const wire::TableId& table, const wire::TableSchema& schema,
                             bool drop_columns) = 0;
  // The configuration field of the requests is filled in by the client.
  virtual Status truncate(fivetran_sdk::v2::TruncateRequest request) = 0;
  virtual Status write_batch(fivetran_sdk::v2::WriteBatchRequest request) = 0;
  virtual Status write_history_batch(fivetran_sdk::v2::WriteHistoryBatchRequest request) = 0;
  // False when the destination answers `unsupported`.
  virtual Result<bool> migrate(fivetran_sdk::v2::MigrateRequest request) = 0;
};

}  // namespace lakeport::connectors

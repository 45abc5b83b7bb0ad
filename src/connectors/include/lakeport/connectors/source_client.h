// The platform's side of service SourceConnector (connector_sdk.proto).
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "lakeport/base/result.h"
#include "lakeport/connectors/connector.h"

namespace fivetran_sdk::v2 {
class ConfigurationFormResponse;
class SchemaResponse;
class UpdateRequest;
}  // namespace fivetran_sdk::v2

namespace lakeport::connectors {

using Configuration = std::map<std::string, std::string>;

struct CallOptions {
  std::chrono::milliseconds call_deadline{300'000};   // of a call with one answer
  std::chrono::milliseconds stall_deadline{600'000};  // between two messages of a stream
  // Let gRPC hold as many messages ready as the connection can carry: the source goes on while rows are being
  // written, at the price of up to about 100 MB. Without it 64 KiB are held.
  bool read_ahead = true;
};

// The rows of one Update call, read by one thread.
class UpdateStream {
 public:
  virtual ~UpdateStream() = default;
  // The next serialised UpdateResponse in one piece, valid until the next call; nothing at the orderly end.
  // Errors: kStalled (no message within the stall deadline), kSourceFailed (it answered with an error,
  // crashed, closed early: each says which, with its last log lines), kCancelled after cancel().
  virtual Result<std::optional<std::span<const std::uint8_t>>> next() = 0;
  // From any thread: makes next() return soon.
  virtual void cancel() = 0;
};

// Calls that fail name the connector, the call, what gRPC said, how the process ended if it did, and its last
// log lines. Messages up to 128 MiB either way.
class SourceClient {
 public:
  // `connector` must outlive the client.
  static std::unique_ptr<SourceClient> create(Connector& connector, CallOptions options);
  virtual ~SourceClient() = default;

  virtual Result<fivetran_sdk::v2::ConfigurationFormResponse> configuration_form() = 0;
  // kTestFailed with the connector's own words when it says no.
  virtual Status test(const std::string& name, const Configuration& configuration) = 0;
  virtual Result<fivetran_sdk::v2::SchemaResponse> schema(const Configuration& configuration) = 0;
  // Without a state, or with an empty one, `{}` is sent: Connector SDK 2.x reads it as JSON whatever it is.
  // A Connector SDK process answers one Update in its life (docs/connectors.md).
  virtual Result<std::unique_ptr<UpdateStream>> update(const fivetran_sdk::v2::UpdateRequest& request) = 0;
};

}  // namespace lakeport::connectors

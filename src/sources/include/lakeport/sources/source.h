// How a source of ours is written, and the gRPC server that every one of them runs behind.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "lakeport/base/result.h"

namespace fivetran_sdk::v2 {
class ConfigurationFormResponse;
class SchemaChange;
class SchemaResponse;
class UpdateRequest;
}  // namespace fivetran_sdk::v2

namespace lakeport::sources {

using Configuration = std::map<std::string, std::string>;

// Where an Update call's messages go. Blocks while the platform is slower than the source. A call fails with
// kCancelled when the platform has gone: return that error and stop. Used by one thread.
class UpdateWriter {
 public:
  virtual ~UpdateWriter() = default;
  // One serialised UpdateResponse: what wire::RecordEncoder emits.
  virtual Status message(std::span<const std::uint8_t> bytes) = 0;
  virtual Status checkpoint(std::string_view state_json) = 0;
  virtual Status warning(std::string_view text) = 0;
  virtual Status task(std::string_view text) = 0;
  virtual Status schema_change(const fivetran_sdk::v2::SchemaChange& change) = 0;
  virtual bool cancelled() const = 0;
};

// One source. Calls may come from several threads at once; it keeps nothing between them but what it is built
// with.
class Source {
 public:
  virtual ~Source() = default;
  virtual fivetran_sdk::v2::ConfigurationFormResponse configuration_form() const = 0;
  // Fails with what the user should see.
  virtual Status test(const std::string& name, const Configuration& configuration) const = 0;
  virtual Result<fivetran_sdk::v2::SchemaResponse> schema(const Configuration& configuration) const = 0;
  // A kTask error is sent as a `task`; any other error ends the call with INTERNAL and its text.
  virtual Status update(const fivetran_sdk::v2::UpdateRequest& request, UpdateWriter& writer) const = 0;
};

// Serves `source` on 127.0.0.1:`port` (0 = a free one, logged) until SIGTERM or SIGINT; logs the contract's
// JSON lines to standard output. Messages up to 128 MiB.
Status serve(const Source& source, std::string_view name, std::uint16_t port);

// A contract log line on standard output. `level`: INFO, WARNING or SEVERE. For connectors' processes only.
void log_line(std::string_view level, std::string_view message);

// Ours. docs/sources/*.md tell their configuration.
std::unique_ptr<Source> make_postgres_source();
std::unique_ptr<Source> make_files_source();

}  // namespace lakeport::sources

// The connector platform inside `lakeport serve`: accounts with their users, destinations (lakehouse
// workspaces), connections (a source and its configuration), syncs and their history. All of it is in the
// metadata store; configurations and credentials are sealed there.
//
// An account belongs to a company: the domain of the e-mail with which somebody came first. Its users see its
// destinations and connections. A caller of the workspace is the platform's user of the same e-mail.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "lakeport/base/result.h"
#include "lakeport/base/time.h"
#include "lakeport/connectors/source_client.h"
#include "lakeport/lakehouse/catalog.h"
#include "lakeport/lakehouse/engine.h"
#include "lakeport/lakehouse/identity.h"
#include "lakeport/lakehouse/oauth.h"
#include "lakeport/lakehouse/warehouse.h"
#include "lakeport/platform/partner.h"
#include "lakeport/sync/configuration_form.h"
#include "lakeport/sync/observer.h"

namespace fivetran_sdk::v2 {
class ConfigurationFormResponse;
}
namespace spdlog {
class logger;
}

namespace lakeport::platform {

using lakehouse::Caller;

// A source that can be set up.
struct ConnectorType {
  std::string id;    // "postgres", "files": also the published identifier where there is one
  std::string name;  // "PostgreSQL"
  std::string description;
  std::string where;  // what connectors::Connector::open takes: "built-in:postgres", a path, host:port
};

struct Destination {
  std::string id;  // UUID: the hub's connection_id
  std::int64_t workspace_id = 0;
  std::string workspace_url, http_path, catalog;
  std::string created_by;  // e-mail
  UtcMillis created{};
};

struct Connection {
  std::string id;  // UUID
  std::string destination_id;
  std::string name;
  std::string connector;  // ConnectorType::id
  std::string schema;     // at the destination; goes before the source's own schema names
  std::string created_by;
  UtcMillis created{};
  bool running = false;                     // or in line
  std::optional<std::string> last_outcome;  // of the newest sync
  std::optional<UtcMillis> last_sync;
};

struct SyncRecord {
  std::int64_t id = 0;
  UtcMillis started{};
  std::optional<UtcMillis> ended;
  // "waiting" (in line), "running", "succeeded", "interrupted" (the server stopped; it goes on at the next
  // start), "cancelled", or an error's kind.
  std::string outcome;
  std::int64_t rows_received = 0, rows_written = 0, bytes = 0, checkpoints = 0;
  std::string step;  // what it does now
  std::vector<sync::TableSummary> tables;
  std::vector<std::string> warnings;
  std::optional<Error> error;
};

struct SourceSchema {
  struct Column {
    std::string name, type;
    bool primary_key = false, selected = true;
  };
  struct Table {
    std::string schema, name;
    bool selected = true;
    std::vector<Column> columns;
  };
  std::vector<Table> tables;
  bool selection_supported = true;
};

// What is set up, without secrets: fields of the types Password, Hidden and upload are only named.
struct ShownConfiguration {
  connectors::Configuration values;
  std::vector<std::string> secret_fields;  // that have a value
};

// Why a set-up was refused: with one entry for each field that is wrong, when fields are.
struct SetupFailure {
  SetupFailure(Error why) : error(std::move(why)) {}  // NOLINT(google-explicit-constructor)
  SetupFailure(Error why, std::vector<sync::FieldProblem> fields)
      : error(std::move(why)), problems(std::move(fields)) {}
  Error error;
  std::vector<sync::FieldProblem> problems;
};
template <class T>
using SetupResult = tl::expected<T, SetupFailure>;

// What the platform stands on; all of it outlives the platform.
struct PlatformServices {
  store::Metadata& metadata;
  lakehouse::Identity& identity;
  lakehouse::OAuth& oauth;
  lakehouse::Catalog& catalog;
  lakehouse::Engine& engine;
  lakehouse::Warehouses& warehouses;
};

struct PlatformOptions {
  std::string seal_key;                   // 32 bytes
  std::string host_url;                   // of this server
  std::string program;                    // what built-in connectors run; empty: this program
  std::int64_t memory_budget = 64 << 20;  // bytes of buffered rows of one sync
  int syncs_at_once = 2;                  // others wait in line
  std::vector<ConnectorType> connectors;  // beside those that are built in
  // Where files go that sources send, a folder for each connection. Empty: such sources fail.
  std::filesystem::path received_files;
  // The only folder of this machine that the source "files" may read. Empty: that source is not offered.
  std::filesystem::path readable_files;
  std::string behaviour;                // parse_behaviour's text; what it does not name is as it was set last
  std::shared_ptr<spdlog::logger> log;  // may be null
};

// Thread-safe. Functions that take a caller only show and change what the caller's account has (kNotFound
// otherwise); changes are audited (service "connectorPlatform").
class Platform {
 public:
  static Result<std::unique_ptr<Platform>> open(const PlatformServices& services,
                                                const PlatformOptions& options);
  virtual ~Platform() = default;  // shut_down()
  // Ends what runs at the next checkpoint it can reach, stops the connectors, and answers all who wait.
  // Nothing starts again in this process; resume() of the next one goes on.
  virtual void shut_down() = 0;
  // Syncs that a crash or a stop interrupted go on from their checkpoints.
  virtual Status resume() = 0;

  virtual PartnerSide& partner() = 0;
  virtual const std::vector<ConnectorType>& connector_types() const = 0;  // in order of their ids

  virtual Result<std::vector<Destination>> destinations(const Caller& caller) = 0;
  virtual Result<Destination> destination(const Caller& caller, std::string_view id) = 0;

  // The form of a connector that is not set up yet. Launches it. kNotFound for an unknown connector, and for
  // a caller who has no destination.
  virtual Result<fivetran_sdk::v2::ConfigurationFormResponse> form(const Caller& caller,
                                                                   std::string_view connector) = 0;
  struct NewConnection {
    std::string destination_id, name, connector, schema;
    connectors::Configuration configuration;
  };
  // kInvalidInput with every field that is wrong (also "name", "schema", "connector"). Nothing is kept unless
  // the configuration fits the form. kExists: another connection of the destination has the name or schema.
  virtual SetupResult<Connection> create(const Caller& caller, const NewConnection& connection) = 0;
  virtual Result<std::vector<Connection>> connections(const Caller& caller) = 0;
  virtual Result<Connection> connection(const Caller& caller, std::string_view id) = 0;
  virtual Result<ShownConfiguration> configuration(const Caller& caller, std::string_view id) = 0;
  // What is not given stays.
  virtual SetupResult<void> change_configuration(const Caller& caller, std::string_view id,
                                                 const connectors::Configuration& changes) = 0;
  virtual Status remove(const Caller& caller, std::string_view id) = 0;  // not the loaded tables

  // Every set-up test of the source, each with its outcome. Launches the connector.
  virtual Result<std::vector<sync::TestOutcome>> test(const Caller& caller, std::string_view id) = 0;
  // The source's schema with what is selected. Launches the connector.
  virtual Result<SourceSchema> schema(const Caller& caller, std::string_view id) = 0;
  // What is not selected is left out from the next sync on; what is not named is taken.
  virtual Status select(const Caller& caller, std::string_view id, const SourceSchema& selection) = 0;

  // Puts a sync in line; kExists while one runs or waits.
  virtual Result<SyncRecord> sync_now(const Caller& caller, std::string_view id) = 0;
  virtual Status cancel(const Caller& caller, std::string_view id) = 0;  // kNotFound when none runs
  // The newest first; with live numbers of the one that runs.
  virtual Result<std::vector<SyncRecord>> history(const Caller& caller, std::string_view id, int limit) = 0;
  // One of them, once it has ended or after `longest`.
  virtual Result<SyncRecord> wait(const Caller& caller, std::string_view id, std::int64_t sync_id,
                                  std::chrono::milliseconds longest) = 0;
};

}  // namespace lakeport::platform

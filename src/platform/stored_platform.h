// Platform over the metadata store.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "lakeport/base/seal.h"
#include "lakeport/platform/platform.h"
#include "lakeport/sync/catalog.h"

#include "common.pb.h"
#include "connections.h"
#include "connector_types.h"
#include "destinations.h"
#include "setup_slots.h"
#include "source_process.h"
#include "stored_partner.h"
#include "sync_history.h"
#include "sync_job.h"
#include "sync_queue.h"

namespace lakeport::platform {

class StoredPlatform final : public Platform {
 public:
  StoredPlatform(const PlatformServices& services, PlatformOptions options, ConnectorTypes types,
                 Sealer sealer);
  ~StoredPlatform() override { StoredPlatform::shut_down(); }
  Status open();

  void shut_down() override;
  Status resume() override;
  PartnerSide& partner() override { return *partner_; }
  const std::vector<ConnectorType>& connector_types() const override { return types_.all(); }

  Result<std::vector<Destination>> destinations(const Caller& caller) override;
  Result<Destination> destination(const Caller& caller, std::string_view id) override;
  Result<fivetran_sdk::v2::ConfigurationFormResponse> form(const Caller& caller,
                                                           std::string_view connector) override;
  SetupResult<Connection> create(const Caller& caller, const NewConnection& connection) override;
  Result<std::vector<Connection>> connections(const Caller& caller) override;
  Result<Connection> connection(const Caller& caller, std::string_view id) override;
  Result<ShownConfiguration> configuration(const Caller& caller, std::string_view id) override;
  SetupResult<void> change_configuration(const Caller& caller, std::string_view id,
                                         const connectors::Configuration& changes) override;
  Status remove(const Caller& caller, std::string_view id) override;
  Result<std::vector<sync::TestOutcome>> test(const Caller& caller, std::string_view id) override;
  Result<SourceSchema> schema(const Caller& caller, std::string_view id) override;
  Status select(const Caller& caller, std::string_view id, const SourceSchema& selection) override;
  Result<SyncRecord> sync_now(const Caller& caller, std::string_view id) override;
  Status cancel(const Caller& caller, std::string_view id) override;
  Result<std::vector<SyncRecord>> history(const Caller& caller, std::string_view id, int limit) override;
  Result<SyncRecord> wait(const Caller& caller, std::string_view id, std::int64_t sync_id,
                          std::chrono::milliseconds longest) override;

 private:
  Result<StoredConnection> visible(const Caller& caller, std::string_view id) const;
  Result<const ConnectorType*> type(std::string_view id) const;
  SourceProcess::Options process_options(std::string account, std::string connection) const;
  Result<std::unique_ptr<SourceProcess>> launch(const StoredConnection& stored) const;
  Result<sync::SourceCatalog> source_catalog(const StoredConnection& stored) const;
  // kInvalidInput with the fields, from the form that the connector gives now; fills in its secret fields.
  SetupResult<void> check(const ConnectorType& type, StoredConnection& wanted) const;
  Status audited(const Caller& caller, std::string action, const std::string& id,
                 const std::function<Status(store::Session&)>& change);
  void run(LiveSync& live);
  Result<SyncSetup> setup_of(const LiveSync& live) const;
  void overlay(std::string_view connection_id, SyncRecord& record) const;
  void end_syncs(const std::vector<std::string>& connection_ids);
  std::filesystem::path received_files(const std::string& connection_id) const;

  const PlatformServices services_;
  const PlatformOptions options_;
  const ConnectorTypes types_;
  const Sealer sealer_;
  Destinations destinations_;
  Connections connections_;
  SyncHistory history_;
  mutable SetupSlots slots_;
  std::unique_ptr<StoredPartner> partner_;
  std::unique_ptr<SyncQueue> queue_;  // last: its threads use all of the others
};

}  // namespace lakeport::platform

#include <spdlog/logger.h>

#include "stored_platform.h"

namespace lakeport::platform {

namespace {
constexpr int kSetupsAtOnce = 4;
}

Result<std::unique_ptr<Platform>> Platform::open(const PlatformServices& services,
                                                 const PlatformOptions& options) {
  LAKEPORT_ASSIGN_OR_RETURN(ConnectorTypes types, ConnectorTypes::create(options));
  LAKEPORT_ASSIGN_OR_RETURN(Sealer sealer, Sealer::create(options.seal_key));
  if (options.syncs_at_once < 1)
    return fail(ErrorKind::kInvalidInput, "at least one sync must be able to run", "syncs at once");
  auto platform = std::make_unique<StoredPlatform>(services, options, std::move(types), std::move(sealer));
  LAKEPORT_RETURN_IF_ERROR(platform->open());
  return platform;
}

StoredPlatform::StoredPlatform(const PlatformServices& services, PlatformOptions options,
                               ConnectorTypes types, Sealer sealer)
    : services_(services),
      options_(std::move(options)),
      types_(std::move(types)),
      sealer_(std::move(sealer)),
      destinations_(services_.metadata, sealer_),
      connections_(services_.metadata, sealer_),
      history_(services_.metadata),
      slots_(kSetupsAtOnce) {}

Status StoredPlatform::open() {
  LAKEPORT_ASSIGN_OR_RETURN(
      partner_, StoredPartner::open(services_, options_, sealer_, destinations_,
                                    [this](const std::vector<std::string>& ids) { end_syncs(ids); }));
  queue_ = std::make_unique<SyncQueue>(options_.syncs_at_once, [this](LiveSync& live) { run(live); });
  return {};
}

void StoredPlatform::shut_down() {
  if (queue_) queue_->stop();
}

Result<std::vector<Destination>> StoredPlatform::destinations(const Caller& caller) {
  return destinations_.visible_to(caller.principal.name);
}

Result<Destination> StoredPlatform::destination(const Caller& caller, std::string_view id) {
  LAKEPORT_ASSIGN_OR_RETURN(auto all, destinations_.visible_to(caller.principal.name));
  for (Destination& destination : all) {
    if (destination.id == id) return std::move(destination);
  }
  return fail(ErrorKind::kNotFound, "there is no destination " + std::string(id));
}

Result<StoredConnection> StoredPlatform::visible(const Caller& caller, std::string_view id) const {
  return connections_.find(id, caller.principal.name);
}

Result<const ConnectorType*> StoredPlatform::type(std::string_view id) const {
  const ConnectorType* found = types_.find(id);
  if (found == nullptr)
    return fail(ErrorKind::kNotFound, "this platform has no connector " + std::string(id));
  return found;
}

Result<std::vector<Connection>> StoredPlatform::connections(const Caller& caller) {
  return connections_.visible_to(caller.principal.name);
}

Result<Connection> StoredPlatform::connection(const Caller& caller, std::string_view id) {
  return visible(caller, id).map([](StoredConnection&& stored) { return std::move(stored.connection); });
}

Status StoredPlatform::audited(const Caller& caller, std::string action, const std::string& id,
                               const std::function<Status(store::Session&)>& change) {
  return services_.metadata.write([&](store::Session& session) -> Status {
    LAKEPORT_RETURN_IF_ERROR(change(session));
    return services_.identity.audit(session, caller, {"connectorPlatform", action, id, "ok", "{}"});
  });
}

Status StoredPlatform::remove(const Caller& caller, std::string_view id) {
  LAKEPORT_ASSIGN_OR_RETURN(const StoredConnection stored, visible(caller, id));
  LAKEPORT_RETURN_IF_ERROR(
      audited(caller, "deleteConnection", stored.connection.id,
              [&](store::Session& session) { return Connections::remove(session, stored.connection.id); }));
  end_syncs({stored.connection.id});
  return {};
}

void StoredPlatform::end_syncs(const std::vector<std::string>& connection_ids) {
  for (const std::string& id : connection_ids) {
    queue_->cancel(id);
    std::error_code left;  // files that stay harm nobody
    if (!options_.received_files.empty()) std::filesystem::remove_all(received_files(id), left);
  }
}

std::filesystem::path StoredPlatform::received_files(const std::string& connection_id) const {
  return options_.received_files.empty() ? std::filesystem::path() : options_.received_files / connection_id;
}

}  // namespace lakeport::platform

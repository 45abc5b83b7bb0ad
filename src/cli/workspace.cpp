#include "workspace.h"

#include <chrono>
#include <utility>

#include "lakeport/lakehouse/catalog.h"
#include "lakeport/lakehouse/dialect.h"
#include "lakeport/lakehouse/engine.h"
#include "lakeport/lakehouse/engine_storage.h"
#include "lakeport/lakehouse/oauth.h"
#include "lakeport/lakehouse/permissions.h"
#include "lakeport/lakehouse/protocol.h"
#include "lakeport/lakehouse/rest.h"
#include "lakeport/lakehouse/result_links.h"
#include "lakeport/lakehouse/secrets.h"
#include "lakeport/lakehouse/warehouse.h"
#include "lakeport/partners/registry.h"
#include "lakeport/partners/routes.h"
#include "lakeport/platform/routes.h"
#include "lakeport/store/metadata.h"

namespace lakeport::cli {

namespace {

using namespace lakehouse;

constexpr std::chrono::hours kFirstTokenLifetime{24};
// Results behind links that never see the disk, when their clients are quick.
constexpr std::int64_t kResultMemory = 96LL << 20;

// Members in the order in which they stand on each other: destroyed from the last.
class OpenWorkspace final : public Workspace {
 public:
  Status open(const DataLayout& layout, const WorkspaceOptions& options) {
    host_url_ = options.host_url;
    LAKEPORT_ASSIGN_OR_RETURN(metadata_, store::Metadata::open(options.store));
    LAKEPORT_ASSIGN_OR_RETURN(identity_, Identity::open(*metadata_, {options.host_url, options.sealing_key}));
    LAKEPORT_ASSIGN_OR_RETURN(bootstrap_, identity_->bootstrap(options.admin_email));
    LAKEPORT_RETURN_IF_ERROR(open_access(options));
    LAKEPORT_ASSIGN_OR_RETURN(const Principal principal, identity_->find_principal(bootstrap_.admin_email));
    LAKEPORT_ASSIGN_OR_RETURN(const Caller admin, identity_->caller_for(principal.id));
    LAKEPORT_RETURN_IF_ERROR(open_data(layout, options, admin));
    LAKEPORT_RETURN_IF_ERROR(open_platform(layout, options));
    LAKEPORT_RETURN_IF_ERROR(open_hub(options));
    return make_first_token(admin);
  }

  const Bootstrap& bootstrap() const override { return bootstrap_; }
  const std::optional<FirstStart>& first_start() const override { return first_start_; }
  const std::string& http_path() const override { return http_path_; }

  void add_routes(net::Router& router) override {
    add_identity_routes(router, {*identity_, *permissions_, *secrets_, *oauth_, host_url_,
                                 bootstrap_.account_id, bootstrap_.workspace_id});
    add_catalog_routes(router, *identity_, *catalog_,
                       {[this](const Table& table) { return storage_->create_storage(table); },
                        [this](const Table& table) { return storage_->drop_storage(table); }});
    add_warehouse_routes(router, *identity_, *warehouses_, *links_);
    add_workspace_file_routes(router, *identity_, *metadata_);
    add_thrift_routes(router, *identity_, *catalog_, *warehouses_, *links_);
    add_result_link_routes(router, *links_);
    platform::add_platform_routes(router, *identity_, *platform_);
    platform::add_partner_api_routes(router, *platform_);
    partners::add_partner_routes(router, *identity_, *warehouses_, *registry_, *hub_);
  }

  Status check_health() override {
    const auto answer = metadata_->query("select 1");
    if (!answer) return fail(ErrorKind::kUnavailable, "the metadata store does not answer");
    return {};
  }

  Status require_admin(std::string_view authorization) override {
    LAKEPORT_ASSIGN_OR_RETURN(const Caller caller, identity_->authenticate(authorization));
    if (caller.admin) return {};
    return fail(ErrorKind::kPermission, "only admins of the workspace may see this");
  }

  std::vector<partners::PartnerMetrics> partner_metrics() const override { return hub_->metrics(); }

  void end_statements() override {
    platform_->shut_down();
    warehouses_->shut_down();
  }

 private:
  Status open_access(const WorkspaceOptions& options) {
    permissions_ = ObjectPermissions::open(*metadata_, *identity_);
    LAKEPORT_ASSIGN_OR_RETURN(secrets_, Secrets::open(*metadata_, *identity_, options.sealing_key));
    OAuth::Options oauth;
    oauth.host_url = options.host_url;
    oauth.seal_key = options.sealing_key;
    oauth.workspace_id = bootstrap_.workspace_id;
    LAKEPORT_ASSIGN_OR_RETURN(oauth_, OAuth::open(*metadata_, *identity_, oauth));
    identity_->set_token_verifier(oauth_);
    return {};
  }

  Status open_data(const DataLayout& layout, const WorkspaceOptions& options, const Caller& admin) {
    LAKEPORT_ASSIGN_OR_RETURN(catalog_, Catalog::open(*metadata_, *identity_));
    LAKEPORT_RETURN_IF_ERROR(catalog_->bootstrap(admin));
    LAKEPORT_ASSIGN_OR_RETURN(translator_, Translator::create({}));
    EngineOptions engine;
    engine.file = layout.tables();
    engine.temporary_folder = layout.temporary();
    engine.memory_limit_bytes = options.memory_limit_bytes;
    engine.threads = options.threads;
    LAKEPORT_ASSIGN_OR_RETURN(engine_, Engine::open(engine, *identity_, *catalog_, *translator_));
    LAKEPORT_ASSIGN_OR_RETURN(storage_, storage_of(*engine_));
    LAKEPORT_RETURN_IF_ERROR(engine_->repair());
    LAKEPORT_ASSIGN_OR_RETURN(warehouses_,
                              Warehouses::open(*metadata_, *identity_, *permissions_, *engine_, {}));
    LAKEPORT_RETURN_IF_ERROR(warehouses_->bootstrap(admin));
    LAKEPORT_ASSIGN_OR_RETURN(const auto warehouses, warehouses_->list(admin));
    if (!warehouses.empty()) http_path_ = warehouses.front().http_path();
    ResultLinks::Options links;
    links.folder = layout.results();
    links.memory_limit = kResultMemory;
    LAKEPORT_ASSIGN_OR_RETURN(links_, ResultLinks::open(links));
    return {};
  }

  Status open_platform(const DataLayout& layout, const WorkspaceOptions& options) {
    platform::PlatformOptions platform = options.platform;
    platform.seal_key = options.sealing_key;
    platform.host_url = options.host_url;
    platform.received_files = layout.received_files();
    LAKEPORT_ASSIGN_OR_RETURN(
        platform_, platform::Platform::open(
                       {*metadata_, *identity_, *oauth_, *catalog_, *engine_, *warehouses_}, platform));
    return platform_->resume();
  }

  Status open_hub(const WorkspaceOptions& options) {
    partners::Registry::Options registry;
    registry.seal_key = options.sealing_key;
    registry.host_url = options.host_url;
    registry.region = options.hub.region;
    registry.own_authorization = platform_->partner().hub_authorization();
    LAKEPORT_ASSIGN_OR_RETURN(registry_,
                              partners::Registry::open(*metadata_, *identity_, *secrets_, registry));
    partners::HubOptions hub = options.hub;
    hub.host_url = options.host_url;
    LAKEPORT_ASSIGN_OR_RETURN(hub_, partners::Hub::open({*metadata_, *identity_, *permissions_, *catalog_,
                                                         *warehouses_, *oauth_, *registry_},
                                                        hub));
    return {};
  }

  Status make_first_token(const Caller& admin) {
    if (!bootstrap_.admin_password) return {};
    LAKEPORT_ASSIGN_OR_RETURN(
        const Identity::NewToken token,
        identity_->create_token(admin, admin.principal.id, "made at the first start", kFirstTokenLifetime));
    first_start_ = FirstStart{*bootstrap_.admin_password, token.value};
    return {};
  }

  std::string host_url_;
  std::unique_ptr<store::Metadata> metadata_;
  std::unique_ptr<Identity> identity_;
  Bootstrap bootstrap_;
  std::unique_ptr<ObjectPermissions> permissions_;
  std::unique_ptr<Secrets> secrets_;
  std::shared_ptr<OAuth> oauth_;
  std::unique_ptr<Catalog> catalog_;
  std::unique_ptr<Translator> translator_;
  std::unique_ptr<Engine> engine_;
  EngineStorage* storage_ = nullptr;  // of engine_
  std::unique_ptr<Warehouses> warehouses_;
  std::unique_ptr<ResultLinks> links_;
  std::unique_ptr<platform::Platform> platform_;
  std::unique_ptr<partners::Registry> registry_;
  std::unique_ptr<partners::Hub> hub_;
  std::optional<FirstStart> first_start_;
  std::string http_path_;
};

}  // namespace

Result<std::unique_ptr<Workspace>> Workspace::open(const DataLayout& layout,
                                                   const WorkspaceOptions& options) {
  auto workspace = std::make_unique<OpenWorkspace>();
  LAKEPORT_RETURN_IF_ERROR(workspace->open(layout, options));
  return workspace;
}

}  // namespace lakeport::cli

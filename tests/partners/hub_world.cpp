#include "hub_world.h"

#include <stdexcept>
#include <utility>

#include <arrow/api.h>

#include "lakeport/base/seal.h"
#include "lakeport/lakehouse/dialect.h"

namespace lakeport::partners::fixtures {

using nlohmann::json;

namespace {

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().to_string());
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

// Where no statement is run.
class NoEngine final : public lakehouse::Engine {
 public:
  Result<std::unique_ptr<lakehouse::Execution>> execute(
      std::string_view, lakehouse::StatementContext&,
      const std::function<void(std::function<void()> cancel)>&) override {
    return fail(ErrorKind::kUnsupported, "this test runs no statements");
  }
  Status repair() override { return {}; }
};

constexpr std::string_view kLogo =
    R"(<svg xmlns="http://www.w3.org/2000/svg" width="440" height="100" viewBox="0 0 440 100"><rect width="440" height="100"/></svg>)";
constexpr std::string_view kIcon =
    R"(<svg xmlns="http://www.w3.org/2000/svg" width="128" height="128" viewBox="0 0 128 128"><rect width="128" height="128"/></svg>)";

}  // namespace

HubOptions HubWorld::quick() {
  HubOptions options;
  options.host_url = "https://lakeport.example:8443";
  options.network.development = true;
  options.network.allow_private_addresses = true;
  options.network.retry_delays = {std::chrono::milliseconds(1), std::chrono::milliseconds(2),
                                  std::chrono::milliseconds(4)};
  options.outbox_retry = std::chrono::milliseconds(20);
  return options;
}

HubWorld::HubWorld(Options options) : options_(std::move(options)) {
  if (options_.hub.host_url.empty()) options_.hub = quick();
  open();
}

HubWorld::~HubWorld() = default;

void HubWorld::open() {
  std::filesystem::create_directories(options_.folder / "temporary");
  seal_key_ = must(load_or_create_seal_key(options_.folder / "seal.key"));
  const std::string store =
      options_.store.empty() ? (options_.folder / "metadata.sqlite").string() : options_.store;
  metadata_ = must(store::Metadata::open(store));
  identity_ =
      must(lakehouse::Identity::open(*metadata_, {.host_url = options_.hub.host_url, .seal_key = seal_key_}));
  const auto bootstrap = must(identity_->bootstrap("admin@example.com"));
  admin_ = must(identity_->caller_for(must(identity_->find_principal(bootstrap.admin_email)).id));
  permissions_ = lakehouse::ObjectPermissions::open(*metadata_, *identity_);
  secrets_ = must(lakehouse::Secrets::open(*metadata_, *identity_, seal_key_));
  lakehouse::OAuth::Options oauth;
  oauth.host_url = options_.hub.host_url;
  oauth.seal_key = seal_key_;
  oauth.workspace_id = bootstrap.workspace_id;
  oauth_ = must(lakehouse::OAuth::open(*metadata_, *identity_, oauth));
  identity_->set_token_verifier(oauth_);
  catalog_ = must(lakehouse::Catalog::open(*metadata_, *identity_));
  must(catalog_->bootstrap(admin_));
  if (options_.with_engine) {
    translator_ = must(lakehouse::Translator::create({}));
    engine_ = must(lakehouse::Engine::open(
        {.file = options_.folder / "lakehouse.duckdb", .temporary_folder = options_.folder / "temporary"},
        *identity_, *catalog_, *translator_));
  } else {
    engine_ = std::make_unique<NoEngine>();
  }
  warehouses_ = must(lakehouse::Warehouses::open(*metadata_, *identity_, *permissions_, *engine_, {}));
  must(warehouses_->bootstrap(admin_));
  for (const auto& one : must(warehouses_->list(admin_)))
    if (one.name == "Starter Warehouse") warehouse_id_ = one.id;
  registry_ = must(Registry::open(*metadata_, *identity_, *secrets_,
                                  {.seal_key = seal_key_,
                                   .host_url = options_.hub.host_url,
                                   .region = options_.hub.region,
                                   .own_authorization = "Basic b3duOm93bg=="}));
  restart_hub();
}

void HubWorld::restart_hub() {
  hub_.reset();
  hub_ = must(Hub::open({.metadata = *metadata_,
                         .identity = *identity_,
                         .permissions = *permissions_,
                         .catalog = *catalog_,
                         .warehouses = *warehouses_,
                         .oauth = *oauth_,
                         .registry = *registry_},
                        options_.hub));
}

Caller HubWorld::user(const std::string& email, bool admin) {
  const auto made = must(identity_->create_profile(
      admin_,
      {.kind = lakehouse::PrincipalKind::kUser, .name = email, .given_name = "Zoë", .family_name = ""}));
  if (admin) {
    const auto admins = must(identity_->find_principal("admins", admin_.workspace_id));
    must(identity_->change_profile(admin_, admins.id, {.add_members = {made.principal.id}}));
  }
  return must(identity_->caller_for(made.principal.id));
}

Partner HubWorld::add_partner(const json& document, const HubSettings& settings) {
  NewPartner partner;
  partner.config = document.dump();
  partner.hub = settings;
  partner.images = {std::string(kLogo), std::string(kIcon)};
  partner.authorization = "Basic aHViOnNlY3JldA==";
  return must(registry_->add(admin_, partner));
}

Attempt HubWorld::connect(const Caller& caller, const std::string& partner_id, const Choice& choice) {
  const Attempt begun = must(hub_->connect(caller, partner_id, choice, "de-CH"));
  Attempt attempt = must(hub_->wait(caller, begun.id, std::chrono::minutes(2)));
  if (attempt.state == AttemptState::kRunning) throw std::runtime_error("the attempt did not end");
  return attempt;
}

Footprint HubWorld::footprint() {
  static const std::map<std::string, std::string> kCounts = {
      {"connections", "select count(*) from partner_connection"},
      {"resources", "select count(*) from partner_resource"},
      {"running attempts", "select count(*) from partner_attempt where state = 'running'"},
      {"principals", "select count(*) from principal"},
      {"members", "select count(*) from workspace_member"},
      {"tokens", "select count(*) from access_token where revoked_ms is null"},
      {"grants", "select count(*) from securable_grant"},
      {"object permissions", "select count(*) from object_permission"},
      {"permission objects", "select count(*) from permission_object"},
      {"warehouses", "select count(*) from warehouse"},
      {"clusters", "select count(*) from cluster"},
      {"cluster policies", "select count(*) from cluster_policy"},
      {"OAuth apps", "select count(*) from oauth_app"},
      {"OAuth secrets", "select count(*) from service_principal_secret"}};
  Footprint footprint;
  for (const auto& [what, sql] : kCounts) footprint[what] = must(metadata_->query(sql)).at(0).integer(0);
  return footprint;
}

std::string HubWorld::query(const std::string& token, const std::string& sql) {
  const auto caller = identity_->authenticate("Bearer " + token);
  if (!caller) return caller.error().to_string();
  const auto session = warehouses_->open_session(*caller, warehouse_id_, {});
  if (!session) return session.error().to_string();
  const auto operation = (*session)->start(sql, {}, std::nullopt);
  if (!operation) return operation.error().to_string();
  (*operation)->wait(std::chrono::minutes(1));
  if (const auto error = (*operation)->error()) return error->to_string();
  std::string text;
  if (!(*operation)->has_result_set() || (*operation)->modified_rows()) return text;
  for (;;) {
    const auto batch = (*operation)->next();
    if (!batch) return batch.error().to_string();
    if (*batch == nullptr) return text;
    for (std::int64_t row = 0; row < (*batch)->num_rows(); ++row)
      text += (text.empty() ? "" : ",") + (*batch)->column(0)->GetScalar(row).ValueOrDie()->ToString();
  }
}

json partner_document(const std::string& name, const std::string& url, const json& changes) {
  json document = {{"api_version", "2.1.0"},
                   {"name", name},
                   {"description_blurb", "For tests."},
                   {"category", "INGEST"},
                   {"base_url", url},
                   {"endpoints",
                    {{"connect_path", "/connect"},
                     {"test_connection_path", "/test-connection"},
                     {"delete_connection_path", "/delete-connection"}}},
                   {"sign_up_page", "https://partner.example/signup"},
                   {"privacy_policy", "https://partner.example/privacy"},
                   {"terms_of_service", "https://partner.example/terms"},
                   {"logo_file", "logo.svg"},
                   {"icon_file", "icon.svg"},
                   {"resources_to_provision", json::array({{{"resource_type", "PAT"}}})},
                   {"data_permissions", json::array()},
                   {"supported_clouds", {"aws", "azure", "gcp"}},
                   {"hostnames", {"partner.example"}},
                   {"new_user_action", "auto_add"},
                   {"auth_options", {"AUTH_PAT"}}};
  document.merge_patch(changes);
  return document;
}

}  // namespace lakeport::partners::fixtures

#include "platform_fixture.h"

#include "lakeport/base/seal.h"
#include "lakeport/platform/routes.h"

namespace lakeport::platform::testing {

using namespace lakehouse;

namespace {

constexpr const char* kHost = "https://lake.example.com:8443";

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().to_string());
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

net::Request request(const std::string& method, const std::string& target, const Json& body) {
  net::Request request;
  request.method = method;
  request.target = target;
  const std::size_t question = target.find('?');
  request.path = target.substr(0, question);
  if (question != std::string::npos) request.query = must(net::parse_form(target.substr(question + 1)));
  if (!body.is_null()) request.body = body.is_string() ? body.get<std::string>() : body.dump();
  return request;
}

Answered answered(const net::Response& response) {
  const std::string& text = std::get<std::string>(response.body);
  return {response.status, text.empty() ? Json() : Json::parse(text)};
}

}  // namespace

void PlatformTest::SetUp() {
  folder_ = std::filesystem::temp_directory_path() / ("lakeport-platform-" + random_hex(8));
  std::filesystem::create_directories(folder_ / "temporary");
  seal_key_ = random_bytes(32);
  identity_ = must(Identity::open(metadata(), {.host_url = kHost, .seal_key = seal_key_}));
  const Bootstrap bootstrap = must(identity_->bootstrap("admin@databricks-test.com"));
  const Principal principal = must(identity_->find_principal(bootstrap.admin_email));
  admin_ = must(identity_->caller_for(principal.id));
  permissions_ = ObjectPermissions::open(metadata(), *identity_);
  OAuth::Options oauth;
  oauth.host_url = kHost;
  oauth.seal_key = seal_key_;
  oauth.workspace_id = bootstrap.workspace_id;
  oauth_ = must(OAuth::open(metadata(), *identity_, oauth));
  identity_->set_token_verifier(oauth_);
  catalog_ = must(Catalog::open(metadata(), *identity_));
  must(catalog_->bootstrap(admin_));
  translator_ = must(Translator::create({}));
  engine_ = must(Engine::open({.file = folder_ / "tables.duckdb", .temporary_folder = folder_ / "temporary"},
                              *identity_, *catalog_, *translator_));
  warehouses_ = must(Warehouses::open(metadata(), *identity_, *permissions_, *engine_, {}));
  must(warehouses_->bootstrap(admin_));
  http_path_ = must(warehouses_->list(admin_)).at(0).http_path();
  admin_token_ = must(identity_->create_token(admin_, principal.id, "test", std::nullopt)).value;

  const Principal service = must(identity_->create_service_principal(admin_, "LAKEPORT_USER"));
  const auto warehouse = http_path_.substr(http_path_.rfind('/') + 1);
  must(permissions_->change(admin_, "sql/warehouses", warehouse,
                            {{.principal = service.name, .level = "CAN_USE"}}, false));
  must(catalog_->change_grants(admin_, SecurableKind::kCatalog, "main",
                               {{service.name, {Privilege::kUseCatalog, Privilege::kCreateSchema}, {}}}));
  const auto token = must(identity_->create_token(admin_, service.id, "partner", std::nullopt));
  provisioned_principal_ = service.name;
  provisioned_token_ = token.value;
  provisioned_token_id_ = token.token_id;
  reopen();
}

void PlatformTest::TearDown() {
  router_.reset();
  platform_.reset();
  warehouses_.reset();
  engine_.reset();
  translator_.reset();
  catalog_.reset();
  identity_.reset();
  oauth_.reset();
  permissions_.reset();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void PlatformTest::reopen(const PlatformOptions& changes) {
  router_.reset();
  platform_.reset();
  PlatformOptions options = changes;
  options.seal_key = seal_key_;
  options.host_url = kHost;
  options.program = LAKEPORT_PROGRAM;
  options.received_files = folder_ / "received";
  platform_ =
      must(Platform::open({metadata(), *identity_, *oauth_, *catalog_, *engine_, *warehouses_}, options));
  router_ = std::make_unique<net::Router>();
  add_partner_api_routes(*router_, *platform_);
  add_platform_routes(*router_, *identity_, *platform_);
}

Answered PlatformTest::hub(const std::string& method, const std::string& path, const Json& body,
                           const std::optional<std::string>& authorization) {
  net::Request call = request(method, "/partners/databricks/v1" + path, body);
  call.headers.set("Authorization", authorization.value_or(platform_->partner().hub_authorization()));
  call.headers.set("User-Agent", "databricks");
  return answered(router_->route(std::move(call)));
}

Answered PlatformTest::page(const std::string& method, const std::string& path, const Json& body,
                            const std::optional<std::string>& token) {
  net::Request call = request(method, "/api/2.1/connector-platform" + path, body);
  call.headers.set("Authorization", "Bearer " + token.value_or(admin_token_));
  return answered(router_->route(std::move(call)));
}

Json PlatformTest::connect_request(const std::string& email, bool demo) {
  return {{"user_info",
           {{"email", email},
            {"first_name", "Ada"},
            {"last_name", ""},
            {"databricks_user_id", 17},
            {"databricks_organization_id", admin_.workspace_id},
            {"is_connection_established", false},
            {"auth", {{"personal_access_token", provisioned_token_}}}}},
          {"hostname", "lake.example.com"},
          {"port", 8443},
          {"workspace_url", kHost},
          {"workspace_id", admin_.workspace_id},
          {"demo", demo},
          {"cloud_provider", "aws"},
          {"is_free_trial", false},
          {"is_sql_warehouse", true},
          {"is_sql_endpoint", true},
          {"cluster_id", http_path_.substr(http_path_.rfind('/') + 1)},
          {"http_path", http_path_},
          {"catalog_name", "main"},
          {"service_principal_id", provisioned_principal_}};
}

Json PlatformTest::sign_in_request(Json connect, const std::string& connection_id,
                                   const std::optional<std::string>& email) {
  Json& user = connect["user_info"];
  user.erase("auth");
  user["is_connection_established"] = true;
  if (email) user["email"] = *email;
  connect["connection_id"] = connection_id;
  return connect;
}

std::string PlatformTest::connect_as_admin() {
  const Answered connected = hub("POST", "/connect", connect_request("admin@databricks-test.com"));
  EXPECT_EQ(connected.status, 200) << connected.body;
  return connected.body.value("connection_id", "");
}

std::string PlatformTest::token_of_user(const std::string& email) {
  NewProfile profile;
  profile.kind = PrincipalKind::kUser;
  profile.name = email;
  const Profile made = must(identity_->create_profile(admin_, profile));
  const Caller user = must(identity_->caller_for(made.principal.id));
  return must(identity_->create_token(user, made.principal.id, "test", std::nullopt)).value;
}

void PlatformTest::revoke_provisioned_token() {
  must(identity_->revoke_token(admin_, provisioned_token_id_));
}

}  // namespace lakeport::platform::testing

#include "served_workspace.h"

#include <stdexcept>

#include "lakeport/base/seal.h"
#include "lakeport/lakehouse/dialect.h"
#include "lakeport/lakehouse/protocol.h"
#include "lakeport/lakehouse/rest.h"
#include "lakeport/net/certificates.h"

namespace lakeport::lakehouse::testing {
namespace {

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().to_string());
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

}  // namespace

std::unique_ptr<ServedWorkspace> ServedWorkspace::start(const Options& options) {
  std::unique_ptr<ServedWorkspace> workspace(new ServedWorkspace());
  workspace->open(options);
  return workspace;
}

ServedWorkspace::~ServedWorkspace() {
  server_.reset();
  warehouses_.reset();
  links_.reset();
  engine_.reset();
  translator_.reset();
  catalog_.reset();
  permissions_.reset();
  identity_.reset();
  metadata_.reset();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void ServedWorkspace::open(const Options& options) {
  folder_ = std::filesystem::temp_directory_path() / ("served-workspace-" + random_hex(8));
  std::filesystem::create_directories(folder_ / "temporary");
  metadata_ = must(store::Metadata::open((folder_ / "metadata.sqlite").string()));
  identity_ =
      must(Identity::open(*metadata_, {.host_url = "https://127.0.0.1", .seal_key = random_bytes(32)}));
  const auto bootstrap = must(identity_->bootstrap("admin@example.com"));
  const auto admin = must(identity_->find_principal(bootstrap.admin_email));
  admin_ = must(identity_->caller_for(admin.id));
  permissions_ = ObjectPermissions::open(*metadata_, *identity_);
  catalog_ = must(Catalog::open(*metadata_, *identity_));
  must(catalog_->bootstrap(admin_));
  translator_ = must(Translator::create({}));
  engine_ =
      must(Engine::open({.file = folder_ / "lakehouse.duckdb", .temporary_folder = folder_ / "temporary"},
                        *identity_, *catalog_, *translator_));
  warehouses_ = must(Warehouses::open(*metadata_, *identity_, *permissions_, *engine_, options.warehouses));
  must(warehouses_->bootstrap(admin_));
  links_ = must(ResultLinks::open({.folder = folder_ / "result-links", .memory_limit = 4 << 20}));
  http_path_ = must(warehouses_->list(admin_)).at(0).http_path();
  token_ = must(identity_->create_token(admin_, admin.id, "test", std::nullopt)).value;

  net::Router router;
  add_thrift_routes(router, *identity_, *catalog_, *warehouses_, *links_, {.compress_on_this_machine = true});
  add_result_link_routes(router, *links_);
  add_warehouse_routes(router, *identity_, *warehouses_, *links_);
  add_workspace_file_routes(router, *identity_, *metadata_);
  net::ServerOptions server;
  if (options.tls) server.tls = must(net::ensure_local_certificates(folder_ / "tls", {"localhost"})).server;
  server_ = must(net::Server::start(server, std::move(router)));
}

std::string ServedWorkspace::other_token() {
  const auto principal = must(identity_->create_service_principal(admin_, "another program"));
  const auto id = http_path_.substr(http_path_.rfind('/') + 1);
  must(permissions_->change(admin_, "sql/warehouses", id, {{.principal = principal.name, .level = "CAN_USE"}},
                            false));
  return must(identity_->create_token(admin_, principal.id, "test", std::nullopt)).value;
}

}  // namespace lakeport::lakehouse::testing

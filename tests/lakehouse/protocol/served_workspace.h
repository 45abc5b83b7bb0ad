// A whole workspace in a temporary folder, served over TLS (or plain HTTP) on a free port of 127.0.0.1.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "lakeport/lakehouse/catalog.h"
#include "lakeport/lakehouse/engine.h"
#include "lakeport/lakehouse/identity.h"
#include "lakeport/lakehouse/permissions.h"
#include "lakeport/lakehouse/result_links.h"
#include "lakeport/lakehouse/warehouse.h"
#include "lakeport/net/server.h"
#include "lakeport/store/metadata.h"

namespace lakeport::lakehouse::testing {

class ServedWorkspace {
 public:
  struct Options {
    bool tls = false;
    Warehouses::Options warehouses;
  };
  static std::unique_ptr<ServedWorkspace> start(const Options& options);  // throws std::runtime_error
  ~ServedWorkspace();
  ServedWorkspace(const ServedWorkspace&) = delete;
  ServedWorkspace& operator=(const ServedWorkspace&) = delete;

  std::uint16_t port() const { return server_->port(); }
  const std::string& http_path() const { return http_path_; }  // of the first warehouse
  const std::string& token() const { return token_; }          // the admin's
  std::filesystem::path authority() const { return folder_ / "tls" / "ca.pem"; }
  // A service principal with CAN_USE on the first warehouse, and nothing else; gives its token.
  std::string other_token();

  Identity& identity() { return *identity_; }
  Catalog& catalog() { return *catalog_; }
  Warehouses& warehouses() { return *warehouses_; }
  ResultLinks& links() { return *links_; }
  const Caller& admin() const { return admin_; }

 private:
  ServedWorkspace() = default;
  void open(const Options& options);

  std::filesystem::path folder_;
  std::unique_ptr<store::Metadata> metadata_;
  std::unique_ptr<Identity> identity_;
  std::unique_ptr<ObjectPermissions> permissions_;
  std::unique_ptr<Catalog> catalog_;
  std::unique_ptr<Translator> translator_;
  std::unique_ptr<Engine> engine_;
  std::unique_ptr<Warehouses> warehouses_;
  std::unique_ptr<ResultLinks> links_;
  std::unique_ptr<net::Server> server_;
  Caller admin_;
  std::string token_, http_path_;
};

}  // namespace lakeport::lakehouse::testing

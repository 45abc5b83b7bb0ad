// A workspace with everything real under the hub: store, identities, catalog, engine, warehouses, OAuth,
// secrets, the registry. In a folder, so that another process can go on with it.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "lakeport/lakehouse/catalog.h"
#include "lakeport/lakehouse/engine.h"
#include "lakeport/lakehouse/identity.h"
#include "lakeport/lakehouse/oauth.h"
#include "lakeport/lakehouse/permissions.h"
#include "lakeport/lakehouse/secrets.h"
#include "lakeport/lakehouse/warehouse.h"
#include "lakeport/partners/hub.h"
#include "lakeport/partners/registry.h"
#include "lakeport/store/metadata.h"

namespace lakeport::partners::fixtures {

// Every row of what connecting makes, by kind: two that are equal mean that nothing was left behind.
using Footprint = std::map<std::string, std::int64_t>;

class HubWorld {
 public:
  struct Options {
    std::filesystem::path folder;
    std::string store;  // of Metadata::open; empty: SQLite in the folder
    HubOptions hub;
    bool with_engine = true;  // false: queries cannot be run, but opening is quicker
  };
  // For tests: no waiting between retries, and loopback partners are allowed.
  static HubOptions quick();

  explicit HubWorld(Options options);  // throws std::runtime_error
  ~HubWorld();
  HubWorld(const HubWorld&) = delete;
  HubWorld& operator=(const HubWorld&) = delete;

  store::Metadata& metadata() { return *metadata_; }
  lakehouse::Identity& identity() { return *identity_; }
  lakehouse::ObjectPermissions& permissions() { return *permissions_; }
  lakehouse::Catalog& catalog() { return *catalog_; }
  lakehouse::Warehouses& warehouses() { return *warehouses_; }
  lakehouse::OAuth& oauth() { return *oauth_; }
  lakehouse::Secrets& secrets() { return *secrets_; }
  Registry& registry() { return *registry_; }
  Hub& hub() { return *hub_; }
  const Caller& admin() const { return admin_; }
  const std::string& warehouse_id() const { return warehouse_id_; }

  // The hub ends and starts again, as at a restart.
  void restart_hub();
  void close_hub() { hub_.reset(); }

  // A user of the home workspace.
  Caller user(const std::string& email, bool admin = false);
  // Registered with the credential "Basic aHViOnNlY3JldA==".
  Partner add_partner(const nlohmann::json& document, const HubSettings& settings);
  // Connects and waits for its end.
  Attempt connect(const Caller& caller, const std::string& partner_id, const Choice& choice = {});
  Footprint footprint();
  // Values of the first column of the answer, as text (nothing for a change), with the rights of who has the
  // token; the error's text when it fails.
  std::string query(const std::string& token, const std::string& sql);

 private:
  void open();

  Options options_;
  std::string seal_key_;
  std::unique_ptr<store::Metadata> metadata_;
  std::unique_ptr<lakehouse::Identity> identity_;
  std::unique_ptr<lakehouse::ObjectPermissions> permissions_;
  std::unique_ptr<lakehouse::Secrets> secrets_;
  std::shared_ptr<lakehouse::OAuth> oauth_;
  std::unique_ptr<lakehouse::Catalog> catalog_;
  std::unique_ptr<lakehouse::Translator> translator_;
  std::unique_ptr<lakehouse::Engine> engine_;
  std::unique_ptr<lakehouse::Warehouses> warehouses_;
  std::unique_ptr<Registry> registry_;
  std::unique_ptr<Hub> hub_;
  Caller admin_;
  std::string warehouse_id_;
};

// A PartnerConfig document whose API is at `url`; `changes` is merged into it (RFC 7396).
nlohmann::json partner_document(const std::string& name, const std::string& url,
                                const nlohmann::json& changes = nlohmann::json::object());

}  // namespace lakeport::partners::fixtures

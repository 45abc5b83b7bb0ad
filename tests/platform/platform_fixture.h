// A whole workspace with its connector platform, on both metadata stores; its routes are called without a
// socket.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "lakeport/lakehouse/dialect.h"
#include "lakeport/lakehouse/permissions.h"
#include "lakeport/net/router.h"
#include "lakeport/platform/platform.h"

#include "metadata_fixture.h"

namespace lakeport::platform::testing {

using Json = nlohmann::json;

struct Answered {
  int status = 0;
  Json body;
};

class PlatformTest : public fixtures::MetadataTest {
 protected:
  void SetUp() override;
  void TearDown() override;
  // Opens the platform anew, as after a restart.
  void reopen(const PlatformOptions& changes = {});

  // As the hub.
  Answered hub(const std::string& method, const std::string& path, const Json& body = nullptr,
               const std::optional<std::string>& authorization = std::nullopt);
  // As a user of the workspace, with this token.
  Answered page(const std::string& method, const std::string& path, const Json& body = nullptr,
                const std::optional<std::string>& token = std::nullopt);

  // A connect request of the admin's workspace, not established; the hub's usual fields, with a service
  // principal and its token provisioned by the test.
  Json connect_request(const std::string& email, bool demo = false);
  // The same user's established connection.
  static Json sign_in_request(Json connect, const std::string& connection_id,
                              const std::optional<std::string>& email = std::nullopt);
  // A connection of the admin's own; gives its id.
  std::string connect_as_admin();
  // A user of the workspace, and a token for it.
  std::string token_of_user(const std::string& email);

  Platform& platform() { return *platform_; }
  const lakehouse::Caller& admin() const { return admin_; }
  void revoke_provisioned_token();

  std::filesystem::path folder_;
  std::unique_ptr<lakehouse::Identity> identity_;
  std::unique_ptr<lakehouse::ObjectPermissions> permissions_;
  std::shared_ptr<lakehouse::OAuth> oauth_;
  std::unique_ptr<lakehouse::Catalog> catalog_;
  std::unique_ptr<lakehouse::Translator> translator_;
  std::unique_ptr<lakehouse::Engine> engine_;
  std::unique_ptr<lakehouse::Warehouses> warehouses_;
  std::unique_ptr<Platform> platform_;
  std::unique_ptr<net::Router> router_;
  lakehouse::Caller admin_;
  std::string seal_key_, http_path_, admin_token_;
  std::string provisioned_principal_, provisioned_token_, provisioned_token_id_;
};

}  // namespace lakeport::platform::testing

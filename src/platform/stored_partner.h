// PartnerSide over the metadata store.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "lakeport/base/seal.h"
#include "lakeport/platform/platform.h"

#include "accounts.h"
#include "connections.h"
#include "destinations.h"

namespace lakeport::platform {

class StoredPartner final : public PartnerSide {
 public:
  // `end_syncs`: stops the syncs of these connections, which are gone from the store.
  static Result<std::unique_ptr<StoredPartner>> open(
      const PlatformServices& services, const PlatformOptions& options, const Sealer& sealer,
      const Destinations& destinations,
      std::function<void(const std::vector<std::string>& connection_ids)> end_syncs);

  const std::string& hub_authorization() const override { return hub_authorization_; }
  Result<PartnerBehaviour> behaviour() override;
  Status set_behaviour(const lakehouse::Caller& by, const PartnerBehaviour& behaviour) override;
  PartnerResult<ConnectAnswer> connect(const ConnectRequest& request) override;
  PartnerResult<std::vector<ConnectionTest>> test_connection(std::string_view connection_id) override;
  PartnerResult<void> delete_connection(std::string_view connection_id) override;
  PartnerResult<void> delete_account(std::string_view domain) override;
  PartnerResult<void> expire_account(std::string_view email) override;
  Status finish_sign_up(const lakehouse::Caller& caller) override;

 private:
  StoredPartner(const PlatformServices& services, std::string host_url, const Destinations& destinations,
                std::function<void(const std::vector<std::string>&)> end_syncs)
      : services_(services),
        host_url_(std::move(host_url)),
        destinations_(destinations),
        end_syncs_(std::move(end_syncs)) {}

  Status load_credential(const Sealer& sealer);
  PartnerResult<void> check_host(const ConnectRequest& request) const;
  Status make_connection(store::Session& session, const ConnectRequest& request,
                         const PartnerBehaviour& behaviour, ConnectAnswer& answer) const;
  // The failure goes to `refused`; the status is the store's.
  Status reuse_connection(store::Session& session, const ConnectRequest& request,
                          const PartnerBehaviour& behaviour, ConnectAnswer& answer,
                          std::optional<PartnerFailure>& refused) const;
  std::string redirect_to(const std::string& destination_id, bool welcome) const;

  const PlatformServices services_;
  const std::string host_url_;
  const Destinations& destinations_;
  const std::function<void(const std::vector<std::string>&)> end_syncs_;
  std::string hub_authorization_;
};

}  // namespace lakeport::platform

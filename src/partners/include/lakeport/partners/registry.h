// Which partners there are, for whom, and the credentials with which the hub calls them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lakeport/base/result.h"
#include "lakeport/lakehouse/identity.h"
#include "lakeport/lakehouse/secrets.h"
#include "lakeport/partners/partner.h"
#include "lakeport/partners/partner_client.h"

namespace lakeport::partners {

using lakehouse::Caller;

struct PartnerImages {
  std::string logo, icon;  // bytes, checked by check_image
};

struct NewPartner {
  std::string id;      // empty: made from the name
  std::string config;  // PartnerConfig document (JSON)
  HubSettings hub;
  PartnerImages images;
  std::string authorization;  // the header's exact value; may be empty: not usable until it is set
};

struct PartnerQuery {
  std::optional<Category> category;
  std::string search;  // in name and description, without regard to case
  std::size_t limit = 100;
  std::string after_id;  // the page after this partner; kInvalidInput when it is gone
  // Partners that the workspace is connected with (Hub::connected_partners): listed even when retired.
  std::vector<std::string> connected;
};

// The self-testing API's body (contract, self-testing partners), already typed.
struct SelfTestPartner {
  std::string name;
  Category category = Category::kIngest;
  std::string connect_url, sign_up_url, delete_url, terms_of_service_url, privacy_policy_url;
  std::vector<std::string> hostnames;
  bool unity_catalog = false, non_admin = false, external_location = false;
  IntegrationType integration = IntegrationType::kNone;
  std::vector<AuthOption> auth_options;
};

// Thread-safe. Changes need an admin of the home workspace (self-test partners: an admin of their workspace),
// are audited (service "partnerConnect") and durable when they return. kInvalidInput lists every problem of a
// document at once, a line each: "endpoints.connect_path: is missing".
class Registry {
 public:
  struct Options {
    std::string seal_key;  // 32 bytes: seals credentials
    std::string host_url;  // of this server: base_url of the partner "lakeport"
    std::string region;    // of this server, for HubSettings::regions; letters, digits, '-'
    // The Authorization value that the partner "lakeport" (our own platform) takes from this hub.
    std::string own_authorization;
  };
  static Result<std::unique_ptr<Registry>> open(store::Metadata& metadata, lakehouse::Identity& identity,
                                                lakehouse::Secrets& secrets, const Options& options);
  virtual ~Registry() = default;

  // In order of their names; only those that the caller's workspace may see (cloud, region, visibility),
  // without retired ones unless they are in query.connected. At most `limit`.
  virtual Result<std::vector<Partner>> list(const Caller& caller, const PartnerQuery& query) = 0;
  // kNotFound for what the caller's workspace may not see.
  virtual Result<Partner> get(const Caller& caller, std::string_view id) = 0;
  virtual Result<PartnerImages> images(std::string_view id) = 0;

  virtual Result<Partner> add(const Caller& by, const NewPartner& partner) = 0;
  // Everything but the id and the credential; empty images stay as they are.
  virtual Result<Partner> update(const Caller& by, const NewPartner& partner) = 0;
  // No new connections; kInvalidInput for built-in ones.
  virtual Result<Partner> retire(const Caller& by, std::string_view id, bool retired) = 0;

  // Rotation with overlap: the new value is kept beside the old one; calls try the new one first, and when
  // the partner says 401 the old one; the first call that succeeds with the new one, or finish_rotation,
  // removes the old one.
  virtual Status set_credential(const Caller& by, std::string_view id, std::string_view authorization) = 0;
  virtual Status finish_rotation(const Caller& by, std::string_view id) = 0;
  struct Credentials {
    std::string current;
    std::optional<std::string> previous;  // while a rotation is going on
  };
  // For the hub's own calls. Self-test partners: the secret in scope "partner-connect" under the partner's
  // id, read in the partner's workspace (it may be empty: no Authorization header). kNotFound with advice
  // when there is none.
  virtual Result<Credentials> credentials(const Partner& partner) = 0;
  // A call with the current credential succeeded: the previous one is dropped. `partner`: as it was read
  // before the call; nothing happens when its credential was replaced meanwhile.
  virtual Status confirm_credential(const Partner& partner) = 0;

  // Self-test partners: one in a workspace, seen there only, with a placeholder icon (contract). kExists for
  // a second.
  virtual Result<Partner> create_self_test(const Caller& by, const SelfTestPartner& partner) = 0;
  virtual Result<std::vector<Partner>> self_tests(const Caller& by) = 0;
  // Whether update_self_test would do it: the connections are dropped in between.
  virtual Status check_self_test(const Caller& by, std::string_view id, const SelfTestPartner& partner) = 0;
  // The caller (REST) drops the connections to it first.
  virtual Result<Partner> update_self_test(const Caller& by, std::string_view id,
                                           const SelfTestPartner& partner) = 0;
  virtual Status delete_self_test(const Caller& by, std::string_view id) = 0;
};

}  // namespace lakeport::partners

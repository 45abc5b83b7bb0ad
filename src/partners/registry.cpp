#include "lakeport/partners/registry.h"

#include <algorithm>
#include <map>
#include <utility>

#include <nlohmann/json.hpp>

#include "lakeport/base/seal.h"
#include "lakeport/partners/words.h"
#include "lakeport/store/metadata.h"

#include "built_in_partners.h"
#include "partner_rows.h"
#include "problem_lines.h"
#include "self_test_config.h"

namespace lakeport::partners {

namespace {

using lakehouse::AuditEvent;
using lakehouse::Identity;
using nlohmann::json;

constexpr std::string_view kService = "partnerConnect";
constexpr std::string_view kSecretScope = "partner-connect";
constexpr std::size_t kLongestId = 63;
constexpr std::size_t kLongestSearch = 200;
constexpr std::size_t kLongestCredential = 8'192;

bool is_lower_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

Status check_id(std::string_view id) {
  const bool good = !id.empty() && id.size() <= kLongestId && is_lower_or_digit(id.front()) &&
                    is_lower_or_digit(id.back()) &&
                    std::ranges::all_of(id, [](char c) { return is_lower_or_digit(c) || c == '-'; });
  if (good) return {};
  return fail(ErrorKind::kInvalidInput,
              "id: must have 1 to 63 lower-case letters, digits and '-' between them");
}

// "Power BI" → "power-bi".
std::string id_from_name(std::string_view name) {
  std::string id;
  for (const char c : name) {
    const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    if (is_lower_or_digit(lower)) {
      id += lower;
    } else if (!id.empty() && id.back() != '-') {
      id += '-';
    }
  }
  id.resize(std::min(id.size(), kLongestId));
  while (id.ends_with('-')) id.pop_back();
  return id;
}

Status check_authorization(std::string_view value) {
  if (value.size() > kLongestCredential)
    return fail(ErrorKind::kInvalidInput, "authorization: must have at most 8,192 characters");
  if (std::ranges::any_of(value, [](unsigned char c) { return c < ' ' || c >= 127; }))
    return fail(ErrorKind::kInvalidInput, "authorization: must be printable ASCII, as in a header");
  return {};
}

void check_settings(const HubSettings& hub, std::vector<ConfigProblem>& problems) {
  if (hub.integration == IntegrationType::kDesktop)
    problems.push_back({"settings.integration_type", "must not be DESKTOP: those partners are built in"});
  if (hub.warehouse_types.empty()) problems.push_back({"settings.warehouse_types", "must not be empty"});
  for (std::size_t i = 0; i < hub.regions.size(); ++i) {
    const std::string& region = hub.regions[i];
    if (region.empty() || region.size() > kLongestId ||
        !std::ranges::all_of(region, [](char c) { return is_lower_or_digit(c) || c == '-'; })) {
      problems.push_back({"settings.regions[" + std::to_string(i) + "]",
                          "must be a region's name like eu-west-1: lower-case letters, digits, '-'"});
    }
  }
}

void check_images(const PartnerImages& images, bool required, std::vector<ConfigProblem>& problems) {
  const auto check = [&](const char* field, const std::string& bytes, ImageRole role) {
    if (bytes.empty() && !required) return;
    if (const auto type = check_image(bytes, role); !type) problems.push_back({field, type.error().what()});
  };
  check("logo", images.logo, ImageRole::kLogo);
  check("icon", images.icon, ImageRole::kIcon);
}

// The next moment of change: later than the last one, so that two changes are never taken for one.
UtcMillis after(UtcMillis last) { return std::max(utc_now(), last + std::chrono::milliseconds(1)); }

std::string escaped_like(std::string_view text) {
  std::string pattern;
  for (const char c : text) {
    if (c == '%' || c == '_' || c == '\\') pattern += '\\';
    pattern += c;
  }
  return "%" + pattern + "%";
}

class StoredRegistry final : public Registry {
 public:
  StoredRegistry(store::Metadata& metadata, Identity& identity, lakehouse::Secrets& secrets, Options options,
                 Sealer sealer)
      : metadata_(metadata),
        identity_(identity),
        secrets_(secrets),
        options_(std::move(options)),
        sealer_(std::move(sealer)) {
    for (BuiltInPartner& built_in : built_in_partners(options_)) {
      std::string id = built_in.partner.id;
      built_in_.emplace(std::move(id), std::move(built_in));
    }
  }

  // Built-in partners have rows too, so that lists need no merging.
  Status write_built_in() {
    return metadata_.write([&](store::Session& session) -> Status {
      for (auto& [id, built_in] : built_in_) {
        const auto known = read_partner(session, id);
        if (!known && known.error().kind() != ErrorKind::kNotFound) return fail(known.error());
        built_in.partner.created = known ? known->partner.created : utc_now();
        built_in.partner.updated = known ? known->partner.updated : built_in.partner.created;
        if (known && known->partner.origin != Origin::kBuiltIn)
          return fail(ErrorKind::kExists, "a registered partner has the id of a built-in one", id);
        LAKEPORT_RETURN_IF_ERROR(write_partner(session, built_in.partner, std::nullopt));
      }
      return {};
    });
  }

  Result<std::vector<Partner>> list(const Caller& caller, const PartnerQuery& query) override {
    LAKEPORT_ASSIGN_OR_RETURN(Condition condition, condition_for(caller));
    LAKEPORT_RETURN_IF_ERROR(add_query(condition, query));
    LAKEPORT_RETURN_IF_ERROR(add_retired(condition, query.connected));
    LAKEPORT_ASSIGN_OR_RETURN(auto rows, read_partners(metadata_, cache_, condition, query.limit));
    std::vector<Partner> partners;
    partners.reserve(rows.size());
    for (PartnerRow& row : rows) partners.push_back(completed(std::move(row)));
    return partners;
  }

  Result<Partner> get(const Caller& caller, std::string_view id) override {
    LAKEPORT_ASSIGN_OR_RETURN(const Condition condition, condition_for(caller));
    LAKEPORT_ASSIGN_OR_RETURN(PartnerRow row, read_partner(metadata_, cache_, condition, id));
    return completed(std::move(row));
  }

  Result<PartnerImages> images(std::string_view id) override {
    if (const auto built_in = built_in_.find(id); built_in != built_in_.end()) return built_in->second.images;
    LAKEPORT_ASSIGN_OR_RETURN(
        const auto rows,
        metadata_.query("select i.role, i.content, p.origin from partner p left join partner_image i on "
                        "i.partner_id = p.id where p.id = ?",
                        {std::string(id)}));
    if (rows.empty()) return fail(no_such_partner(id));
    if (rows.front().text(2) == word_of(kOrigins, Origin::kSelfTest)) return placeholder_images();
    PartnerImages found;
    for (const store::Row& row : rows) {
      if (row.is_null(0)) continue;
      (row.text(0) == "logo" ? found.logo : found.icon) = row.bytes(1);
    }
    return found;
  }

  Result<Partner> add(const Caller& by, const NewPartner& partner) override {
    LAKEPORT_RETURN_IF_ERROR(require_operator(by, "createPartner", partner.id));
    CheckedConfig checked = check_config(partner.config);
    const std::string id = partner.id.empty() ? id_from_name(checked.config.name) : partner.id;
    if (const Status good = check_id(id); !good) checked.problems.push_back({"", good.error().what()});
    LAKEPORT_RETURN_IF_ERROR(check(partner, checked, true));
    Partner made;
    made.id = id;
    made.config = std::move(checked.config);
    made.hub = partner.hub;
    made.has_credential = !partner.authorization.empty();
    made.created = made.updated = utc_now();
    LAKEPORT_RETURN_IF_ERROR(metadata_.write([&](store::Session& session) -> Status {
      const auto known = read_partner(session, id);
      if (known)
        return fail(ErrorKind::kExists, "there is a partner " + id + " already", "", "Give another id.");
      if (known.error().kind() != ErrorKind::kNotFound) return fail(known.error());
      LAKEPORT_RETURN_IF_ERROR(write_partner(session, made, by.principal.id));
      LAKEPORT_RETURN_IF_ERROR(write_images(session, id, partner.images));
      if (made.has_credential) LAKEPORT_RETURN_IF_ERROR(write_credential(session, id, partner.authorization));
      return audit(session, by, "createPartner", id, {{"name", made.config.name}});
    }));
    return made;
  }

  Result<Partner> update(const Caller& by, const NewPartner& partner) override {
    LAKEPORT_RETURN_IF_ERROR(require_operator(by, "updatePartner", partner.id));
    CheckedConfig checked = check_config(partner.config);
    LAKEPORT_RETURN_IF_ERROR(check(partner, checked, false));
    Partner changed;
    LAKEPORT_RETURN_IF_ERROR(metadata_.write([&](store::Session& session) -> Status {
      LAKEPORT_ASSIGN_OR_RETURN(PartnerRow row, registered(session, partner.id));
      changed = std::move(row.partner);
      changed.config = checked.config;
      changed.hub = partner.hub;
      changed.updated = after(changed.updated);
      LAKEPORT_RETURN_IF_ERROR(write_partner(session, changed, row.made_by));
      LAKEPORT_RETURN_IF_ERROR(write_images(session, changed.id, partner.images));
      return audit(session, by, "updatePartner", changed.id, {{"name", changed.config.name}});
    }));
    return changed;
  }

  Result<Partner> retire(const Caller& by, std::string_view id, bool retired) override {
    const std::string_view action = retired ? "retirePartner" : "restorePartner";
    LAKEPORT_RETURN_IF_ERROR(require_operator(by, action, id));
    Partner changed;
    LAKEPORT_RETURN_IF_ERROR(metadata_.write([&](store::Session& session) -> Status {
      LAKEPORT_ASSIGN_OR_RETURN(PartnerRow row, registered(session, id));
      changed = std::move(row.partner);
      changed.retired = retired;
      changed.updated = after(changed.updated);
      LAKEPORT_RETURN_IF_ERROR(write_partner(session, changed, row.made_by));
      return audit(session, by, action, changed.id, {});
    }));
    return changed;
  }

  Status set_credential(const Caller& by, std::string_view id, std::string_view authorization) override {
    LAKEPORT_RETURN_IF_ERROR(require_operator(by, "setPartnerCredential", id));
    if (authorization.empty()) return fail(ErrorKind::kInvalidInput, "authorization: must not be empty");
    LAKEPORT_RETURN_IF_ERROR(check_authorization(authorization));
    return metadata_.write([&](store::Session& session) -> Status {
      LAKEPORT_ASSIGN_OR_RETURN(PartnerRow row, registered(session, id));
      // A value that no call has confirmed yet is replaced without being kept: the one before it works.
      LAKEPORT_RETURN_IF_ERROR(
          session.execute("update partner set previous_credential = coalesce(previous_credential, "
                          "credential), updated_ms = ? "
                          "where id = ?",
                          {after(row.partner.updated).time_since_epoch().count(), std::string(id)}));
      LAKEPORT_RETURN_IF_ERROR(write_credential(session, std::string(id), authorization));
      return audit(session, by, "setPartnerCredential", std::string(id), {});
    });
  }

  Status finish_rotation(const Caller& by, std::string_view id) override {
    LAKEPORT_RETURN_IF_ERROR(require_operator(by, "finishPartnerRotation", id));
    return metadata_.write([&](store::Session& session) -> Status {
      LAKEPORT_RETURN_IF_ERROR(registered(session, id));
      LAKEPORT_RETURN_IF_ERROR(
          session.execute("update partner set previous_credential = null where id = ?", {std::string(id)}));
      return audit(session, by, "finishPartnerRotation", std::string(id), {});
    });
  }

  Result<Credentials> credentials(const Partner& partner) override {
    if (partner.id == kOwnPartner && !options_.own_authorization.empty())
      return Credentials{options_.own_authorization, std::nullopt};
    if (partner.origin == Origin::kSelfTest) return self_test_credentials(partner);
    LAKEPORT_ASSIGN_OR_RETURN(
        const auto rows,
        metadata_.query("select credential, previous_credential from partner where id = ?", {partner.id}));
    if (rows.empty()) return fail(no_such_partner(partner.id));
    if (rows.front().is_null(0)) {
      return fail(ErrorKind::kNotFound, "the partner " + partner.config.name + " has no credential yet", "",
                  "An admin must set the Authorization value that the partner gave.");
    }
    Credentials found;
    LAKEPORT_ASSIGN_OR_RETURN(found.current, sealer_.open(rows.front().bytes(0), place(partner.id)));
    if (!rows.front().is_null(1)) {
      LAKEPORT_ASSIGN_OR_RETURN(found.previous, sealer_.open(rows.front().bytes(1), place(partner.id)));
    }
    return found;
  }

  Status confirm_credential(const Partner& partner) override {
    if (partner.origin != Origin::kRegistered) return {};
    const std::vector<store::Value> same = {partner.id, partner.updated.time_since_epoch().count()};
    constexpr std::string_view kWhich =
        "from partner where id = ? and updated_ms = ? and previous_credential is not null";
    LAKEPORT_ASSIGN_OR_RETURN(const auto rotating, metadata_.query("select id " + std::string(kWhich), same));
    if (rotating.empty()) return {};
    return metadata_.write([&](store::Session& session) -> Status {
      LAKEPORT_RETURN_IF_ERROR(session.execute(
          "update partner set previous_credential = null where id = ? and updated_ms = ?", same));
      return {};
    });
  }

  Result<Partner> create_self_test(const Caller& by, const SelfTestPartner& description) override {
    LAKEPORT_RETURN_IF_ERROR(require_admin(by, "createSelfTestPartner", description.name));
    LAKEPORT_ASSIGN_OR_RETURN(Partner made, self_test_partner(description, by.workspace_id));
    made.id = random_uuid();
    made.created = made.updated = utc_now();
    LAKEPORT_RETURN_IF_ERROR(metadata_.write([&](store::Session& session) -> Status {
      LAKEPORT_ASSIGN_OR_RETURN(
          const auto others,
          session.query("select id from partner where self_test_workspace = ?", {by.workspace_id}));
      if (!others.empty()) {
        return fail(ErrorKind::kExists,
                    "this workspace has the self-test partner " + others.front().text(0) +
                        " already; there can be one at a time",
                    "", "Update or delete that one.");
      }
      LAKEPORT_RETURN_IF_ERROR(write_partner(session, made, by.principal.id));
      return audit(session, by, "createSelfTestPartner", made.id, {{"name", made.config.name}});
    }));
    return made;
  }

  Result<std::vector<Partner>> self_tests(const Caller& by) override {
    LAKEPORT_RETURN_IF_ERROR(require_admin(by, "listSelfTestPartners", ""));
    Condition condition;
    condition.add("self_test_workspace = ?", {by.workspace_id});
    LAKEPORT_ASSIGN_OR_RETURN(auto rows, read_partners(metadata_, cache_, condition, 1));
    std::vector<Partner> partners;
    for (PartnerRow& row : rows) partners.push_back(completed(std::move(row)));
    return partners;
  }

  Status check_self_test(const Caller& by, std::string_view id, const SelfTestPartner& description) override {
    LAKEPORT_RETURN_IF_ERROR(require_admin(by, "updateSelfTestPartner", id));
    LAKEPORT_RETURN_IF_ERROR(self_test_partner(description, by.workspace_id));
    return metadata_.read([&](store::Session& session) -> Status {
      LAKEPORT_RETURN_IF_ERROR(self_test_of(session, by, id));
      return {};
    });
  }

  Result<Partner> update_self_test(const Caller& by, std::string_view id,
                                   const SelfTestPartner& description) override {
    LAKEPORT_RETURN_IF_ERROR(require_admin(by, "updateSelfTestPartner", id));
    LAKEPORT_ASSIGN_OR_RETURN(Partner changed, self_test_partner(description, by.workspace_id));
    LAKEPORT_RETURN_IF_ERROR(metadata_.write([&](store::Session& session) -> Status {
      LAKEPORT_ASSIGN_OR_RETURN(const PartnerRow row, self_test_of(session, by, id));
      changed.id = row.partner.id;
      changed.created = row.partner.created;
      changed.updated = after(row.partner.updated);
      LAKEPORT_RETURN_IF_ERROR(write_partner(session, changed, row.made_by));
      return audit(session, by, "updateSelfTestPartner", changed.id, {{"name", changed.config.name}});
    }));
    return completed({changed, by.principal.id});
  }

  Status delete_self_test(const Caller& by, std::string_view id) override {
    LAKEPORT_RETURN_IF_ERROR(require_admin(by, "deleteSelfTestPartner", id));
    return metadata_.write([&](store::Session& session) -> Status {
      LAKEPORT_ASSIGN_OR_RETURN(const PartnerRow row, self_test_of(session, by, id));
      LAKEPORT_RETURN_IF_ERROR(session.execute("delete from partner where id = ?", {row.partner.id}));
      return audit(session, by, "deleteSelfTestPartner", row.partner.id, {{"name", row.partner.config.name}});
    });
  }

 private:
  static std::string place(std::string_view id) { return "partner:" + std::string(id); }

  Status write_credential(store::Session& session, const std::string& id, std::string_view value) {
    LAKEPORT_RETURN_IF_ERROR(session.execute("update partner set credential = ? where id = ?",
                                             {store::Bytes{sealer_.seal(value, place(id))}, id}));
    return {};
  }

  Status audit(store::Session& session, const Caller& by, std::string_view action, std::string object,
               const json& detail) {
    return identity_.audit(session, by, event(action, std::move(object), "ok", detail));
  }

  static AuditEvent event(std::string_view action, std::string object, std::string outcome,
                          const json& detail) {
    return {.service = std::string(kService),
            .action = std::string(action),
            .object = std::move(object),
            .outcome = std::move(outcome),
            .detail = detail.is_null() ? "{}" : detail.dump()};
  }

  tl::unexpected<Error> denied(const Caller& by, std::string_view action, std::string_view object,
                               std::string what) {
    identity_.audit(by, event(action, std::string(object), "denied", {}));
    return fail(ErrorKind::kPermission, std::move(what));
  }

  // An admin of the home workspace, whose admins are the account's.
  Status require_operator(const Caller& by, std::string_view action, std::string_view object) {
    if (by.admin) {
      const auto at_home = identity_.caller_for(by.principal.id);
      if (at_home && at_home->admin) return {};
    }
    return denied(by, action, object, "only admins of the home workspace may change partners");
  }

  Status require_admin(const Caller& by, std::string_view action, std::string_view object) {
    if (by.admin) return {};
    return denied(by, action, object, "only admins of the workspace may use self-test partners");
  }

  Result<Condition> condition_for(const Caller& caller) {
    LAKEPORT_ASSIGN_OR_RETURN(const auto workspaces, identity_.workspaces());
    const auto found = std::ranges::find(workspaces, caller.workspace_id, &lakehouse::Workspace::id);
    if (found == workspaces.end()) return fail(ErrorKind::kNotFound, "there is no such workspace");
    return visible_from({caller.workspace_id, found->cloud, options_.region});
  }

  Status add_query(Condition& condition, const PartnerQuery& query) {
    if (query.category) condition.add("category = ?", {std::string(to_string(*query.category))});
    if (query.search.size() > kLongestSearch)
      return fail(ErrorKind::kInvalidInput, "a search has at most 200 bytes");
    if (!query.search.empty())
      condition.add(R"(search_text like ? escape '\')", {escaped_like(folded(query.search))});
    if (query.after_id.empty()) return {};
    LAKEPORT_ASSIGN_OR_RETURN(const auto last,
                              metadata_.query("select sort_key from partner where id = ?", {query.after_id}));
    if (last.empty())
      return fail(ErrorKind::kInvalidInput, "the partner at which the page ended is gone", "",
                  "Start again.");
    condition.add("(sort_key, id) > (?, ?)", {last.front().text(0), query.after_id});
    return {};
  }

  // Few partners are retired, while a workspace may be connected with many.
  Status add_retired(Condition& condition, const std::vector<std::string>& connected) {
    std::vector<store::Value> shown;
    if (!connected.empty()) {
      LAKEPORT_ASSIGN_OR_RETURN(const auto retired,
                                metadata_.query("select id from partner where retired = 1 order by id"));
      for (const store::Row& row : retired) {
        if (std::ranges::find(connected, row.text(0)) != connected.end()) shown.emplace_back(row.text(0));
      }
    }
    std::string sql = "retired = 0";
    for (std::size_t i = 0; i < shown.size(); ++i) sql += i == 0 ? " or id in (?" : ", ?";
    if (!shown.empty()) sql += ")";
    condition.add(sql, std::move(shown));
    return {};
  }

  // With what is not in its row.
  Partner completed(PartnerRow row) {
    Partner& partner = row.partner;
    if (partner.origin == Origin::kBuiltIn) {
      const auto built_in = built_in_.find(partner.id);
      // Another version of the program may have had more of them.
      if (built_in == built_in_.end()) return std::move(partner);
      Partner own = built_in->second.partner;
      own.created = partner.created;
      own.updated = partner.updated;
      return own;
    }
    if (partner.origin == Origin::kSelfTest) partner.has_credential = has_self_test_secret(row);
    return std::move(partner);
  }

  // Reads secrets for the hub itself, whoever clicks: in the name of whoever made the partner.
  Caller system_caller(const Partner& partner, std::optional<std::int64_t> made_by) {
    Caller caller;
    if (made_by) {
      if (auto maker = identity_.principal(*made_by)) caller.principal = *std::move(maker);
    }
    caller.workspace_id = partner.hub.only_workspace.value_or(0);
    caller.admin = true;
    caller.credential = kService;
    return caller;
  }

  bool has_self_test_secret(const PartnerRow& row) {
    const auto listed = secrets_.list(system_caller(row.partner, row.made_by), std::string(kSecretScope));
    return listed && std::ranges::any_of(*listed, [&](const lakehouse::SecretMetadata& secret) {
             return folded(secret.key) == row.partner.id;
           });
  }

  Result<Credentials> self_test_credentials(const Partner& partner) {
    LAKEPORT_ASSIGN_OR_RETURN(const PartnerRow row,
                              read_partner(metadata_, cache_, everything(), partner.id));
    const auto value =
        secrets_.get(system_caller(row.partner, row.made_by), std::string(kSecretScope), partner.id);
    if (value) {
      if (const Status good = check_authorization(*value); !good) {
        return fail(ErrorKind::kInvalidInput,
                    "the secret " + partner.id +
                        " in the scope partner-connect is no "
                        "Authorization value: it must be printable ASCII on one line");
      }
      return Credentials{*value, std::nullopt};
    }
    if (value.error().kind() != ErrorKind::kNotFound) return fail(value.error());
    return fail(
        ErrorKind::kNotFound, "the self-test partner " + partner.config.name + " has no credential yet", "",
        "Put the value of its Authorization header into the secret scope partner-connect under the key " +
            partner.id + " (an empty value for none).");
  }

  static Condition everything() {
    Condition condition;
    condition.add("1 = 1", {});
    return condition;
  }

  static Status check(const NewPartner& partner, CheckedConfig& checked, bool images_required) {
    check_settings(partner.hub, checked.problems);
    check_images(partner.images, images_required, checked.problems);
    if (const Status good = check_authorization(partner.authorization); !good)
      checked.problems.push_back({"", good.error().what()});
    return fail_if_any(checked.problems);
  }

  static Result<PartnerRow> registered(store::Session& session, std::string_view id) {
    LAKEPORT_ASSIGN_OR_RETURN(PartnerRow row, read_partner(session, id));
    if (row.partner.origin == Origin::kBuiltIn)
      return fail(ErrorKind::kInvalidInput,
                  "the partner " + std::string(id) + " is built in: it cannot be changed");
    if (row.partner.origin == Origin::kSelfTest) {
      return fail(ErrorKind::kInvalidInput, "the partner " + std::string(id) + " is a self-test partner", "",
                  "Use the self-testing API of its workspace.");
    }
    return row;
  }

  static Result<PartnerRow> self_test_of(store::Session& session, const Caller& by, std::string_view id) {
    LAKEPORT_ASSIGN_OR_RETURN(PartnerRow row, read_partner(session, folded(id)));
    if (row.partner.origin != Origin::kSelfTest || row.partner.hub.only_workspace != by.workspace_id)
      return fail(no_such_partner(id));
    return row;
  }

  store::Metadata& metadata_;
  Identity& identity_;
  lakehouse::Secrets& secrets_;
  const Options options_;
  Sealer sealer_;
  PartnerCache cache_;
  std::map<std::string, BuiltInPartner, std::less<>> built_in_;  // by id; not changed after write_built_in()
};

}  // namespace

Result<std::unique_ptr<Registry>> Registry::open(store::Metadata& metadata, lakehouse::Identity& identity,
                                                 lakehouse::Secrets& secrets, const Options& options) {
  if (!std::ranges::all_of(options.region, [](char c) { return is_lower_or_digit(c) || c == '-'; })) {
    return fail(ErrorKind::kInvalidInput, "a region has lower-case letters, digits and '-'", options.region);
  }
  LAKEPORT_RETURN_IF_ERROR(check_authorization(options.own_authorization));
  LAKEPORT_ASSIGN_OR_RETURN(Sealer sealer, Sealer::create(options.seal_key));
  auto registry = std::make_unique<StoredRegistry>(metadata, identity, secrets, options, std::move(sealer));
  LAKEPORT_RETURN_IF_ERROR(registry->write_built_in());
  return registry;
}

}  // namespace lakeport::partners

#include "lakeport/lakehouse/secrets.h"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "lakeport/base/seal.h"
#include "lakeport/store/metadata.h"

namespace lakeport::lakehouse {

namespace {

constexpr std::size_t kLongestName = 128;
constexpr std::string_view kService = "secrets";

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& letter : out)
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  return out;
}

Status check_name(std::string_view what, std::string_view name) {
  const auto allowed = [](char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
           (letter >= '0' && letter <= '9') || letter == '-' || letter == '_' || letter == '.' ||
           letter == '@';
  };
  if (!name.empty() && name.size() <= kLongestName && std::all_of(name.begin(), name.end(), allowed))
    return {};
  return fail(ErrorKind::kInvalidInput,
              "a " + std::string(what) + " has 1 to 128 letters, digits, '-', '_', '.' and '@'",
              std::string(name));
}

std::optional<SecretPermission> permission_of(std::string_view text) {
  for (const auto permission : {SecretPermission::kRead, SecretPermission::kWrite, SecretPermission::kManage})
    if (to_string(permission) == text) return permission;
  return std::nullopt;
}

struct Scope {
  std::string id;
  std::string name;
};

class StoredSecrets final : public Secrets {
 public:
  StoredSecrets(store::Metadata& metadata, Identity& identity, Sealer sealer)
      : metadata_(metadata), identity_(identity), sealer_(std::move(sealer)) {}

  Status create_scope(const Caller& caller, const std::string& name,
                      const std::optional<std::string>& initial_manage_principal) override {
    LAKEPORT_RETURN_IF_ERROR(check_name("scope's name", name));
    std::int64_t manager = caller.principal.id;
    if (initial_manage_principal && !initial_manage_principal->empty()) {
      LAKEPORT_ASSIGN_OR_RETURN(const Principal given,
                                identity_.find_principal(*initial_manage_principal, caller.workspace_id));
      manager = given.id;
    }
    const std::string id = random_uuid();
    return metadata_.write([&](store::Session& session) -> Status {
      LAKEPORT_ASSIGN_OR_RETURN(
          const auto count,
          session.query("select count(*) from secret_scope where workspace_id = ?", {caller.workspace_id}));
      if (count.front().integer(0) >= kMostScopes)
        return fail(ErrorKind::kInvalidInput, "a workspace has at most 1,000 secret scopes");
      const auto made = session.execute(
          "insert into secret_scope (id, workspace_id, scope_key, name, created_ms) values (?, ?, ?, ?, ?) "
          "on conflict (workspace_id, scope_key) do nothing",
          {id, caller.workspace_id, lower(name), name, utc_now().time_since_epoch().count()});
      LAKEPORT_RETURN_IF_ERROR(made);
      if (*made == 0) return fail(ErrorKind::kExists, "the scope " + name + " exists already");
      LAKEPORT_RETURN_IF_ERROR(put_acl_row(session, id, manager, SecretPermission::kManage));
      return identity_.audit(session, caller, event("createScope", name));
    });
  }

  Status delete_scope(const Caller& caller, const std::string& name) override {
    LAKEPORT_ASSIGN_OR_RETURN(const Scope scope,
                              scope_for(caller, name, SecretPermission::kManage, "deleteScope", {}));
    return metadata_.write([&](store::Session& session) -> Status {
      LAKEPORT_RETURN_IF_ERROR(session.execute("delete from secret_scope where id = ?", {scope.id}));
      return identity_.audit(session, caller, event("deleteScope", scope.name));
    });
  }

  Result<std::vector<std::string>> scopes(const Caller& caller) override {
    LAKEPORT_ASSIGN_OR_RETURN(
        const auto rows,
        metadata_.query("select s.name, a.principal_id from secret_scope s left join secret_acl a "
                        "on a.scope_id = s.id where s.workspace_id = ? order by s.scope_key",
                        {caller.workspace_id}));
    std::vector<std::string> names;
    for (const store::Row& row : rows) {
      const auto principal = row.optional_integer(1);
      const bool visible = caller.admin || (principal && is_or_has(caller, *principal));
      if (visible && (names.empty() || names.back() != row.text(0))) names.push_back(row.text(0));
    }
    return names;
  }

  Status put(const Caller& caller, const std::string& scope_name, const std::string& key,
             std::string_view value) override {
    LAKEPORT_RETURN_IF_ERROR(check_name("secret's key", key));
    if (value.size() > kLongestValue)
      return fail(ErrorKind::kInvalidInput, "a secret has at most 128 KB (131,072 bytes); this one has " +
                                                std::to_string(value.size()));
    LAKEPORT_ASSIGN_OR_RETURN(const Scope scope,
                              scope_for(caller, scope_name, SecretPermission::kWrite, "putSecret", key));
    const std::string sealed = sealer_.seal(value, place(scope, key));
    return metadata_.write([&](store::Session& session) -> Status {
      LAKEPORT_ASSIGN_OR_RETURN(
          const auto others,
          session.query("select count(*) from secret where scope_id = ? and secret_key <> ?",
                        {scope.id, lower(key)}));
      if (others.front().integer(0) >= kMostSecrets)
        return fail(ErrorKind::kInvalidInput, "a scope has at most 1,000 secrets", scope.name);
      LAKEPORT_RETURN_IF_ERROR(session.execute(
          "insert into secret (scope_id, secret_key, name, value, updated_ms) values (?, ?, ?, ?, ?) "
          "on conflict (scope_id, secret_key) do update set name = excluded.name, value = excluded.value, "
          "updated_ms = excluded.updated_ms",
          {scope.id, lower(key), key, store::Bytes{sealed}, utc_now().time_since_epoch().count()}));
      return identity_.audit(session, caller, event("putSecret", scope.name + "/" + key));
    });
  }

  Result<std::string> get(const Caller& caller, const std::string& scope_name,
                          const std::string& key) override {
    LAKEPORT_ASSIGN_OR_RETURN(const Scope scope,
                              scope_for(caller, scope_name, SecretPermission::kRead, "getSecret", key));
    LAKEPORT_ASSIGN_OR_RETURN(
        const auto rows, metadata_.query("select value from secret where scope_id = ? and secret_key = ?",
                                         {scope.id, lower(key)}));
    if (rows.empty()) return fail(no_secret(scope, key));
    identity_.audit(caller, event("getSecret", scope.name + "/" + key));
    return sealer_.open(rows.front().bytes(0), place(scope, key));
  }

  Result<std::vector<SecretMetadata>> list(const Caller& caller, const std::string& scope_name) override {
    LAKEPORT_ASSIGN_OR_RETURN(const Scope scope,
                              scope_for(caller, scope_name, SecretPermission::kRead, "listSecrets", {}));
    LAKEPORT_ASSIGN_OR_RETURN(
        const auto rows,
        metadata_.query("select name, updated_ms from secret where scope_id = ? order by secret_key",
                        {scope.id}));
    std::vector<SecretMetadata> all;
    all.reserve(rows.size());
    for (const store::Row& row : rows)
      all.push_back({row.text(0), UtcMillis(std::chrono::milliseconds(row.integer(1)))});
    return all;
  }

  Status remove(const Caller& caller, const std::string& scope_name, const std::string& key) override {
    LAKEPORT_ASSIGN_OR_RETURN(const Scope scope,
                              scope_for(caller, scope_name, SecretPermission::kWrite, "deleteSecret", key));
    return metadata_.write([&](store::Session& session) -> Status {
      LAKEPORT_ASSIGN_OR_RETURN(const std::int64_t removed,
                                session.execute("delete from secret where scope_id = ? and secret_key = ?",
                                                {scope.id, lower(key)}));
      if (removed == 0) return fail(no_secret(scope, key));
      return identity_.audit(session, caller, event("deleteSecret", scope.name + "/" + key));
    });
  }

  Status put_acl(const Caller& caller, const std::string& scope_name, const std::string& principal,
                 SecretPermission permission) override {
    LAKEPORT_ASSIGN_OR_RETURN(const Scope scope,
                              scope_for(caller, scope_name, SecretPermission::kManage, "putAcl", {}));
    LAKEPORT_ASSIGN_OR_RETURN(const Principal known,
                              identity_.find_principal(principal, caller.workspace_id));
    return metadata_.write([&](store::Session& session) -> Status {
      LAKEPORT_RETURN_IF_ERROR(put_acl_row(session, scope.id, known.id, permission));
      return identity_.audit(
          session, caller,
          event("putAcl", scope.name, {{"principal", known.name}, {"permission", to_string(permission)}}));
    });
  }

  Status remove_acl(const Caller& caller, const std::string& scope_name,
                    const std::string& principal) override {
    LAKEPORT_ASSIGN_OR_RETURN(const Scope scope,
                              scope_for(caller, scope_name, SecretPermission::kManage, "deleteAcl", {}));
    LAKEPORT_ASSIGN_OR_RETURN(const Principal known,
                              identity_.find_principal(principal, caller.workspace_id));
    return metadata_.write([&](store::Session& session) -> Status {
      LAKEPORT_ASSIGN_OR_RETURN(
          const std::int64_t removed,
          session.execute("delete from secret_acl where scope_id = ? and principal_id = ?",
                          {scope.id, known.id}));
      if (removed == 0)
        return fail(ErrorKind::kNotFound, principal + " has no entry in the list of the scope " + scope.name);
      return identity_.audit(session, caller, event("deleteAcl", scope.name, {{"principal", known.name}}));
    });
  }

  Result<std::vector<SecretAcl>> acls(const Caller& caller, const std::string& scope_name) override {
    LAKEPORT_ASSIGN_OR_RETURN(const Scope scope,
                              scope_for(caller, scope_name, SecretPermission::kManage, "listAcls", {}));
    LAKEPORT_ASSIGN_OR_RETURN(
        const auto rows,
        metadata_.query(
            "select principal_id, permission from secret_acl where scope_id = ? order by principal_id",
            {scope.id}));
    std::vector<SecretAcl> list;
    for (const store::Row& row : rows) {
      LAKEPORT_ASSIGN_OR_RETURN(const Principal principal, identity_.principal(row.integer(0)));
      list.push_back({principal.name, permission_of(row.text(1)).value_or(SecretPermission::kRead)});
    }
    return list;
  }

 private:
  static AuditEvent event(std::string_view action, std::string object,
                          const nlohmann::json& detail = nlohmann::json::object()) {
    return {.service = std::string(kService),
            .action = std::string(action),
            .object = std::move(object),
            .outcome = "ok",
            .detail = detail.dump()};
  }

  static Error no_secret(const Scope& scope, const std::string& key) {
    return {ErrorKind::kNotFound, "the scope " + scope.name + " has no secret " + key};
  }

  static std::string place(const Scope& scope, const std::string& key) {
    return "secret:" + scope.id + "/" + lower(key);
  }

  static bool is_or_has(const Caller& caller, std::int64_t principal) {
    return caller.principal.id == principal ||
           std::find(caller.groups.begin(), caller.groups.end(), principal) != caller.groups.end();
  }

  static Status put_acl_row(store::Session& session, const std::string& scope, std::int64_t principal,
                            SecretPermission permission) {
    LAKEPORT_RETURN_IF_ERROR(
        session.execute("insert into secret_acl (scope_id, principal_id, permission) values (?, ?, ?) "
                        "on conflict (scope_id, principal_id) do update set permission = excluded.permission",
                        {scope, principal, std::string(to_string(permission))}));
    return {};
  }

  // The scope, if the caller has `needed` on it.
  Result<Scope> scope_for(const Caller& caller, const std::string& name, SecretPermission needed,
                          std::string_view action, const std::string& key) {
    LAKEPORT_ASSIGN_OR_RETURN(
        const auto found,
        metadata_.query("select id, name from secret_scope where workspace_id = ? and scope_key = ?",
                        {caller.workspace_id, lower(name)}));
    if (found.empty()) return fail(ErrorKind::kNotFound, "there is no secret scope " + name);
    Scope scope{found.front().text(0), found.front().text(1)};
    if (caller.admin) return scope;
    LAKEPORT_ASSIGN_OR_RETURN(
        const auto rows,
        metadata_.query("select principal_id, permission from secret_acl where scope_id = ?", {scope.id}));
    for (const store::Row& row : rows) {
      const auto permission = permission_of(row.text(1));
      if (permission && *permission >= needed && is_or_has(caller, row.integer(0))) return scope;
    }
    AuditEvent denied = event(action, key.empty() ? scope.name : scope.name + "/" + key);
    denied.outcome = "denied";
    identity_.audit(caller, denied);
    return fail(ErrorKind::kPermission, caller.principal.name + " does not have " +
                                            std::string(to_string(needed)) + " on the secret scope " +
                                            scope.name);
  }

  store::Metadata& metadata_;
  Identity& identity_;
  Sealer sealer_;
};

}  // namespace

std::string_view to_string(SecretPermission permission) {
  switch (permission) {
    case SecretPermission::kWrite:
      return "WRITE";
    case SecretPermission::kManage:
      return "MANAGE";
    case SecretPermission::kRead:
      break;
  }
  return "READ";
}

Result<std::unique_ptr<Secrets>> Secrets::open(store::Metadata& metadata, Identity& identity,
                                               const std::string& seal_key) {
  LAKEPORT_ASSIGN_OR_RETURN(Sealer sealer, Sealer::create(seal_key));
  return std::make_unique<StoredSecrets>(metadata, identity, std::move(sealer));
}

}  // namespace lakeport::lakehouse

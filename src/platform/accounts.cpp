#include "accounts.h"

#include <algorithm>

#include "lakeport/base/seal.h"
#include "lakeport/base/time.h"

namespace lakeport::platform {

namespace {

std::string_view to_string(UserStatus status) {
  switch (status) {
    case UserStatus::kSigningUp:
      return "signing_up";
    case UserStatus::kActive:
      return "active";
    case UserStatus::kInvited:
      return "invited";
  }
  return "";
}

UserStatus status_of(std::string_view text) {
  if (text == "signing_up") return UserStatus::kSigningUp;
  return text == "invited" ? UserStatus::kInvited : UserStatus::kActive;
}

std::int64_t now_ms() { return utc_now().time_since_epoch().count(); }

Result<std::optional<Account>> only_account(Result<std::vector<store::Row>> rows) {
  if (!rows) return fail(std::move(rows).error());
  if (rows->empty()) return std::optional<Account>();
  const store::Row& row = rows->front();
  return std::optional(Account{row.text(0), row.text(1), row.boolean(2), row.boolean(3)});
}

}  // namespace

std::string lower_case(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
  });
  return lower;
}

std::string domain_of(std::string_view email) {
  const std::size_t at = email.rfind('@');
  return at == std::string_view::npos ? "" : lower_case(email.substr(at + 1));
}

Result<std::optional<Account>> find_account(store::Session& session, const std::string& domain) {
  return only_account(session.query(
      "select id, domain, demo, expired from platform_account where domain = ? and demo = 0", {domain}));
}

Result<std::optional<Account>> account_by_id(store::Session& session, const std::string& id) {
  return only_account(
      session.query("select id, domain, demo, expired from platform_account where id = ?", {id}));
}

Result<Account> add_account(store::Session& session, const std::string& domain, bool demo) {
  Account account{random_uuid(), domain, demo, false};
  LAKEPORT_RETURN_IF_ERROR(session.execute(
      "insert into platform_account (id, domain, demo, expired, created_ms) values (?, ?, ?, 0, ?)",
      {account.id, domain, std::int64_t{demo}, now_ms()}));
  return account;
}

Result<std::optional<AccountUser>> find_user(store::Session& session, const std::string& account_id,
                                             const std::string& email) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto rows,
                            session.query("select first_name, last_name, status, expired from platform_user "
                                          "where account_id = ? and email = ?",
                                          {account_id, lower_case(email)}));
  if (rows.empty()) return std::optional<AccountUser>();
  const store::Row& row = rows.front();
  return std::optional(AccountUser{account_id, lower_case(email), row.text(0), row.text(1),
                                   status_of(row.text(2)), row.boolean(3)});
}

Status put_user(store::Session& session, const AccountUser& user) {
  LAKEPORT_RETURN_IF_ERROR(session.execute(
      "insert into platform_user (account_id, email, first_name, last_name, status, expired, created_ms) "
      "values (?, ?, ?, ?, ?, ?, ?) on conflict (account_id, email) do update set first_name = "
      "excluded.first_name, last_name = excluded.last_name, status = excluded.status, expired = "
      "excluded.expired",
      {user.account_id, user.email, user.first_name, user.last_name, std::string(to_string(user.status)),
       std::int64_t{user.expired}, now_ms()}));
  return {};
}

}  // namespace lakeport::platform

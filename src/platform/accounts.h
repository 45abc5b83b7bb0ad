// Rows of accounts and their users, inside a transaction of the caller's.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "lakeport/base/result.h"
#include "lakeport/store/metadata.h"

namespace lakeport::platform {

struct Account {
  std::string id;
  std::string domain;
  bool demo = false;
  bool expired = false;
};

enum class UserStatus { kSigningUp, kActive, kInvited };

struct AccountUser {
  std::string account_id;
  std::string email;  // lower case
  std::string first_name, last_name;
  UserStatus status = UserStatus::kActive;
  bool expired = false;
};

// E-mails and domains compare without regard to case.
std::string lower_case(std::string_view text);
// What follows the last '@', in lower case; empty when there is none.
std::string domain_of(std::string_view email);

// The company's account; demo accounts are never found by their domain.
Result<std::optional<Account>> find_account(store::Session& session, const std::string& domain);
Result<std::optional<Account>> account_by_id(store::Session& session, const std::string& id);
// With a fresh id.
Result<Account> add_account(store::Session& session, const std::string& domain, bool demo);

Result<std::optional<AccountUser>> find_user(store::Session& session, const std::string& account_id,
                                             const std::string& email);
// Replaces the user of the same e-mail.
Status put_user(store::Session& session, const AccountUser& user);

}  // namespace lakeport::platform

// An identity with its first admin, on both stores.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "lakeport/base/seal.h"
#include "lakeport/lakehouse/identity.h"

#include "metadata_fixture.h"

namespace lakeport::lakehouse::testing {

template <class T>
T must(Result<T> result) {
  if (!result) {
    ADD_FAILURE() << result.error().to_string();
    std::abort();
  }
  return *std::move(result);
}

class IdentityTest : public fixtures::MetadataTest {
 protected:
  static constexpr const char* kAdminEmail = "Admin@example.com";

  void SetUp() override {
    open();
    first_ = must(identity_->bootstrap(kAdminEmail));
    admin_ = must(identity_->sign_in(kAdminEmail, *first_.admin_password));
  }

  void open() {
    identity_ = must(Identity::open(metadata(), {.host_url = "https://localhost", .seal_key = key_}));
  }
  // As a new process would.
  void reopen() {
    identity_.reset();
    close();
    open();
  }

  Identity& identity() { return *identity_; }
  const Caller& admin() const { return admin_; }
  const Bootstrap& first() const { return first_; }
  std::int64_t home() const { return first_.workspace_id; }

  Profile user(const std::string& email) {
    return must(identity_->create_profile(admin_, {.kind = PrincipalKind::kUser, .name = email}));
  }
  Profile group(const std::string& name, std::vector<std::int64_t> members = {}) {
    return must(identity_->create_profile(
        admin_, {.kind = PrincipalKind::kGroup, .name = name, .members = std::move(members)}));
  }
  Profile service_principal(const std::string& name) {
    return must(
        identity_->create_profile(admin_, {.kind = PrincipalKind::kServicePrincipal, .display_name = name}));
  }
  Caller caller(std::int64_t id) { return must(identity_->caller_for(id)); }
  std::int64_t group_id(const std::string& name) { return must(identity_->find_principal(name)).id; }

  Result<Caller> authenticate(const std::string& token) { return identity_->authenticate("Bearer " + token); }

 private:
  std::string key_ = std::string(32, 'k');
  std::unique_ptr<Identity> identity_;
  Bootstrap first_;
  Caller admin_;
};

// Fails unless `result` is an error of that kind whose text contains `part`.
template <class T>
void expect_error(const Result<T>& result, ErrorKind kind, const std::string& part) {
  ASSERT_FALSE(result) << "no error: " << part;
  EXPECT_EQ(to_string(result.error().kind()), to_string(kind)) << result.error().to_string();
  EXPECT_NE(result.error().to_string().find(part), std::string::npos) << result.error().to_string();
}

}  // namespace lakeport::lakehouse::testing

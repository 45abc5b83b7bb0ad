// A catalog of a test's own over both stores, with real identities: the admin, users and groups.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "lakeport/lakehouse/catalog.h"
#include "lakeport/lakehouse/identity.h"

#include "metadata_fixture.h"

namespace lakeport::lakehouse {

// "kNotFound TEXT" of an error, "ok" otherwise: for messages of failed checks.
template <class T>
std::string outcome(const Result<T>& result) {
  return result ? "ok" : result.error().to_string();
}
template <class T>
ErrorKind kind_of(const Result<T>& result) {
  return result.error().kind();
}

class CatalogTest : public fixtures::MetadataTest {
 protected:
  void SetUp() override;

  // Opens, or opens again what is stored: a start of the server.
  void open();
  void close_all();

  Catalog& catalog() { return *catalog_; }
  Identity& identity() { return *identity_; }
  const Caller& admin() const { return admin_; }
  // A user of that e-mail with these groups (made when they are new); the caller as of now.
  Caller user(const std::string& name, const std::vector<std::string>& groups = {});
  std::int64_t group(const std::string& name);

  void grant(SecurableKind kind, const std::string& full_name, const std::string& principal,
             const std::vector<Privilege>& privileges);
  void revoke(SecurableKind kind, const std::string& full_name, const std::string& principal,
              const std::vector<Privilege>& privileges);
  // USE on everything above a table, to the principal.
  void grant_use(const ObjectName& table, const std::string& principal);
  // By the admin.
  Table make_table(const ObjectName& name, std::vector<Column> columns = {});

 private:
  std::unique_ptr<Identity> identity_;
  std::unique_ptr<Catalog> catalog_;
  Caller admin_;
};

}  // namespace lakeport::lakehouse

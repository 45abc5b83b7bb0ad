#include "catalog_fixture.h"

namespace lakeport::lakehouse {

void CatalogTest::SetUp() { open(); }

void CatalogTest::open() {
  auto identity =
      Identity::open(metadata(), {.host_url = "https://localhost", .seal_key = std::string(32, 'k')});
  ASSERT_TRUE(identity) << identity.error().to_string();
  identity_ = *std::move(identity);
  const auto start = identity_->bootstrap("admin@example.com");
  ASSERT_TRUE(start) << start.error().to_string();
  const auto admin = identity_->find_principal("admin@example.com");
  ASSERT_TRUE(admin) << admin.error().to_string();
  auto caller = identity_->caller_for(admin->id);
  ASSERT_TRUE(caller) << caller.error().to_string();
  admin_ = *std::move(caller);
  auto catalog = Catalog::open(metadata(), *identity_);
  ASSERT_TRUE(catalog) << catalog.error().to_string();
  catalog_ = *std::move(catalog);
  const auto made = catalog_->bootstrap(admin_);
  ASSERT_TRUE(made) << made.error().to_string();
}

void CatalogTest::close_all() {
  catalog_.reset();
  identity_.reset();
  close();
}

std::int64_t CatalogTest::group(const std::string& name) {
  if (const auto found = identity_->find_principal(name, admin_.workspace_id)) return found->id;
  const auto made = identity_->create_profile(admin_, {.kind = PrincipalKind::kGroup, .name = name});
  EXPECT_TRUE(made) << outcome(made);
  return made->principal.id;
}

Caller CatalogTest::user(const std::string& name, const std::vector<std::string>& groups) {
  std::int64_t id = 0;
  if (const auto found = identity_->find_principal(name, admin_.workspace_id)) {
    id = found->id;
  } else {
    const auto made = identity_->create_profile(admin_, {.kind = PrincipalKind::kUser, .name = name});
    EXPECT_TRUE(made) << outcome(made);
    id = made->principal.id;
  }
  for (const auto& one : groups) {
    const auto joined = identity_->change_profile(admin_, group(one), {.add_members = {id}});
    EXPECT_TRUE(joined) << outcome(joined);
  }
  auto caller = identity_->caller_for(id, admin_.workspace_id);
  EXPECT_TRUE(caller) << outcome(caller);
  return *std::move(caller);
}

void CatalogTest::grant(SecurableKind kind, const std::string& full_name, const std::string& principal,
                        const std::vector<Privilege>& privileges) {
  const auto done = catalog_->change_grants(admin_, kind, full_name,
                                            {{.principal = principal, .add = privileges, .remove = {}}});
  ASSERT_TRUE(done) << done.error().to_string();
}

void CatalogTest::revoke(SecurableKind kind, const std::string& full_name, const std::string& principal,
                         const std::vector<Privilege>& privileges) {
  const auto done = catalog_->change_grants(admin_, kind, full_name,
                                            {{.principal = principal, .add = {}, .remove = privileges}});
  ASSERT_TRUE(done) << done.error().to_string();
}

void CatalogTest::grant_use(const ObjectName& table, const std::string& principal) {
  grant(SecurableKind::kCatalog, ObjectName{.catalog = table.catalog}.full(), principal,
        {Privilege::kUseCatalog});
  grant(SecurableKind::kSchema, ObjectName{.catalog = table.catalog, .schema = table.schema}.full(),
        principal, {Privilege::kUseSchema});
}

Table CatalogTest::make_table(const ObjectName& name, std::vector<Column> columns) {
  Table table;
  table.name = name;
  if (columns.empty()) columns = {{.name = "id", .type = "bigint"}};
  table.columns = std::move(columns);
  auto made = catalog_->create_table(admin_, table, false, {});
  EXPECT_TRUE(made) << outcome(made);
  return made ? *std::move(made) : Table();
}

}  // namespace lakeport::lakehouse

// What is stored comes back whole; names, renames, drops, keys, bindings, places.
#include <algorithm>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "catalog_fixture.h"

namespace lakeport::lakehouse {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

constexpr auto kCatalog = SecurableKind::kCatalog;
constexpr auto kSchema = SecurableKind::kSchema;
constexpr auto kTable = SecurableKind::kTable;

template <class T, class Name>
std::vector<std::string> names(const Result<std::vector<T>>& list, const Name& name) {
  std::vector<std::string> found;
  EXPECT_TRUE(list) << outcome(list);
  if (list) std::transform(list->begin(), list->end(), std::back_inserter(found), name);
  return found;
}

class CatalogObjects : public CatalogTest {
 protected:
  std::vector<std::string> catalog_names(const Caller& who) {
    return names(catalog().catalogs(who), [](const CatalogEntry& one) { return one.name; });
  }
  std::vector<std::string> schema_names(const Caller& who, const std::string& in) {
    return names(catalog().schemas(who, in), [](const Schema& one) { return one.name; });
  }
  std::vector<std::string> table_names(const Caller& who, const std::string& in, const std::string& schema) {
    return names(catalog().tables(who, in, schema), [](const Table& one) { return one.name.full(); });
  }
  static std::vector<std::string> texts(const Result<std::vector<Grant>>& grants) {
    return names(grants, [](const Grant& one) {
      return one.principal + ": " + std::string(to_string(one.privilege)) + " on " +
             std::string(to_string(one.kind)) + " " + one.full_name;
    });
  }
};
LAKEPORT_ON_BOTH_STORES(CatalogObjects);

TEST_P(CatalogObjects, TheFirstStartMakesWhatIsNeeded) {
  EXPECT_THAT(catalog_names(admin()), ElementsAre("hive_metastore", "main"));
  EXPECT_THAT(schema_names(admin(), "main"), ElementsAre("default"));
  EXPECT_THAT(schema_names(admin(), "hive_metastore"), ElementsAre("default"));
  EXPECT_TRUE(catalog().catalog(admin(), "hive_metastore")->hive_metastore);
  EXPECT_EQ(catalog().catalog(admin(), "main")->owner, "admins");
  EXPECT_EQ(catalog().metastore(admin())->owner, "admins");
  const auto uuid = catalog().metastore(admin())->uuid;
  close_all();
  open();
  EXPECT_EQ(catalog().metastore(admin())->uuid, uuid);
  EXPECT_THAT(catalog_names(admin()), ElementsAre("hive_metastore", "main"));
}

TEST_P(CatalogObjects, CatalogsAndSchemas) {
  CatalogEntry wanted;
  wanted.name = "Größe`s";
  wanted.comment = "a 'comment'";
  wanted.properties = {{"b", "2"}, {"a", "1"}};
  wanted.storage_root = "file:///data/x";
  const auto made = catalog().create_catalog(admin(), wanted);
  ASSERT_TRUE(made) << outcome(made);
  EXPECT_EQ(made->name, wanted.name);
  EXPECT_EQ(made->comment, wanted.comment);
  EXPECT_EQ(made->properties, wanted.properties);
  EXPECT_EQ(made->storage_root, wanted.storage_root);
  EXPECT_EQ(made->owner, "admin@example.com");
  EXPECT_EQ(made->created_by, "admin@example.com");
  EXPECT_FALSE(made->uuid.empty());
  EXPECT_EQ(catalog().catalog(admin(), "GRÖSSE`S")->id, made->id);
  EXPECT_EQ(kind_of(catalog().create_catalog(admin(), "grösse`S", "")), ErrorKind::kExists);
  EXPECT_EQ(kind_of(catalog().create_catalog(admin(), "hive_metastore", "")), ErrorKind::kExists);
  EXPECT_EQ(kind_of(catalog().create_catalog(admin(), "a.b", "")), ErrorKind::kInvalidInput);
  EXPECT_EQ(kind_of(catalog().create_schema(admin(), wanted.name, "information_schema", "")),
            ErrorKind::kExists);
  EXPECT_EQ(kind_of(catalog().create_schema(admin(), "nowhere", "s", "")), ErrorKind::kNotFound);

  Schema schema;
  schema.catalog = wanted.name;
  schema.name = "S p";
  schema.comment = "c";
  schema.properties = {{"k", "v"}};
  const auto in_it = catalog().create_schema(admin(), schema);
  ASSERT_TRUE(in_it) << outcome(in_it);
  EXPECT_EQ(in_it->properties, schema.properties);
  EXPECT_EQ(in_it->catalog, wanted.name);
  EXPECT_THAT(schema_names(admin(), "grösse`s"), ElementsAre("default", "S p"));

  // Renames keep what is below; the old name is gone.
  ASSERT_TRUE(catalog().update(admin(), kCatalog, "`größe``s`", {.name = "plain", .comment = "new"}));
  EXPECT_EQ(kind_of(catalog().catalog(admin(), wanted.name)), ErrorKind::kNotFound);
  EXPECT_EQ(catalog().catalog(admin(), "plain")->comment, "new");
  EXPECT_EQ(catalog().schema(admin(), "plain", "s P")->id, in_it->id);
  ASSERT_TRUE(catalog().update(admin(), kSchema, "plain.`S p`", {.name = "s2", .properties = Properties{}}));
  EXPECT_THAT(catalog().schema(admin(), "plain", "s2")->properties, IsEmpty());
  EXPECT_EQ(kind_of(catalog().update(admin(), kSchema, "plain.s2", {.name = "default"})), ErrorKind::kExists);

  make_table({"plain", "s2", "t"});
  EXPECT_EQ(kind_of(catalog().drop_schema(admin(), "plain", "s2", false, {})), ErrorKind::kInvalidInput);
  EXPECT_EQ(kind_of(catalog().drop_catalog(admin(), "plain", false, {})), ErrorKind::kInvalidInput);
  std::vector<std::string> dropped;
  const EngineChange note = [&](const Table& table) -> Status {
    dropped.push_back(table.name.full());
    return {};
  };
  ASSERT_TRUE(catalog().drop_catalog(admin(), "plain", true, note));
  EXPECT_THAT(dropped, ElementsAre("plain.s2.t"));
  EXPECT_EQ(kind_of(catalog().table(admin(), {"plain", "s2", "t"})), ErrorKind::kNotFound);
  EXPECT_EQ(kind_of(catalog().drop_catalog(admin(), "hive_metastore", true, note)), ErrorKind::kInvalidInput);
  // Only an empty `default`.
  ASSERT_TRUE(catalog().create_catalog(admin(), "plain", ""));
  EXPECT_TRUE(catalog().drop_catalog(admin(), "plain", false, note));
}

TEST_P(CatalogObjects, TablesComeBackWhole) {
  ASSERT_TRUE(catalog().create_external_location(admin(), {.name = "landing", .url = "/data/landing"}));
  Table wanted;
  wanted.name = {"main", "default", "Orders 名"};
  wanted.comment = "c";
  wanted.columns = {{.name = "id", .type = "bigint", .nullable = false, .comment = "the key"},
                    {.name = "a.b/c", .type = "decimal(18,2)", .default_sql = "1 + 1"},
                    {.name = "nested", .type = "array<struct<a:int>>"}};
  wanted.primary_key = {"ID"};
  wanted.primary_key_name = "orders_pk";
  wanted.properties = {{"z", "1"}, {"a", "2"}};
  const auto orders = catalog().create_table(admin(), wanted, false, {});
  ASSERT_TRUE(orders) << outcome(orders);
  EXPECT_EQ(orders->columns, wanted.columns);
  EXPECT_EQ(orders->primary_key, wanted.primary_key);
  EXPECT_EQ(orders->primary_key_name, wanted.primary_key_name);
  EXPECT_EQ(orders->properties, wanted.properties);
  EXPECT_EQ(orders->name, wanted.name);
  EXPECT_EQ(orders->comment, "c");
  EXPECT_EQ(orders->kind, TableKind::kManaged);
  EXPECT_FALSE(orders->physical_name.empty());
  EXPECT_EQ(orders->owner, "admin@example.com");
  EXPECT_EQ(orders->owner_id, admin().principal.id);

  Table files;
  files.name = {"main", "default", "files"};
  files.kind = TableKind::kExternal;
  files.format = StorageFormat::kCsv;
  files.location = "file:/data/landing//orders/";
  files.options = {{"header", "true"}};
  files.partitioned_by = {"day"};
  files.columns = {{.name = "order_id", .type = "bigint"}, {.name = "day", .type = "date"}};
  files.foreign_keys = {{.name = "fk",
                         .columns = {"order_id"},
                         .referenced = {"main", "default", "orders 名"},
                         .referenced_columns = {"id"}}};
  const auto external = catalog().create_table(admin(), files, false, {});
  ASSERT_TRUE(external) << outcome(external);
  EXPECT_EQ(external->location, "file:///data/landing/orders");
  EXPECT_EQ(external->options, files.options);
  EXPECT_EQ(external->partitioned_by, files.partitioned_by);
  EXPECT_EQ(external->format, StorageFormat::kCsv);
  EXPECT_TRUE(external->physical_name.empty());
  ASSERT_EQ(external->foreign_keys.size(), 1U);
  EXPECT_EQ(external->foreign_keys[0].referenced, wanted.name);
  EXPECT_EQ(external->foreign_keys[0].columns, files.foreign_keys[0].columns);
  EXPECT_EQ(external->foreign_keys[0].referenced_columns, files.foreign_keys[0].referenced_columns);
  files.name.object = "elsewhere";
  files.location = "/etc";
  EXPECT_EQ(kind_of(catalog().create_table(admin(), files, false, {})), ErrorKind::kPermission);

  Table view;
  view.name = {"main", "default", "v"};
  view.kind = TableKind::kView;
  view.view_sql = "select `id` from main.default.orders";
  view.columns = {{.name = "id", .type = "bigint"}};
  const auto made_view = catalog().create_table(admin(), view, false, {});
  ASSERT_TRUE(made_view) << outcome(made_view);
  EXPECT_EQ(made_view->view_sql, view.view_sql);
  EXPECT_EQ(made_view->kind, TableKind::kView);

  EXPECT_THAT(table_names(admin(), "main", "default"),
              ElementsAre("main.default.files", "main.default.`Orders 名`", "main.default.v"));
  const auto listed = *catalog().tables(admin(), "main", "");
  EXPECT_EQ(listed[1].columns, wanted.columns);
  EXPECT_EQ(listed[0].foreign_keys, external->foreign_keys);

  // Keys go with the table that they refer to.
  ASSERT_TRUE(catalog().drop_table(admin(), wanted.name, {}));
  EXPECT_THAT(catalog().table(admin(), files.name = {"main", "default", "files"})->foreign_keys, IsEmpty());
}

TEST_P(CatalogObjects, BadTablesAreRefused) {
  Table table;
  table.name = {"main", "default", "t"};
  const auto kind = [&] { return kind_of(catalog().create_table(admin(), table, false, {})); };
  table.columns = {{.name = "a", .type = "int"}, {.name = "A", .type = "int"}};
  EXPECT_EQ(kind(), ErrorKind::kInvalidInput);
  table.columns = {{.name = "a\n", .type = "int"}};
  EXPECT_EQ(kind(), ErrorKind::kInvalidInput);
  table.columns = {{.name = "a", .type = "int"}};
  table.primary_key = {"b"};
  EXPECT_EQ(kind(), ErrorKind::kInvalidInput);
  table.primary_key = {};
  table.foreign_keys = {
      {.name = "", .columns = {"a"}, .referenced = {"main", "default", "no"}, .referenced_columns = {"a"}}};
  EXPECT_EQ(kind(), ErrorKind::kNotFound);
  table.foreign_keys = {};
  table.name.object = "a/b";
  EXPECT_EQ(kind(), ErrorKind::kInvalidInput);
  table.name = {"main", "nowhere", "t"};
  EXPECT_EQ(kind(), ErrorKind::kNotFound);
  table.name = {"main", "default", "t"};
  ASSERT_TRUE(catalog().create_table(admin(), table, false, {}));
  EXPECT_EQ(kind(), ErrorKind::kExists);
}

TEST_P(CatalogObjects, AWideTableTakesItsColumns) {
  std::vector<Column> columns;
  for (int i = 0; i < 1000; ++i) columns.push_back({.name = "c" + std::to_string(i), .type = "int"});
  EXPECT_EQ(make_table({"main", "default", "wide"}, columns).columns, columns);
}

TEST_P(CatalogObjects, Alter) {
  auto table = make_table({"main", "default", "t"});
  ASSERT_TRUE(catalog().create_schema(admin(), "main", "other", ""));
  user("bob@example.com");
  auto stale = table;
  table.columns.push_back({.name = "more", .type = "string"});
  table.comment = "c";
  table.properties = {{"p", "q"}};
  table.primary_key = {"id"};
  table.owner = "bob@example.com";
  table.name.object = "renamed";
  table.name.schema = "other";
  const auto altered = catalog().alter_table(admin(), table, {});
  ASSERT_TRUE(altered) << outcome(altered);
  const auto after = catalog().table(admin(), {"main", "other", "renamed"});
  ASSERT_TRUE(after) << outcome(after);
  EXPECT_EQ(after->columns, table.columns);
  EXPECT_EQ(after->comment, "c");
  EXPECT_EQ(after->properties, table.properties);
  EXPECT_EQ(after->primary_key, table.primary_key);
  EXPECT_EQ(after->owner, "bob@example.com");
  EXPECT_EQ(after->id, table.id);
  EXPECT_EQ(after->physical_name, table.physical_name);
  EXPECT_EQ(kind_of(catalog().table(admin(), {"main", "default", "t"})), ErrorKind::kNotFound);
  stale.comment = "late";
  EXPECT_EQ(kind_of(catalog().alter_table(admin(), stale, {})), ErrorKind::kUnavailable);
  auto moved = *after;
  moved.name.catalog = "hive_metastore";
  moved.name.schema = "default";
  EXPECT_EQ(kind_of(catalog().alter_table(admin(), moved, {})), ErrorKind::kUnsupported);
  auto given = *after;
  given.owner = "nobody@example.com";
  EXPECT_EQ(kind_of(catalog().alter_table(admin(), given, {})), ErrorKind::kNotFound);
}

TEST_P(CatalogObjects, WhoModifiesMayAddColumnsButNotRename) {
  const ObjectName name{"main", "default", "t"};
  make_table(name);
  const auto alice = user("alice@example.com");
  grant_use(name, "alice@example.com");
  grant(kTable, name.full(), "alice@example.com", {Privilege::kModify});
  auto table = *catalog().table(alice, name);
  table.columns.push_back({.name = "more", .type = "string"});
  EXPECT_TRUE(catalog().alter_table(alice, table, {}));
  table = *catalog().table(alice, name);
  table.name.object = "renamed";
  const auto renamed = catalog().alter_table(alice, table, {});
  ASSERT_FALSE(renamed);
  EXPECT_THAT(outcome(renamed), HasSubstr("MANAGE on Table 'main.default.t'"));
  EXPECT_TRUE(catalog().set_comment(alice, kTable, name.full(), "hers"));
  EXPECT_EQ(kind_of(catalog().set_owner(alice, kTable, name.full(), "alice@example.com")),
            ErrorKind::kPermission);
  revoke(kTable, name.full(), "alice@example.com", {Privilege::kModify});
  grant(kTable, name.full(), "alice@example.com", {Privilege::kSelect});
  EXPECT_EQ(kind_of(catalog().set_comment(alice, kTable, name.full(), "no")), ErrorKind::kPermission);
}

TEST_P(CatalogObjects, ReplacingKeepsGrantsAndIdentity) {
  const ObjectName name{"main", "default", "t"};
  const auto before = make_table(name);
  const auto alice = user("alice@example.com");
  grant_use(name, "alice@example.com");
  grant(kTable, name.full(), "alice@example.com", {Privilege::kSelect});
  grant(kSchema, "main.default", "alice@example.com", {Privilege::kCreateTable});
  ASSERT_TRUE(catalog().resolve(alice, name, Privilege::kSelect));
  Table wanted;
  wanted.name = name;
  wanted.columns = {{.name = "new", .type = "string"}};
  EXPECT_EQ(kind_of(catalog().create_table(alice, wanted, true, {})), ErrorKind::kPermission);
  std::vector<std::string> dropped;
  const auto after = catalog().create_table(
      admin(), wanted, true, [](const Table&) -> Status { return {}; },
      [&](const Table& old) -> Status {
        dropped.push_back(old.physical_name);
        return {};
      });
  ASSERT_TRUE(after) << outcome(after);
  EXPECT_EQ(after->id, before.id);
  EXPECT_NE(after->physical_name, before.physical_name);
  EXPECT_THAT(dropped, ElementsAre(before.physical_name));
  EXPECT_EQ(after->columns, wanted.columns);
  EXPECT_EQ((*catalog().resolve(alice, name, Privilege::kSelect))->physical_name, after->physical_name);
  wanted.kind = TableKind::kView;
  EXPECT_EQ(kind_of(catalog().create_table(admin(), wanted, true, {})), ErrorKind::kInvalidInput);
}

TEST_P(CatalogObjects, ChangesShowAtOnceAndThoseOfOthersSoon) {
  const ObjectName name{"main", "default", "t"};
  make_table(name);
  const auto alice = user("alice@example.com");
  EXPECT_FALSE(catalog().resolve(alice, name, Privilege::kSelect));
  grant_use(name, "alice@example.com");
  grant(kTable, name.full(), "alice@example.com", {Privilege::kSelect});
  const auto first = catalog().resolve(alice, name, Privilege::kSelect);
  ASSERT_TRUE(first) << outcome(first);
  EXPECT_EQ(catalog().resolve(alice, name, Privilege::kSelect)->get(), first->get()) << "not from memory";
  const auto version = catalog().version();
  revoke(kTable, name.full(), "alice@example.com", {Privilege::kSelect});
  EXPECT_GT(catalog().version(), version);
  EXPECT_FALSE(catalog().resolve(alice, name, Privilege::kSelect));
  grant(kTable, name.full(), "alice@example.com", {Privilege::kSelect});
  ASSERT_TRUE(catalog().resolve(alice, name, Privilege::kSelect));

  // Another process on the same store.
  const auto other = Catalog::open(metadata(), identity());
  ASSERT_TRUE(other);
  ASSERT_TRUE((*other)->change_grants(
      admin(), kTable, name.full(),
      {{.principal = "alice@example.com", .add = {}, .remove = {Privilege::kSelect}}}));
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (catalog().resolve(alice, name, Privilege::kSelect) && std::chrono::steady_clock::now() < until) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  EXPECT_FALSE(catalog().resolve(alice, name, Privilege::kSelect));
}

TEST_P(CatalogObjects, GrantsAreListedForThoseWhoMaySeeThem) {
  const ObjectName name{"main", "default", "t"};
  make_table(name);
  const auto alice = user("alice@example.com", {"team"});
  user("bob@example.com");
  grant(kCatalog, "main", "alice@example.com", {Privilege::kUseCatalog});
  grant(kCatalog, "main", "bob@example.com", {Privilege::kSelect});
  grant(kSchema, "main.default", "team", {Privilege::kUseSchema, Privilege::kModify});
  grant(kTable, name.full(), "team", {Privilege::kSelect});
  grant(kTable, name.full(), "bob@example.com", {Privilege::kModify});
  EXPECT_THAT(texts(catalog().grants(admin(), kTable, name.full())),
              UnorderedElementsAre("team: SELECT on TABLE main.default.t",
                                   "bob@example.com: MODIFY on TABLE main.default.t"));
  EXPECT_THAT(texts(catalog().grants(alice, kTable, name.full())),
              UnorderedElementsAre("team: SELECT on TABLE main.default.t"));
  EXPECT_THAT(texts(catalog().effective_grants(admin(), kTable, name.full())),
              UnorderedElementsAre(
                  "team: SELECT on TABLE main.default.t", "bob@example.com: MODIFY on TABLE main.default.t",
                  "bob@example.com: SELECT on CATALOG main", "team: MODIFY on SCHEMA main.default"));
  EXPECT_THAT(
      texts(catalog().effective_grants(alice, kTable, name.full())),
      UnorderedElementsAre("team: SELECT on TABLE main.default.t", "team: MODIFY on SCHEMA main.default"));
  const auto rows = catalog().object_privileges(alice, kTable, "main");
  ASSERT_TRUE(rows) << outcome(rows);
  EXPECT_EQ(rows->size(), 2U);
  EXPECT_EQ(rows->at(0).object, name);
  EXPECT_EQ(catalog().object_privileges(admin(), kSchema, "main")->size(), 3U);

  const auto change = [&](std::string principal, Privilege privilege, SecurableKind kind,
                          std::string full_name) {
    return catalog().change_grants(admin(), kind, full_name,
                                   {{.principal = std::move(principal), .add = {privilege}, .remove = {}}});
  };
  const auto wrong = change("team", Privilege::kCreateCatalog, kTable, name.full());
  ASSERT_FALSE(wrong);
  EXPECT_EQ(kind_of(wrong), ErrorKind::kInvalidInput);
  EXPECT_THAT(outcome(wrong), HasSubstr("CREATE CATALOG"));
  EXPECT_EQ(kind_of(change("nobody", Privilege::kSelect, kTable, name.full())), ErrorKind::kNotFound);
  EXPECT_EQ(kind_of(change("team", Privilege::kSelect, kTable, "main.default.no")), ErrorKind::kNotFound);

  // All or nothing.
  const auto half =
      catalog().change_grants(admin(), kTable, name.full(),
                              {{.principal = "team", .add = {Privilege::kModify}, .remove = {}},
                               {.principal = "team", .add = {Privilege::kUsage}, .remove = {}}});
  EXPECT_FALSE(half);
  EXPECT_EQ(catalog().grants(admin(), kTable, name.full())->size(), 2U);
}

TEST_P(CatalogObjects, DenialsAndChangesAreAudited) {
  const ObjectName name{"main", "default", "secret"};
  make_table(name);
  const auto alice = user("alice@example.com");
  EXPECT_FALSE(catalog().resolve(alice, name, Privilege::kSelect));
  grant(kTable, name.full(), "alice@example.com", {Privilege::kSelect});
  EXPECT_FALSE(catalog().resolve(alice, name, Privilege::kSelect));
  const auto denied = identity().audit_log(admin(), {.service = "unityCatalog", .outcome = "denied"});
  ASSERT_TRUE(denied) << outcome(denied);
  ASSERT_EQ(denied->size(), 2U);
  EXPECT_EQ(denied->at(0).principal, "alice@example.com");
  EXPECT_EQ(denied->at(0).event.object, "main.default.secret");
  EXPECT_THAT(denied->at(0).event.detail, HasSubstr("USE CATALOG"));
  const auto made = identity().audit_log(admin(), {.service = "unityCatalog", .action = "createTable"});
  ASSERT_EQ(made->size(), 1U);
  EXPECT_EQ(made->at(0).event.outcome, "ok");
  EXPECT_EQ(identity().audit_log(admin(), {.action = "updatePermissions"})->size(), 1U);
}

TEST_P(CatalogObjects, IsolatedCatalogsAreForTheirWorkspaces) {
  const auto other = identity().create_workspace(admin(), "second", "aws");
  ASSERT_TRUE(other) << outcome(other);
  const auto second_admin = identity().caller_for(admin().principal.id, other->id);
  ASSERT_TRUE(second_admin) << outcome(second_admin);
  CatalogEntry wanted;
  wanted.name = "own";
  wanted.isolated = true;
  ASSERT_TRUE(catalog().create_catalog(admin(), wanted));
  const ObjectName name{"own", "default", "t"};
  make_table(name);
  EXPECT_THAT(*catalog().bindings(admin(), kCatalog, "own"),
              ElementsAre(WorkspaceBinding{admin().workspace_id, false}));
  EXPECT_TRUE(catalog().resolve(admin(), name, Privilege::kSelect));
  EXPECT_EQ(kind_of(catalog().resolve(*second_admin, name, Privilege::kSelect)), ErrorKind::kPermission);
  ASSERT_TRUE(catalog().change_bindings(admin(), kCatalog, "own", {{other->id, true}}, {}));
  EXPECT_TRUE(catalog().resolve(*second_admin, name, Privilege::kSelect));
  EXPECT_EQ(kind_of(catalog().resolve(*second_admin, name, Privilege::kModify)), ErrorKind::kPermission);
  ASSERT_TRUE(catalog().change_bindings(admin(), kCatalog, "own", {}, {{other->id, true}}));
  ASSERT_TRUE(catalog().update(admin(), kCatalog, "own", {.isolated = false}));
  EXPECT_TRUE(catalog().resolve(*second_admin, name, Privilege::kModify));
  EXPECT_EQ(kind_of(catalog().change_bindings(admin(), kCatalog, "own", {{12345, false}}, {})),
            ErrorKind::kInvalidInput);
  // Each workspace has a hive_metastore of its own.
  make_table({"hive_metastore", "default", "mine"});
  EXPECT_EQ(kind_of(catalog().table(*second_admin, {"hive_metastore", "default", "mine"})),
            ErrorKind::kNotFound);
}

TEST_P(CatalogObjects, PlacesOutside) {
  ExternalLocation landing;
  landing.name = "landing";
  landing.url = "file:///data/landing/";
  landing.comment = "in";
  const auto made = catalog().create_external_location(admin(), landing);
  ASSERT_TRUE(made) << outcome(made);
  EXPECT_EQ(made->url, "file:///data/landing");
  EXPECT_EQ(made->comment, "in");
  EXPECT_EQ(kind_of(catalog().create_external_location(admin(), {.name = "below", .url = "/data/landing/x"})),
            ErrorKind::kInvalidInput);
  EXPECT_EQ(kind_of(catalog().create_external_location(admin(), {.name = "s3", .url = "s3://b/x"})),
            ErrorKind::kInvalidInput);
  const auto role = catalog().create_storage_credential(
      admin(),
      {.name = "role", .kind = "aws_iam_role", .details = R"({"role_arn":"arn:aws:iam::1:role/x"})"});
  ASSERT_TRUE(role) << outcome(role);
  EXPECT_EQ(role->details, R"({"role_arn":"arn:aws:iam::1:role/x"})");
  EXPECT_EQ(
      kind_of(catalog().create_storage_credential(admin(), {.name = "x", .kind = "azure_service_principal"})),
      ErrorKind::kUnsupported);
  const auto bucket =
      catalog().create_external_location(admin(), {.name = "s3", .url = "s3://b/x", .credential = "ROLE"});
  ASSERT_TRUE(bucket) << outcome(bucket);
  EXPECT_EQ(bucket->credential, "role");

  const auto alice = user("alice@example.com");
  EXPECT_EQ(kind_of(catalog().require_path(alice, Privilege::kReadFiles, "/data/landing/a.csv")),
            ErrorKind::kPermission);
  EXPECT_EQ(outcome(catalog().require_path(alice, Privilege::kReadFiles, "/data/landing/a.csv")),
            "INSUFFICIENT_PERMISSIONS: User does not have READ FILES on any external location that "
            "'file:///data/landing/a.csv' lies in.");
  EXPECT_EQ(kind_of(catalog().require_path(admin(), Privilege::kReadFiles, "/etc/passwd")),
            ErrorKind::kPermission);
  grant(SecurableKind::kExternalLocation, "landing", "alice@example.com", {Privilege::kReadFiles});
  EXPECT_EQ(*catalog().require_path(alice, Privilege::kReadFiles, "/data/landing//*.csv"),
            "file:///data/landing/*.csv");
  EXPECT_EQ(kind_of(catalog().require_path(alice, Privilege::kReadFiles, "/data/landing/../x")),
            ErrorKind::kInvalidInput);
  EXPECT_EQ(kind_of(catalog().require_path(alice, Privilege::kReadFiles, "/data/landing2/x")),
            ErrorKind::kPermission);
  EXPECT_EQ(kind_of(catalog().require_path(alice, Privilege::kWriteFiles, "/data/landing/x")),
            ErrorKind::kPermission);
  auto changed = *made;
  changed.url = "/data/incoming";
  changed.read_only = true;
  ASSERT_TRUE(catalog().change_external_location(admin(), changed));
  EXPECT_EQ(catalog().external_location(alice, "Landing")->url, "file:///data/incoming");
  EXPECT_EQ(kind_of(catalog().require_path(admin(), Privilege::kWriteFiles, "/data/incoming/x")),
            ErrorKind::kPermission);

  Volume volume;
  volume.name = {"main", "default", "vol"};
  volume.external = true;
  volume.location = "s3://b/x/vol";
  volume.comment = "files";
  const auto made_volume = catalog().create_volume(admin(), volume);
  ASSERT_TRUE(made_volume) << outcome(made_volume);
  EXPECT_EQ(made_volume->location, volume.location);
  EXPECT_EQ(made_volume->comment, "files");
  EXPECT_EQ(kind_of(catalog().drop_external_location(admin(), "s3", false)), ErrorKind::kInvalidInput);
  EXPECT_EQ(kind_of(catalog().drop_storage_credential(admin(), "role", false)), ErrorKind::kInvalidInput);
  EXPECT_EQ(catalog().volumes(admin(), "main", "")->size(), 1U);
  ASSERT_TRUE(catalog().drop_volume(admin(), volume.name));
  EXPECT_TRUE(catalog().drop_external_location(admin(), "s3", false));
  EXPECT_TRUE(catalog().drop_storage_credential(admin(), "role", false));
  EXPECT_EQ(names(catalog().external_locations(alice), [](const ExternalLocation& one) { return one.name; }),
            std::vector<std::string>{"landing"});
}

TEST_P(CatalogObjects, Functions) {
  Function wanted;
  wanted.name = {"main", "default", "Area"};
  wanted.parameters = {{.name = "w", .type = "double", .comment = "width"},
                       {.name = "h", .type = "double", .default_sql = "1.0"}};
  wanted.return_type = "double";
  wanted.body = "w * h";
  wanted.comment = "of a rectangle";
  const auto made = catalog().create_function(admin(), wanted, false);
  ASSERT_TRUE(made) << outcome(made);
  EXPECT_EQ(made->parameters, wanted.parameters);
  EXPECT_EQ(made->return_type, "double");
  EXPECT_EQ(made->body, "w * h");
  EXPECT_EQ(made->comment, wanted.comment);
  EXPECT_TRUE(made->deterministic);
  EXPECT_EQ(kind_of(catalog().create_function(admin(), wanted, false)), ErrorKind::kExists);
  const auto alice = user("alice@example.com");
  EXPECT_EQ(kind_of(catalog().resolve_function(alice, wanted.name)), ErrorKind::kNotFound);
  grant_use(wanted.name, "alice@example.com");
  grant(SecurableKind::kFunction, wanted.name.full(), "alice@example.com", {Privilege::kExecute});
  EXPECT_EQ((*catalog().resolve_function(alice, wanted.name))->body, "w * h");
  wanted.body = "h * w";
  wanted.return_type.clear();
  wanted.return_columns = {{.name = "a", .type = "int"}};
  const auto replaced = catalog().create_function(admin(), wanted, true);
  ASSERT_TRUE(replaced) << outcome(replaced);
  EXPECT_EQ(replaced->id, made->id);
  EXPECT_EQ(replaced->return_columns, wanted.return_columns);
  EXPECT_EQ((*catalog().resolve_function(alice, wanted.name))->body, "h * w");
  EXPECT_EQ(catalog().functions(alice, "main", "default")->size(), 1U);
  ASSERT_TRUE(catalog().drop_function(admin(), wanted.name));
  EXPECT_EQ(kind_of(catalog().resolve_function(alice, wanted.name)), ErrorKind::kNotFound);
}

TEST_P(CatalogObjects, ADeletedPrincipalTakesItsGrantsAlong) {
  const ObjectName name{"main", "default", "t"};
  make_table(name);
  const auto bob = user("bob@example.com");
  grant(kTable, name.full(), "bob@example.com", {Privilege::kSelect});
  ASSERT_TRUE(catalog().set_owner(admin(), kSchema, "main.default", "bob@example.com"));
  ASSERT_TRUE(identity().delete_principal(admin(), bob.principal.id));
  EXPECT_THAT(texts(catalog().grants(admin(), kTable, name.full())), IsEmpty());
  EXPECT_THAT(catalog().schema(admin(), "main", "default")->owner, HasSubstr("deleted"));
  EXPECT_TRUE(catalog().set_owner(admin(), kSchema, "main.default", "admins"));
}

TEST_P(CatalogObjects, ManyThreadsAtOnce) {
  make_table({"main", "default", "shared"});
  std::vector<std::thread> threads;
  for (int number = 0; number < 4; ++number) {
    threads.emplace_back([&, number] {
      for (int i = 0; i < 10; ++i) {
        const ObjectName name{"main", "default", "t" + std::to_string(number)};
        Table wanted;
        wanted.name = name;
        wanted.columns = {{.name = "id", .type = "bigint"}};
        const auto made =
            catalog().create_table(admin(), wanted, false, [](const Table&) -> Status { return {}; });
        EXPECT_TRUE(made) << outcome(made);
        EXPECT_TRUE(catalog().resolve(admin(), name, Privilege::kSelect));
        EXPECT_TRUE(catalog().resolve(admin(), {"main", "default", "shared"}, Privilege::kSelect));
        EXPECT_TRUE(catalog().drop_table(admin(), name, [](const Table&) -> Status { return {}; }));
        EXPECT_FALSE(catalog().resolve(admin(), name, Privilege::kSelect));
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_THAT(table_names(admin(), "main", "default"), ElementsAre("main.default.shared"));
}

}  // namespace
}  // namespace lakeport::lakehouse

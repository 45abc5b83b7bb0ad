// The privilege rules, from the table in privilege_cases.txt.
#include <fstream>
#include <map>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "catalog_fixture.h"

namespace lakeport::lakehouse {
namespace {

struct Object {
  SecurableKind kind;
  ObjectName name;
  std::string words;  // as messages name it
};

std::string trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(' ') - first + 1));
}

std::vector<std::string> split(const std::string& text, char at) {
  std::vector<std::string> parts;
  std::stringstream stream(text);
  for (std::string part; std::getline(stream, part, at);) parts.push_back(trimmed(part));
  return parts;
}

Object object_of(std::string text) {
  if (text == "metastore") return {SecurableKind::kMetastore, {}, "Metastore 'lakeport'"};
  if (text[0] == '@')
    return {SecurableKind::kExternalLocation,
            {.catalog = text.substr(1)},
            "External Location '" + text.substr(1) + "'"};
  if (text[0] == '!')
    return {SecurableKind::kStorageCredential,
            {.catalog = text.substr(1)},
            "Storage Credential '" + text.substr(1) + "'"};
  auto kind = SecurableKind::kTable;
  std::string word = "Table";
  if (text.ends_with("()")) {
    kind = SecurableKind::kFunction;
    word = "Function";
    text.resize(text.size() - 2);
  } else if (text.ends_with("/")) {
    kind = SecurableKind::kVolume;
    word = "Volume";
    text.pop_back();
  }
  const auto name = *parse_object_name(text);
  if (name.schema.empty()) return {SecurableKind::kCatalog, name, "Catalog '" + text + "'"};
  if (name.object.empty()) return {SecurableKind::kSchema, name, "Schema '" + text + "'"};
  return {kind, name, word + " '" + text + "'"};
}

class PrivilegeRules : public CatalogTest {
 protected:
  void make_world() {
    user("alice@example.com", {"team"});
    group("other");
    ASSERT_TRUE(catalog().create_catalog(admin(), "lake", ""));
    ASSERT_TRUE(catalog().create_catalog(admin(), "pond", ""));
    ASSERT_TRUE(catalog().create_schema(admin(), "lake", "sales", ""));
    ASSERT_TRUE(catalog().create_schema(admin(), "lake", "hr", ""));
    ASSERT_TRUE(catalog().create_schema(admin(), "pond", "s", ""));
    ASSERT_TRUE(catalog().create_schema(admin(), "hive_metastore", "old", ""));
    make_table({"lake", "sales", "orders"});
    make_table({"lake", "hr", "people"});
    make_table({"pond", "s", "t"});
    make_table({"hive_metastore", "old", "t"});
    Table view;
    view.name = {"lake", "sales", "big"};
    view.kind = TableKind::kView;
    view.view_sql = "select 1";
    ASSERT_TRUE(catalog().create_table(admin(), view, false, {}));
    ASSERT_TRUE(catalog().create_function(
        admin(), {.name = {"lake", "sales", "area"}, .return_type = "int", .body = "1"}, false));
    ASSERT_TRUE(catalog().create_volume(admin(), {.name = {"lake", "sales", "files"}}));
    ASSERT_TRUE(
        catalog().create_external_location(admin(), {.name = "landing", .url = "file:///data/landing"}));
    ASSERT_TRUE(catalog().create_storage_credential(
        admin(), {.name = "role", .kind = "aws_iam_role", .details = R"({"role_arn":"arn"})"}));
    snapshot();
  }

  // What each case begins with again.
  void snapshot() {
    const auto rows = metadata().query("select id, owner_id from securable");
    ASSERT_TRUE(rows);
    for (const auto& row : *rows) owners_[row.integer(0)] = row.integer(1);
  }
  void restore() {
    ASSERT_TRUE(metadata().write([&](store::Session& session) -> Status {
      LAKEPORT_RETURN_IF_ERROR(session.execute("delete from securable_grant"));
      LAKEPORT_RETURN_IF_ERROR(session.execute("update catalog_state set version = version + 1"));
      for (const auto& [id, owner] : owners_) {
        LAKEPORT_RETURN_IF_ERROR(
            session.execute("update securable set owner_id = ? where id = ?", {owner, id}));
      }
      return {};
    }));
  }

  void hold(std::string text) {
    std::string principal = "alice@example.com";
    for (const std::string group : {"team", "other"}) {
      if (text.starts_with(group + ": ")) {
        principal = group;
        text = text.substr(group.size() + 2);
      }
    }
    const auto at = text.find('@');
    const auto object = object_of(text.substr(at + 1));
    const auto what = text.substr(0, at);
    if (what == "OWNER") {
      const auto done = catalog().set_owner(admin(), object.kind, object.name.full(), principal);
      ASSERT_TRUE(done) << outcome(done);
    } else {
      const auto privilege = privilege_from_string(what);
      ASSERT_TRUE(privilege) << what;
      grant(object.kind, object.name.full(), principal, {*privilege});
    }
  }

  Status see(const Caller& who, const Object& object) {
    const auto drop_value = [](const auto&) {};
    switch (object.kind) {
      case SecurableKind::kMetastore:
        return catalog().metastore(who).map(drop_value);
      case SecurableKind::kCatalog:
        return catalog().catalog(who, object.name.catalog).map(drop_value);
      case SecurableKind::kSchema:
        return catalog().schema(who, object.name.catalog, object.name.schema).map(drop_value);
      case SecurableKind::kTable:
        return catalog().table(who, object.name).map(drop_value);
      case SecurableKind::kFunction:
        return catalog().function(who, object.name).map(drop_value);
      case SecurableKind::kVolume:
        return catalog().volume(who, object.name).map(drop_value);
      case SecurableKind::kExternalLocation:
        return catalog().external_location(who, object.name.catalog).map(drop_value);
      case SecurableKind::kStorageCredential:
        return catalog().storage_credential(who, object.name.catalog).map(drop_value);
    }
    return {};
  }

  template <class T, class Name>
  static Status contains(const Result<std::vector<T>>& list, const Object& object, const Name& name) {
    if (list) {
      for (const auto& one : *list) {
        if (name(one) == object.name) return {};
      }
    }
    return fail(ErrorKind::kNotFound, "not in the list");
  }

  Status list(const Caller& who, const Object& object) {
    if (object.kind == SecurableKind::kCatalog) {
      return contains(catalog().catalogs(who), object,
                      [](const CatalogEntry& one) { return ObjectName{.catalog = one.name}; });
    }
    if (object.kind == SecurableKind::kSchema) {
      return contains(catalog().schemas(who, object.name.catalog), object, [](const Schema& one) {
        return ObjectName{.catalog = one.catalog, .schema = one.name};
      });
    }
    const auto of_schema = contains(catalog().tables(who, object.name.catalog, object.name.schema), object,
                                    [](const Table& one) { return one.name; });
    const auto of_catalog = contains(catalog().tables(who, object.name.catalog, ""), object,
                                     [](const Table& one) { return one.name; });
    EXPECT_EQ(bool(of_schema), bool(of_catalog));
    return of_schema;
  }

  // Does it as alice, in a way that changes nothing when it is allowed.
  Status act(const Caller& who, const std::string& verb, const Object& object) {
    const auto full_name = object.name.full();
    if (verb == "see") return see(who, object);
    if (verb == "list") return list(who, object);
    if (verb == "grant") return catalog().change_grants(who, object.kind, full_name, {});
    if (verb == "drop" || verb == "rename") {
      return catalog().require(who, Privilege::kManage, object.kind, full_name);
    }
    const auto privilege = privilege_from_string(verb);
    EXPECT_TRUE(privilege) << verb;
    auto required = catalog().require(who, *privilege, object.kind, full_name);
    if (object.kind == SecurableKind::kTable) {
      const auto resolved = catalog().resolve(who, object.name, *privilege);
      EXPECT_EQ(outcome(resolved), outcome(required));
    }
    return required;
  }

  std::map<std::int64_t, std::int64_t> owners_;
};
LAKEPORT_ON_BOTH_STORES(PrivilegeRules);

TEST_P(PrivilegeRules, Table) {
  make_world();
  std::ifstream file("tests/lakehouse/catalog/privilege_cases.txt");
  ASSERT_TRUE(file);
  int cases = 0;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') continue;
    SCOPED_TRACE(line);
    const auto parts = split(line, '|');
    ASSERT_EQ(parts.size(), 3U);
    restore();
    open();  // nothing remembered
    for (const auto& held : split(parts[0], ',')) hold(held);
    const auto alice = user("alice@example.com");
    const auto gap = parts[1].rfind(' ');
    const auto did = act(alice, parts[1].substr(0, gap), object_of(parts[1].substr(gap + 1)));
    if (parts[2] == "ok") {
      EXPECT_TRUE(did) << outcome(did);
    } else if (parts[2] == "hidden") {
      ASSERT_FALSE(did);
      EXPECT_EQ(kind_of(did), ErrorKind::kNotFound) << outcome(did);
    } else {
      ASSERT_FALSE(did);
      EXPECT_EQ(kind_of(did), ErrorKind::kPermission) << outcome(did);
      const auto needed = parts[2].substr(std::string("needs ").size());
      const auto at = needed.find('@');
      EXPECT_THAT(did.error().what(), ::testing::StartsWith("User does not have " + needed.substr(0, at) +
                                                            " on " + object_of(needed.substr(at + 1)).words))
          << outcome(did);
    }
    ++cases;
  }
  EXPECT_GT(cases, 100);
}

TEST_P(PrivilegeRules, AdminsMayDoEverythingInHiveMetastore) {
  make_world();
  EXPECT_TRUE(catalog().resolve(admin(), {"hive_metastore", "old", "t"}, Privilege::kModify));
  EXPECT_TRUE(
      catalog().set_owner(admin(), SecurableKind::kTable, "hive_metastore.old.t", "alice@example.com"));
  EXPECT_TRUE(catalog().resolve(admin(), {"hive_metastore", "old", "t"}, Privilege::kModify));
}

TEST_P(PrivilegeRules, HiddenAndMissingReadTheSame) {
  make_world();
  const auto alice = user("alice@example.com");
  const auto hidden = catalog().table(alice, {"lake", "sales", "orders"});
  const auto missing = catalog().table(alice, {"lake", "sales", "nothing"});
  const auto elsewhere = catalog().table(alice, {"nowhere", "sales", "orders"});
  EXPECT_EQ(outcome(hidden), outcome(missing));
  EXPECT_EQ(outcome(elsewhere), "NO_SUCH_CATALOG_EXCEPTION: Catalog 'nowhere' does not exist.");
  grant_use({"lake", "sales", ""}, "alice@example.com");
  EXPECT_EQ(outcome(catalog().table(alice, {"lake", "sales", "orders"})),
            "TABLE_OR_VIEW_NOT_FOUND: Table 'lake.sales.orders' does not exist.");
  EXPECT_EQ(outcome(catalog().table(alice, {"lake", "sales", "nothing"})),
            "TABLE_OR_VIEW_NOT_FOUND: Table 'lake.sales.nothing' does not exist.");
}

}  // namespace
}  // namespace lakeport::lakehouse

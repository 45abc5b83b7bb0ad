// Random worlds, grants and owners: the catalog against an evaluator that only knows the rules' sentences.
#include <algorithm>
#include <map>
#include <random>
#include <set>

#include <gtest/gtest.h>

#include "catalog_fixture.h"

namespace lakeport::lakehouse {
namespace {

using Principals = std::set<std::string>;

// One securable; its parent is in `parent`.
struct Thing {
  SecurableKind kind;
  ObjectName name;
  int parent = -1;
  std::string owner;
  std::map<std::string, std::set<Privilege>> grants;  // by principal
};

// The rules written the other way round: sentences over lists, slowly.
class Model {
 public:
  std::vector<Thing> things;

  std::vector<int> way_up(int thing) const {
    std::vector<int> way;
    for (int at = thing; at >= 0; at = things[at].parent) way.push_back(at);
    return way;
  }
  bool granted(int thing, Privilege privilege, const Principals& who) const {
    for (const auto& one : who) {
      const auto found = things[thing].grants.find(one);
      if (found != things[thing].grants.end() && found->second.contains(privilege)) return true;
    }
    return false;
  }
  bool owns(int thing, const Principals& who) const { return who.contains(things[thing].owner); }
  bool owns_here_or_above(int thing, const Principals& who) const {
    const auto way = way_up(thing);
    return std::any_of(way.begin(), way.end(), [&](int at) { return owns(at, who); });
  }
  bool manages(int thing, const Principals& who) const {
    const auto way = way_up(thing);
    return owns_here_or_above(thing, who) ||
           std::any_of(way.begin(), way.end(), [&](int at) { return granted(at, Privilege::kManage, who); });
  }
  bool holds(int thing, Privilege privilege, const Principals& who) const {
    if (privilege == Privilege::kManage) return manages(thing, who);
    if (owns(thing, who)) return true;
    const bool enters = privilege == Privilege::kUseCatalog || privilege == Privilege::kUseSchema ||
                        privilege == Privilege::kBrowse;
    if (enters && owns_here_or_above(thing, who)) return true;
    for (const int at : way_up(thing)) {
      if (granted(at, privilege, who)) return true;
      // BROWSE is nothing that could be granted on a schema or a table.
      const bool in_all = privilege != Privilege::kBrowse || things[at].kind == SecurableKind::kCatalog;
      if (in_all && granted(at, Privilege::kAllPrivileges, who)) return true;
    }
    return false;
  }
  bool enters(int thing, const Principals& who) const {
    for (const int at : way_up(thing)) {
      if (at == thing) continue;
      if (things[at].kind == SecurableKind::kCatalog && !holds(at, Privilege::kUseCatalog, who)) return false;
      if (things[at].kind == SecurableKind::kSchema && !holds(at, Privilege::kUseSchema, who)) return false;
    }
    return true;
  }
  bool visible(int thing, const Principals& who) const {
    if (manages(thing, who) || holds(thing, Privilege::kBrowse, who)) return true;
    // Anything held on it, or held above and of use on it or below it.
    for (const int at : way_up(thing)) {
      for (const auto& one : who) {
        const auto found = things[at].grants.find(one);
        if (found == things[at].grants.end()) continue;
        for (const auto privilege : found->second) {
          if (at == thing || of_use(privilege, things[thing].kind)) return true;
        }
      }
    }
    for (int other = 0; other < static_cast<int>(things.size()); ++other) {
      const auto way = way_up(other);
      if (other == thing || std::find(way.begin(), way.end(), thing) == way.end()) continue;
      if (owns(other, who)) return true;
      for (const auto& one : who) {
        const auto found = things[other].grants.find(one);
        if (found != things[other].grants.end() && !found->second.empty()) return true;
      }
    }
    return false;
  }

 private:
  static bool of_use(Privilege privilege, SecurableKind kind) {
    switch (privilege) {
      case Privilege::kAllPrivileges:
      case Privilege::kSelect:
      case Privilege::kModify:
        return kind == SecurableKind::kSchema || kind == SecurableKind::kTable;
      case Privilege::kUseSchema:
      case Privilege::kCreateTable:
        return kind == SecurableKind::kSchema;
      default:
        return false;
    }
  }
};

class PrivilegeModel : public CatalogTest {
 protected:
  void make_world() {
    model_.things.push_back({SecurableKind::kMetastore, {}, -1, "admins", {}});
    for (const std::string catalog : {"c0", "c1"}) {
      ASSERT_TRUE(CatalogTest::catalog().create_catalog(admin(), catalog, ""));
      const int c = add(SecurableKind::kCatalog, {.catalog = catalog}, 0);
      add(SecurableKind::kSchema, {.catalog = catalog, .schema = "default"}, c);
      for (const std::string schema : {"s0", "s1"}) {
        ASSERT_TRUE(CatalogTest::catalog().create_schema(admin(), catalog, schema, ""));
        const int s = add(SecurableKind::kSchema, {.catalog = catalog, .schema = schema}, c);
        for (const std::string table : {"t0", "t1"}) {
          make_table({catalog, schema, table});
          add(SecurableKind::kTable, {catalog, schema, table}, s);
        }
      }
    }
  }
  int add(SecurableKind kind, ObjectName name, int parent) {
    model_.things.push_back({kind, std::move(name), parent, admin().principal.name, {}});
    return static_cast<int>(model_.things.size()) - 1;
  }

  Model model_;
};
LAKEPORT_ON_BOTH_STORES(PrivilegeModel);

TEST_P(PrivilegeModel, AgreesWithTheRules) {
  make_world();
  // Who, with the names that count for him.
  std::vector<std::pair<Caller, Principals>> people = {
      {user("ann@x.org", {"red"}), {"ann@x.org", "red"}},
      {user("bob@x.org", {"red", "blue"}), {"bob@x.org", "red", "blue"}},
      {user("eve@x.org"), {"eve@x.org"}},
  };
  for (auto& [caller, names] : people) {
    caller = user(caller.principal.name);
    names.insert("account users");
    names.insert("users");
  }
  const std::vector<std::string> receivers = {"ann@x.org", "bob@x.org", "eve@x.org", "red", "blue"};
  const std::map<SecurableKind, std::vector<Privilege>> grantable = {
      {SecurableKind::kCatalog,
       {Privilege::kUseCatalog, Privilege::kUseSchema, Privilege::kSelect, Privilege::kModify,
        Privilege::kCreateSchema, Privilege::kCreateTable, Privilege::kBrowse, Privilege::kManage,
        Privilege::kAllPrivileges}},
      {SecurableKind::kSchema,
       {Privilege::kUseSchema, Privilege::kSelect, Privilege::kModify, Privilege::kCreateTable,
        Privilege::kManage, Privilege::kAllPrivileges}},
      {SecurableKind::kTable,
       {Privilege::kSelect, Privilege::kModify, Privilege::kManage, Privilege::kAllPrivileges}},
  };
  const std::map<SecurableKind, std::vector<Privilege>> asked = {
      {SecurableKind::kCatalog, {Privilege::kUseCatalog, Privilege::kCreateSchema, Privilege::kManage}},
      {SecurableKind::kSchema, {Privilege::kUseSchema, Privilege::kCreateTable, Privilege::kManage}},
      {SecurableKind::kTable, {Privilege::kSelect, Privilege::kModify, Privilege::kManage}},
  };

  const auto seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const auto below = [&](std::size_t count) {
    return std::uniform_int_distribution<std::size_t>(0, count - 1)(random);
  };
  int allowed = 0;
  int denied = 0;
  int hidden = 0;
  const int rounds = sqlite() ? 400 : 120;
  for (int round = 0; round < rounds; ++round) {
    // One change…
    const auto number = 1 + below(model_.things.size() - 1);
    auto& thing = model_.things[number];
    const auto& receiver = receivers[below(receivers.size())];
    const auto dice = below(10);
    if (dice == 0) {
      const bool back = below(2) == 0;
      thing.owner = back ? admin().principal.name : receiver;
      ASSERT_TRUE(catalog().set_owner(admin(), thing.kind, thing.name.full(), thing.owner));
    } else {
      const auto& choice = grantable.at(thing.kind);
      const auto privilege = choice[below(choice.size())];
      // As many are taken as given, so that the world stays half open.
      if (dice < 7) {
        thing.grants[receiver].insert(privilege);
        grant(thing.kind, thing.name.full(), receiver, {privilege});
      } else {
        auto& held = thing.grants[receiver];
        const auto taken = held.empty() ? privilege : *held.begin();
        held.erase(taken);
        revoke(thing.kind, thing.name.full(), receiver, {taken});
      }
    }
    // …and everybody asks for some things.
    for (const auto& [caller, names] : people) {
      for (int question = 0; question < 6; ++question) {
        const auto at = static_cast<int>(1 + below(model_.things.size() - 1));
        const auto& object = model_.things[static_cast<std::size_t>(at)];
        const auto& privileges = asked.at(object.kind);
        const auto privilege = privileges[below(privileges.size())];
        const auto answer = object.kind == SecurableKind::kTable && question % 2 == 0
                                ? catalog().resolve(caller, object.name, privilege).map([](const auto&) {})
                                : catalog().require(caller, privilege, object.kind, object.name.full());
        const auto text = caller.principal.name + " " + std::string(to_string(privilege)) + " " +
                          object.name.full() + " -> " + outcome(answer);
        if (!model_.visible(at, names)) {
          ASSERT_FALSE(answer) << text;
          ASSERT_EQ(kind_of(answer), ErrorKind::kNotFound) << text;
          ++hidden;
        } else if (model_.enters(at, names) && model_.holds(at, privilege, names)) {
          ASSERT_TRUE(answer) << text;
          ++allowed;
        } else {
          ASSERT_FALSE(answer) << text;
          ASSERT_EQ(kind_of(answer), ErrorKind::kPermission) << text;
          ++denied;
        }
      }
    }
    // Lists hold exactly what may be seen.
    if (round % 10 != 0) continue;
    const auto& [caller, names] = people[below(people.size())];
    for (int at = 1; at < static_cast<int>(model_.things.size()); ++at) {
      const auto& schema = model_.things[static_cast<std::size_t>(at)];
      if (schema.kind != SecurableKind::kSchema) continue;
      std::vector<ObjectName> expected;
      for (int table = 1; table < static_cast<int>(model_.things.size()); ++table) {
        if (model_.things[static_cast<std::size_t>(table)].parent != at || !model_.visible(table, names))
          continue;
        if (model_.enters(table, names) || model_.holds(table, Privilege::kBrowse, names)) {
          expected.push_back(model_.things[static_cast<std::size_t>(table)].name);
        }
      }
      const auto list = catalog().tables(caller, schema.name.catalog, schema.name.schema);
      std::vector<ObjectName> found;
      if (list) {
        for (const auto& one : *list) found.push_back(one.name);
        ASSERT_EQ(found, expected) << caller.principal.name << " in " << schema.name.full();
      } else {
        ASSERT_TRUE(expected.empty() || kind_of(list) == ErrorKind::kPermission) << outcome(list);
      }
    }
  }
  // The world was neither shut nor open.
  EXPECT_GT(allowed, 0);
  EXPECT_GT(denied, rounds / 10);
  EXPECT_GT(hidden, rounds / 10);
}

}  // namespace
}  // namespace lakeport::lakehouse

#include "lakeport/sync/selection.h"

#include <gmock/gmock.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include "connector_sdk.pb.h"
#include "google/protobuf/text_format.h"

namespace lakeport::sync {
namespace {

using ::testing::HasSubstr;
using wire::DataType;

Selection parsed(const std::string& yaml) {
  auto selection = Selection::parse(yaml, "selection.yaml");
  EXPECT_TRUE(selection) << (selection ? "" : selection.error().to_string());
  return selection ? *selection : Selection();
}

std::string parse_error(const std::string& yaml) {
  const auto selection = Selection::parse(yaml, "selection.yaml");
  EXPECT_FALSE(selection);
  if (selection) return "";
  EXPECT_EQ(selection.error().kind(), ErrorKind::kInvalidInput);
  return selection.error().to_string();
}

SourceCatalog shop() {
  SourceCatalog catalog{.shape = SourceCatalog::Shape::kWithSchemas};
  const wire::Column id{.name = "id", .type = DataType::kLong, .primary_key = true};
  catalog.tables = {
      {"public", {"orders", {id, {.name = "note", .type = DataType::kString}}}},
      {"public", {"customers", {id, {.name = "name", .type = DataType::kString}}}},
      {"audit", {"log", {id}}},
  };
  return catalog;
}

constexpr const char* kShop = R"(
include_new_schemas: false
schemas:
  public:
    include_new_tables: true
    tables:
      orders:
        columns:
          note: false
      customers: false
)";

TEST(Selection, TakesEverythingByDefault) {
  const Selection everything;
  EXPECT_TRUE(everything.takes_everything());
  EXPECT_TRUE(everything.includes("any", "thing"));
  EXPECT_TRUE(everything.includes(std::nullopt, "thing"));
  EXPECT_EQ(everything.columns("any", "thing"), nullptr);
  EXPECT_TRUE(everything.check(shop(), {}));
}

TEST(Selection, FollowsTheFile) {
  const auto selection = parsed(kShop);
  EXPECT_TRUE(selection.check(shop(), {}));
  EXPECT_TRUE(selection.includes("public", "orders"));
  EXPECT_FALSE(selection.includes("public", "customers"));
  EXPECT_TRUE(selection.includes("public", "added_later"));
  EXPECT_FALSE(selection.includes("audit", "log"));
  const auto columns = selection.columns("public", "orders");
  ASSERT_NE(columns, nullptr);
  EXPECT_FALSE(columns->includes("note"));
  EXPECT_TRUE(columns->includes("id"));
  EXPECT_TRUE(columns->includes("added_later"));
  EXPECT_EQ(selection.columns("public", "added_later"), nullptr);
}

TEST(Selection, OnlyNamedColumns) {
  const auto selection = parsed(R"(
include_new_tables: true
tables:
  t:
    include_new_columns: false
    columns: {a: true}
)");
  const auto columns = selection.columns(std::nullopt, "t");
  ASSERT_NE(columns, nullptr);
  EXPECT_TRUE(columns->includes("a"));
  EXPECT_FALSE(columns->includes("b"));
}

TEST(Selection, TellsTheSourceAndNeverLeavesOutItsKeys) {
  auto selection = parsed(R"(
include_new_schemas: true
schemas:
  public:
    include_new_tables: false
    tables:
      orders: {include_new_columns: false, columns: {note: true}}
      customers: false
  audit: false
)");
  fivetran_sdk::v2::Selection told;
  selection.to_proto(shop(), &told);
  fivetran_sdk::v2::Selection wanted;
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(R"(
    with_schema {
      include_new_schemas: true
      schemas { included: false schema_name: "audit" include_new_tables: true }
      schemas {
        included: true schema_name: "public" include_new_tables: false
        tables { included: false table_name: "customers" include_new_columns: true }
        tables { included: true table_name: "orders" include_new_columns: false
                 columns { key: "note" value: true } columns { key: "id" value: true } }
      }
    })",
                                                            &wanted));
  EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(told, wanted)) << told.DebugString();
}

TEST(Selection, TellsASourceWithoutSchemas) {
  const auto selection = parsed("include_new_tables: false\ntables: {a: true}\n");
  fivetran_sdk::v2::Selection told;
  selection.to_proto({}, &told);
  EXPECT_FALSE(told.without_schema().include_new_tables());
  ASSERT_EQ(told.without_schema().tables_size(), 1);
  EXPECT_EQ(told.without_schema().tables(0).table_name(), "a");
  EXPECT_TRUE(told.without_schema().tables(0).included());
}

TEST(Selection, NamesThatTheSourceLacksAreToldTogetherWithTheNearest) {
  const auto selection = parsed(R"(
schemas:
  publik: false
  public:
    include: false
    tables:
      order: false
      customers: {include: false, columns: {nmae: false}}
  audit:
    include: false
    tables:
      log: {include: false, columns: {anything: false}}
)");
  const auto checked = selection.check(shop(), {});
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().to_string(),
            "selection.yaml: the source has no column public.customers.nmae (did you mean name?); the source "
            "has no table "
            "public.order (did you mean orders?); the source has no schema publik (did you mean public?). "
            "Correct the names.");
}

TEST(Selection, TablesSeenBeforeCountAsKnown) {
  SourceCatalog catalog{.shape = SourceCatalog::Shape::kWithoutSchemas};
  const auto selection = parsed("tables: {seen: false}\n");
  EXPECT_FALSE(selection.check(catalog, {}));
  EXPECT_TRUE(selection.check(catalog, {{std::nullopt, {"seen", {}}}}));
}

TEST(Selection, TheFileMustHaveTheSourcesShape) {
  auto checked = parsed("tables: {a: false}\n").check(shop(), {});
  ASSERT_FALSE(checked);
  EXPECT_THAT(checked.error().to_string(), HasSubstr("Put the tables under `schemas`."));
  checked = parsed("schemas: {a: false}\n").check({.shape = SourceCatalog::Shape::kWithoutSchemas}, {});
  ASSERT_FALSE(checked);
  EXPECT_THAT(checked.error().to_string(), HasSubstr("the source has no schemas"));
}

TEST(Selection, BadFilesAreRefusedWithTheLine) {
  EXPECT_THAT(parse_error("tables: [a]"), HasSubstr("selection.yaml:1: `tables` must be a map of names"));
  EXPECT_THAT(parse_error("tables:\n  a: maybe\n"),
              HasSubstr("selection.yaml:2: table `a` must be true or false"));
  EXPECT_THAT(parse_error("tables:\n  a: {colums: {}}\n"),
              HasSubstr("unknown word `colums` (did you mean columns?)"));
  EXPECT_THAT(parse_error("tables:\n  a: false\n  a: true\n"),
              HasSubstr("selection.yaml:3: `a` is there twice"));
  EXPECT_THAT(parse_error("tables: {a: true}\n"), HasSubstr("Add `include_new_tables: false` (only these)"));
  EXPECT_THAT(parse_error("tables: {}\nschemas: {}\n"), HasSubstr("both there"));
  EXPECT_THAT(parse_error("tables: {a: \n"), HasSubstr("not valid YAML"));
  EXPECT_THAT(parse_error(""), HasSubstr("must be a map"));
  EXPECT_THAT(parse_error("tabels: {}\n"), HasSubstr("unknown word `tabels`"));
}

}  // namespace
}  // namespace lakeport::sync

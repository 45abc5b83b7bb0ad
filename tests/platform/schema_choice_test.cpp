#include "schema_choice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lakeport::platform {
namespace {

sync::SourceCatalog shop(bool with_schemas) {
  sync::SourceCatalog catalog;
  catalog.shape =
      with_schemas ? sync::SourceCatalog::Shape::kWithSchemas : sync::SourceCatalog::Shape::kWithoutSchemas;
  for (const std::string name : {"customers", "or\"ders: [x]", "sessions"}) {
    sync::SourceTable table;
    if (with_schemas) table.schema = "pub lic";
    table.table.name = name;
    table.table.columns = {{"id", wire::DataType::kLong, true}, {"note # x", wire::DataType::kString}};
    catalog.tables.push_back(table);
  }
  return catalog;
}

TEST(SchemaChoice, EverythingIsTakenWithoutASelection) {
  const auto schema = describe_schema(shop(true), "");
  ASSERT_TRUE(schema);
  ASSERT_EQ(schema->tables.size(), 3U);
  EXPECT_EQ(schema->tables[0].schema, "pub lic");
  EXPECT_EQ(schema->tables[0].columns[0].type, "LONG");
  EXPECT_TRUE(schema->tables[0].columns[0].primary_key);
  for (const auto& table : schema->tables) EXPECT_TRUE(table.selected);
  EXPECT_EQ(selection_json(*schema), "");
}

TEST(SchemaChoice, WhatIsLeftOutComesBackAsItWas) {
  for (const bool with_schemas : {true, false}) {
    const auto catalog = shop(with_schemas);
    auto schema = describe_schema(catalog, "");
    ASSERT_TRUE(schema);
    schema->tables[1].columns[0].selected = false;  // a key: taken nevertheless
    schema->tables[1].columns[1].selected = false;
    schema->tables[2].selected = false;
    const std::string json = selection_json(*schema);
    const auto parsed = sync::Selection::parse(json, "selection");
    ASSERT_TRUE(parsed) << parsed.error().to_string() << json;
    EXPECT_TRUE(parsed->check(catalog, {}));
    const auto again = describe_schema(catalog, json);
    ASSERT_TRUE(again);
    EXPECT_TRUE(again->tables[0].selected);
    EXPECT_TRUE(again->tables[0].columns[1].selected);
    EXPECT_TRUE(again->tables[1].selected);
    EXPECT_TRUE(again->tables[1].columns[0].selected);
    EXPECT_FALSE(again->tables[1].columns[1].selected);
    EXPECT_FALSE(again->tables[2].selected);
    EXPECT_EQ(selection_json(*again), json);
    // What comes new is taken.
    const std::optional<std::string_view> place =
        with_schemas ? std::optional<std::string_view>("pub lic") : std::nullopt;
    EXPECT_TRUE(parsed->includes(place, "new_table"));
  }
}

}  // namespace
}  // namespace lakeport::platform

#include "schema_change.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "table_json.h"

namespace lakeport::sync {
namespace {

using ::testing::ElementsAre;
using wire::Column;
using wire::DataType;
using wire::DecimalParams;
using wire::TableSchema;

Column key(const std::string& name, DataType type = DataType::kLong) {
  return {.name = name, .type = type, .primary_key = true};
}
Column column(const std::string& name, DataType type) { return {.name = name, .type = type}; }
Column decimal(const std::string& name, int precision, int scale) {
  return {.name = name, .type = DataType::kDecimal, .decimal = DecimalParams{precision, scale}};
}

TEST(PlanAlteration, NothingWhenTheRowsFit) {
  const TableSchema there{"t", {key("id"), column("a", DataType::kString), column("extra", DataType::kInt)}};
  EXPECT_FALSE(plan_alteration(there, {"t", {key("id", DataType::kInt), column("a", DataType::kJson)}}));
}

TEST(PlanAlteration, AddsWidensAndRekeysButKeepsTheRest) {
  const TableSchema there{"t",
                          {key("id"), column("n", DataType::kInt), column("wide", DataType::kString),
                           column("extra", DataType::kInt)}};
  const TableSchema wanted{"t",
                           {key("id"), key("n", DataType::kLong), column("wide", DataType::kLong),
                            column("new", DataType::kDouble)}};
  const auto plan = plan_alteration(there, wanted);
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->target, (TableSchema{"t",
                                       {key("id"), key("n"), column("wide", DataType::kString),
                                        column("extra", DataType::kInt), column("new", DataType::kDouble)}}));
  EXPECT_THAT(plan->changes, ElementsAre("n INT becomes LONG", "new column new DOUBLE", "key is now id, n"));
}

TEST(PlanAlteration, DecimalsGrowOnBothSidesOfThePoint) {
  const TableSchema there{"t", {decimal("a", 10, 2), column("b", DataType::kLong), decimal("c", 38, 0)}};
  const TableSchema wanted{"t", {decimal("a", 9, 4), decimal("b", 18, 4), decimal("c", 38, 4)}};
  const auto plan = plan_alteration(there, wanted);
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->target.columns,
            (std::vector<Column>{decimal("a", 12, 4), decimal("b", 23, 4), column("c", DataType::kString)}));
}

TEST(MergeDeclared, NeverNarrowsWhatHasGrown) {
  const TableSchema declared{"t",
                             {key("id"), column("a", DataType::kInt), column("u", DataType::kUnspecified),
                              column("d", DataType::kDecimal)}};
  const TableSchema grown{"t",
                          {key("old"), column("id", DataType::kInt), column("a", DataType::kString),
                           column("u", DataType::kDouble), decimal("d", 18, 2)}};
  EXPECT_EQ(merge_declared(declared, grown).columns,
            (std::vector<Column>{key("id"), column("a", DataType::kString), column("u", DataType::kDouble),
                                 decimal("d", 18, 2), column("old", DataType::kLong)}));
  EXPECT_EQ(merge_declared({"t", {}}, grown), grown);
}

TEST(TableJson, ReadsBackWhatItWrote) {
  TableSchema table{"t \"ü\"", {key("id"), decimal("d", 38, 37), column("b", DataType::kBinary)}};
  table.columns.push_back({.name = "s", .type = DataType::kString, .string_byte_length = 256});
  const auto text = to_json(table);
  ASSERT_TRUE(text);
  EXPECT_EQ(*table_from_json(*text), table);
  const auto source = to_json(SourceTable{"schema", table});
  ASSERT_TRUE(source);
  const auto read = source_table_from_json(*source);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->schema, "schema");
  EXPECT_EQ(read->table, table);
  EXPECT_EQ(source_table_from_json(*text)->schema, std::nullopt);
  EXPECT_FALSE(to_json(TableSchema{"\xff", {}}));
  for (const char* bad :
       {"", "[]", "{\"name\": 1}", R"({"name":"t","columns":[{"name":"a","type":"NOPE"}]})"}) {
    const auto failed = table_from_json(bad);
    ASSERT_FALSE(failed) << bad;
    EXPECT_EQ(failed.error().kind(), ErrorKind::kInvalidInput);
  }
}

}  // namespace
}  // namespace lakeport::sync

#include "lakeport/wire/schema.h"

#include <arrow/type.h>
#include <gtest/gtest.h>

#include "common.pb.h"

namespace lakeport::wire {
namespace {

using enum DataType;

constexpr DataType kAll[] = {kUnspecified, kBoolean, kShort,     kInt,           kLong,        kDecimal,
                             kFloat,       kDouble,  kNaiveDate, kNaiveDatetime, kUtcDatetime, kBinary,
                             kXml,         kString,  kJson,      kNaiveTime};

Column column(DataType type) { return {"c", type, false, std::nullopt, std::nullopt}; }
Column decimal(std::int32_t precision, std::int32_t scale) {
  return {"c", kDecimal, false, DecimalParams{precision, scale}, std::nullopt};
}
Column text(std::int32_t bytes) { return {"c", kString, false, std::nullopt, bytes}; }

TEST(Schema, NamesOfTypesReadBack) {
  for (const DataType type : kAll) {
    EXPECT_EQ(data_type_from_string(to_string(type)), type);
    EXPECT_EQ(std::string(to_string(type)),
              fivetran_sdk::v2::DataType_Name(static_cast<fivetran_sdk::v2::DataType>(type)));
  }
  EXPECT_EQ(data_type_from_string("int"), std::nullopt);
  EXPECT_EQ(data_type_from_string("TEXT"), std::nullopt);
}

TEST(Schema, WideningIsCommutativeIdempotentAndAbsorbs) {
  for (const DataType a : kAll) {
    EXPECT_EQ(widen(a, a), a);
    EXPECT_EQ(widen(a, kUnspecified), a);
    for (const DataType b : kAll) {
      const DataType wide = widen(a, b);
      EXPECT_EQ(wide, widen(b, a)) << to_string(a) << " " << to_string(b);
      EXPECT_EQ(widen(wide, a), wide) << to_string(a) << " " << to_string(b);
      EXPECT_EQ(widen(wide, b), wide) << to_string(a) << " " << to_string(b);
    }
  }
}

TEST(Schema, WideningFollowsTheContract) {
  EXPECT_EQ(widen(kShort, kInt), kInt);
  EXPECT_EQ(widen(kInt, kLong), kLong);
  EXPECT_EQ(widen(kLong, kDecimal), kDecimal);
  EXPECT_EQ(widen(kDecimal, kDouble), kDouble);
  EXPECT_EQ(widen(kDecimal, kFloat), kDouble);
  EXPECT_EQ(widen(kFloat, kShort), kFloat);
  EXPECT_EQ(widen(kFloat, kInt), kDouble);
  EXPECT_EQ(widen(kNaiveDate, kNaiveDatetime), kNaiveDatetime);
  EXPECT_EQ(widen(kNaiveDate, kUtcDatetime), kUtcDatetime);
  EXPECT_EQ(widen(kNaiveDatetime, kUtcDatetime), kString);
  EXPECT_EQ(widen(kBoolean, kInt), kString);
  EXPECT_EQ(widen(kBinary, kString), kString);
  EXPECT_EQ(widen(kJson, kXml), kString);
  EXPECT_EQ(widen(kNaiveTime, kNaiveDatetime), kString);
}

TEST(Schema, CoversOnlyWhatKeepsEveryValue) {
  for (const DataType type : kAll) {
    EXPECT_TRUE(covers(column(type), column(type)) || type == kUnspecified);
    EXPECT_TRUE(covers(column(kString), column(type)));
  }
  EXPECT_TRUE(covers(column(kLong), column(kInt)));
  EXPECT_FALSE(covers(column(kInt), column(kLong)));
  EXPECT_TRUE(covers(column(kDouble), column(kInt)));
  EXPECT_FALSE(covers(column(kDouble), column(kLong)));
  EXPECT_FALSE(covers(column(kDouble), column(kDecimal)));
  EXPECT_FALSE(covers(column(kFloat), column(kDouble)));
  EXPECT_TRUE(covers(column(kUtcDatetime), column(kNaiveDate)));
  EXPECT_FALSE(covers(column(kUtcDatetime), column(kNaiveDatetime)));
  EXPECT_FALSE(covers(column(kJson), column(kString)));
  EXPECT_FALSE(covers(column(kUnspecified), column(kInt)));

  EXPECT_TRUE(covers(decimal(18, 2), decimal(10, 2)));
  EXPECT_FALSE(covers(decimal(18, 4), decimal(18, 2)));
  EXPECT_FALSE(covers(decimal(18, 2), decimal(18, 4)));
  EXPECT_TRUE(covers(decimal(38, 10), column(kDecimal)));
  EXPECT_TRUE(covers(column(kDecimal), decimal(38, 37)));
  EXPECT_TRUE(covers(decimal(21, 2), column(kLong)));
  EXPECT_FALSE(covers(decimal(20, 2), column(kLong)));
  EXPECT_TRUE(covers(decimal(5, 0), column(kShort)));

  EXPECT_TRUE(covers(text(256), text(256)));
  EXPECT_FALSE(covers(text(256), text(257)));
  EXPECT_FALSE(covers(text(256), column(kString)));
  EXPECT_TRUE(covers(column(kString), text(256)));
}

TEST(Schema, GoesThroughProtobufUnchanged) {
  TableSchema table{"t", {}};
  for (const DataType type : kAll) {
    table.columns.push_back({std::string("c\"ü`") + std::to_string(static_cast<int>(type)), type,
                             type == kInt, std::nullopt, std::nullopt});
  }
  table.columns.push_back({"d", kDecimal, false, DecimalParams{38, 37}, std::nullopt});
  table.columns.push_back({"s", kString, true, std::nullopt, 4096});
  fivetran_sdk::v2::Table message;
  table_to_proto(table, &message);
  const auto back = table_from_proto(message);
  ASSERT_TRUE(back) << back.error().to_string();
  EXPECT_EQ(*back, table);
  EXPECT_EQ(back->key_names(), (std::vector<std::string>{"c\"ü`3", "s"}));
  EXPECT_EQ(back->find("d")->decimal->scale, 37);
  EXPECT_EQ(back->find("D"), nullptr);
}

TEST(Schema, RefusesATypeNumberThatTheContractLacks) {
  fivetran_sdk::v2::Table message;
  message.set_name("t");
  auto* strange = message.add_columns();
  strange->set_name("c");
  strange->set_type(static_cast<fivetran_sdk::v2::DataType>(16));
  const auto table = table_from_proto(message);
  ASSERT_FALSE(table);
  EXPECT_NE(table.error().to_string().find("table t: column c"), std::string::npos);
}

TEST(Schema, LeavesOutDecimalParamsThatNoDecimalHas) {
  fivetran_sdk::v2::Table message;
  auto* wide = message.add_columns();
  wide->set_type(fivetran_sdk::v2::DECIMAL);
  wide->mutable_params()->mutable_decimal()->set_precision(76);
  const auto table = table_from_proto(message);
  ASSERT_TRUE(table);
  EXPECT_EQ(table->columns[0].decimal, std::nullopt);
  EXPECT_TRUE(arrow_type(table->columns[0])->Equals(*arrow::decimal128(38, 10)));
}

}  // namespace
}  // namespace lakeport::wire

// Handles, parameters, types and schemas on the wire.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lakeport/base/seal.h"

#include "handles.h"
#include "parameters.h"
#include "sql_type.h"
#include "table_schema.h"

namespace lakeport::lakehouse {
namespace {

using tcli::TTypeId;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(Handles, AHandleGivesItsIdBack) {
  const Handles handles;
  const auto id = random_uuid();
  const auto wire = handles.wire(HandleKind::kSession, id);
  EXPECT_EQ(wire.guid.size(), 16U);
  EXPECT_EQ(handles.id(HandleKind::kSession, wire), id);
  const auto other = handles.wire(HandleKind::kOperation, "no uuid");
  EXPECT_EQ(handles.id(HandleKind::kOperation, other), "no uuid");
}

TEST(Handles, ForeignAndChangedHandlesAreRefused) {
  const Handles handles;
  auto wire = handles.wire(HandleKind::kSession, random_uuid());
  EXPECT_FALSE(handles.id(HandleKind::kOperation, wire)) << "another kind";
  EXPECT_FALSE(Handles().id(HandleKind::kSession, wire)) << "another server";
  auto changed = wire;
  changed.guid[0] = static_cast<char>(changed.guid[0] ^ 1);
  EXPECT_FALSE(handles.id(HandleKind::kSession, changed));
  changed = wire;
  changed.secret.pop_back();
  EXPECT_FALSE(handles.id(HandleKind::kSession, changed));
  EXPECT_FALSE(handles.id(HandleKind::kSession, {}));
}

tcli::TSparkParameter parameter(const std::string& name, const std::string& type, const std::string& value) {
  tcli::TSparkParameter wire;
  if (!name.empty()) wire.__set_name(name);
  wire.__set_type(type);
  tcli::TSparkParameterValue wire_value;
  wire_value.__set_stringValue(value);
  wire.__set_value(wire_value);
  return wire;
}

TEST(Parameters, NamedAndPositionalOnesKeepTypeAndValue) {
  const auto named =
      statement_parameters({parameter("a", "DECIMAL(5,2)", "1.50"), parameter("b", "STRING", "")});
  ASSERT_TRUE(named);
  EXPECT_EQ(named->at(0).name, "a");
  EXPECT_EQ(named->at(0).type, "DECIMAL(5,2)");
  EXPECT_EQ(named->at(0).value, "1.50");
  EXPECT_EQ(named->at(1).value, "");
  const auto positional = statement_parameters({parameter("", "INT", "1"), parameter("", "INT", "2")});
  ASSERT_TRUE(positional);
  EXPECT_EQ(positional->at(0).value, "1");
  EXPECT_EQ(positional->at(1).value, "2");
}

TEST(Parameters, VoidAndMissingValuesAreNull) {
  auto untyped = parameter("", "VOID", "None");
  tcli::TSparkParameter missing;
  missing.__set_type("INT");
  const auto parameters = statement_parameters({untyped, missing});
  ASSERT_TRUE(parameters);
  EXPECT_EQ(parameters->at(0).value, std::nullopt);
  EXPECT_EQ(parameters->at(1).value, std::nullopt);
  EXPECT_EQ(parameters->at(1).type, "INT");
}

TEST(Parameters, MixturesAndRepeatedNamesAreRefused) {
  const auto mixed = statement_parameters({parameter("a", "INT", "1"), parameter("", "INT", "2")});
  ASSERT_FALSE(mixed);
  EXPECT_EQ(mixed.error().kind(), ErrorKind::kInvalidInput);
  const auto twice = statement_parameters({parameter("a", "INT", "1"), parameter("a", "INT", "2")});
  ASSERT_FALSE(twice);
  EXPECT_THAT(twice.error().what(), HasSubstr(":a"));
}

tcli::TSparkParameterValueArg argument(const std::string& type, const std::string& value) {
  tcli::TSparkParameterValueArg wire;
  wire.__set_type(type);
  wire.__set_value(value);
  return wire;
}

TEST(Parameters, ArraysAndMapsBecomeJsonWithTheirFullType) {
  tcli::TSparkParameter array;
  array.__set_type("ARRAY");
  array.__set_arguments({argument("INT", "1"), argument("INT", "2")});
  tcli::TSparkParameter map;
  map.__set_type("MAP");
  map.__set_arguments({argument("STRING", "k"), argument("INT", "7")});
  const auto parameters = statement_parameters({array, map});
  ASSERT_TRUE(parameters);
  EXPECT_EQ(parameters->at(0).type, "ARRAY<INT>");
  EXPECT_EQ(parameters->at(0).value, R"(["1","2"])");
  EXPECT_EQ(parameters->at(1).type, "MAP<STRING,INT>");
  EXPECT_EQ(parameters->at(1).value, R"({"k":"7"})");
}

TEST(SqlType, TypesHaveTheirThriftNumber) {
  const std::pair<const char*, int> types[] = {{"boolean", TTypeId::BOOLEAN_TYPE},
                                               {"tinyint", TTypeId::TINYINT_TYPE},
                                               {"smallint", TTypeId::SMALLINT_TYPE},
                                               {"int", TTypeId::INT_TYPE},
                                               {"BIGINT", TTypeId::BIGINT_TYPE},
                                               {"float", TTypeId::FLOAT_TYPE},
                                               {"double", TTypeId::DOUBLE_TYPE},
                                               {"string", TTypeId::STRING_TYPE},
                                               {"varchar(10)", TTypeId::VARCHAR_TYPE},
                                               {"char(3)", TTypeId::CHAR_TYPE},
                                               {"binary", TTypeId::BINARY_TYPE},
                                               {"date", TTypeId::DATE_TYPE},
                                               {"timestamp", TTypeId::TIMESTAMP_TYPE},
                                               {"timestamp_ntz", TTypeId::TIMESTAMP_TYPE},
                                               {"decimal(38,9)", TTypeId::DECIMAL_TYPE},
                                               {"array<int>", TTypeId::ARRAY_TYPE},
                                               {"map<string,array<int>>", TTypeId::MAP_TYPE},
                                               {"struct<a:int>", TTypeId::STRUCT_TYPE},
                                               {"interval year to month", TTypeId::INTERVAL_YEAR_MONTH_TYPE},
                                               {"interval day to second", TTypeId::INTERVAL_DAY_TIME_TYPE},
                                               {"void", TTypeId::NULL_TYPE},
                                               {"something new", TTypeId::STRING_TYPE}};
  for (const auto& [text, type] : types) EXPECT_EQ(sql_type(text).thrift_type, type) << text;
}

TEST(SqlType, DecimalsHavePrecisionAndScale) {
  const auto given = sql_type("decimal( 12 , 3 )");
  EXPECT_EQ(given.precision, 12);
  EXPECT_EQ(given.scale, 3);
  const auto bare = sql_type("decimal");
  EXPECT_EQ(bare.precision, 10);
  EXPECT_EQ(bare.scale, 0);
  EXPECT_EQ(sql_type("varchar(42)").length, 42);
}

TEST(SqlType, LabelsAreInCapitalsButFieldNamesAreNot) {
  EXPECT_EQ(type_label("decimal(10,2)"), "DECIMAL(10,2)");
  EXPECT_EQ(type_label("array<struct<Aa:int,b:map<string,date>>>"),
            "ARRAY<STRUCT<Aa:INT,b:MAP<STRING,DATE>>>");
  EXPECT_EQ(type_label("struct<`x:y`:decimal(3,1),z:string>"), "STRUCT<`x:y`:DECIMAL(3,1),z:STRING>");
}

TEST(TableSchema, ColumnsComeInOrderWithTypeQualifiersAndComment) {
  const auto schema = table_schema({Column{.name = "id", .type = "bigint"},
                                    Column{.name = "price", .type = "decimal(18,4)", .comment = "in euros"},
                                    Column{.name = "tags", .type = "array<string>"}});
  ASSERT_EQ(schema.columns.size(), 3U);
  EXPECT_EQ(schema.columns[0].columnName, "id");
  EXPECT_EQ(schema.columns[0].position, 1);
  EXPECT_EQ(schema.columns[1].comment, "in euros");
  const auto& price = schema.columns[1].typeDesc.types.at(0).primitiveEntry;
  EXPECT_EQ(price.type, TTypeId::DECIMAL_TYPE);
  EXPECT_EQ(price.typeQualifiers.qualifiers.at("precision").i32Value, 18);
  EXPECT_EQ(price.typeQualifiers.qualifiers.at("scale").i32Value, 4);
  EXPECT_EQ(schema.columns[2].typeDesc.types.at(0).primitiveEntry.type, TTypeId::ARRAY_TYPE);
  EXPECT_FALSE(schema.columns[0].typeDesc.types.at(0).primitiveEntry.__isset.typeQualifiers);
}

}  // namespace
}  // namespace lakeport::lakehouse

#include <gtest/gtest.h>

#include "lakeport/lakehouse/dialect.h"

namespace lakeport::lakehouse {
namespace {

std::string text(const Result<std::string>& result) { return result ? *result : result.error().to_string(); }

TEST(Types, BecomeDuckdbs) {
  EXPECT_EQ(text(duckdb_type("INT")), "INTEGER");
  EXPECT_EQ(text(duckdb_type("decimal")), "DECIMAL(10,0)");
  EXPECT_EQ(text(duckdb_type("Decimal( 18 , 2 )")), "DECIMAL(18,2)");
  EXPECT_EQ(text(duckdb_type("timestamp")), "TIMESTAMP WITH TIME ZONE");
  EXPECT_EQ(text(duckdb_type("timestamp_ntz")), "TIMESTAMP");
  EXPECT_EQ(text(duckdb_type("varchar(10)")), "VARCHAR");
  EXPECT_EQ(text(duckdb_type("array<array<map<string,struct<a:int,`b \"c`:binary>>>>")),
            "MAP(VARCHAR, STRUCT(\"a\" INTEGER, \"b \"\"c\" BLOB))[][]");
  EXPECT_EQ(text(duckdb_type("struct<a int not null comment 'x', b: double>")),
            "STRUCT(\"a\" INTEGER, \"b\" DOUBLE)");
  EXPECT_EQ(text(duckdb_type("interval day to second")), "INTERVAL");
}

TEST(Types, AreRefusedPrecisely) {
  EXPECT_EQ(text(duckdb_type("array<intt>")),
            "PARSE_SYNTAX_ERROR: there is no type 'intt' (line 1, column 7)");
  EXPECT_EQ(text(duckdb_type("array<int")),
            "PARSE_SYNTAX_ERROR: expected '>' instead of the end of the statement (line 1, column 10)");
  EXPECT_EQ(text(duckdb_type("decimal(39,0)")),
            "PARSE_SYNTAX_ERROR: decimal(39,0) has a precision outside 1 to 38, or a scale above it (line 1, "
            "column 1)");
  EXPECT_EQ(text(duckdb_type("struct<a:int,A:int>")),
            "PARSE_SYNTAX_ERROR: the field A is there twice (line 1, column 14)");
  EXPECT_EQ(text(duckdb_type("map<string>")),
            "PARSE_SYNTAX_ERROR: expected ',' instead of '>' (line 1, column 11)");
  EXPECT_EQ(text(duckdb_type("varchar")),
            "PARSE_SYNTAX_ERROR: varchar takes a length: varchar(10) (line 1, column 1)");
  EXPECT_EQ(text(duckdb_type("variant")), "UNSUPPORTED_DATATYPE: columns of type variant are not supported");
  EXPECT_EQ(text(duckdb_type("int int")),
            "PARSE_SYNTAX_ERROR: expected the end of the type instead of 'int' (line 1, column 5)");
  std::string deep;
  for (int i = 0; i < 10'000; ++i) deep += "array<";
  EXPECT_FALSE(duckdb_type(deep));
}

TEST(Types, ComeBackFromDuckdb) {
  EXPECT_EQ(text(databricks_type("INTEGER")), "int");
  EXPECT_EQ(text(databricks_type("DECIMAL(18,2)")), "decimal(18,2)");
  EXPECT_EQ(text(databricks_type("TIMESTAMP WITH TIME ZONE")), "timestamp");
  EXPECT_EQ(text(databricks_type("TIMESTAMP")), "timestamp_ntz");
  EXPECT_EQ(text(databricks_type("HUGEINT")), "bigint");
  EXPECT_EQ(text(databricks_type("STRUCT(a INTEGER, \"b \"\"c\" MAP(VARCHAR, DECIMAL(5,1))[])[]")),
            "array<struct<a:int,`b \"c`:array<map<string,decimal(5,1)>>>>");
  EXPECT_EQ(text(databricks_type("ENUM('a)', 'b')[3]")), "array<string>");
  EXPECT_EQ(text(databricks_type("UNION(a INTEGER)")),
            "UNSUPPORTED_DATATYPE: Databricks has no type for the engine's UNION(a INTEGER)");
}

TEST(Types, SurviveTheWayThereAndBack) {
  for (const std::string_view type :
       {"boolean", "tinyint", "smallint", "int", "bigint", "float", "double", "decimal(38,10)", "string",
        "binary", "date", "timestamp", "timestamp_ntz", "void",
        "array<map<int,struct<`a b`:string,c:array<void>>>>"}) {
    const auto duckdb = duckdb_type(type);
    ASSERT_TRUE(duckdb) << type;
    EXPECT_EQ(text(databricks_type(*duckdb)), type);
  }
}

}  // namespace
}  // namespace lakeport::lakehouse

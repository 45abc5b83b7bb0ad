// Statements about functions and keys, and those that drivers list things with.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lakeport/lakehouse/object_statements.h"

namespace lakeport::lakehouse {
namespace {

using namespace statement;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

template <class T>
T read_as(std::string_view sql) {
  auto statement = read_object_statement(sql);
  if (!statement || !*statement || !std::holds_alternative<T>(**statement)) {
    ADD_FAILURE() << sql << ": " << (statement ? "another statement" : statement.error().to_string());
    return {};
  }
  return std::get<T>(**statement);
}

std::string refusal(std::string_view sql) {
  const auto statement = read_object_statement(sql);
  return statement ? "accepted" : statement.error().to_string();
}

TEST(ObjectStatement, ReadsKeys) {
  const auto primary =
      read_as<AddKey>("ALTER TABLE s.t ADD CONSTRAINT k PRIMARY KEY (a, b) NOT ENFORCED RELY;");
  EXPECT_EQ(primary.table.schema, "s");
  EXPECT_EQ(primary.name, "k");
  EXPECT_THAT(primary.primary_key, ElementsAre("a", "b"));
  const auto foreign = read_as<AddKey>("ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES s.u (b) NOT ENFORCED");
  ASSERT_TRUE(foreign.foreign_key);
  EXPECT_EQ(foreign.foreign_key->referenced.object, "u");
  EXPECT_THAT(foreign.foreign_key->referenced_columns, ElementsAre("b"));
  EXPECT_EQ(read_as<DropKey>("ALTER TABLE t DROP CONSTRAINT IF EXISTS k CASCADE").name, "k");
  EXPECT_THAT(*read_as<DropKey>("ALTER TABLE t DROP FOREIGN KEY (a)").columns, ElementsAre("a"));
  EXPECT_FALSE(read_as<DropKey>("ALTER TABLE t DROP PRIMARY KEY").name);
  EXPECT_THAT(refusal("ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0)"), HasSubstr("CHECK"));
  EXPECT_THAT(refusal("ALTER TABLE t DROP CONSTRAINT c now"), HasSubstr("'now'"));
}

TEST(ObjectStatement, ReadsFunctions) {
  const auto create = read_as<CreateFunction>(
      "CREATE OR REPLACE FUNCTION s.f(a INT DEFAULT 1, b STRING COMMENT 'x') RETURNS ARRAY<INT> COMMENT 'y' "
      "RETURN "
      "array(a);");
  EXPECT_TRUE(create.or_replace);
  EXPECT_EQ(create.function.name.schema, "s");
  ASSERT_EQ(create.function.parameters.size(), 2U);
  EXPECT_EQ(create.function.parameters[0].default_sql, "1");
  EXPECT_EQ(create.function.parameters[1].comment, "x");
  EXPECT_EQ(create.function.return_type, "array<int>");
  EXPECT_EQ(create.function.comment, "y");
  EXPECT_EQ(create.function.body, "array(a)");
  EXPECT_EQ(read_as<CreateFunction>("CREATE FUNCTION f() RETURNS INT RETURN SELECT 1").function.body,
            "(SELECT 1)");
  EXPECT_TRUE(read_as<DropFunction>("DROP FUNCTION IF EXISTS f").if_exists);
  EXPECT_EQ(read_as<DescribeFunction>("DESCRIBE FUNCTION EXTENDED s.f").name.schema, "s");
  EXPECT_THAT(refusal("CREATE FUNCTION f() RETURNS INT LANGUAGE PYTHON RETURN 1"),
              HasSubstr("language other than SQL"));
  EXPECT_THAT(refusal("CREATE FUNCTION f() RETURN 1"), HasSubstr("without RETURNS"));
  EXPECT_THAT(refusal("CREATE FUNCTION f() RETURNS TABLE (a INT) RETURN SELECT 1"),
              HasSubstr("returns a table"));
}

TEST(ObjectStatement, ReadsHowDriversListThings) {
  const auto columns =
      read_as<ShowObjects>("SHOW COLUMNS IN CATALOG `c` SCHEMA LIKE 's*' TABLE LIKE 't' LIKE '*'");
  EXPECT_EQ(columns.what, ShowObjects::What::kColumns);
  EXPECT_EQ(columns.catalog, "c");
  EXPECT_EQ(columns.schema_like, "s*");
  EXPECT_EQ(columns.table_like, "t");
  EXPECT_EQ(columns.like, "*");
  EXPECT_FALSE(read_as<ShowObjects>("SHOW TABLES IN ALL CATALOGS").catalog);
  EXPECT_EQ(read_as<ShowObjects>("SHOW FOREIGN KEYS IN CATALOG `c` IN SCHEMA `s` IN TABLE `t`").table.object,
            "t");
}

TEST(ObjectStatement, LeavesTheOthers) {
  for (const char* sql :
       {"SELECT 1", "SHOW TABLES IN catalog LIKE 'a'", "SHOW SCHEMAS IN c", "DESCRIBE function",
        "ALTER TABLE t ADD COLUMN primary INT", "ALTER TABLE t DROP COLUMN constraint",
        "CREATE TABLE function (a INT)", "DROP TABLE t", "SHOW FUNCTIONS", ""}) {
    const auto statement = read_object_statement(sql);
    ASSERT_TRUE(statement) << sql;
    EXPECT_FALSE(*statement) << sql;
  }
}

}  // namespace
}  // namespace lakeport::lakehouse

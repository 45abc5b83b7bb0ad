#include <gtest/gtest.h>

#include "lakeport/lakehouse/dialect.h"

namespace lakeport::lakehouse {
namespace {

using namespace statement;

template <class T>
T read_as(std::string_view sql) {
  auto statement = read_statement(sql);
  if (!statement) {
    ADD_FAILURE() << sql << ": " << statement.error().to_string();
    return {};
  }
  T* found = std::get_if<T>(&*statement);
  if (found == nullptr) {
    ADD_FAILURE() << sql << ": another statement, number " << statement->index();
    return {};
  }
  return std::move(*found);
}

std::string refusal(std::string_view sql) {
  auto statement = read_statement(sql);
  return statement ? "accepted" : statement.error().to_string();
}

TEST(Statement, NamesObjectsInOneToThreeParts) {
  EXPECT_EQ(read_as<UseCatalog>("use catalog `my cat`;").catalog, "my cat");
  EXPECT_EQ(read_as<UseCatalog>("SET CATALOG c").catalog, "c");
  const auto schema = read_as<UseSchema>("USE SCHEMA main.default");
  EXPECT_EQ(schema.catalog, "main");
  EXPECT_EQ(schema.schema, "default");
  EXPECT_EQ(read_as<UseSchema>("USE `a``b`").schema, "a`b");
  EXPECT_EQ(read_as<UseSchema>("USE catalog").schema, "catalog");
  const auto truncate = read_as<TruncateTable>("TRUNCATE TABLE hive_metastore.default.`größe`");
  EXPECT_EQ(truncate.name.catalog, "hive_metastore");
  EXPECT_EQ(truncate.name.schema, "default");
  EXPECT_EQ(truncate.name.object, "größe");
  EXPECT_EQ(read_as<TruncateTable>("TRUNCATE TABLE IDENTIFIER('a.b')").name.schema, "a");
}

TEST(Statement, ReadsShowAndDescribe) {
  EXPECT_EQ(read_as<ShowCatalogs>("SHOW CATALOGS LIKE 'm*'").like, "m*");
  EXPECT_EQ(read_as<ShowSchemas>("SHOW DATABASES IN main 'd*'").catalog, "main");
  const auto tables = read_as<ShowTables>("show tables from main.default like \"x*\"");
  EXPECT_EQ(tables.catalog, "main");
  EXPECT_EQ(tables.schema, "default");
  EXPECT_EQ(tables.like, "x*");
  EXPECT_TRUE(read_as<ShowTables>("SHOW VIEWS").views_only);
  EXPECT_TRUE(read_as<ShowTables>("SHOW TABLE EXTENDED IN s LIKE '*'").extended);
  EXPECT_EQ(read_as<ShowColumns>("SHOW COLUMNS IN t IN main.s").table.catalog, "main");
  const auto grants = read_as<ShowGrants>("SHOW GRANTS `a@b.c` ON SCHEMA main.default");
  EXPECT_EQ(grants.principal, "a@b.c");
  EXPECT_EQ(grants.kind, SecurableKind::kSchema);
  EXPECT_EQ(grants.full_name, "main.default");
  EXPECT_EQ(read_as<ShowGrants>("SHOW GRANTS ON t").kind, SecurableKind::kTable);
  EXPECT_EQ(read_as<ShowTableProperties>("SHOW TBLPROPERTIES t ('a.b')").key, "a.b");
  EXPECT_EQ(read_as<ShowFunctions>("SHOW USER FUNCTIONS LIKE 'a*'").like, "a*");
  EXPECT_TRUE(read_as<Describe>("DESC TABLE EXTENDED a.b.c").extended);
  EXPECT_TRUE(read_as<Describe>("DESCRIBE EXTENDED t AS JSON").as_json);
  EXPECT_EQ(read_as<Describe>("describe t col").column, "col");
  EXPECT_TRUE(read_as<DescribeSchema>("DESCRIBE SCHEMA EXTENDED main.default").extended);
  EXPECT_EQ(read_as<DescribeCatalog>("DESCRIBE CATALOG main").catalog, "main");
}

TEST(Statement, ReadsCreateTable) {
  const auto create = read_as<CreateTable>(
      "CREATE TABLE IF NOT EXISTS main.default.t (\n"
      "  id BIGINT NOT NULL COMMENT 'the key',\n"
      "  `amount due` DECIMAL(18, 2) DEFAULT (1 + 2),\n"
      "  tags ARRAY<STRUCT<a: INT, `b c`: MAP<STRING, Timestamp_NTZ>>>,\n"
      "  CONSTRAINT pk PRIMARY KEY (ID) NOT ENFORCED RELY)\n"
      "USING DELTA COMMENT 'orders' PARTITIONED BY (id) TBLPROPERTIES ('a' = 'b', c.d = 3)");
  EXPECT_TRUE(create.if_not_exists);
  ASSERT_EQ(create.table.columns.size(), 3U);
  EXPECT_EQ(create.table.columns[0], (Column{"id", "bigint", false, "the key", std::nullopt}));
  EXPECT_EQ(create.table.columns[1], (Column{"amount due", "decimal(18,2)", true, "", "(1 + 2)"}));
  EXPECT_EQ(create.table.columns[2].type, "array<struct<a:int,`b c`:map<string,timestamp_ntz>>>");
  EXPECT_EQ(create.table.primary_key, std::vector<std::string>{"id"});
  EXPECT_EQ(create.table.comment, "orders");
  EXPECT_EQ(create.table.kind, TableKind::kManaged);
  EXPECT_EQ(create.table.properties,
            (std::vector<std::pair<std::string, std::string>>{{"a", "b"}, {"c.d", "3"}}));
  const auto external = read_as<CreateTable>("CREATE TABLE t USING parquet LOCATION '/data/t'");
  EXPECT_EQ(external.table.kind, TableKind::kExternal);
  EXPECT_EQ(external.table.format, StorageFormat::kParquet);
  EXPECT_EQ(external.table.location, "/data/t");
  const auto as = read_as<CreateTable>("CREATE OR REPLACE TABLE t AS SELECT 1 AS a; ");
  EXPECT_TRUE(as.or_replace);
  EXPECT_EQ(as.as_query, "SELECT 1 AS a");
  EXPECT_EQ(read_as<CreateTable>("CREATE TABLE a LIKE b.c").like->schema, "b");
}

TEST(Statement, ReadsTheOtherDefinitions) {
  const auto view =
      read_as<CreateView>("CREATE OR REPLACE VIEW v (a COMMENT 'x', b) COMMENT 'y' AS (SELECT 1, 2)");
  EXPECT_EQ(view.columns.size(), 2U);
  EXPECT_EQ(view.comment, "y");
  EXPECT_EQ(view.query, "(SELECT 1, 2)");
  EXPECT_TRUE(read_as<CreateView>("CREATE TEMPORARY VIEW v AS SELECT 1").temporary);
  EXPECT_EQ(read_as<CreateSchema>("CREATE SCHEMA IF NOT EXISTS main.s COMMENT 'c'").comment, "c");
  EXPECT_EQ(read_as<CreateCatalog>("CREATE CATALOG c").name, "c");
  EXPECT_TRUE(read_as<DropSchema>("DROP SCHEMA IF EXISTS main.s CASCADE").cascade);
  EXPECT_TRUE(read_as<DropCatalog>("DROP CATALOG IF EXISTS c").if_exists);
  EXPECT_TRUE(read_as<DropTable>("DROP VIEW v").view);
}

TEST(Statement, ReadsAlter) {
  const auto change = [](std::string_view sql) { return read_as<AlterTable>(sql).change; };
  EXPECT_EQ(
      std::get<AlterTable::AddColumns>(change("ALTER TABLE t ADD COLUMNS (a INT COMMENT 'x', b STRING)"))
          .columns.size(),
      2U);
  EXPECT_EQ(std::get<AlterTable::AddColumns>(change("ALTER TABLE t ADD COLUMN a INT")).columns[0].type,
            "int");
  EXPECT_EQ(std::get<AlterTable::DropColumns>(change("ALTER TABLE t DROP COLUMN IF EXISTS a")).columns[0],
            "a");
  EXPECT_EQ(std::get<AlterTable::RenameColumn>(change("ALTER TABLE t RENAME COLUMN a TO b")).to, "b");
  EXPECT_EQ(std::get<AlterTable::ChangeColumn>(change("ALTER TABLE t ALTER COLUMN a TYPE bigint")).type,
            "bigint");
  EXPECT_EQ(std::get<AlterTable::ChangeColumn>(change("ALTER TABLE t ALTER a SET NOT NULL")).nullable, false);
  EXPECT_EQ(std::get<AlterTable::ChangeColumn>(change("ALTER TABLE t ALTER a SET DEFAULT 1 + 1")).default_sql,
            "1 + 1");
  EXPECT_EQ(std::get<AlterTable::ChangeColumn>(change("COMMENT ON COLUMN s.t.c IS 'x'")).comment, "x");
  EXPECT_EQ(std::get<AlterTable::Rename>(change("ALTER TABLE t RENAME TO s.u")).to.schema, "s");
  EXPECT_EQ(std::get<AlterTable::SetOwner>(change("ALTER VIEW v OWNER TO `a@b`")).principal, "a@b");
  EXPECT_EQ(
      std::get<AlterTable::UnsetProperties>(change("ALTER TABLE t UNSET TBLPROPERTIES IF EXISTS ('a', b.c)"))
          .keys,
      (std::vector<std::string>{"a", "b.c"}));
  EXPECT_EQ(read_as<SetOwner>("ALTER SCHEMA main.s SET OWNER TO admins").full_name, "main.s");
  EXPECT_TRUE(read_as<CreateView>("ALTER VIEW v AS SELECT 1").must_exist);
}

TEST(Statement, ReadsGrants) {
  const auto grant = read_as<GrantRevoke>("GRANT USE CATALOG, create schema ON CATALOG main TO `data team`");
  EXPECT_EQ(grant.privileges, (std::vector{Privilege::kUseCatalog, Privilege::kCreateSchema}));
  EXPECT_EQ(grant.principal, "data team");
  const auto revoke = read_as<GrantRevoke>("REVOKE ALL PRIVILEGES ON main.default.`a.b` FROM x");
  EXPECT_FALSE(revoke.grant);
  EXPECT_EQ(revoke.privileges, std::vector{Privilege::kAllPrivileges});
  EXPECT_EQ(revoke.full_name, "main.default.`a.b`");
  EXPECT_EQ(read_as<Comment>("COMMENT ON TABLE t IS NULL").text, std::nullopt);
}

TEST(Statement, ReadsCopyIntoAndSettings) {
  const auto copy = read_as<CopyInto>(
      "COPY INTO t (a, b) FROM '/landing' FILEFORMAT = CSV FILES = ('1.csv', '2.csv') "
      "FORMAT_OPTIONS ('header' = 'true', 'sep' = '\\t') COPY_OPTIONS ('mergeSchema' = 'true')");
  EXPECT_EQ(copy.location, "/landing");
  EXPECT_EQ(copy.format, "CSV");
  EXPECT_EQ(copy.files, (std::vector<std::string>{"1.csv", "2.csv"}));
  EXPECT_EQ(copy.format_options[1].second, "\t");
  const auto query = read_as<CopyInto>("COPY INTO t FROM (SELECT a + 1 AS a FROM '/x') FILEFORMAT = PARQUET");
  EXPECT_EQ(query.location, "/x");
  EXPECT_EQ(query.query, "SELECT a + 1 AS a FROM '/x'");
  EXPECT_EQ(read_as<SetConfiguration>("SET ansi_mode = true").value, "true");
  EXPECT_EQ(read_as<SetConfiguration>("SET spark.sql.x").name, "spark.sql.x");
  EXPECT_EQ(read_as<SetConfiguration>("SET TIME ZONE 'Europe/Berlin'").name, "TIMEZONE");
  EXPECT_EQ(read_as<SetConfiguration>("RESET").name, "RESET");
  EXPECT_EQ(read_as<Analyze>("OPTIMIZE a.b ZORDER BY (c)").table.schema, "a");
}

TEST(Statement, LeavesQueriesAsTheyAre) {
  EXPECT_EQ(read_as<Query>("-- first\nselect 1; -- last").databricks_sql, "select 1");
  EXPECT_EQ(read_as<Query>("WITH a AS (SELECT ';') SELECT * FROM a").databricks_sql,
            "WITH a AS (SELECT ';') SELECT * FROM a");
  EXPECT_EQ(read_as<Query>("(SELECT 1) UNION ALL (SELECT 2)").databricks_sql,
            "(SELECT 1) UNION ALL (SELECT 2)");
}

TEST(Statement, RefusesWithPlaceAndConstruct) {
  EXPECT_EQ(
      refusal("SELECT 1; SELECT 2"),
      "PARSE_SYNTAX_ERROR: there is a second statement after ';': send one at a time (line 1, column 11)");
  EXPECT_EQ(refusal("SHOW\nTABELS"),
            "PARSE_SYNTAX_ERROR: expected CATALOGS, SCHEMAS, TABLES, VIEWS, COLUMNS, GRANTS, CREATE TABLE, "
            "TBLPROPERTIES or FUNCTIONS instead of 'TABELS' (line 2, column 1)");
  EXPECT_EQ(refusal("CREATE TABLE t (ä INTT)"),
            "PARSE_SYNTAX_ERROR: there is no type 'INTT' (line 1, column 19)");
  EXPECT_EQ(refusal("CREATE MATERIALIZED VIEW v AS SELECT 1"),
            "UNSUPPORTED_FEATURE: CREATE MATERIALIZED VIEW is not supported (line 1, column 8)");
  EXPECT_EQ(
      refusal("PRAGMA x"),
      "PARSE_SYNTAX_ERROR: expected a statement (SELECT, INSERT, CREATE, SHOW, …) instead of 'PRAGMA' (line "
      "1, column 1)");
  EXPECT_EQ(refusal(" /* nothing */ ;"), "PARSE_SYNTAX_ERROR: the statement is empty");
  EXPECT_EQ(refusal("SELECT 'abc"), "PARSE_SYNTAX_ERROR: a string is not closed (line 1, column 8)");
  EXPECT_EQ(refusal("SELECT (1"),
            "PARSE_SYNTAX_ERROR: expected ')' instead of the end of the statement (line 1, "
            "column 10)");
  EXPECT_EQ(refusal("GRANT FLY ON t TO x"),
            "PARSE_SYNTAX_ERROR: there is no privilege FLY (line 1, column 7)");
  EXPECT_EQ(refusal("DROP TABLE a.b.c.d"),
            "PARSE_SYNTAX_ERROR: the name a.b.c.d has more than three parts (line 1, column 12)");
}

}  // namespace
}  // namespace lakeport::lakehouse

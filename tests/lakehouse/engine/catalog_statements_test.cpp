// The answers of SHOW CREATE TABLE and DESCRIBE EXTENDED, over a catalog without an engine. What statements
// do with one is in scripts/statements.script.
#include "catalog_statements.h"

#include <filesystem>

#include <arrow/api.h>
#include <gtest/gtest.h>

#include "lakeport/lakehouse/identity.h"
#include "lakeport/store/metadata.h"

namespace lakeport::lakehouse {
namespace {

using Rows = std::vector<std::vector<std::string>>;

class CatalogStatements : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "lakeport-statements-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    metadata_ = store::Metadata::open((folder_ / "metadata.sqlite").string()).value();
    identity_ =
        Identity::open(*metadata_, {.host_url = "https://localhost", .seal_key = std::string(32, 'k')})
            .value();
    ASSERT_TRUE(identity_->bootstrap("admin@example.com"));
    catalog_ = Catalog::open(*metadata_, *identity_).value();
    context_.caller = identity_->caller_for(identity_->find_principal("admin@example.com")->id).value();
    ASSERT_TRUE(catalog_->bootstrap(context_.caller));
    context_.current_catalog = "main";
    context_.current_schema = "default";
  }
  void TearDown() override {
    catalog_.reset();
    identity_.reset();
    metadata_.reset();
    std::filesystem::remove_all(folder_);
  }

  // What the engine would do, without bytes.
  void make_table(std::string_view sql) {
    auto statement = read_statement(sql);
    ASSERT_TRUE(statement) << statement.error().to_string();
    Table table = std::get<statement::CreateTable>(*statement).table;
    if (table.name.catalog.empty()) table.name.catalog = context_.current_catalog;
    if (table.name.schema.empty()) table.name.schema = context_.current_schema;
    const auto made = catalog_->create_table(context_.caller, std::move(table), false,
                                             [](const Table&) { return Status(); });
    ASSERT_TRUE(made) << made.error().to_string();
  }

  Rows run(std::string_view sql) {
    auto statement = read_statement(sql);
    if (!statement) return {{statement.error().to_string()}};
    EXPECT_TRUE(is_catalog_statement(*statement)) << sql;
    const CatalogStatementServices services{*catalog_, *identity_, [](const Table&) { return Status(); },
                                            [] { return std::vector<std::string>{"abs", "databricks_x"}; }};
    auto answer = execute_catalog_statement(*statement, context_, services);
    if (!answer) return {{answer.error().to_string()}};
    Rows rows(static_cast<std::size_t>(answer->rows->num_rows()));
    for (int column = 0; column < answer->rows->num_columns(); ++column) {
      for (std::int64_t row = 0; row < answer->rows->num_rows(); ++row) {
        const auto value = *answer->rows->column(column)->GetScalar(row);
        rows[static_cast<std::size_t>(row)].push_back(value->is_valid ? value->ToString() : "NULL");
      }
    }
    return rows;
  }

  std::filesystem::path folder_;
  std::unique_ptr<store::Metadata> metadata_;
  std::unique_ptr<Identity> identity_;
  std::unique_ptr<Catalog> catalog_;
  StatementContext context_;
};

TEST_F(CatalogStatements, ShowCreateTableMakesTheSameTable) {
  make_table(
      "CREATE TABLE orders (id BIGINT NOT NULL COMMENT 'the \\'key\\'', `amount due` DECIMAL(18,2), "
      "tags ARRAY<STRUCT<a: INT>>, CONSTRAINT orders_key PRIMARY KEY (id)) COMMENT 'all' "
      "TBLPROPERTIES ('team' = 'it')");
  const Rows shown = run("SHOW CREATE TABLE orders");
  EXPECT_EQ(shown[0][0],
            "CREATE TABLE main.default.orders (\n"
            "  `id` BIGINT NOT NULL COMMENT 'the \\'key\\'',\n"
            "  `amount due` DECIMAL(18,2),\n"
            "  `tags` array<struct<a:int>>,\n"
            "  CONSTRAINT `orders_key` PRIMARY KEY (`id`))\n"
            "USING delta\n"
            "COMMENT 'all'\n"
            "TBLPROPERTIES (\n"
            "  'team' = 'it')\n");
  const auto read = read_statement(shown[0][0]);
  ASSERT_TRUE(read) << read.error().to_string();
  const Table again = std::get<statement::CreateTable>(*read).table;
  const Table table = catalog_->table(context_.caller, {"main", "default", "orders"}).value();
  EXPECT_EQ(again.columns, table.columns);
  EXPECT_EQ(again.primary_key, table.primary_key);
  EXPECT_EQ(again.properties, table.properties);
  EXPECT_EQ(again.comment, table.comment);
}

TEST_F(CatalogStatements, DescribeExtendedTellsTheDetails) {
  make_table("CREATE TABLE t (id INT, day DATE COMMENT 'when', PRIMARY KEY (id)) PARTITIONED BY (day)");
  Rows rows = run("DESCRIBE TABLE EXTENDED t");
  for (auto& row : rows) {
    if (row[0] != "Created Time") continue;
    EXPECT_TRUE(row[1].ends_with(std::to_string(static_cast<int>(
        std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(utc_now())).year()))))
        << row[1];
    row[1] = "then";
  }
  EXPECT_EQ(rows, (Rows{{"id", "int", "NULL"},
                        {"day", "date", "when"},
                        {"# Partition Information", "", ""},
                        {"# col_name", "data_type", "comment"},
                        {"day", "date", "when"},
                        {"", "", ""},
                        {"# Detailed Table Information", "", ""},
                        {"Catalog", "main", ""},
                        {"Database", "default", ""},
                        {"Table", "t", ""},
                        {"Owner", "admin@example.com", ""},
                        {"Created Time", "then", ""},
                        {"Last Access", "UNKNOWN", ""},
                        {"Created By", "admin@example.com", ""},
                        {"Type", "MANAGED", ""},
                        {"Provider", "delta", ""},
                        {"", "", ""},
                        {"# Constraints", "", ""},
                        {"t_pk", "PRIMARY KEY (`id`)", ""}}));
}

TEST_F(CatalogStatements, DescribesSchemasAndCatalogs) {
  EXPECT_EQ(run("COMMENT ON SCHEMA default IS 'first'"), Rows());
  EXPECT_EQ(run("DESCRIBE SCHEMA EXTENDED default"), (Rows{{"Catalog Name", "main"},
                                                           {"Namespace Name", "default"},
                                                           {"Comment", "first"},
                                                           {"Location", ""},
                                                           {"Owner", "admins"},
                                                           {"Properties", "[]"}}));
  EXPECT_EQ(run("DESCRIBE CATALOG main")[0], (std::vector<std::string>{"Catalog Name", "main"}));
}

TEST_F(CatalogStatements, SessionSettingsComeAndGo) {
  EXPECT_EQ(run("SET TIME ZONE 'Europe/Berlin'"), (Rows{{"TIMEZONE", "Europe/Berlin"}}));
  EXPECT_EQ(context_.time_zone, "Europe/Berlin");
  EXPECT_EQ(run("SET TIME ZONE '../etc/passwd'").at(0).at(0).substr(0, 16), "INVALID_TIMEZONE");
  EXPECT_EQ(run("SET a.b = c"), (Rows{{"a.b", "c"}}));
  EXPECT_EQ(run("SET a.b"), (Rows{{"a.b", "c"}}));
  EXPECT_EQ(run("RESET"), Rows());
  EXPECT_EQ(run("SET a.b"), (Rows{{"a.b", "<undefined>"}}));
  EXPECT_EQ(context_.time_zone, "Etc/UTC");
  EXPECT_EQ(run("USE SCHEMA nowhere").at(0).at(0).substr(0, 16), "SCHEMA_NOT_FOUND");
  EXPECT_EQ(context_.current_schema, "default");
  EXPECT_EQ(run("SHOW FUNCTIONS"), (Rows{{"abs"}}));
}

}  // namespace
}  // namespace lakeport::lakehouse

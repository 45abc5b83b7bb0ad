// The direct loader: what each call does to a real DuckDB file.
#include <fstream>

#include <gtest/gtest.h>

#include "lakeport/destinations/duckdb.h"
#include "lakeport/duckdb/duckdb.h"

#include "sample_rows.h"
#include "table_model.h"
#include "temporary_folder.h"

namespace lakeport::destinations {
namespace {

using wire::DataType;
using Batch = std::shared_ptr<arrow::RecordBatch>;

const wire::TableId kTable{"shop \"1\"", "every.type"};

class LoaderTest : public testing::Test {
 protected:
  void SetUp() override { open(); }
  void open() {
    auto loader = open_duckdb_loader({.database = file_});
    ASSERT_TRUE(loader) << loader.error().to_string();
    loader_ = *std::move(loader);
  }
  void close() { loader_.reset(); }

  // Applies to the file and to the model.
  void write(const wire::TableSchema& schema, const Batch& upserts, const std::vector<Batch>& updates = {}) {
    auto written = loader_->write({kTable, schema, upserts, updates});
    ASSERT_TRUE(written) << written.error().to_string();
    if (upserts) model_.upsert(*upserts);
    for (const auto& update : updates) model_.update(*update);
  }
  void commit() {
    auto committed = loader_->commit();
    ASSERT_TRUE(committed) << committed.error().to_string();
  }
  void expect_model() {
    close();
    expect_rows(file_, kTable, model_.rows());
    open();
  }

  TemporaryFolder folder_;
  std::filesystem::path file_ = folder_ / "w.duckdb";
  std::unique_ptr<sync::Destination> loader_;
  SampleRows sample_{7};
  TableModel model_{{"id", "Ünï \"key\""}};
};

TEST_F(LoaderTest, DescribesWhatItCreated) {
  EXPECT_FALSE(loader_->describe(kTable)->has_value());
  auto schema = every_type_table(kTable.table);
  ASSERT_TRUE(loader_->create(kTable, schema));
  schema.find("dec.unconstrained");
  for (auto& column : schema.columns) {
    if (column.type == DataType::kDecimal && !column.decimal) column.decimal = wire::kUnconstrainedDecimal;
  }
  EXPECT_EQ(**loader_->describe(kTable), schema);
  commit();
  close();
  open();
  EXPECT_EQ(**loader_->describe(kTable), schema);
  auto again = loader_->create(kTable, schema);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().kind(), ErrorKind::kDestinationFailed);
}

TEST_F(LoaderTest, EveryTypeWithExtremesThroughUpsertsAndUpdates) {
  const auto schema = every_type_table(kTable.table);
  ASSERT_TRUE(loader_->create(kTable, schema));
  write(schema, sample_.rows(schema, sample_.numbers(5000, 10000), 1000));
  commit();
  expect_model();
  write(schema, sample_.rows(schema, sample_.numbers(3000, 12000), 2000));
  std::vector<std::string> columns;
  for (const auto& column : schema.columns) {
    if (column.primary_key || columns.size() % 2 == 0 || column.name.starts_with("_fivetran"))
      columns.push_back(column.name);
  }
  write(schema, nullptr,
        {only(*sample_.rows(schema, sample_.numbers(2000, 20000), 3000), columns),
         only(*sample_.rows(schema, {1, 2, 3}, 3000, true),
              {"id", "Ünï \"key\"", "_fivetran_synced", "_fivetran_deleted"})});
  commit();
  expect_model();
}

TEST_F(LoaderTest, SameChangesAgainLeaveTheTableAsItIs) {
  const auto schema = every_type_table(kTable.table);
  ASSERT_TRUE(loader_->create(kTable, schema));
  const auto rows = sample_.rows(schema, sample_.numbers(500, 1000), 1000);
  for (int i = 0; i < 3; ++i) write(schema, rows);
  commit();
  write(schema, rows);
  commit();
  expect_model();
}

TEST_F(LoaderTest, NothingOfAnUncommittedTransactionStays) {
  const auto schema = every_type_table(kTable.table);
  ASSERT_TRUE(loader_->create(kTable, schema));
  write(schema, sample_.rows(schema, {1, 2, 3}, 1000));
  commit();
  auto wider = schema;
  wider.columns.push_back({"more", DataType::kInt});
  ASSERT_TRUE(loader_->alter(kTable, wider));
  ASSERT_TRUE(loader_->create({"other", "t"}, schema));
  ASSERT_TRUE(loader_->write({kTable, schema, sample_.rows(schema, {2, 4}, 2000), {}}));
  expect_model();
  EXPECT_EQ((**loader_->describe(kTable)).find("more"), nullptr);
  EXPECT_FALSE(loader_->describe({"other", "t"})->has_value());
}

TEST_F(LoaderTest, CommittedRowsOutliveTheProcessThatDoesNotClose) {
  const auto schema = every_type_table(kTable.table);
  ASSERT_TRUE(loader_->create(kTable, schema));
  write(schema, sample_.rows(schema, sample_.numbers(200, 1000), 1000));
  commit();
  // What a crash would leave: the file and its log as they are now.
  const auto copy = folder_ / "crashed.duckdb";
  std::filesystem::copy_file(file_, copy);
  std::filesystem::copy_file(file_.string() + ".wal", copy.string() + ".wal");
  expect_rows(copy, kTable, model_.rows());
}

TEST_F(LoaderTest, KeysMayBeNull) {
  wire::TableSchema schema{
      "t", {{"a", DataType::kInt, true}, {"b", DataType::kString, true}, {"v", DataType::kInt}}};
  TableModel model({"a", "b"});
  ASSERT_TRUE(loader_->create(kTable, schema));
  auto batch = [&](std::vector<std::optional<int>> as, std::vector<const char*> bs, int value) {
    arrow::Int32Builder a;
    arrow::StringBuilder b;
    arrow::Int32Builder v;
    for (std::size_t i = 0; i < as.size(); ++i) {
      EXPECT_TRUE((as[i] ? a.Append(*as[i]) : a.AppendNull()).ok());
      EXPECT_TRUE((bs[i] != nullptr ? b.Append(bs[i]) : b.AppendNull()).ok());
      EXPECT_TRUE(v.Append(value).ok());
    }
    return arrow::RecordBatch::Make(
        wire::arrow_schema(schema), static_cast<std::int64_t>(as.size()),
        {a.Finish().ValueOrDie(), b.Finish().ValueOrDie(), v.Finish().ValueOrDie()});
  };
  for (int round = 0; round < 3; ++round) {
    const auto rows = batch({1, std::nullopt, 1, std::nullopt, 2}, {"x", "x", nullptr, nullptr, "y"}, round);
    ASSERT_TRUE(loader_->write({kTable, schema, rows, {}}));
    model.upsert(*rows);
    ASSERT_TRUE(loader_->commit());
  }
  const auto update = batch({std::nullopt, 3}, {nullptr, nullptr}, 77);
  ASSERT_TRUE(loader_->write({kTable, schema, nullptr, {update}}));
  model.update(*update);
  ASSERT_TRUE(loader_->commit());
  close();
  expect_rows(file_, kTable, model.rows());
}

TEST_F(LoaderTest, TablesWithoutKeysOnlyGrow) {
  wire::TableSchema schema{"t", {{"v", DataType::kLong}, {"_fivetran_synced", DataType::kUtcDatetime}}};
  ASSERT_TRUE(loader_->create(kTable, schema));
  std::vector<Row> rows;
  for (int i = 0; i < 2; ++i) {
    const auto batch = sample_.rows(schema, {1, 2, 3}, 1000);
    ASSERT_TRUE(loader_->write({kTable, schema, batch, {}}));
    for (std::int64_t r = 0; r < 3; ++r)
      rows.push_back(
          {{"v", value_at(*batch->column(0), r)}, {"_fivetran_synced", value_at(*batch->column(1), r)}});
  }
  ASSERT_TRUE(loader_->commit());
  close();
  expect_rows(file_, kTable, rows);
  open();
  auto update = loader_->write({kTable, schema, nullptr, {sample_.rows(schema, {1}, 1)}});
  ASSERT_FALSE(update);
  EXPECT_NE(update.error().to_string().find("no key"), std::string::npos);
}

TEST_F(LoaderTest, SoftTruncateMarksEarlierRowsOnly) {
  const auto schema = every_type_table(kTable.table);
  ASSERT_TRUE(loader_->soft_truncate({"no", "table"}, sync::UtcMillis(std::chrono::milliseconds(1))));
  ASSERT_TRUE(loader_->create(kTable, schema));
  write(schema, sample_.rows(schema, {1, 2, 3}, 4'999));
  write(schema, sample_.rows(schema, {4, 5}, 5'000));
  ASSERT_TRUE(loader_->soft_truncate(kTable, sync::UtcMillis(std::chrono::milliseconds(5))));
  model_.soft_truncate(5'000);
  commit();
  expect_model();
}

TEST_F(LoaderTest, AThousandColumnsAndNamesOfAnyKind) {
  wire::TableSchema schema{"t", {{"id", DataType::kLong, true}}};
  for (int i = 0; i < 1000; ++i)
    schema.columns.push_back(
        {"c \"`.'" + std::to_string(i) + " 表", i % 2 == 0 ? DataType::kString : DataType::kInt});
  schema.columns.push_back({" ", DataType::kBoolean});
  TableModel model({"id"});
  ASSERT_TRUE(loader_->create(kTable, schema));
  for (int i = 0; i < 2; ++i) {
    const auto rows = sample_.rows(schema, {1, 2, 3}, 0);
    ASSERT_TRUE(loader_->write({kTable, schema, rows, {}}));
    model.upsert(*rows);
  }
  const auto update = only(*sample_.rows(schema, {2, 9}, 0), {"id", schema.columns[500].name});
  auto updated = loader_->write({kTable, schema, nullptr, {update}});
  ASSERT_TRUE(updated) << updated.error().to_string();
  model.update(*update);
  ASSERT_TRUE(loader_->commit());
  close();
  expect_rows(file_, kTable, model.rows());
}

TEST_F(LoaderTest, ValuesOfAHundredMegabytes) {
  wire::TableSchema schema{
      "t", {{"id", DataType::kLong, true}, {"text", DataType::kString}, {"bytes", DataType::kBinary}}};
  TableModel model({"id"});
  ASSERT_TRUE(loader_->create(kTable, schema));
  arrow::Int64Builder id;
  arrow::StringBuilder text;
  arrow::BinaryBuilder bytes;
  ASSERT_TRUE(id.Append(1).ok());
  ASSERT_TRUE(text.Append(std::string(100'000'000, 'x')).ok());
  ASSERT_TRUE(bytes.Append(std::string(10'000'000, '\0')).ok());
  const auto rows = arrow::RecordBatch::Make(
      wire::arrow_schema(schema), 1,
      {id.Finish().ValueOrDie(), text.Finish().ValueOrDie(), bytes.Finish().ValueOrDie()});
  auto written = loader_->write({kTable, schema, rows, {}});
  ASSERT_TRUE(written) << written.error().to_string();
  model.upsert(*rows);
  auto committed = loader_->commit();
  ASSERT_TRUE(committed) << committed.error().to_string();
  const auto crashed = folder_ / "crashed.duckdb";
  std::filesystem::copy_file(file_, crashed);
  std::filesystem::copy_file(file_.string() + ".wal", crashed.string() + ".wal");
  close();
  expect_rows(file_, kTable, model.rows());
  {
    auto reopened = open_duckdb_loader({.database = crashed});
    ASSERT_TRUE(reopened) << reopened.error().to_string();
  }
  expect_rows(crashed, kTable, model.rows());
}

TEST_F(LoaderTest, WrongInputsSayWhatToDo) {
  auto expect_refused = [&](const Status& status, const std::string& part) {
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().kind(), ErrorKind::kDestinationFailed) << status.error().to_string();
    EXPECT_NE(status.error().to_string().find(part), std::string::npos) << status.error().to_string();
    close();
    open();
  };
  expect_refused(loader_->create(kTable, {"t", {{"Id", DataType::kInt}, {"id", DataType::kInt}}}),
                 "differ only by upper and lower case");
  expect_refused(loader_->create(kTable, {"t", {{"id", DataType::kInt}, {"id", DataType::kInt}}}),
                 "two columns");
  expect_refused(loader_->create(kTable, {"t", {{"", DataType::kInt}}}), "no name");
  expect_refused(loader_->create(kTable, {"t", {}}), "must have a column");
  expect_refused(loader_->create({"_LAKEPORT", "t"}, {"t", {{"id", DataType::kInt}}}), "reserved");
  expect_refused(loader_->create({"", "t"}, {"t", {{"id", DataType::kInt}}}), "no schema name");
  expect_refused(loader_->create({std::string("a\0b", 3), "t"}, {"t", {{"id", DataType::kInt}}}), "NUL");

  const wire::TableSchema schema{"t", {{"id", DataType::kInt, true}}};
  ASSERT_TRUE(loader_->create({"s", "t"}, schema));
  expect_refused(loader_->create({"s", "T"}, schema),
                 "tables \"t\" and \"T\" differ only by upper and lower case");
  ASSERT_TRUE(loader_->create({"s", "t"}, schema));
  expect_refused(loader_->create({"S", "u"}, schema), "schemas");
  ASSERT_TRUE(loader_->create({"s", "t"}, schema));
  expect_refused(loader_->alter({"s", "t"}, {"t", {{"ID", DataType::kInt}}}), "differ only by");
  expect_refused(loader_->write({{"s", "missing"}, schema, sample_.rows(schema, {1}, 0), {}}),
                 "no such table");
}

TEST_F(LoaderTest, AFailedWriteMakesNothingDurable) {
  const wire::TableSchema schema{"t", {{"id", DataType::kInt, true}, {"j", DataType::kJson}}};
  ASSERT_TRUE(loader_->create(kTable, schema));
  commit();
  auto rows_with = [&](const char* json) {
    arrow::Int32Builder id;
    arrow::StringBuilder text;
    EXPECT_TRUE(id.Append(1).ok() && text.Append(json).ok());
    return arrow::RecordBatch::Make(wire::arrow_schema(schema), 1,
                                    {id.Finish().ValueOrDie(), text.Finish().ValueOrDie()});
  };
  ASSERT_TRUE(loader_->write({kTable, schema, rows_with("1"), {}}));
  auto bad = loader_->write({kTable, schema, rows_with("{broken"), {}});
  ASSERT_FALSE(bad);
  EXPECT_NE(bad.error().to_string().find("every.type"), std::string::npos) << bad.error().to_string();
  auto committed = loader_->commit();
  ASSERT_FALSE(committed);
  EXPECT_FALSE(loader_->write({kTable, schema, rows_with("2"), {}}));
  close();
  expect_rows(file_, kTable, {});
}

TEST(OpenLoader, RefusesWhatIsNoDatabase) {
  TemporaryFolder folder;
  std::ofstream(folder / "x.duckdb") << std::string(50000, 'x');
  auto loader = open_duckdb_loader({.database = folder / "x.duckdb"});
  ASSERT_FALSE(loader);
  EXPECT_EQ(loader.error().kind(), ErrorKind::kInvalidInput);
  auto missing = open_duckdb_loader({.database = folder / "no/x.duckdb"});
  ASSERT_FALSE(missing);
  EXPECT_FALSE(missing.error().next_step().empty());
}

}  // namespace
}  // namespace lakeport::destinations

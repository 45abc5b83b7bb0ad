// The direct loader over a file of its own: what only a file has.
#include <fstream>

#include <gtest/gtest.h>

#include "lakeport/destinations/duckdb.h"

#include "sample_rows.h"
#include "table_model.h"
#include "temporary_folder.h"

namespace lakeport::destinations {
namespace {

using wire::DataType;
using Batch = std::shared_ptr<arrow::RecordBatch>;

const wire::TableId kTable{"shop \"1\"", "every.type"};

class LoaderFileTest : public testing::Test {
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

TEST_F(LoaderFileTest, NothingOfAnUncommittedTransactionStays) {
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

TEST_F(LoaderFileTest, CommittedRowsOutliveTheProcessThatDoesNotClose) {
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

TEST_F(LoaderFileTest, ValuesOfAHundredMegabytes) {
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

TEST_F(LoaderFileTest, WrongInputsSayWhatToDo) {
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

TEST_F(LoaderFileTest, AFailedWriteMakesNothingDurable) {
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

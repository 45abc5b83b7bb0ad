// The direct loader: what each call does to a real DuckDB file, and to a real lakehouse.
#include <gtest/gtest.h>

#include "loading_place.h"
#include "sample_rows.h"
#include "table_model.h"

namespace lakeport::destinations {
namespace {

using wire::DataType;
using Batch = std::shared_ptr<arrow::RecordBatch>;

class LoaderTest : public testing::TestWithParam<PlaceKind> {
 protected:
  void SetUp() override { open(); }
  void open() {
    auto loader = place_->open();
    ASSERT_TRUE(loader) << loader.error().to_string();
    loader_ = *std::move(loader);
  }
  void close() { loader_.reset(); }

  // Applies to the place and to the model.
  void write(const wire::TableSchema& schema, const Batch& upserts, const std::vector<Batch>& updates = {}) {
    auto written = loader_->write({table_, schema, upserts, updates});
    ASSERT_TRUE(written) << written.error().to_string();
    if (upserts) model_.upsert(*upserts);
    for (const auto& update : updates) model_.update(*update);
  }
  void commit() {
    auto committed = loader_->commit();
    ASSERT_TRUE(committed) << committed.error().to_string();
  }
  void expect_model() { expect(model_.rows()); }
  void expect(const std::vector<Row>& rows) {
    close();
    expect_rows(place_->read(table_), rows);
    open();
  }

  std::unique_ptr<LoadingPlace> place_ = GetParam().make();
  const wire::TableId table_ = place_->odd_name();
  std::unique_ptr<sync::Destination> loader_;
  SampleRows sample_{7};
  TableModel model_{{"id", "Ünï \"key\""}};
};

INSTANTIATE_TEST_SUITE_P(Places, LoaderTest, testing::Values(file_place(), lakehouse_place()),
                         [](const auto& info) { return info.param.name; });

TEST_P(LoaderTest, DescribesWhatItCreated) {
  EXPECT_FALSE(loader_->describe(table_)->has_value());
  auto schema = every_type_table(table_.table);
  ASSERT_TRUE(loader_->create(table_, schema));
  for (auto& column : schema.columns) {
    column.type = place_->described(column.type);
    if (column.type == DataType::kDecimal && !column.decimal) column.decimal = wire::kUnconstrainedDecimal;
  }
  EXPECT_EQ(**loader_->describe(table_), schema);
  commit();
  close();
  open();
  EXPECT_EQ(**loader_->describe(table_), schema);
  auto again = loader_->create(table_, schema);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().kind(), ErrorKind::kDestinationFailed);
}

TEST_P(LoaderTest, EveryTypeWithExtremesThroughUpsertsAndUpdates) {
  const auto schema = every_type_table(table_.table);
  ASSERT_TRUE(loader_->create(table_, schema));
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

TEST_P(LoaderTest, SameChangesAgainLeaveTheTableAsItIs) {
  const auto schema = every_type_table(table_.table);
  ASSERT_TRUE(loader_->create(table_, schema));
  const auto rows = sample_.rows(schema, sample_.numbers(500, 1000), 1000);
  for (int i = 0; i < 3; ++i) write(schema, rows);
  commit();
  write(schema, rows);
  commit();
  expect_model();
}

TEST_P(LoaderTest, KeysMayBeNull) {
  wire::TableSchema schema{
      "t", {{"a", DataType::kInt, true}, {"b", DataType::kString, true}, {"v", DataType::kInt}}};
  TableModel model({"a", "b"});
  ASSERT_TRUE(loader_->create(table_, schema));
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
    ASSERT_TRUE(loader_->write({table_, schema, rows, {}}));
    model.upsert(*rows);
    ASSERT_TRUE(loader_->commit());
  }
  const auto update = batch({std::nullopt, 3}, {nullptr, nullptr}, 77);
  ASSERT_TRUE(loader_->write({table_, schema, nullptr, {update}}));
  model.update(*update);
  ASSERT_TRUE(loader_->commit());
  expect(model.rows());
}

TEST_P(LoaderTest, TablesWithoutKeysOnlyGrow) {
  wire::TableSchema schema{"t", {{"v", DataType::kLong}, {"_fivetran_synced", DataType::kUtcDatetime}}};
  ASSERT_TRUE(loader_->create(table_, schema));
  std::vector<Row> rows;
  for (int i = 0; i < 2; ++i) {
    const auto batch = sample_.rows(schema, {1, 2, 3}, 1000);
    ASSERT_TRUE(loader_->write({table_, schema, batch, {}}));
    for (std::int64_t r = 0; r < 3; ++r)
      rows.push_back(
          {{"v", value_at(*batch->column(0), r)}, {"_fivetran_synced", value_at(*batch->column(1), r)}});
  }
  ASSERT_TRUE(loader_->commit());
  expect(rows);
  auto update = loader_->write({table_, schema, nullptr, {sample_.rows(schema, {1}, 1)}});
  ASSERT_FALSE(update);
  EXPECT_NE(update.error().to_string().find("no key"), std::string::npos);
}

TEST_P(LoaderTest, SoftTruncateMarksEarlierRowsOnly) {
  const auto schema = every_type_table(table_.table);
  ASSERT_TRUE(loader_->soft_truncate({"no", "table"}, sync::UtcMillis(std::chrono::milliseconds(1))));
  ASSERT_TRUE(loader_->create(table_, schema));
  write(schema, sample_.rows(schema, {1, 2, 3}, 4'999));
  write(schema, sample_.rows(schema, {4, 5}, 5'000));
  ASSERT_TRUE(loader_->soft_truncate(table_, sync::UtcMillis(std::chrono::milliseconds(5))));
  model_.soft_truncate(5'000);
  commit();
  expect_model();
}

TEST_P(LoaderTest, AThousandColumnsAndNamesOfAnyKind) {
  wire::TableSchema schema{"t", {{"id", DataType::kLong, true}}};
  for (int i = 0; i < 1000; ++i)
    schema.columns.push_back(
        {"c \"`.'" + std::to_string(i) + " 表", i % 2 == 0 ? DataType::kString : DataType::kInt});
  schema.columns.push_back({place_->blank_column(), DataType::kBoolean});
  TableModel model({"id"});
  close();
  place_->make_room();
  open();
  const auto created = loader_->create(table_, schema);
  ASSERT_TRUE(created) << created.error().to_string();
  for (int i = 0; i < 2; ++i) {
    const auto rows = sample_.rows(schema, {1, 2, 3}, 0);
    ASSERT_TRUE(loader_->write({table_, schema, rows, {}}));
    model.upsert(*rows);
  }
  const auto update = only(*sample_.rows(schema, {2, 9}, 0), {"id", schema.columns[500].name});
  auto updated = loader_->write({table_, schema, nullptr, {update}});
  ASSERT_TRUE(updated) << updated.error().to_string();
  model.update(*update);
  commit();
  expect(model.rows());
}

}  // namespace
}  // namespace lakeport::destinations

// Columns that are added, widened and re-keyed under data.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "loading_place.h"
#include "sample_rows.h"
#include "table_model.h"

namespace lakeport::destinations {
namespace {

using wire::DataType;
const wire::TableId kTable{"s", "t"};

wire::TableSchema table_of(DataType type, std::optional<wire::DecimalParams> decimal = std::nullopt) {
  return {"t",
          {{"id", DataType::kLong, true},
           {"v", type, false, decimal},
           {"_fivetran_synced", DataType::kUtcDatetime}}};
}

std::shared_ptr<arrow::RecordBatch> one_column(const std::vector<std::int64_t>& ids,
                                               std::shared_ptr<arrow::Array> values) {
  arrow::Int64Builder id;
  arrow::TimestampBuilder synced(arrow::timestamp(arrow::TimeUnit::MICRO, "UTC"),
                                 arrow::default_memory_pool());
  for (const auto number : ids) {
    if (!id.Append(number).ok() || !synced.Append(1).ok()) std::abort();
  }
  return arrow::RecordBatch::Make(
      arrow::schema({arrow::field("id", arrow::int64()), arrow::field("v", values->type()),
                     arrow::field("_fivetran_synced", synced.type())}),
      static_cast<std::int64_t>(ids.size()),
      {id.Finish().ValueOrDie(), values, synced.Finish().ValueOrDie()});
}

std::shared_ptr<arrow::Array> timestamps(const std::vector<std::int64_t>& values, arrow::TimeUnit::type unit,
                                         const std::string& zone) {
  arrow::TimestampBuilder builder(arrow::timestamp(unit, zone), arrow::default_memory_pool());
  for (const auto value : values) {
    if (!builder.Append(value).ok()) std::abort();
  }
  return builder.Finish().ValueOrDie();
}

class AlterCase {
 protected:
  explicit AlterCase(const PlaceKind& kind) : place_(kind.make()), loader_(*place_->open()) {}
  void write(const wire::TableSchema& schema, const std::shared_ptr<arrow::RecordBatch>& rows) {
    auto written = loader_->write({kTable, schema, rows, {}});
    ASSERT_TRUE(written) << written.error().to_string();
    model_.upsert(*rows);
  }
  wire::Column described() { return *(**loader_->describe(kTable)).find("v"); }
  void expect_model() {
    ASSERT_TRUE(loader_->commit());
    loader_.reset();
    expect_rows(place_->read(kTable), model_.rows());
    loader_ = *place_->open();
  }

  std::unique_ptr<LoadingPlace> place_;
  std::unique_ptr<sync::Destination> loader_;
  SampleRows sample_{11};
  TableModel model_{{"id"}};
};

class AlterTest : public testing::TestWithParam<PlaceKind>, protected AlterCase {
 protected:
  AlterTest() : AlterCase(GetParam()) {}
};

INSTANTIATE_TEST_SUITE_P(Places, AlterTest, testing::Values(file_place(), lakehouse_place()),
                         [](const auto& info) { return info.param.name; });

struct Widening {
  DataType from;
  DataType to;
};

class WideningTest : public testing::TestWithParam<std::tuple<PlaceKind, Widening>>, protected AlterCase {
 protected:
  WideningTest() : AlterCase(std::get<PlaceKind>(GetParam())) {}
};

// Values that are there, values that come in the wider type and values that still come in the narrower one.
TEST_P(WideningTest, KeepsValuesAndTakesBothTypes) {
  const auto [from, to] = std::get<Widening>(GetParam());
  ASSERT_TRUE(loader_->create(kTable, table_of(from)));
  write(table_of(from), sample_.rows(table_of(from), sample_.numbers(100, 1000), 1));
  ASSERT_TRUE(loader_->commit());
  write(table_of(from), sample_.rows(table_of(from), sample_.numbers(50, 1000), 1));
  auto altered = loader_->alter(kTable, table_of(to));
  ASSERT_TRUE(altered) << altered.error().to_string();
  EXPECT_TRUE(wire::covers(described(), *table_of(from).find("v"))) << wire::to_string(described().type);
  write(table_of(to), sample_.rows(table_of(to), sample_.numbers(50, 1000), 1));
  write(table_of(from), sample_.rows(table_of(from), sample_.numbers(50, 1000), 1));
  expect_model();
}

INSTANTIATE_TEST_SUITE_P(
    Contract, WideningTest,
    testing::Combine(
        testing::Values(file_place(), lakehouse_place()),
        testing::Values(
            Widening{DataType::kShort, DataType::kInt}, Widening{DataType::kInt, DataType::kLong},
            Widening{DataType::kShort, DataType::kLong}, Widening{DataType::kInt, DataType::kDecimal},
            Widening{DataType::kShort, DataType::kDouble}, Widening{DataType::kFloat, DataType::kDouble},
            Widening{DataType::kBoolean, DataType::kString}, Widening{DataType::kLong, DataType::kString},
            Widening{DataType::kDecimal, DataType::kString},
            Widening{DataType::kNaiveDate, DataType::kNaiveDatetime},
            Widening{DataType::kNaiveDate, DataType::kUtcDatetime},
            Widening{DataType::kNaiveDate, DataType::kString},
            Widening{DataType::kNaiveTime, DataType::kString},
            Widening{DataType::kNaiveDatetime, DataType::kString},
            Widening{DataType::kUtcDatetime, DataType::kString},
            Widening{DataType::kBinary, DataType::kString}, Widening{DataType::kXml, DataType::kString},
            Widening{DataType::kJson, DataType::kString},
            Widening{DataType::kUnspecified, DataType::kString})),
    [](const auto& info) {
      const auto widening = std::get<Widening>(info.param);
      return std::get<PlaceKind>(info.param).name + "_" + std::string(wire::to_string(widening.from)) +
             "_to_" + std::string(wire::to_string(widening.to));
    });

TEST_P(AlterTest, AColumnOfNullsTakesTheFirstRealType) {
  ASSERT_TRUE(loader_->create(kTable, table_of(DataType::kUnspecified)));
  write(table_of(DataType::kUnspecified),
        one_column({1, 2}, arrow::MakeArrayOfNull(arrow::utf8(), 2).ValueOrDie()));
  ASSERT_TRUE(loader_->alter(kTable, table_of(DataType::kLong)));
  EXPECT_EQ(described().type, place_->described(DataType::kUnspecified) == DataType::kString
                                  ? DataType::kString
                                  : DataType::kLong);
  write(table_of(DataType::kLong), sample_.rows(table_of(DataType::kLong), {2, 3, 4}, 1));
  expect_model();
}

TEST_P(AlterTest, AddedColumnsAreNullAndNothingIsDropped) {
  ASSERT_TRUE(loader_->create(kTable, table_of(DataType::kInt)));
  write(table_of(DataType::kInt), sample_.rows(table_of(DataType::kInt), {1, 2, 3}, 1));
  const wire::TableSchema other{"t",
                                {{"id", DataType::kLong, true},
                                 {"new", DataType::kString},
                                 {"_fivetran_synced", DataType::kUtcDatetime}}};
  ASSERT_TRUE(loader_->alter(kTable, other));
  EXPECT_EQ(described().type, DataType::kInt);
  write(other, sample_.rows(other, {3, 4}, 1));
  expect_model();
}

TEST_P(AlterTest, WritesThatNeedMoreThanTheTableHasWidenIt) {
  ASSERT_TRUE(loader_->create(kTable, table_of(DataType::kShort)));
  write(table_of(DataType::kShort), sample_.rows(table_of(DataType::kShort), {1, 2}, 1));
  write(table_of(DataType::kLong), sample_.rows(table_of(DataType::kLong), {2, 3}, 1));
  EXPECT_EQ(described().type, DataType::kLong);
  expect_model();
}

TEST_P(AlterTest, KeysChange) {
  ASSERT_TRUE(loader_->create(kTable, table_of(DataType::kInt)));
  auto values = [](std::vector<std::int32_t> numbers) {
    arrow::Int32Builder builder;
    if (!builder.AppendValues(numbers).ok()) std::abort();
    return builder.Finish().ValueOrDie();
  };
  write(table_of(DataType::kInt), one_column({1, 2}, values({10, 20})));
  auto both = table_of(DataType::kInt);
  both.columns[1].primary_key = true;
  ASSERT_TRUE(loader_->alter(kTable, both));
  EXPECT_EQ((**loader_->describe(kTable)).key_names(), (std::vector<std::string>{"id", "v"}));
  ASSERT_TRUE(loader_->write({kTable, both, one_column({1, 2}, values({10, 21})), {}}));
  ASSERT_TRUE(loader_->commit());
  loader_.reset();
  TableModel keyed({"id", "v"});
  keyed.upsert(*one_column({1, 2, 2}, values({10, 20, 21})));
  expect_rows(place_->read(kTable), keyed.rows());
}

TEST_P(AlterTest, NaiveNanosecondsWidenTheColumn) {
  const auto schema = table_of(DataType::kNaiveDatetime);
  ASSERT_TRUE(loader_->create(kTable, schema));
  write(schema, one_column({1, 2}, timestamps({0, INT64_MAX}, arrow::TimeUnit::MICRO, "")));
  write(schema, one_column({3, 4}, timestamps({123456789, -1}, arrow::TimeUnit::NANO, "")));
  EXPECT_EQ(described().type, place_->has_nanoseconds() ? DataType::kNaiveDatetime : DataType::kString);
  write(schema, one_column({5, 2}, timestamps({1196676930123456, -INT64_MAX}, arrow::TimeUnit::MICRO, "")));
  expect_model();
  // Year 1 is out of reach for nanoseconds: text keeps both.
  write(schema, one_column({6}, timestamps({-62135596800000000}, arrow::TimeUnit::MICRO, "")));
  EXPECT_EQ(described().type, DataType::kString);
  write(schema, one_column({7}, timestamps({5}, arrow::TimeUnit::NANO, "")));
  expect_model();
}

TEST_P(AlterTest, NanosecondsInAColumnOfFarYearsBecomeText) {
  const auto schema = table_of(DataType::kNaiveDatetime);
  ASSERT_TRUE(loader_->create(kTable, schema));
  write(schema, one_column({1}, timestamps({253402300799999999}, arrow::TimeUnit::MICRO, "")));
  write(schema, one_column({2}, timestamps({1}, arrow::TimeUnit::NANO, "")));
  EXPECT_EQ(described().type, DataType::kString);
  expect_model();
}

TEST_P(AlterTest, UtcNanosecondsBecomeText) {
  const auto schema = table_of(DataType::kUtcDatetime);
  ASSERT_TRUE(loader_->create(kTable, schema));
  write(schema,
        one_column({1, 2, 3}, timestamps({0, INT64_MAX, -62135596800000000}, arrow::TimeUnit::MICRO, "UTC")));
  write(schema,
        one_column({4, 5}, timestamps({1196676930123456789, INT64_MAX}, arrow::TimeUnit::NANO, "UTC")));
  EXPECT_EQ(described().type, DataType::kString);
  write(schema, one_column({6, 1}, timestamps({1, 1000}, arrow::TimeUnit::MICRO, "UTC")));
  expect_model();
}

std::shared_ptr<arrow::Array> decimals(const std::vector<std::string>& values, std::int32_t precision,
                                       std::int32_t scale) {
  arrow::Decimal128Builder builder(arrow::decimal128(precision, scale));
  for (const auto& text : values) {
    arrow::Decimal128 value;
    std::int32_t its_scale = 0;
    std::int32_t its_precision = 0;
    if (!arrow::Decimal128::FromString(text, &value, &its_precision, &its_scale).ok()) std::abort();
    if (!builder.Append(value.Rescale(its_scale, scale).ValueOrDie()).ok()) std::abort();
  }
  return builder.Finish().ValueOrDie();
}

TEST_P(AlterTest, DecimalsGrowOnBothSidesAndAreNeverRounded) {
  auto schema = [](std::int32_t precision, std::int32_t scale) {
    return table_of(DataType::kDecimal, wire::DecimalParams{precision, scale});
  };
  ASSERT_TRUE(loader_->create(kTable, schema(5, 2)));
  write(schema(5, 2), one_column({1}, decimals({"999.99"}, 5, 2)));
  write(schema(10, 0), one_column({2}, decimals({"1234567890"}, 10, 0)));
  EXPECT_EQ(described().decimal, (wire::DecimalParams{12, 2}));
  write(schema(38, 20), one_column({3}, decimals({"1.00000000000000000001"}, 38, 20)));
  EXPECT_EQ(described().type, DataType::kDecimal);
  EXPECT_EQ(described().decimal->scale, 20);
  // As many digits before the point as the column after it has left no room for: text.
  write(schema(38, 2), one_column({4}, decimals({"999999999999999999999999999999.25"}, 38, 2)));
  EXPECT_EQ(described().type, DataType::kString);
  ASSERT_TRUE(loader_->commit());
  loader_.reset();
  const auto contents = contents_of(*place_->read(kTable));
  EXPECT_THAT(contents.rows,
              testing::ElementsAre(testing::HasSubstr("1 | 999.99000000000000000000 |"),
                                   testing::HasSubstr("2 | 1234567890.00000000000000000000 |"),
                                   testing::HasSubstr("3 | 1.00000000000000000001 |"),
                                   testing::HasSubstr("4 | 999999999999999999999999999999.25 |")));
}

}  // namespace
}  // namespace lakeport::destinations

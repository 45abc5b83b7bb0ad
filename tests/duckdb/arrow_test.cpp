// Arrow into statements and results as Arrow: every type, every row.
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include <arrow/api.h>
#include <arrow/util/decimal.h>
#include <gtest/gtest.h>

#include "lakeport/duckdb/duckdb.h"

namespace lakeport::duckdb {
namespace {

template <class Builder, class Value>
std::shared_ptr<arrow::Array> array_of(Builder builder, const std::vector<Value>& values) {
  for (const auto& value : values) {
    if (!builder.Append(value).ok()) std::abort();
  }
  if (!builder.AppendNull().ok()) std::abort();
  return builder.Finish().ValueOrDie();
}

// Three values and a null of every type that Lakeport's rows have.
std::shared_ptr<arrow::Table> every_type() {
  using arrow::Decimal128;
  auto* pool = arrow::default_memory_pool();
  arrow::FieldVector fields;
  arrow::ArrayVector arrays;
  auto add = [&](const std::string& name, std::shared_ptr<arrow::Array> array) {
    fields.push_back(arrow::field(name, array->type()));
    arrays.push_back(std::move(array));
  };
  add("bool", array_of(arrow::BooleanBuilder(), std::vector<bool>{true, false, true}));
  add("short", array_of(arrow::Int16Builder(), std::vector<std::int16_t>{INT16_MIN, 0, INT16_MAX}));
  add("int", array_of(arrow::Int32Builder(), std::vector<std::int32_t>{INT32_MIN, 0, INT32_MAX}));
  add("long", array_of(arrow::Int64Builder(), std::vector<std::int64_t>{INT64_MIN, 0, INT64_MAX}));
  add("float", array_of(arrow::FloatBuilder(),
                        std::vector<float>{-0.0F, std::numeric_limits<float>::infinity(), 1.5e-45F}));
  add("double", array_of(arrow::DoubleBuilder(),
                         std::vector<double>{-std::numeric_limits<double>::infinity(), 0.1, 1e308}));
  add("decimal_small", array_of(arrow::Decimal128Builder(arrow::decimal128(4, 2)),
                                std::vector<Decimal128>{Decimal128(-9999), Decimal128(0), Decimal128(9999)}));
  add("decimal_18", array_of(arrow::Decimal128Builder(arrow::decimal128(18, 6)),
                             std::vector<Decimal128>{Decimal128(-999999999999999999), Decimal128(1),
                                                     Decimal128(999999999999999999)}));
  const auto big = Decimal128::FromString(std::string(38, '9')).ValueOrDie();
  add("decimal_38", array_of(arrow::Decimal128Builder(arrow::decimal128(38, 37)),
                             std::vector<Decimal128>{big, Decimal128(0), -big}));
  add("date", array_of(arrow::Date32Builder(), std::vector<std::int32_t>{-719162, 0, 2932896}));
  add("time", array_of(arrow::Time64Builder(arrow::time64(arrow::TimeUnit::MICRO), pool),
                       std::vector<std::int64_t>{0, 1, 86399999999}));
  add("datetime", array_of(arrow::TimestampBuilder(arrow::timestamp(arrow::TimeUnit::MICRO), pool),
                           std::vector<std::int64_t>{-62135596800000000, 253402300799999999, INT64_MAX}));
  add("datetime_ns", array_of(arrow::TimestampBuilder(arrow::timestamp(arrow::TimeUnit::NANO), pool),
                              std::vector<std::int64_t>{-1, 123456789, 0}));
  add("utc", array_of(arrow::TimestampBuilder(arrow::timestamp(arrow::TimeUnit::MICRO, "UTC"), pool),
                      std::vector<std::int64_t>{-62135596800000000, 253402300799999999, -INT64_MAX}));
  add("text", array_of(arrow::StringBuilder(),
                       std::vector<std::string>{"", std::string("a\0b", 3), "a longer text, ünï 表"}));
  add("bytes", array_of(arrow::BinaryBuilder(),
                        std::vector<std::string>{"", std::string("\0\xff\0", 3), std::string(1000, '\x80')}));
  return arrow::Table::Make(arrow::schema(fields), arrays);
}

std::shared_ptr<arrow::Table> repeat(const std::shared_ptr<arrow::Table>& table, int times) {
  return arrow::ConcatenateTables(std::vector(times, table)).ValueOrDie()->CombineChunks().ValueOrDie();
}

class ArrowTest : public testing::Test {
 protected:
  Database database_ = *Database::open_in_memory({.threads = 2});
  Connection connection_ = *database_.connect();
};

TEST_F(ArrowTest, EveryTypeGoesInAndComesOutTheSame) {
  auto table =
      repeat(every_type(), 1500);  // 6000 rows: several vectors, at offsets that are no multiple of 8
  auto changed = connection_.execute_with("CREATE TABLE t AS SELECT * FROM \"the rows\"", "the rows",
                                          std::make_shared<arrow::TableBatchReader>(table));
  ASSERT_TRUE(changed) << changed.error().to_string();
  auto result = connection_.query("FROM t");
  ASSERT_TRUE(result) << result.error().to_string();
  auto combined = (*result)->CombineChunks().ValueOrDie();
  ASSERT_EQ(combined->num_rows(), table->num_rows());
  for (int i = 0; i < table->num_columns(); ++i) {
    const auto& name = table->field(i)->name();
    ASSERT_EQ(combined->field(i)->name(), name);
    ASSERT_TRUE(combined->field(i)->type()->Equals(table->field(i)->type()))
        << name << " " << combined->field(i)->type()->ToString();
    EXPECT_TRUE(combined->column(i)->Equals(*table->column(i))) << name;
  }
  auto types = connection_.query(
      "SELECT string_agg(data_type, ' ' ORDER BY column_index) FROM duckdb_columns() WHERE table_name = 't'");
  EXPECT_EQ(
      (*types)->column(0)->GetScalar(0).ValueOrDie()->ToString(),
      "BOOLEAN SMALLINT INTEGER BIGINT FLOAT DOUBLE DECIMAL(4,2) DECIMAL(18,6) DECIMAL(38,37) DATE TIME "
      "TIMESTAMP TIMESTAMP_NS TIMESTAMP WITH TIME ZONE VARCHAR BLOB");
  // Infinite datetimes are DuckDB's own.
  auto infinite =
      connection_.query("SELECT count(*)::INT FROM t WHERE datetime = 'infinity' AND utc = '-infinity'");
  EXPECT_EQ((*infinite)->column(0)->GetScalar(0).ValueOrDie()->ToString(), "1500");
}

TEST_F(ArrowTest, SlicesAndManyBatchesKeepTheirRows) {
  auto table = repeat(every_type(), 5000);
  std::vector<std::shared_ptr<arrow::RecordBatch>> batches;
  arrow::TableBatchReader whole(table);
  auto batch = whole.Next().ValueOrDie();
  std::int64_t position = 0;
  for (std::int64_t rows : {1, 0, 7, 2048, 2049, 9000, 0}) {
    batches.push_back(batch->Slice(position, rows));
    position += rows;
  }
  batches.push_back(batch->Slice(position));
  auto reader = arrow::RecordBatchReader::Make(batches, table->schema()).ValueOrDie();
  ASSERT_TRUE(connection_.execute_with("CREATE TABLE t AS FROM r", "r", reader));
  auto result = connection_.query("FROM t");
  EXPECT_TRUE((*result)->CombineChunks().ValueOrDie()->Equals(*table));
}

TEST_F(ArrowTest, RowsOfATableCanBeScannedAgainAndProjected) {
  auto rows = connection_.bind(repeat(every_type(), 100));
  ASSERT_TRUE(rows);
  auto text = [&](const std::string& sql) {
    auto table = connection_.query(sql);
    return table ? (*table)->column(0)->GetScalar(0).ValueOrDie()->ToString() : table.error().to_string();
  };
  EXPECT_EQ(text("SELECT count(*)::INT FROM " + rows->sql()), "400");
  EXPECT_EQ(text("SELECT count(text)::INT FROM " + rows->sql()), "300");
  EXPECT_EQ(text("SELECT count(*)::INT FROM " + rows->sql() + " WHERE long = 0 AND double = 0.1"), "100");
  EXPECT_EQ(text("SELECT count(*)::INT FROM " + rows->sql() + " a JOIN " + rows->sql() + " b USING (int)"),
            "30000");
}

TEST_F(ArrowTest, ManyThreadsScanEachRowOnce) {
  arrow::Int64Builder builder;
  constexpr std::int64_t kRows = 1'000'000;
  ASSERT_TRUE(builder.Reserve(kRows).ok());
  for (std::int64_t i = 0; i < kRows; ++i) builder.UnsafeAppend(i);
  auto table =
      arrow::Table::Make(arrow::schema({arrow::field("i", arrow::int64())}), {builder.Finish().ValueOrDie()});
  ASSERT_TRUE(connection_.execute("SET preserve_insertion_order = false"));
  ASSERT_TRUE(connection_.execute_with("CREATE TABLE t AS FROM r", "r",
                                       std::make_shared<arrow::TableBatchReader>(table)));
  auto result = connection_.query("SELECT i FROM t ORDER BY i");
  EXPECT_TRUE((*result)->CombineChunks().ValueOrDie()->Equals(*table));
}

TEST_F(ArrowTest, StreamedRowsAreReadOnce) {
  auto table = every_type();
  auto twice = connection_.execute_with("SELECT count(*) FROM r a, r b", "r",
                                        std::make_shared<arrow::TableBatchReader>(table));
  ASSERT_FALSE(twice);
  EXPECT_NE(twice.error().to_string().find("only once"), std::string::npos) << twice.error().to_string();
  auto gone = connection_.query("FROM r");
  EXPECT_FALSE(gone);
}

TEST_F(ArrowTest, WorksInsideATransactionThatIsRolledBack) {
  ASSERT_TRUE(connection_.execute("CREATE TABLE t (i INT); BEGIN"));
  auto table = every_type();
  auto inserted = connection_.execute_with("INSERT INTO t SELECT int FROM r", "r",
                                           std::make_shared<arrow::TableBatchReader>(table));
  ASSERT_TRUE(inserted) << inserted.error().to_string();
  EXPECT_EQ(*inserted, 4);
  auto broken = connection_.execute_with("INSERT INTO t SELECT text::INT FROM r", "r",
                                         std::make_shared<arrow::TableBatchReader>(table));
  EXPECT_FALSE(broken);
  ASSERT_TRUE(connection_.execute("ROLLBACK"));
  EXPECT_EQ((*connection_.query("FROM t"))->num_rows(), 0);
}

class FailingReader : public arrow::RecordBatchReader {
 public:
  std::shared_ptr<arrow::Schema> schema() const override {
    return arrow::schema({arrow::field("i", arrow::int32())});
  }
  arrow::Status ReadNext(std::shared_ptr<arrow::RecordBatch>*) override {
    return arrow::Status::Invalid("the file is cut off");
  }
};

TEST_F(ArrowTest, ReadersErrorIsTheStatements) {
  auto failed = connection_.execute_with("CREATE TABLE t AS FROM r", "r", std::make_shared<FailingReader>());
  ASSERT_FALSE(failed);
  EXPECT_NE(failed.error().what().find("the file is cut off"), std::string::npos)
      << failed.error().to_string();
  EXPECT_FALSE(connection_.query("FROM t"));
}

TEST_F(ArrowTest, StreamsLargeResultsInBoundedMemory) {
  ASSERT_TRUE(connection_.execute("SET memory_limit = '32MB'"));
  auto reader = connection_.stream("SELECT i, repeat('x', 100) AS text FROM range(3000000) r(i)");
  ASSERT_TRUE(reader) << reader.error().to_string();
  std::int64_t rows = 0;
  std::int64_t sum = 0;
  while (true) {
    auto batch = (*reader)->Next();
    ASSERT_TRUE(batch.ok()) << batch.status().message();
    if (!*batch) break;
    const auto& numbers = static_cast<const arrow::Int64Array&>(*(*batch)->column(0));
    for (std::int64_t i = 0; i < numbers.length(); ++i) sum += numbers.Value(i);
    rows += numbers.length();
  }
  EXPECT_EQ(rows, 3000000);
  EXPECT_EQ(sum, 4499998500000);
}

TEST_F(ArrowTest, StreamErrorInTheMiddleIsReported) {
  auto reader = connection_.stream(
      "SELECT CASE WHEN i = 500000 THEN error('broken row') ELSE i END FROM range(1000000) r(i)");
  arrow::Status status;
  if (reader) {
    std::shared_ptr<arrow::RecordBatch> batch;
    do {
      status = (*reader)->ReadNext(&batch);
    } while (status.ok() && batch);
    EXPECT_NE(status.message().find("broken row"), std::string::npos) << status.ToString();
  } else {
    EXPECT_NE(reader.error().what().find("broken row"), std::string::npos);
  }
}

TEST_F(ArrowTest, AThousandColumnsAndAHundredMegabytes) {
  arrow::FieldVector fields;
  arrow::ArrayVector arrays;
  for (int i = 0; i < 1000; ++i) {
    fields.push_back(arrow::field("c" + std::to_string(i), arrow::int32()));
    arrays.push_back(array_of(arrow::Int32Builder(), std::vector<std::int32_t>{i, -i}));
  }
  fields.push_back(arrow::field("big", arrow::utf8()));
  arrays.push_back(
      array_of(arrow::StringBuilder(), std::vector<std::string>{std::string(100'000'000, 'a'), "b"}));
  auto table = arrow::Table::Make(arrow::schema(fields), arrays);
  ASSERT_TRUE(connection_.execute("SET memory_limit = '1GB'"));
  auto created = connection_.execute_with("CREATE TABLE t AS FROM r", "r",
                                          std::make_shared<arrow::TableBatchReader>(table));
  ASSERT_TRUE(created) << created.error().to_string();
  EXPECT_TRUE((*connection_.query("FROM t"))->CombineChunks().ValueOrDie()->Equals(*table));
}

}  // namespace
}  // namespace lakeport::duckdb

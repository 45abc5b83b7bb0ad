// Arrow values as text, as Arrow for one client, and as column-based sets.
#include <arrow/api.h>
#include <arrow/io/memory.h>
#include <arrow/ipc/reader.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <lz4frame.h>

#include "arrow_encoding.h"
#include "column_sets.h"
#include "value_text.h"

namespace lakeport::lakehouse {
namespace {

using ::testing::ElementsAre;

// The array as it is read from Arrow's own JSON notation of `type`'s storage.
template <class Builder, class... Values>
std::shared_ptr<arrow::Array> array_of(Builder builder, const Values&... values) {
  EXPECT_TRUE((builder.Append(values).ok() && ...));
  EXPECT_TRUE(builder.AppendNull().ok());
  return *builder.Finish();
}

std::string text_of(const arrow::Array& array, std::int64_t row = 0) {
  std::string text;
  append_text(text, array, row);
  return text;
}

std::string moment(std::int64_t micros) {
  arrow::TimestampBuilder builder(arrow::timestamp(arrow::TimeUnit::MICRO, "UTC"),
                                  arrow::default_memory_pool());
  return text_of(*array_of<arrow::TimestampBuilder&>(builder, micros));
}

std::string floating(double value) { return text_of(*array_of(arrow::DoubleBuilder(), value)); }

TEST(ValueText, MomentsLoseOnlyTheirLastZeros) {
  EXPECT_EQ(moment(0), "1970-01-01 00:00:00");
  EXPECT_EQ(moment(1'715'938'200'125'000), "2024-05-17 09:30:00.125");
  EXPECT_EQ(moment(-1), "1969-12-31 23:59:59.999999");
  EXPECT_EQ(moment(253'402'300'799'999'999), "9999-12-31 23:59:59.999999");
  EXPECT_EQ(moment(-62'135'596'800'000'000), "0001-01-01 00:00:00");
}

TEST(ValueText, FloatingPointNumbersReadAsInJava) {
  EXPECT_EQ(floating(0), "0.0");
  EXPECT_EQ(floating(1), "1.0");
  EXPECT_EQ(floating(-0.001), "-0.001");
  EXPECT_EQ(floating(1e7), "1.0E7");
  EXPECT_EQ(floating(1.25e-5), "1.25E-5");
  EXPECT_EQ(floating(9999999), "9999999.0");
  EXPECT_EQ(floating(std::numeric_limits<double>::max()), "1.7976931348623157E308");
  EXPECT_EQ(floating(std::numeric_limits<double>::quiet_NaN()), "NaN");
  EXPECT_EQ(floating(-std::numeric_limits<double>::infinity()), "-Infinity");
  EXPECT_EQ(text_of(*array_of(arrow::FloatBuilder(), 0.1F)), "0.1");
}

TEST(ValueText, OtherValues) {
  EXPECT_EQ(text_of(*array_of(arrow::BooleanBuilder(), true)), "true");
  EXPECT_EQ(text_of(*array_of(arrow::Int8Builder(), std::int8_t{-128})), "-128");
  EXPECT_EQ(text_of(*array_of(arrow::Int64Builder(), std::numeric_limits<std::int64_t>::min())),
            "-9223372036854775808");
  EXPECT_EQ(text_of(*array_of(arrow::Date32Builder(), 19'860)), "2024-05-17");
  arrow::Decimal128Builder decimals(arrow::decimal128(10, 2));
  EXPECT_EQ(text_of(*array_of<arrow::Decimal128Builder&>(decimals, arrow::Decimal128(-5))), "-0.05");
  EXPECT_EQ(text_of(*array_of(arrow::StringBuilder(), std::string("aß\n"))), "aß\n");
}

// {"a": [1, null], "m": {"k\"": 1.5}, "t": "…", "b": "AAE="}
std::shared_ptr<arrow::Array> nested() {
  auto* pool = arrow::default_memory_pool();
  auto numbers = std::make_shared<arrow::Int32Builder>();
  auto list = std::make_shared<arrow::ListBuilder>(pool, numbers);
  auto keys = std::make_shared<arrow::StringBuilder>();
  auto items = std::make_shared<arrow::DoubleBuilder>();
  auto map = std::make_shared<arrow::MapBuilder>(pool, keys, items);
  auto moments = std::make_shared<arrow::TimestampBuilder>(arrow::timestamp(arrow::TimeUnit::MICRO), pool);
  auto bytes = std::make_shared<arrow::BinaryBuilder>();
  arrow::StructBuilder builder(
      arrow::struct_({arrow::field("a", list->type()), arrow::field("m", map->type()),
                      arrow::field("t", arrow::timestamp(arrow::TimeUnit::MICRO)),
                      arrow::field("b", arrow::binary())}),
      pool, {list, map, moments, bytes});
  EXPECT_TRUE(builder.Append().ok());
  EXPECT_TRUE(list->Append().ok() && numbers->Append(1).ok() && numbers->AppendNull().ok());
  EXPECT_TRUE(map->Append().ok() && keys->Append("k\"").ok() && items->Append(1.5).ok());
  EXPECT_TRUE(moments->Append(1'500'000).ok());
  EXPECT_TRUE(bytes->Append(std::string("\x00\x01", 2)).ok());
  EXPECT_TRUE(builder.AppendNull().ok());
  return *builder.Finish();
}

constexpr const char* kNestedJson =
    R"({"a":[1,null],"m":{"k\"":1.5},"t":"1970-01-01 00:00:01.5","b":"AAE="})";

TEST(ValueText, NestedValuesAreJson) { EXPECT_EQ(text_of(*nested()), kNestedJson); }

struct Sample {
  std::vector<Column> columns;
  std::shared_ptr<arrow::RecordBatch> batch;
};

// One row of values and one of NULLs.
Sample sample() {
  arrow::TimestampBuilder moments(arrow::timestamp(arrow::TimeUnit::MICRO, "UTC"),
                                  arrow::default_memory_pool());
  arrow::Decimal128Builder decimals(arrow::decimal128(10, 2));
  const std::vector<std::pair<Column, std::shared_ptr<arrow::Array>>> parts = {
      {{.name = "id", .type = "bigint"}, array_of(arrow::Int64Builder(), std::int64_t{7})},
      {{.name = "at", .type = "timestamp"}, array_of<arrow::TimestampBuilder&>(moments, std::int64_t{0})},
      {{.name = "price", .type = "decimal(10,2)"},
       array_of<arrow::Decimal128Builder&>(decimals, arrow::Decimal128(1250))},
      {{.name = "n", .type = "struct<a:array<int>,m:map<string,double>,t:timestamp_ntz,b:binary>"}, nested()},
      {{.name = "nothing", .type = "void"}, std::make_shared<arrow::NullArray>(2)},
      {{.name = "bytes", .type = "binary"}, array_of(arrow::BinaryBuilder(), std::string("\x00\xff", 2))},
  };
  Sample made;
  arrow::FieldVector fields;
  arrow::ArrayVector arrays;
  for (const auto& [column, array] : parts) {
    made.columns.push_back(column);
    fields.push_back(arrow::field(column.name, array->type()));
    arrays.push_back(array);
  }
  made.batch = arrow::RecordBatch::Make(arrow::schema(fields), 2, arrays);
  return made;
}

std::shared_ptr<arrow::Table> read_stream(const std::string& bytes) {
  const auto reader = *arrow::ipc::RecordBatchStreamReader::Open(
      std::make_shared<arrow::io::BufferReader>(arrow::Buffer::FromString(bytes)));
  return *reader->ToTable();
}

TEST(ArrowEncoding, NativeTypesGoThroughUnchanged) {
  const auto from = sample();
  const ArrowEncoding encoding(from.columns, from.batch->schema(), {true, true, true, true});
  const auto batch = encoding.convert(from.batch);
  ASSERT_TRUE(batch);
  EXPECT_TRUE((*batch)->Equals(*from.batch, false));
  EXPECT_EQ(*encoding.schema()->field(2)->metadata()->Get("Spark:DataType:SqlName"), "DECIMAL(10,2)");
  const auto stream = ipc_stream(encoding.schema(), {*batch, *batch});
  ASSERT_TRUE(stream);
  std::string bytes;
  for (const std::string_view part : stream->parts) bytes += part;
  const auto table = read_stream(bytes);
  EXPECT_EQ(table->num_rows(), 4);
  EXPECT_TRUE(table->Slice(2)->Equals(**arrow::Table::FromRecordBatches({*batch})));
}

TEST(ArrowEncoding, WhatTheClientCannotReadBecomesText) {
  const auto from = sample();
  const ArrowEncoding encoding(from.columns, from.batch->schema(), {});
  const auto batch = encoding.convert(from.batch);
  ASSERT_TRUE(batch);
  const auto text = [&](int column) {
    const auto& array = *(*batch)->column(column);
    EXPECT_EQ(array.type_id(), arrow::Type::STRING);
    EXPECT_TRUE(array.IsNull(1));
    return text_of(array);
  };
  EXPECT_EQ(text(1), "1970-01-01 00:00:00");
  EXPECT_EQ(text(2), "12.50");
  EXPECT_EQ(text(3), kNestedJson);
  EXPECT_TRUE((*batch)->column(4)->IsNull(0));
  EXPECT_TRUE((*batch)->column(0)->Equals(from.batch->column(0)));
  EXPECT_EQ(encoding.schema()->field(1)->type()->id(), arrow::Type::STRING);
  EXPECT_TRUE((*batch)->ValidateFull().ok());
}

TEST(ArrowEncoding, SchemaAndMessagesMakeAStream) {
  const auto from = sample();
  const ArrowEncoding encoding(from.columns, from.batch->schema(), {true, true, true, true});
  const auto messages =
      ipc_messages({*encoding.convert(from.batch), *encoding.convert(from.batch->Slice(1))});
  ASSERT_TRUE(messages);
  const auto table = read_stream(*encoding.schema_message() + *messages);
  EXPECT_EQ(table->num_rows(), 3);
  EXPECT_TRUE(table->column(0)->chunk(1)->IsNull(0));
}

TEST(ArrowEncoding, AnLz4FrameSaysItsSizeAndGivesTheBytesBack) {
  std::string bytes;
  for (int row = 0; row < 300'000; ++row) bytes += std::to_string(row * 7 % 1'000);
  const auto frame = lz4_frame(bytes);
  ASSERT_TRUE(frame);
  EXPECT_LT(frame->size(), bytes.size());
  LZ4F_dctx* context = nullptr;
  ASSERT_EQ(LZ4F_isError(LZ4F_createDecompressionContext(&context, LZ4F_VERSION)), 0U);
  LZ4F_frameInfo_t info{};
  std::size_t taken = frame->size();
  LZ4F_getFrameInfo(context, &info, frame->data(), &taken);
  EXPECT_EQ(info.contentSize, bytes.size());
  std::string back(bytes.size(), '\0');
  std::size_t made = back.size();
  std::size_t rest = frame->size() - taken;
  EXPECT_EQ(LZ4F_decompress(context, back.data(), &made, frame->data() + taken, &rest, nullptr), 0U);
  LZ4F_freeDecompressionContext(context);
  EXPECT_EQ(back, bytes);
}

TEST(ColumnSets, NumbersStayNumbersAndTheRestIsTextWithNullsMarked) {
  const auto from = sample();
  const auto columns = column_set(*from.batch->schema(), {from.batch, from.batch->Slice(0, 1)});
  ASSERT_EQ(columns.size(), 6U);
  EXPECT_THAT(columns[0].i64Val.values, ElementsAre(7, 0, 7));
  EXPECT_EQ(columns[0].i64Val.nulls, std::string("\x02"));
  EXPECT_THAT(columns[1].stringVal.values, ElementsAre("1970-01-01 00:00:00", "", "1970-01-01 00:00:00"));
  EXPECT_EQ(columns[1].stringVal.nulls, std::string("\x02"));
  EXPECT_THAT(columns[2].stringVal.values, ElementsAre("12.50", "", "12.50"));
  EXPECT_THAT(columns[3].stringVal.values, ElementsAre(kNestedJson, "", kNestedJson));
  EXPECT_EQ(columns[4].stringVal.nulls, std::string("\x07"));
  EXPECT_THAT(columns[5].binaryVal.values,
              ElementsAre(std::string("\x00\xff", 2), "", std::string("\x00\xff", 2)));
}

TEST(ColumnSets, WithoutRowsEveryColumnIsThereAndEmpty) {
  const auto columns = column_set(*sample().batch->schema(), {});
  ASSERT_EQ(columns.size(), 6U);
  EXPECT_TRUE(columns[0].__isset.i64Val);
  EXPECT_TRUE(columns[0].i64Val.values.empty());
}

}  // namespace
}  // namespace lakeport::lakehouse

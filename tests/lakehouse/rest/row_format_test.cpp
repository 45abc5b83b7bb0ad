#include "row_format.h"

#include <cmath>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include <arrow/api.h>
#include <arrow/io/memory.h>
#include <arrow/ipc/reader.h>
#include <arrow/util/decimal.h>
#include <gtest/gtest.h>
#include <lz4frame.h>

#include "cell_text.h"
#include "statement_request.h"

namespace lakeport::lakehouse {
namespace {

template <class Builder, class... Values>
std::shared_ptr<arrow::Array> column(Builder&& builder, const Values&... values) {
  EXPECT_TRUE((builder.Append(values).ok() && ...));
  EXPECT_TRUE(builder.AppendNull().ok());
  return builder.Finish().ValueOrDie();
}

std::vector<std::string> texts(const arrow::Array& array) {
  std::vector<std::string> all;
  for (std::int64_t row = 0; row < array.length(); ++row) {
    if (array.IsNull(row)) continue;
    all.emplace_back();
    append_cell_text(array, row, all.back());
  }
  return all;
}

using Texts = std::vector<std::string>;

TEST(CellTextTest, Scalars) {
  EXPECT_EQ(texts(*column(arrow::BooleanBuilder(), true, false)), (Texts{"true", "false"}));
  EXPECT_EQ(texts(*column(arrow::Int8Builder(), std::int8_t{-128})), Texts{"-128"});
  EXPECT_EQ(texts(*column(arrow::Int64Builder(), INT64_MIN, INT64_MAX)),
            (Texts{"-9223372036854775808", "9223372036854775807"}));
  EXPECT_EQ(texts(*column(arrow::StringBuilder(), "a\"b", "")), (Texts{"a\"b", ""}));
  EXPECT_EQ(texts(*column(arrow::BinaryBuilder(), std::string("\x00\xff", 2))), Texts{"00ff"});
  EXPECT_EQ(texts(*column(arrow::Date32Builder(), 0, -1, 19'782, -719'162)),
            (Texts{"1970-01-01", "1969-12-31", "2024-02-29", "0001-01-01"}));
  EXPECT_EQ(texts(*column(arrow::Decimal128Builder(arrow::decimal128(38, 2)), arrow::Decimal128(-5),
                          arrow::Decimal128(1250))),
            (Texts{"-0.05", "12.50"}));
}

TEST(CellTextTest, FloatingPoint) {
  EXPECT_EQ(
      texts(*column(arrow::DoubleBuilder(), 0.0, -0.0, 1.0, 0.1, 9'999'999.0, 1e7, 1.5e-5, -2.5e300,
                    std::nan(""), -std::numeric_limits<double>::infinity())),
      (Texts{"0.0", "-0.0", "1.0", "0.1", "9999999.0", "1.0E7", "1.5E-5", "-2.5E300", "NaN", "-Infinity"}));
  EXPECT_EQ(texts(*column(arrow::FloatBuilder(), 0.1F, 16'777'216.0F)), (Texts{"0.1", "1.6777216E7"}));
}

TEST(CellTextTest, Moments) {
  const auto instant = arrow::timestamp(arrow::TimeUnit::MICRO, "UTC");
  EXPECT_EQ(texts(*column(arrow::TimestampBuilder(instant, arrow::default_memory_pool()), 0L, -1L,
                          1'709'209'800'125'000L)),
            (Texts{"1970-01-01T00:00:00.000Z", "1969-12-31T23:59:59.999999Z", "2024-02-29T12:30:00.125Z"}));
  const auto wall = arrow::timestamp(arrow::TimeUnit::MICRO);
  EXPECT_EQ(texts(*column(arrow::TimestampBuilder(wall, arrow::default_memory_pool()), 1L)),
            Texts{"1970-01-01T00:00:00.000001"});
}

TEST(CellTextTest, NestedValuesAreJson) {
  const auto numbers = std::make_shared<arrow::Int32Builder>();
  arrow::ListBuilder list(arrow::default_memory_pool(), numbers);
  ASSERT_TRUE(list.Append().ok() && numbers->Append(1).ok() && numbers->AppendNull().ok());
  ASSERT_TRUE(list.Append().ok());
  EXPECT_EQ(texts(*list.Finish().ValueOrDie()), (Texts{"[1,null]", "[]"}));

  const auto keys = std::make_shared<arrow::StringBuilder>();
  const auto items = std::make_shared<arrow::DoubleBuilder>();
  arrow::MapBuilder map(arrow::default_memory_pool(), keys, items);
  ASSERT_TRUE(map.Append().ok() && keys->Append("k\"").ok() && items->Append(1.5).ok() &&
              keys->Append("n").ok() && items->Append(std::nan("")).ok());
  EXPECT_EQ(texts(*map.Finish().ValueOrDie()), Texts{R"({"k\"":1.5,"n":"NaN"})"});

  const auto fields =
      arrow::StructArray::Make({column(arrow::Int32Builder(), 3), column(arrow::StringBuilder(), "x")},
                               std::vector<std::string>{"a", "b"})
          .ValueOrDie();
  EXPECT_EQ(texts(*fields), (Texts{R"({"a":3,"b":"x"})", R"({"a":null,"b":null})"}));
}

TEST(CellTextTest, JsonStringsAreAlwaysValid) {
  std::string out;
  append_json_string("plain", out);
  append_json_string("q\" \\ \n \x01 ü", out);
  append_json_string("\xff", out);
  EXPECT_EQ(out, "\"plain\"\"q\\\" \\\\ \\n \\u0001 ü\"\"\xEF\xBF\xBD\"");
}

class RowWriterTest : public testing::Test {
 protected:
  RowWriterTest() {
    schema_ = arrow::schema({arrow::field("a", arrow::int32()), arrow::field("b,c", arrow::utf8())});
    columns_ = {{.name = "a", .type = "int"}, {.name = "b,c", .type = "string"}};
  }
  std::shared_ptr<arrow::RecordBatch> rows(int first) {
    return arrow::RecordBatch::Make(schema_, 2,
                                    {column(arrow::Int32Builder(), first),
                                     column(arrow::StringBuilder(), "x\"" + std::to_string(first))});
  }
  std::unique_ptr<RowWriter> writer(RowFormat format) { return *make_row_writer(format, columns_, schema_); }

  std::shared_ptr<arrow::Schema> schema_;
  std::vector<Column> columns_;
};

TEST_F(RowWriterTest, JsonChunksAreWholeArrays) {
  const auto json = writer(RowFormat::kJsonArray);
  EXPECT_EQ(*json->take(), "[]");
  ASSERT_TRUE(json->add(*rows(1)) && json->add(*rows(2)));
  EXPECT_EQ(*json->take(), R"([["1","x\"1"],[null,null],["2","x\"2"],[null,null]])");
  ASSERT_TRUE(json->add(*rows(3)));
  EXPECT_EQ(*json->take(), R"([["3","x\"3"],[null,null]])");
}

TEST_F(RowWriterTest, CsvChunksHaveAHeaderEach) {
  const auto csv = writer(RowFormat::kCsv);
  EXPECT_EQ(*csv->take(), "a,\"b,c\"\r\n");
  for (int first = 1; first < 3; ++first) {
    ASSERT_TRUE(csv->add(*rows(first)));
    const std::string number = std::to_string(first);
    EXPECT_EQ(*csv->take(), "a,\"b,c\"\r\n" + number + ",\"x\"\"" + number + "\"\r\n,\r\n");
  }
}

TEST_F(RowWriterTest, ArrowChunksAreWholeStreams) {
  const auto stream = writer(RowFormat::kArrowStream);
  for (int first = 1; first < 3; ++first) {
    ASSERT_TRUE(stream->add(*rows(first)));
    EXPECT_GT(stream->size(), 0);
    const std::string bytes = *stream->take();
    const auto reader = arrow::ipc::RecordBatchStreamReader::Open(
                            std::make_shared<arrow::io::BufferReader>(arrow::Buffer::FromString(bytes)))
                            .ValueOrDie();
    const auto read = reader->ReadNext();
    ASSERT_TRUE(read.ok());
    EXPECT_TRUE((*read).batch->Equals(*rows(first)));
    EXPECT_EQ(reader->ReadNext()->batch, nullptr);
  }
}

TEST_F(RowWriterTest, Lz4FramesGiveTheBytesAgain) {
  const std::string bytes(100'000, 'x');
  const std::string frame = *lz4_frame(bytes);
  EXPECT_LT(frame.size(), 2'000U);
  LZ4F_dctx* context = nullptr;
  ASSERT_EQ(LZ4F_isError(LZ4F_createDecompressionContext(&context, LZ4F_VERSION)), 0U);
  std::string back(bytes.size(), '\0');
  std::size_t out = back.size();
  std::size_t in = frame.size();
  EXPECT_EQ(LZ4F_decompress(context, back.data(), &out, frame.data(), &in, nullptr), 0U);
  LZ4F_freeDecompressionContext(context);
  EXPECT_EQ(out, bytes.size());
  EXPECT_EQ(back, bytes);
}

TEST(StatementRequestTest, ReadsWhatClientsSend) {
  const auto request = read_statement_request(Fields(Json::parse(R"({
    "statement": "SELECT :a", "warehouse_id": "w", "catalog": "c", "schema": "s", "wait_timeout": "30s",
    "on_wait_timeout": "CANCEL", "disposition": "EXTERNAL_LINKS", "format": "ARROW_STREAM",
    "result_compression": "LZ4_FRAME", "row_limit": 5, "byte_limit": "100",
    "parameters": [{"name": "a", "value": "1", "type": "INT"}, {"name": null, "value": null, "type": "DATE"}]})")));
  ASSERT_TRUE(request) << request.error().to_string();
  EXPECT_EQ(request->wait.count(), 30);
  EXPECT_TRUE(request->cancel_after_wait);
  EXPECT_TRUE(request->wishes.lz4);
  EXPECT_EQ(request->wishes.byte_limit, 100);
  ASSERT_EQ(request->parameters.size(), 2U);
  EXPECT_EQ(request->parameters[0].name, "a");
  EXPECT_EQ(request->parameters[1].name, "");
  EXPECT_EQ(request->parameters[1].value, std::nullopt);
}

TEST(StatementRequestTest, NamesTheFieldThatIsWrong) {
  const std::vector<std::pair<std::string, std::string>> wrong = {
      {R"({"warehouse_id": "w"})", "statement"},
      {R"({"statement": "SELECT 1"})", "warehouse_id"},
      {R"({"statement": "SELECT 1", "warehouse_id": "w", "wait_timeout": "4s"})", "wait_timeout"},
      {R"({"statement": "SELECT 1", "warehouse_id": "w", "wait_timeout": "10"})", "wait_timeout"},
      {R"({"statement": "SELECT 1", "warehouse_id": "w", "wait_timeout": "0s", "on_wait_timeout": "CANCEL"})",
       "on_wait_timeout"},
      {R"({"statement": "SELECT 1", "warehouse_id": "w", "format": "CSV"})", "format"},
      {R"({"statement": "SELECT 1", "warehouse_id": "w", "format": "PARQUET"})", "format"},
      {R"({"statement": "SELECT 1", "warehouse_id": "w", "row_limit": 0})", "row_limit"},
      {R"({"statement": "SELECT 1", "warehouse_id": "w", "parameters": [{"value": 1}]})",
       "parameters[0].value"},
  };
  for (const auto& [body, field] : wrong) {
    const auto request = read_statement_request(Fields(Json::parse(body)));
    ASSERT_FALSE(request) << body;
    EXPECT_EQ(request.error().kind(), ErrorKind::kInvalidInput);
    EXPECT_EQ(request.error().where(), "field `" + field + "`");
  }
}

TEST(ColumnJsonTest, NamesTypesAsTheApiDoes) {
  const auto types = [](std::string type) {
    const Json json = column_json({.name = "c", .type = std::move(type)}, 0);
    return json["type_name"].get<std::string>() + " " + json["type_text"].get<std::string>();
  };
  EXPECT_EQ(types("bigint"), "LONG BIGINT");
  EXPECT_EQ(types("tinyint"), "BYTE TINYINT");
  EXPECT_EQ(types("smallint"), "SHORT SMALLINT");
  EXPECT_EQ(types("timestamp_ntz"), "TIMESTAMP_NTZ TIMESTAMP_NTZ");
  EXPECT_EQ(types("void"), "NULL VOID");
  EXPECT_EQ(types("varchar(10)"), "STRING VARCHAR(10)");
  EXPECT_EQ(types("array<struct<a:int,`b c`:map<string,bigint>>>"),
            "ARRAY ARRAY<STRUCT<a:INT,`b c`:MAP<STRING,BIGINT>>>");
  const Json decimal = column_json({.name = "c", .type = "decimal(18, 4)"}, 3);
  EXPECT_EQ(decimal["type_precision"], 18);
  EXPECT_EQ(decimal["type_scale"], 4);
  EXPECT_EQ(decimal["position"], 3);
  EXPECT_EQ(column_json({.name = "c", .type = "interval day to second"}, 0)["type_interval_type"],
            "DAY TO SECOND");
}

}  // namespace
}  // namespace lakeport::lakehouse

// The very bytes of CSV files, as programs other than ours decrypt and decompress them.
#include <limits>

#include <arrow/array.h>
#include <arrow/builder.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include "batch_fixture.h"

namespace lakeport::batchfile {
namespace {

using wire::Column;
using wire::DataType;

std::string csv_of(const std::vector<ColumnValues>& columns, Compression compression = Compression::kZstd) {
  const TemporaryFolder folder;
  const FileParams params = params_of(Format::kCsv, compression);
  const auto files = write_files(folder.path(), table_of(columns), params, {rows_of(columns)});
  return files.size() == 1 ? content_by_programs(files[0], params) : "";
}

TEST(CsvText, HasAGoldenFormForEveryType) {
  EXPECT_EQ(csv_of({{{"b", DataType::kBoolean}, "[true, false, null]"}}), "b\ntrue\nfalse\nNULL\n");
  EXPECT_EQ(csv_of({{{"s", DataType::kShort}, "[-32768, 32767, 0, null]"}}), "s\n-32768\n32767\n0\nNULL\n");
  EXPECT_EQ(csv_of({{{"i", DataType::kInt}, "[-2147483648, 2147483647]"}}), "i\n-2147483648\n2147483647\n");
  EXPECT_EQ(csv_of({{{"l", DataType::kLong}, "[-9223372036854775808, 9223372036854775807]"}}),
            "l\n-9223372036854775808\n9223372036854775807\n");
  EXPECT_EQ(
      csv_of({{{"d", DataType::kDecimal, false, wire::DecimalParams{38, 10}},
               R"(["9999999999999999999999999999.9999999999", "-0.0000000001", "0.0000000000", null])"}}),
      "d\n9999999999999999999999999999.9999999999\n-0.0000000001\n0.0000000000\nNULL\n");
  EXPECT_EQ(csv_of({{{"d", DataType::kDecimal, false, wire::DecimalParams{38, 0}},
                     R"(["-99999999999999999999999999999999999999"])"}}),
            "d\n-99999999999999999999999999999999999999\n");
  EXPECT_EQ(csv_of({{{"d", DataType::kDecimal, false, wire::DecimalParams{38, 37}},
                     R"(["1.0000000000000000000000000000000000001"])"}}),
            "d\n1.0000000000000000000000000000000000001\n");
  EXPECT_EQ(csv_of({{{"f", DataType::kFloat}, "[0.1, -0.0, NaN, Inf, -Inf, 3.4028235e38, 1e-45, null]"}}),
            "f\n0.1\n-0\nNaN\nInfinity\n-Infinity\n3.4028235e+38\n1e-45\nNULL\n");
  EXPECT_EQ(
      csv_of({{{"d", DataType::kDouble}, "[0.1, 1.7976931348623157e308, 5e-324, NaN, Inf, -Inf, null]"}}),
      "d\n0.1\n1.7976931348623157e+308\n5e-324\nNaN\nInfinity\n-Infinity\nNULL\n");
  EXPECT_EQ(csv_of({{{"x", DataType::kXml}, R"(["<a b=\"c\"/>", "", null])"}}),
            "x\n\"<a b=\"\"c\"\"/>\"\n\"\"\nNULL\n");
  EXPECT_EQ(csv_of({{{"j", DataType::kJson}, R"(["{\"a\": [1, 2]}", "null", " 1.50 "])"}}),
            "j\n\"{\"\"a\"\": [1, 2]}\"\nnull\n 1.50 \n");
  EXPECT_EQ(csv_of({{{"u", DataType::kUnspecified}, R"(["x"])"}}), "u\nx\n");
}

TEST(CsvText, HasGoldenDatesAndTimes) {
  // 2007-12-03, 1970-01-01, 0001-01-01, 0000-12-31, 9999-12-31, 10000-01-01, 45 BC, infinities.
  EXPECT_EQ(
      csv_of({{{"d", DataType::kNaiveDate},
               "[13850, 0, -719162, -719163, 2932896, 2932897, -735525, 2147483647, -2147483647, null]"}}),
      "d\n2007-12-03\n1970-01-01\n0001-01-01\n0000-12-31\n9999-12-31\n+10000-01-01\n-0044-03-15\n"
      "infinity\n-infinity\nNULL\n");
  EXPECT_EQ(csv_of({{{"t", DataType::kNaiveTime},
                     "[0, 36930000000, 36930120000, 36930000001, 86399999999, 86400000000, null]"}}),
            "t\n00:00:00\n10:15:30\n10:15:30.120\n10:15:30.000001\n23:59:59.999999\n24:00:00\nNULL\n");
  const std::string micros =
      "[1196676930000000, 1196676930123000, 1196676930123456, -1, -62135596800000000, 253402300799999999, "
      "253402300800000000, -62167219200000001, 9223372036854775807, -9223372036854775807, null]";
  EXPECT_EQ(csv_of({{{"n", DataType::kNaiveDatetime}, micros}}),
            "n\n2007-12-03T10:15:30\n2007-12-03T10:15:30.123\n2007-12-03T10:15:30.123456\n"
            "1969-12-31T23:59:59.999999\n0001-01-01T00:00:00\n9999-12-31T23:59:59.999999\n"
            "+10000-01-01T00:00:00\n-0001-12-31T23:59:59.999999\ninfinity\n-infinity\nNULL\n");
  EXPECT_EQ(csv_of({{{"u", DataType::kUtcDatetime}, micros}}),
            "u\n2007-12-03T10:15:30.000Z\n2007-12-03T10:15:30.123Z\n2007-12-03T10:15:30.123456Z\n"
            "1969-12-31T23:59:59.999999Z\n0001-01-01T00:00:00.000Z\n9999-12-31T23:59:59.999999Z\n"
            "+10000-01-01T00:00:00Z\n-0001-12-31T23:59:59.999999Z\ninfinity\n-infinity\nNULL\n");
  const std::string nanos = "[1196676930123456789, 0, -1, 9223372036854775806, 9223372036854775807, null]";
  EXPECT_EQ(csv_of({{{"n", DataType::kNaiveDatetime}, nanos, arrow::timestamp(arrow::TimeUnit::NANO)}}),
            "n\n2007-12-03T10:15:30.123456789\n1970-01-01T00:00:00\n1969-12-31T23:59:59.999999999\n"
            "2262-04-11T23:47:16.854775806\ninfinity\nNULL\n");
  EXPECT_EQ(csv_of({{{"u", DataType::kUtcDatetime}, nanos, arrow::timestamp(arrow::TimeUnit::NANO, "UTC")}}),
            "u\n2007-12-03T10:15:30.123456789Z\n1970-01-01T00:00:00.000Z\n1969-12-31T23:59:59.999999999Z\n"
            "2262-04-11T23:47:16.854775806Z\ninfinity\nNULL\n");
}

TEST(CsvText, QuotesAsRfc4180AndLeavesBackslashesAlone) {
  EXPECT_EQ(
      csv_of(
          {{{"s", DataType::kString},
            R"(["plain", "", "a,b", "say \"hi\"", "\"", "two\nlines", "a\rb", "c:\\new\\table", "\\\"", " spaced ",
                         "0123456789abcdef", "0123456789,bcdef", "grün 漢字 🙂", "NULLS", "null", null])"}}),
      "s\nplain\n\"\"\n\"a,b\"\n\"say \"\"hi\"\"\"\n\"\"\"\"\n\"two\nlines\"\n\"a\rb\"\nc:\\new\\table\n"
      "\"\\\"\"\"\n spaced \n0123456789abcdef\n\"0123456789,bcdef\"\ngrün 漢字 🙂\nNULLS\nnull\nNULL\n");
}

TEST(CsvText, HasBase64Binaries) {
  arrow::BinaryBuilder builder;
  for (const std::string& value : {std::string("\0\xFF\x10", 3), std::string("a"), std::string()}) {
    ASSERT_TRUE(builder.Append(value).ok());
  }
  ASSERT_TRUE(builder.AppendNull().ok());
  const auto rows = arrow::RecordBatch::Make(arrow::schema({arrow::field("b", arrow::binary())}), 4,
                                             {builder.Finish().ValueOrDie()});
  const TemporaryFolder folder;
  const FileParams params = params_of(Format::kCsv);
  const auto files = write_files(folder.path(), {"t", {{"b", DataType::kBinary}}}, params, {rows});
  ASSERT_EQ(files.size(), 1);
  EXPECT_EQ(content_by_programs(files[0], params), "b\nAP8Q\nYQ==\n\"\"\nNULL\n");
}

TEST(CsvText, QuotesHeaderNamesThatNeedIt) {
  EXPECT_EQ(csv_of({{{"id", DataType::kInt, true}, "[1]"},
                    {{"a,b", DataType::kInt}, "[2]"},
                    {{"say \"hi\"", DataType::kInt}, "[3]"},
                    {{"naïve\ncolumn", DataType::kInt}, "[4]"},
                    {{"`tick`", DataType::kInt}, "[5]"},
                    {{"", DataType::kInt}, "[6]"}}),
            "id,\"a,b\",\"say \"\"hi\"\"\",\"naïve\ncolumn\",\"`tick`\",\"\"\n1,2,3,4,5,6\n");
}

TEST(CsvText, WritesWhatABatchLacksAsUnmodified) {
  const std::vector<ColumnValues> all = {{{"id", DataType::kLong, true}, "[1, 2]"},
                                         {{"a", DataType::kInt}, "[null, 7]"},
                                         {{"b", DataType::kString}, R"(["x", null])"}};
  const TemporaryFolder folder;
  const FileParams params = params_of(Format::kCsv);
  // In another order than the table's, too.
  const auto files = write_files(folder.path(), table_of(all), params,
                                 {rows_of({all[1], all[0]}), rows_of({all[0], all[2]}), rows_of({all[0]})});
  ASSERT_EQ(files.size(), 1);
  EXPECT_EQ(content_by_programs(files[0], params),
            "id,a,b\n1,NULL,UNMODIFIED\n2,7,UNMODIFIED\n1,UNMODIFIED,x\n2,UNMODIFIED,NULL\n"
            "1,UNMODIFIED,UNMODIFIED\n2,UNMODIFIED,UNMODIFIED\n");
}

TEST(CsvText, QuotesMarkersThatNeedIt) {
  const std::vector<ColumnValues> columns = {{{"id", DataType::kInt}, "[null]"}};
  const TemporaryFolder folder;
  FileParams params = params_of(Format::kCsv);
  params.null_string = "no,\"value\"";
  params.unmodified_string = "";
  wire::TableSchema table = table_of(columns);
  table.columns.push_back({"other", DataType::kString});
  const auto files = write_files(folder.path(), table, params, {rows_of(columns)});
  ASSERT_EQ(files.size(), 1);
  EXPECT_EQ(content_by_programs(files[0], params), "id,other\n\"no,\"\"value\"\"\",\"\"\n");
  const auto rows = read_rows(files[0], params);
  ASSERT_NE(rows, nullptr);
  EXPECT_TRUE(rows->column(0)->IsNull(0));
  EXPECT_EQ(static_cast<const arrow::StringArray&>(*rows->column(1)).GetString(0), "");
}

TEST(CsvText, IsTheSameUnderEveryCompression) {
  const std::vector<ColumnValues> columns = {{{"id", DataType::kInt}, "[1, 2, null]"}};
  for (const Compression compression : {Compression::kOff, Compression::kZstd, Compression::kGzip}) {
    EXPECT_EQ(csv_of(columns, compression), "id\n1\n2\nNULL\n");
  }
}

TEST(CsvText, TakesSlicesOfArrays) {
  const std::vector<ColumnValues> columns = {
      {{"b", DataType::kBoolean}, "[true, null, false, true, null, false]"},
      {{"s", DataType::kString}, R"(["a", "b", null, "d", "e", "f"])"},
      {{"i", DataType::kShort}, "[1, 2, 3, null, 5, 6]"}};
  const TemporaryFolder folder;
  const FileParams params = params_of(Format::kCsv);
  const auto files = write_files(folder.path(), table_of(columns), params, {rows_of(columns)->Slice(2, 3)});
  ASSERT_EQ(files.size(), 1);
  EXPECT_EQ(content_by_programs(files[0], params), "b,s,i\nfalse,NULL,3\ntrue,d,NULL\nNULL,e,5\n");
}

}  // namespace
}  // namespace lakeport::batchfile

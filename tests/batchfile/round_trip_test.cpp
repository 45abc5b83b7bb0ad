// What is written is what is read, in every format, compression and encryption, at the edges and at random.
#include <random>

#include <arrow/array.h>
#include <arrow/builder.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include "batch_fixture.h"

namespace lakeport::batchfile {
namespace {

using wire::Column;
using wire::DataType;

// A string column whose values are hard to carry.
std::shared_ptr<arrow::Array> random_texts(std::mt19937_64& random, std::int64_t rows) {
  static const std::vector<std::string> kPieces = {"\"",
                                                   ",",
                                                   "\n",
                                                   "\r",
                                                   "\r\n",
                                                   "\\",
                                                   "NULL",
                                                   "a",
                                                   "0",
                                                   " ",
                                                   "\t",
                                                   "é",
                                                   "漢",
                                                   "🙂",
                                                   "'",
                                                   std::string(1, '\0'),
                                                   "UNMODIFIED",
                                                   "\"\"",
                                                   "longer text without anything special in it",
                                                   "\xEF\xBB\xBF"};
  arrow::StringBuilder builder;
  for (std::int64_t row = 0; row < rows; ++row) {
    if (random() % 7 == 0) {
      EXPECT_TRUE(builder.AppendNull().ok());
      continue;
    }
    std::string value;
    for (auto pieces = random() % 6; pieces > 0; --pieces) value += kPieces[random() % kPieces.size()];
    if (value == "NULL" || value == "UNMODIFIED") value += '!';
    EXPECT_TRUE(builder.Append(value).ok());
  }
  return builder.Finish().ValueOrDie();
}

std::shared_ptr<arrow::Array> random_binaries(std::mt19937_64& random, std::int64_t rows) {
  arrow::BinaryBuilder builder;
  for (std::int64_t row = 0; row < rows; ++row) {
    std::string value(random() % 40, '\0');
    for (char& byte : value) byte = static_cast<char>(random());
    EXPECT_TRUE((random() % 7 == 0 ? builder.AppendNull() : builder.Append(value)).ok());
  }
  return builder.Finish().ValueOrDie();
}

template <class Builder>
std::shared_ptr<arrow::Array> random_numbers(std::mt19937_64& random, std::int64_t rows) {
  Builder builder;
  for (std::int64_t row = 0; row < rows; ++row) {
    // Of every magnitude.
    const auto value = static_cast<std::int64_t>(random() >> (random() % 64));
    EXPECT_TRUE((random() % 7 == 0 ? builder.AppendNull()
                                   : builder.Append(static_cast<typename Builder::value_type>(value)))
                    .ok());
  }
  return builder.Finish().ValueOrDie();
}

const wire::TableSchema kRandomTable{"random",
                                     {{"id", DataType::kLong, true},
                                      {"text \"one\"", DataType::kString},
                                      {"count", DataType::kInt},
                                      {"json", DataType::kJson},
                                      {"bytes", DataType::kBinary},
                                      {"measure", DataType::kDouble}}};

std::shared_ptr<arrow::RecordBatch> random_rows(std::mt19937_64& random, std::int64_t rows) {
  const auto schema = wire::arrow_schema(kRandomTable);
  return arrow::RecordBatch::Make(
      schema, rows,
      {random_numbers<arrow::Int64Builder>(random, rows), random_texts(random, rows),
       random_numbers<arrow::Int32Builder>(random, rows), random_texts(random, rows),
       random_binaries(random, rows), random_numbers<arrow::DoubleBuilder>(random, rows)});
}

struct Variant {
  Compression compression;
  bool encrypted;
};

class RoundTrip : public testing::TestWithParam<Variant> {
 protected:
  FileParams params(Format format) const {
    return params_of(format, GetParam().compression, GetParam().encrypted);
  }
  TemporaryFolder folder_;
};

std::string name_of(const testing::TestParamInfo<Variant>& variant) {
  const char* const kNames[] = {"Off", "Zstd", "Gzip"};
  return std::string(kNames[static_cast<int>(variant.param.compression)]) +
         (variant.param.encrypted ? "Encrypted" : "Plain");
}

INSTANTIATE_TEST_SUITE_P(Variants, RoundTrip,
                         testing::Values(Variant{Compression::kOff, false}, Variant{Compression::kOff, true},
                                         Variant{Compression::kZstd, false},
                                         Variant{Compression::kZstd, true},
                                         Variant{Compression::kGzip, false},
                                         Variant{Compression::kGzip, true}),
                         name_of);

// All rows of all files, cell by cell against what was written: CSV cells as texts of the values.
void expect_csv_rows(const std::vector<WrittenFile>& files, const FileParams& params,
                     const arrow::RecordBatch& written) {
  std::int64_t first = 0;
  for (const WrittenFile& file : files) {
    const auto rows = read_rows(file, params);
    ASSERT_NE(rows, nullptr);
    ASSERT_LE(first + rows->num_rows(), written.num_rows());
    ASSERT_EQ(rows->num_columns(), written.num_columns());
    for (int c = 0; c < written.num_columns(); ++c) {
      ASSERT_EQ(rows->schema()->field(c)->name(), written.schema()->field(c)->name());
      const auto& cells = static_cast<const arrow::StringArray&>(*rows->column(c));
      for (std::int64_t row = 0; row < rows->num_rows(); ++row) {
        const auto& column = *written.column(c);
        ASSERT_EQ(cells.IsNull(row), column.IsNull(first + row)) << c << " " << row;
        if (cells.IsNull(row)) continue;
        const std::string cell = cells.GetString(row);
        if (column.type_id() == arrow::Type::STRING) {
          ASSERT_EQ(cell, static_cast<const arrow::StringArray&>(column).GetString(first + row));
        } else if (column.type_id() == arrow::Type::INT64) {
          ASSERT_EQ(std::stoll(cell), static_cast<const arrow::Int64Array&>(column).Value(first + row));
        } else if (column.type_id() == arrow::Type::INT32) {
          ASSERT_EQ(std::stoll(cell), static_cast<const arrow::Int32Array&>(column).Value(first + row));
        } else if (column.type_id() == arrow::Type::DOUBLE) {
          ASSERT_EQ(std::stod(cell), static_cast<const arrow::DoubleArray&>(column).Value(first + row));
        } else {
          ASSERT_EQ(column.type_id(), arrow::Type::BINARY);
          ASSERT_EQ(cell, base64_of(static_cast<const arrow::BinaryArray&>(column).GetString(first + row)));
        }
      }
    }
    first += rows->num_rows();
  }
  EXPECT_EQ(first, written.num_rows());
}

TEST_P(RoundTrip, KeepsRandomRowsInCsv) {
  std::mt19937_64 random(20240517);
  for (int round = 0; round < 20; ++round) {
    const auto rows = random_rows(random, static_cast<std::int64_t>(random() % 3000));
    const FileParams file_params = params(Format::kCsv);
    // Appended in pieces of any size, into files of any size.
    std::vector<std::shared_ptr<arrow::RecordBatch>> pieces;
    for (std::int64_t at = 0; at < rows->num_rows();) {
      const auto size = static_cast<std::int64_t>(random() % 1000);
      pieces.push_back(rows->Slice(at, size));
      at += size;
    }
    const auto limit = static_cast<std::int64_t>(2000 + random() % 60000);
    const auto files = write_files(folder_.path(), kRandomTable, file_params, pieces, limit);
    for (const WrittenFile& file : files) EXPECT_LE(file.bytes, limit);
    expect_csv_rows(files, file_params, *rows);
  }
}

TEST_P(RoundTrip, KeepsManyRowsInCsv) {
  std::mt19937_64 random(20240519);
  const auto rows = random_rows(random, 40'000);
  const FileParams file_params = params(Format::kCsv);
  const auto files = write_files(folder_.path(), kRandomTable, file_params, {rows});
  expect_csv_rows(files, file_params, *rows);
}

TEST_P(RoundTrip, KeepsRandomRowsInParquet) {
  std::mt19937_64 random(20240518);
  for (int round = 0; round < 10; ++round) {
    const auto rows = random_rows(random, static_cast<std::int64_t>(1 + random() % 3000));
    const FileParams file_params = params(Format::kParquet);
    const auto half = rows->num_rows() / 2;
    const auto limit = static_cast<std::int64_t>(12000 + random() % 100000);
    const auto files = write_files(folder_.path(), kRandomTable, file_params,
                                   {rows->Slice(0, half), rows->Slice(half)}, limit);
    std::vector<std::shared_ptr<arrow::RecordBatch>> read;
    for (const WrittenFile& file : files) {
      EXPECT_LE(file.bytes, limit);
      read.push_back(read_rows(file, file_params));
      ASSERT_NE(read.back(), nullptr);
    }
    const auto all = joined(read);
    EXPECT_TRUE(all->Equals(*rows, false, arrow::EqualOptions::Defaults().nans_equal(true)))
        << all->ToString();
  }
}

TEST(RoundTripParquet, TypesEveryColumnAsTheContractSays) {
  const std::vector<ColumnValues> columns = {
      {{"b", DataType::kBoolean}, "[true, null]"},
      {{"s", DataType::kShort}, "[-32768, null]"},
      {{"i", DataType::kInt}, "[2147483647, null]"},
      {{"l", DataType::kLong}, "[-9223372036854775808, null]"},
      {{"c", DataType::kDecimal, false, wire::DecimalParams{38, 10}},
       R"(["-9999999999999999999999999999.9999999999", null])"},
      {{"f", DataType::kFloat}, "[NaN, null]"},
      {{"d", DataType::kDouble}, "[-Inf, null]"},
      {{"nd", DataType::kNaiveDate}, "[-719162, null]"},
      {{"ndt", DataType::kNaiveDatetime}, "[253402300799999999, null]"},
      {{"udt", DataType::kUtcDatetime}, "[9223372036854775807, null]"},
      {{"udn", DataType::kUtcDatetime},
       "[1196676930123456789, null]",
       arrow::timestamp(arrow::TimeUnit::NANO, "UTC")},
      {{"bin", DataType::kBinary}, R"(["bytes", null])"},
      {{"x", DataType::kXml}, R"(["<a/>", null])"},
      {{"t", DataType::kString}, R"(["", null])"},
      {{"j", DataType::kJson}, R"(["null", null])"},
      {{"nt", DataType::kNaiveTime}, "[36930000000, null]"},
      {{"a.b \"c\"", DataType::kString}, R"(["dotted name", null])"},
  };
  const auto text = [](const char* json) { return ColumnValues{{"", DataType::kString}, json}; };
  std::vector<ColumnValues> expected = columns;
  expected[1].type = arrow::int32();
  expected[7] = text(R"(["0001-01-01", null])");
  expected[8] = text(R"(["9999-12-31T23:59:59.999999", null])");
  expected[9] = text(R"(["infinity", null])");
  expected[10] = text(R"(["2007-12-03T10:15:30.123456789Z", null])");
  expected[15] = text(R"(["10:15:30", null])");
  for (std::size_t i = 0; i < columns.size(); ++i) expected[i].column.name = columns[i].column.name;

  const TemporaryFolder folder;
  const FileParams params = params_of(Format::kParquet);
  const auto files = write_files(folder.path(), table_of(columns), params, {rows_of(columns)});
  ASSERT_EQ(files.size(), 1);
  EXPECT_EQ(content_by_programs(files[0], params).substr(0, 4), "PAR1");
  const auto read = read_rows(files[0], params);
  ASSERT_NE(read, nullptr);
  const auto wanted = rows_of(expected);
  for (int i = 0; i < wanted->num_columns(); ++i) {
    EXPECT_EQ(read->schema()->field(i)->name(), wanted->schema()->field(i)->name());
    EXPECT_TRUE(read->column(i)->Equals(*wanted->column(i), arrow::EqualOptions::Defaults().nans_equal(true)))
        << read->schema()->field(i)->ToString() << read->column(i)->ToString();
  }
}

TEST(RoundTripParquet, WritesWhatABatchLacksAsUnmodifiedStrings) {
  const std::vector<ColumnValues> all = {{{"id", DataType::kLong, true}, "[1, 2]"},
                                         {{"a", DataType::kInt}, "[null, 7]"},
                                         {{"b", DataType::kString}, R"(["x", null])"}};
  const TemporaryFolder folder;
  const FileParams params = params_of(Format::kParquet);
  // `a` is a string in a file without it: rows with other columns need another file.
  const auto files =
      write_files(folder.path(), table_of(all), params,
                  {rows_of({all[0], all[1]}), rows_of({all[1], all[0]}), rows_of({all[2], all[0]})});
  ASSERT_EQ(files.size(), 2);
  const ColumnValues unmodified_b{{"b", DataType::kString}, R"(["UNMODIFIED", "UNMODIFIED"])"};
  const ColumnValues unmodified_a{{"a", DataType::kString}, R"(["UNMODIFIED", "UNMODIFIED"])"};
  const auto first = rows_of({all[0], all[1], unmodified_b});
  const auto second = rows_of({all[0], unmodified_a, all[2]});
  EXPECT_TRUE(read_rows(files[0], params)->Equals(*joined({first, first}), false));
  EXPECT_TRUE(read_rows(files[1], params)->Equals(*second, false));
}

TEST(RoundTripParquet, ReadsTheNullStringAsNull) {
  const std::vector<ColumnValues> columns = {
      {{"s", DataType::kString}, R"(["NULL", "null", null, "x", "NULL"])"}};
  const TemporaryFolder folder;
  FileParams params = params_of(Format::kParquet);
  params.null_string = "something else";
  const auto files = write_files(folder.path(), table_of(columns), params, {rows_of(columns)});
  ASSERT_EQ(files.size(), 1);
  params.null_string = "NULL";
  const auto expected = rows_of({{{"s", DataType::kString}, R"([null, "null", null, "x", null])"}});
  EXPECT_TRUE(read_rows(files[0], params)->Equals(*expected, false));
}

TEST(RoundTripWide, KeepsAThousandColumns) {
  wire::TableSchema table{"wide", {}};
  arrow::ArrayVector arrays;
  for (int c = 0; c < 1000; ++c) {
    table.columns.push_back({"column " + std::to_string(c), DataType::kString});
    arrow::StringBuilder builder;
    for (int row = 0; row < 50; ++row) ASSERT_TRUE(builder.Append(std::to_string(row * 1000 + c)).ok());
    arrays.push_back(builder.Finish().ValueOrDie());
  }
  const auto rows = arrow::RecordBatch::Make(wire::arrow_schema(table), 50, arrays);
  for (const Format format : {Format::kCsv, Format::kParquet}) {
    const TemporaryFolder folder;
    const FileParams params = params_of(format);
    const auto files = write_files(folder.path(), table, params, {rows});
    ASSERT_EQ(files.size(), 1);
    EXPECT_TRUE(read_rows(files[0], params)->Equals(*rows, false));
  }
}

TEST(RoundTripLong, KeepsLongValues) {
  // Longer than every buffer on the way, with quotes at odd places.
  std::string text;
  std::mt19937_64 random(7);
  while (text.size() < 20'000'000) {
    text.append(random() % 100'000, static_cast<char>('a' + random() % 26));
    text += random() % 2 == 0 ? "\"" : "\"\"\n,";
  }
  std::string bytes(5'000'001, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random());
  const wire::TableSchema table{
      "long", {{"t", DataType::kString}, {"b", DataType::kBinary}, {"after", DataType::kInt}}};
  arrow::StringBuilder texts;
  arrow::BinaryBuilder binaries;
  arrow::Int32Builder numbers;
  for (int row = 0; row < 3; ++row) {
    ASSERT_TRUE(texts.Append(row == 1 ? std::string("short") : text).ok());
    ASSERT_TRUE(binaries.Append(row == 2 ? std::string("short") : bytes).ok());
    ASSERT_TRUE(numbers.Append(row).ok());
  }
  const auto rows = arrow::RecordBatch::Make(
      wire::arrow_schema(table), 3,
      {texts.Finish().ValueOrDie(), binaries.Finish().ValueOrDie(), numbers.Finish().ValueOrDie()});
  const TemporaryFolder folder;
  const FileParams parquet = params_of(Format::kParquet);
  const auto parquet_files = write_files(folder.path(), table, parquet, {rows});
  ASSERT_EQ(parquet_files.size(), 1);
  EXPECT_TRUE(read_rows(parquet_files[0], parquet)->Equals(*rows, false));

  const FileParams csv = params_of(Format::kCsv);
  const auto csv_files = write_files(folder.path(), table, csv, {rows});
  ASSERT_EQ(csv_files.size(), 1);
  const auto read = read_rows(csv_files[0], csv);
  ASSERT_NE(read, nullptr);
  EXPECT_TRUE(read->column(0)->Equals(*rows->column(0)));
  const auto& read_bytes = static_cast<const arrow::StringArray&>(*read->column(1));
  EXPECT_EQ(read_bytes.GetString(0), base64_of(bytes));
  EXPECT_EQ(read_bytes.GetString(1), base64_of(bytes));
  EXPECT_EQ(read_bytes.GetString(2), base64_of("short"));
  const auto& read_numbers = static_cast<const arrow::StringArray&>(*read->column(2));
  for (int row = 0; row < 3; ++row) EXPECT_EQ(read_numbers.GetString(row), std::to_string(row));
}

}  // namespace
}  // namespace lakeport::batchfile

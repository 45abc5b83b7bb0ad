// Rows that cannot be written, and files that cannot be read: each with an error that says what and where.
#include <arrow/array.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include "batch_fixture.h"

namespace lakeport::batchfile {
namespace {

using testing::Test;
using wire::DataType;

const std::vector<ColumnValues> kColumns = {{{"id", DataType::kLong, true}, "[1, 2, 3]"},
                                            {{"text", DataType::kString}, R"(["a", null, "c"])"}};

class BadInput : public Test {
 protected:
  // Fails to read a file of `bytes`, with an error that names it and says `what`.
  void expect_unreadable(const std::string& bytes, const FileParams& params, const std::string& key,
                         const std::string& what) {
    const auto path = folder_.path() / "file";
    write_bytes(path, bytes);
    const auto rows = read_rows(path, params, key);
    ASSERT_FALSE(rows) << what;
    EXPECT_EQ(rows.error().kind(), ErrorKind::kInvalidInput);
    const std::string text = rows.error().to_string();
    EXPECT_NE(text.find("file " + path.string() + ": "), std::string::npos) << text;
    EXPECT_NE(text.find(what), std::string::npos) << text;
  }
  void expect_bad_csv(const std::string& csv, const std::string& what) {
    expect_unreadable(csv, params_of(Format::kCsv, Compression::kOff, false), "", what);
  }
  Result<std::shared_ptr<arrow::RecordBatch>> read_csv(const std::string& csv) {
    const auto path = folder_.path() / "file.csv";
    write_bytes(path, csv);
    return read_rows(path, params_of(Format::kCsv, Compression::kOff, false), "");
  }
  WrittenFile written(const FileParams& params) {
    const auto files = write_files(folder_.path(), table_of(kColumns), params, {rows_of(kColumns)});
    EXPECT_EQ(files.size(), 1);
    return files.at(0);
  }
  Error append_error(const std::vector<ColumnValues>& rows, const FileParams& params) {
    auto writer = BatchFileWriter::create(folder_.path(), table_of(kColumns), params);
    EXPECT_TRUE(writer);
    const Status appended = (*writer)->append(*rows_of(rows));
    EXPECT_FALSE(appended);
    EXPECT_FALSE((*writer)->append(*rows_of(kColumns)));
    EXPECT_FALSE((*writer)->finish());
    return appended ? Error(ErrorKind::kInternal, "it worked") : appended.error();
  }

  TemporaryFolder folder_;
};

TEST_F(BadInput, WrongKeyIsToldWithTheFile) {
  for (const Format format : {Format::kCsv, Format::kParquet}) {
    for (const Compression compression : {Compression::kOff, Compression::kZstd, Compression::kGzip}) {
      const FileParams params = params_of(format, compression);
      const WrittenFile file = written(params);
      const auto rows = read_rows(file.path, params, std::string(32, 'k'));
      ASSERT_FALSE(rows);
      EXPECT_EQ(rows.error().kind(), ErrorKind::kInvalidInput);
      EXPECT_NE(rows.error().to_string().find(file.path.string()), std::string::npos);
      expect_unreadable(file_bytes(file.path), params, "short", "a key of 5 bytes; AES-256 keys have 32");
      expect_unreadable(file_bytes(file.path), params, "", "no key was given");
    }
  }
}

TEST_F(BadInput, CutFilesAreTold) {
  for (const Format format : {Format::kCsv, Format::kParquet}) {
    for (const Compression compression : {Compression::kZstd, Compression::kGzip}) {
      const FileParams encrypted = params_of(format, compression);
      const WrittenFile file = written(encrypted);
      const std::string bytes = file_bytes(file.path);
      for (std::size_t size = 0; size < bytes.size(); ++size) {
        write_bytes(folder_.path() / "cut", bytes.substr(0, size));
        const auto rows = read_rows(folder_.path() / "cut", encrypted, file.key);
        ASSERT_FALSE(rows) << size << " of " << bytes.size();
        EXPECT_EQ(rows.error().kind(), ErrorKind::kInvalidInput);
      }
      const FileParams plain = params_of(format, compression, false);
      const std::string compressed = file_bytes(written(plain).path);
      for (std::size_t size = 0; size < compressed.size(); ++size) {
        write_bytes(folder_.path() / "cut", compressed.substr(0, size));
        const auto rows = read_rows(folder_.path() / "cut", plain, "");
        ASSERT_FALSE(rows) << size << " of " << compressed.size();
        EXPECT_EQ(rows.error().kind(), ErrorKind::kInvalidInput);
      }
    }
  }
}

TEST_F(BadInput, ChangedBytesAreNeverReadAsOtherRows) {
  const FileParams params = params_of(Format::kCsv);
  const WrittenFile file = written(params);
  const auto unchanged = read_rows(file, params);
  const std::string bytes = file_bytes(file.path);
  std::size_t errors = 0;
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    std::string changed = bytes;
    changed[at] = static_cast<char>(changed[at] ^ 0x20);
    write_bytes(folder_.path() / "changed", changed);
    const auto rows = read_rows(folder_.path() / "changed", params, file.key);
    // A few bits of a zstd frame say nothing of its content.
    if (rows) {
      EXPECT_TRUE((*rows)->Equals(*unchanged, false)) << at;
    }
    errors += rows ? 0 : 1;
  }
  EXPECT_GT(errors, bytes.size() * 9 / 10);
}

TEST_F(BadInput, OtherFilesAreTold) {
  const std::string text = "id,text\n1,a\n";
  expect_unreadable(text, params_of(Format::kCsv, Compression::kZstd, false), "", "is no zstd file");
  expect_unreadable(text, params_of(Format::kCsv, Compression::kGzip, false), "", "is no gzip file");
  expect_unreadable(text, params_of(Format::kParquet, Compression::kOff, false), "", "is no Parquet file");
  expect_unreadable("", params_of(Format::kParquet, Compression::kOff, false), "", "is no Parquet file");
  expect_unreadable("", params_of(Format::kCsv, Compression::kZstd, false), "", "is empty");
  expect_unreadable(text, params_of(Format::kCsv, Compression::kZstd), std::string(32, 'k'), "was cut");
}

TEST_F(BadInput, AMissingFileIsNotFound) {
  const auto rows = read_rows(folder_.path() / "nothing", params_of(Format::kCsv), std::string(32, 'k'));
  ASSERT_FALSE(rows);
  EXPECT_EQ(rows.error().kind(), ErrorKind::kNotFound);
  EXPECT_NE(rows.error().to_string().find("nothing"), std::string::npos);
}

TEST_F(BadInput, BrokenCsvIsToldWithItsLine) {
  expect_bad_csv("", "has no header");
  expect_bad_csv("a,b,a\n", "names column a twice");
  expect_bad_csv("a,b\n1,2\n3\n", "line 3 (row 2): has 1 field where the header has 2");
  expect_bad_csv("a,b\n\"x\ny\",2\n3,4,5\n", "line 4 (row 2): has 3 fields where the header has 2");
  expect_bad_csv("a,b\n1,2\n\n3,4\n", "line 3 (row 2): has 1 field where the header has 2");
  expect_bad_csv("a,b\n1,\"2\n", "line 2 (row 1): has a quoted field that does not end");
  expect_bad_csv("a,b\n1,\"", "has a quoted field that does not end");
  expect_bad_csv("a,b\n1,\"2\"3\n", "text after a field's closing quote");
  expect_bad_csv("a,b\n1,2\"3\n", "a quote inside a field");
  expect_bad_csv("a,b\n1,2\r3,4\n", "a carriage return outside quotes");
  expect_bad_csv("a,b\n1,2\r", "a carriage return outside quotes");
  expect_bad_csv("a,b\n1,\xFF\n", "rows 1 to 1: column b: a value is not UTF-8");
  // Far into a long file, beyond the first buffer.
  std::string long_file = "a,b\n";
  for (int i = 0; i < 300'000; ++i) long_file += "12345,\"x\ny\"\n";
  expect_bad_csv(long_file + "1\n", "line 600002 (row 300001): has 1 field");
}

TEST_F(BadInput, CsvOfOthersIsTaken) {
  const auto expect = [&](const std::string& csv, const std::vector<ColumnValues>& expected) {
    const auto rows = read_csv(csv);
    ASSERT_TRUE(rows) << rows.error().to_string();
    EXPECT_TRUE((*rows)->Equals(*rows_of(expected), false)) << (*rows)->ToString();
  };
  const auto text = [](const char* name, const char* json) {
    return ColumnValues{{name, DataType::kString}, json};
  };
  expect("b,a\r\n2,1\r\n4,3", {text("b", R"(["2", "4"])"), text("a", R"(["1", "3"])")});
  expect("\"a\",\"b \"\"c\"\"\"\n\"1\",\"NULL\"\nNULL,\n",
         {text("a", R"(["1", null])"), text("b \"c\"", R"([null, ""])")});
  expect(
      "\xEF\xBB\xBF"
      "a\nNA\nNaN\n\n\"\"\nx\\\n",
      {text("a", R"(["NA", "NaN", "", "", "x\\"])")});
  expect("a,b\n,\n", {text("a", R"([""])"), text("b", R"([""])")});
  expect("a,b", {text("a", "[]"), text("b", "[]")});
  expect("a,b\n", {text("a", "[]"), text("b", "[]")});
}

TEST_F(BadInput, CsvIsReadTheSameWhereverABufferEnds) {
  const std::string tricky = "\"a \"\"quote\"\"\",\"\"\r\n\"\"\"\",\"line\r\nfeed\"\n,x\n";
  constexpr std::size_t kBufferEnd = std::size_t{1} << 20;
  for (std::size_t shift = 0; shift <= tricky.size(); ++shift) {
    std::string csv = "a,b\n";
    const std::size_t filler = kBufferEnd - shift - csv.size() - 3;
    csv += std::string(filler, 'f') + ",b\n" + tricky;
    ASSERT_EQ(csv.size() - tricky.size(), kBufferEnd - shift);
    const auto rows = read_csv(csv);
    ASSERT_TRUE(rows) << rows.error().to_string();
    ASSERT_EQ((*rows)->num_rows(), 4);
    const auto cell = [&](int column, std::int64_t row) {
      return static_cast<const arrow::StringArray&>(*(*rows)->column(column)).GetString(row);
    };
    EXPECT_EQ(cell(0, 0), std::string(filler, 'f'));
    EXPECT_EQ(cell(1, 0), "b");
    EXPECT_EQ(cell(0, 1), "a \"quote\"");
    EXPECT_EQ(cell(1, 1), "");
    EXPECT_EQ(cell(0, 2), "\"");
    EXPECT_EQ(cell(1, 2), "line\r\nfeed");
    EXPECT_EQ(cell(0, 3), "");
    EXPECT_EQ(cell(1, 3), "x");
  }
}

TEST_F(BadInput, ValuesThatAreMarkersAreRefused) {
  for (const Format format : {Format::kCsv, Format::kParquet}) {
    for (const char* value : {R"(["a", "NULL", "c"])", R"(["a", "UNMODIFIED", "c"])"}) {
      const Error error =
          append_error({kColumns[0], {{"text", DataType::kString}, value}}, params_of(format));
      EXPECT_EQ(error.kind(), ErrorKind::kInvalidInput);
      EXPECT_NE(error.to_string().find("column text: a value is the very text that stands for NULL"),
                std::string::npos)
          << error.to_string();
    }
  }
  // In CSV, what another type's text is counts too.
  FileParams params = params_of(Format::kCsv);
  params.null_string = "2";
  EXPECT_EQ(append_error(kColumns, params).kind(), ErrorKind::kInvalidInput);
  EXPECT_TRUE(folder_.files().empty());
}

TEST_F(BadInput, BadTablesAndParametersAreRefused) {
  const auto kind = [&](wire::TableSchema table, const FileParams& params, std::filesystem::path folder) {
    const auto writer = BatchFileWriter::create(std::move(folder), std::move(table), params);
    EXPECT_FALSE(writer);
    return writer ? ErrorKind::kInternal : writer.error().kind();
  };
  const FileParams params = params_of(Format::kCsv);
  FileParams same = params;
  same.unmodified_string = same.null_string;
  EXPECT_EQ(kind(table_of(kColumns), same, folder_.path()), ErrorKind::kInvalidInput);
  EXPECT_EQ(kind(table_of(kColumns), params, folder_.path() / "missing"), ErrorKind::kNotFound);
  EXPECT_EQ(kind({"t", {}}, params, folder_.path()), ErrorKind::kInternal);
  EXPECT_EQ(kind({"t", {{"a", DataType::kInt}, {"a", DataType::kInt}}}, params, folder_.path()),
            ErrorKind::kInvalidInput);
}

TEST_F(BadInput, ColumnsOutsideTheTableAreRefused) {
  for (const Format format : {Format::kCsv, Format::kParquet}) {
    const Error error =
        append_error({kColumns[0], {{"other", DataType::kInt}, "[1, 2, 3]"}}, params_of(format));
    EXPECT_EQ(error.to_string(), "the table has no column other");
    const Error unknown = append_error(
        {{{"id", DataType::kLong}, "[[1], [2], [3]]", arrow::list(arrow::int32())}}, params_of(format));
    EXPECT_EQ(unknown.to_string(), "column id: Arrow type list<item: int32> has no place in a batch file");
  }
}

TEST(Markers, AreFreshEachTime) {
  FileParams first;
  FileParams second;
  ASSERT_TRUE(choose_markers(first));
  ASSERT_TRUE(choose_markers(second));
  EXPECT_NE(first.null_string, first.unmodified_string);
  EXPECT_NE(first.null_string, second.null_string);
  EXPECT_NE(first.unmodified_string, second.unmodified_string);
}

}  // namespace
}  // namespace lakeport::batchfile

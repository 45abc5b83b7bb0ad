// What values of CSV, JSON and Parquet files become: types, and every value of every row.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "files_harness.h"

namespace lakeport::sources::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

// The row without the columns that the source adds.
Row data_of(Row row) {
  row.erase("_file");
  row.erase("_line");
  row.erase("_modified");
  return row;
}

class FilesValues : public ::testing::Test {
 protected:
  void sync() {
    const Status status = run_.sync();
    ASSERT_TRUE(status) << status.error().to_string();
  }
  Row row(const std::string& table, const std::string& key) {
    const auto& rows = run_.rows(table);
    const auto found = rows.find(key);
    return found == rows.end() ? Row{{"missing", key}} : data_of(found->second);
  }

  TempFolder folder_;
  FilesRun run_{{{"path", folder_.path().string()}}};
};

TEST_F(FilesValues, CsvTypesAreThoseThatHoldEveryValue) {
  folder_.write(
      "t.csv",
      "int,big,zip,num,exact,sci,flag,day,at,zoned,time,text,nothing,mixed\n"
      "1,9223372036854775807,00123,1.5,123456789012345678.12,1e5,true,2024-02-29,2024-02-29 10:15:30,"
      "2024-02-29T10:15:30.5+02:00,10:15:30,a,,1\n"
      "-2,-1,99999,2,0.5,2.5,False,0001-01-01,9999-12-31T23:59:59.999999,2024-01-01T00:00:00Z,23:59:59.25,"
      "\"\",,x\n");
  sync();
  EXPECT_EQ(run_.type("t", "int"), "LONG");
  EXPECT_EQ(run_.type("t", "big"), "LONG");
  EXPECT_EQ(run_.type("t", "zip"), "STRING");
  EXPECT_EQ(run_.type("t", "num"), "DOUBLE");
  EXPECT_EQ(run_.type("t", "exact"), "DECIMAL(20,2)");
  EXPECT_EQ(run_.type("t", "sci"), "DOUBLE");
  EXPECT_EQ(run_.type("t", "flag"), "BOOLEAN");
  EXPECT_EQ(run_.type("t", "day"), "NAIVE_DATE");
  EXPECT_EQ(run_.type("t", "at"), "NAIVE_DATETIME");
  EXPECT_EQ(run_.type("t", "zoned"), "UTC_DATETIME");
  EXPECT_EQ(run_.type("t", "time"), "NAIVE_TIME");
  EXPECT_EQ(run_.type("t", "text"), "STRING");
  EXPECT_EQ(run_.type("t", "nothing"), "UNSPECIFIED");
  EXPECT_EQ(run_.type("t", "mixed"), "STRING");
  EXPECT_EQ(run_.type("t", "_file"), "STRING*");
  EXPECT_EQ(run_.type("t", "_line"), "LONG*");
  EXPECT_EQ(run_.type("t", "_modified"), "UTC_DATETIME");
  ASSERT_EQ(run_.rows("t").size(), 2U);
  EXPECT_EQ(row("t", "t.csv|1"), (Row{{"int", "long:1"},
                                      {"big", "long:9223372036854775807"},
                                      {"zip", "string:00123"},
                                      {"num", "double:1.5"},
                                      {"exact", "decimal:123456789012345678.12"},
                                      {"sci", "double:100000"},
                                      {"flag", "bool:true"},
                                      {"day", "date:2024-02-29T00:00:00Z"},
                                      {"at", "naive:2024-02-29T10:15:30Z"},
                                      {"zoned", "utc:2024-02-29T08:15:30.500Z"},
                                      {"time", "time:1970-01-01T10:15:30Z"},
                                      {"text", "string:a"},
                                      {"nothing", "null"},
                                      {"mixed", "string:1"}}));
  EXPECT_EQ(row("t", "t.csv|2"), (Row{{"int", "long:-2"},
                                      {"big", "long:-1"},
                                      {"zip", "string:99999"},
                                      {"num", "double:2"},
                                      {"exact", "decimal:0.5"},
                                      {"sci", "double:2.5"},
                                      {"flag", "bool:false"},
                                      {"day", "date:0001-01-01T00:00:00Z"},
                                      {"at", "naive:9999-12-31T23:59:59.999999Z"},
                                      {"zoned", "utc:2024-01-01T00:00:00Z"},
                                      {"time", "time:1970-01-01T23:59:59.250Z"},
                                      {"text", "string:"},
                                      {"nothing", "null"},
                                      {"mixed", "string:x"}}));
}

TEST_F(FilesValues, CsvTextStaysAsItIs) {
  folder_.write("t.csv",
                "\xef\xbb\xbfname;\"a \"\"q\"\";b\"\r\n"
                "Zoë 🦆;\"two\r\nlines\"\r\n"
                "\"said \"\"hi\"\"\";back\\slash\r\n"
                ";\"\"\r\n");
  sync();
  EXPECT_EQ(run_.rows("t").size(), 3U);
  EXPECT_EQ(row("t", "t.csv|1"), (Row{{"name", "string:Zoë 🦆"}, {"a \"q\";b", "string:two\r\nlines"}}));
  EXPECT_EQ(row("t", "t.csv|2"), (Row{{"name", "string:said \"hi\""}, {"a \"q\";b", "string:back\\slash"}}));
  EXPECT_EQ(row("t", "t.csv|3"), (Row{{"name", "null"}, {"a \"q\";b", "string:"}}));
}

TEST_F(FilesValues, NumbersAreNeverRounded) {
  folder_.write("t.csv",
                "u64,d40,sum,frac,nan\n"
                "18446744073709551615,1234567890123456789012345678901234567890,9007199254740993,0.1,NaN\n"
                "1,2,2.5,0.30000000000000004,1.5\n");
  sync();
  EXPECT_EQ(run_.type("t", "u64"), "DECIMAL(20,0)");
  EXPECT_EQ(run_.type("t", "d40"), "STRING");
  EXPECT_EQ(run_.type("t", "sum"), "DECIMAL(17,1)");
  EXPECT_EQ(run_.type("t", "frac"), "DOUBLE");
  EXPECT_EQ(run_.type("t", "nan"), "DOUBLE");
  EXPECT_EQ(row("t", "t.csv|1"), (Row{{"u64", "decimal:18446744073709551615"},
                                      {"d40", "string:1234567890123456789012345678901234567890"},
                                      {"sum", "decimal:9007199254740993"},
                                      {"frac", "double:0.10000000000000001"},
                                      {"nan", "double:nan"}}));
  EXPECT_EQ(row("t", "t.csv|2")["frac"], "double:0.30000000000000004");
}

TEST_F(FilesValues, NanosecondsAreKept) {
  folder_.write("t.csv", "at\n2024-01-01 00:00:00.123456789\n2024-01-01 00:00:00\n");
  sync();
  EXPECT_EQ(row("t", "t.csv|1"), (Row{{"at", "naive:2024-01-01T00:00:00.123456789Z"}}));
  EXPECT_EQ(row("t", "t.csv|2"), (Row{{"at", "naive:2024-01-01T00:00:00Z"}}));
}

TEST_F(FilesValues, CsvWithoutHeaderWithOwnDelimiterAndNullText) {
  folder_.write("t.txt", "1^\\N^x,y\n2^^NULL\n");
  run_.configuration() = {{"path", (folder_.path() / "t.txt").string()},
                          {"format", "csv"},
                          {"csv_delimiter", "^"},
                          {"csv_header", "no"},
                          {"csv_null", "\\N"}};
  sync();
  EXPECT_EQ(row("t.txt", "t.txt|1"),
            (Row{{"column_1", "long:1"}, {"column_2", "null"}, {"column_3", "string:x,y"}}));
  EXPECT_EQ(row("t.txt", "t.txt|2"),
            (Row{{"column_1", "long:2"}, {"column_2", "string:"}, {"column_3", "string:NULL"}}));
}

TEST_F(FilesValues, HeaderNamesThatAreEmptyOrTwiceAreMadeUnique) {
  folder_.write("t.csv", "a,,A,a\n1,2,3,4\n");
  sync();
  EXPECT_EQ(row("t", "t.csv|1"),
            (Row{{"a", "long:1"}, {"column_2", "long:2"}, {"A_2", "long:3"}, {"a_3", "long:4"}}));
}

TEST_F(FilesValues, CompressedFilesGiveTheSameRows) {
  const std::string csv = "id,name\n1,Ann\n2,Bob\n";
  folder_.write("plain.csv", csv);
  folder_.write_gzip("gz.csv.gz", csv);
  folder_.write_zstd("zst.csv.zst", csv);
  folder_.write_gzip("j.jsonl.gz", "{\"id\":1,\"name\":\"Ann\"}\n{\"id\":2,\"name\":\"Bob\"}\n");
  sync();
  for (const auto& [table, file] : {std::pair{"plain", "plain.csv"}, std::pair{"gz", "gz.csv.gz"},
                                    std::pair{"zst", "zst.csv.zst"}, std::pair{"j", "j.jsonl.gz"}}) {
    EXPECT_EQ(run_.rows(table).size(), 2U) << table;
    EXPECT_EQ(row(table, std::string(file) + "|1"), (Row{{"id", "long:1"}, {"name", "string:Ann"}}));
    EXPECT_EQ(row(table, std::string(file) + "|2"), (Row{{"id", "long:2"}, {"name", "string:Bob"}}));
  }
}

TEST_F(FilesValues, JsonLinesKeepNumbersStringsAndNestedValues) {
  folder_.write(
      "t.jsonl",
      R"({"id":1,"code":"007","n":12345678901234567890123,"o":{"x": 1.10 , "y":[1, null]},"s":"a\n\"b\" é🦆","d":"2024-01-01","z":null,"b":true})"
      "\n"
      R"({"id":2,"o":[1,2],"later":"x, {y}","b":false,"d":"2024-01-02T03:04:05","n":0.5,"\u00e9":"key"})"
      "\n");
  sync();
  EXPECT_EQ(run_.type("t", "o"), "JSON");
  EXPECT_EQ(run_.type("t", "n"), "DECIMAL(24,1)");
  EXPECT_EQ(row("t", "t.jsonl|1"), (Row{{"id", "long:1"},
                                        {"code", "string:007"},
                                        {"n", "decimal:12345678901234567890123"},
                                        {"o", R"(json:{"x": 1.10 , "y":[1, null]})"},
                                        {"s", "string:a\n\"b\" é🦆"},
                                        {"d", "naive:2024-01-01T00:00:00Z"},
                                        {"z", "null"},
                                        {"b", "bool:true"},
                                        {"later", "null"},
                                        {"é", "null"}}));
  EXPECT_EQ(row("t", "t.jsonl|2"), (Row{{"id", "long:2"},
                                        {"code", "null"},
                                        {"n", "decimal:0.5"},
                                        {"o", "json:[1,2]"},
                                        {"s", "null"},
                                        {"d", "naive:2024-01-02T03:04:05Z"},
                                        {"z", "null"},
                                        {"b", "bool:false"},
                                        {"later", "string:x, {y}"},
                                        {"é", "string:key"}}));
}

TEST_F(FilesValues, JsonArrayAndMixedMembers) {
  folder_.write("t.json", "[{\"a\": 1, \"m\": {\"k\": 1}},\n {\"a\": 2.5, \"m\": \"text\"}]");
  sync();
  EXPECT_EQ(row("t", "t.json|1"), (Row{{"a", "double:1"}, {"m", "string:{\"k\": 1}"}}));
  EXPECT_EQ(row("t", "t.json|2"), (Row{{"a", "double:2.5"}, {"m", "string:text"}}));
}

TEST_F(FilesValues, ParquetTypes) {
  folder_.run_sql(
      "COPY (SELECT 1::TINYINT t, 2::INTEGER i, 3::BIGINT b, 18446744073709551615::UBIGINT u, 1.5::FLOAT f, "
      "'nan'::DOUBLE d,"
      " 12345678901234567890123456789012345678::DECIMAL(38,0) big, true flag, DATE '2024-02-29' AS day,"
      " TIMESTAMP '2024-02-29 10:15:30.123456' AS at, TIMESTAMP_NS '2024-02-29 10:15:30.123456789' ns,"
      " TIMESTAMPTZ '2024-02-29 10:15:30+02' tz, TIME '10:15:30' AS tm, '\\x00\\xFF'::BLOB bin,"
      " 'c0ffee00-0000-4000-8000-000000000001'::UUID id, 'Zoë' s, {'a': 'nan'::DOUBLE, 'b': [1, NULL]} st,"
      " MAP {'k': 1} m, NULL::INTEGER n) TO '$FOLDER/t.parquet' (FORMAT parquet)");
  sync();
  EXPECT_EQ(run_.type("t", "t"), "SHORT");
  EXPECT_EQ(run_.type("t", "u"), "DECIMAL(20,0)");
  EXPECT_EQ(run_.type("t", "big"), "DECIMAL(38,0)");
  EXPECT_EQ(run_.type("t", "n"), "INT");
  EXPECT_EQ(row("t", "t.parquet|1"), (Row{{"t", "short:1"},
                                          {"i", "int:2"},
                                          {"b", "long:3"},
                                          {"u", "decimal:18446744073709551615"},
                                          {"f", "float:1.5"},
                                          {"d", "double:nan"},
                                          {"big", "decimal:12345678901234567890123456789012345678"},
                                          {"flag", "bool:true"},
                                          {"day", "date:2024-02-29T00:00:00Z"},
                                          {"at", "naive:2024-02-29T10:15:30.123456Z"},
                                          {"ns", "naive:2024-02-29T10:15:30.123456789Z"},
                                          {"tz", "utc:2024-02-29T08:15:30Z"},
                                          {"tm", "time:1970-01-01T10:15:30Z"},
                                          {"bin", std::string("binary:\0\xff", 9)},
                                          {"id", "string:c0ffee00-0000-4000-8000-000000000001"},
                                          {"s", "string:Zoë"},
                                          {"st", R"(json:{"a":"NaN","b":[1,null]})"},
                                          {"m", R"(json:{"k":1})"},
                                          {"n", "null"}}));
}

TEST_F(FilesValues, ATypeThatTheSampleDoesNotShowMakesTheFileBeReadAgain) {
  std::string csv = "id,code\n";
  for (int i = 1; i <= 50'000; ++i)
    csv += std::to_string(i) + (i == 49'999 ? ",x7\n" : "," + std::to_string(i) + "\n");
  folder_.write("t.csv", csv);
  sync();
  EXPECT_EQ(run_.type("t", "code"), "STRING");
  ASSERT_EQ(run_.rows("t").size(), 50'000U);
  for (int i = 1; i <= 50'000; ++i) {
    const std::string n = std::to_string(i);
    ASSERT_EQ(row("t", "t.csv|" + n),
              (Row{{"id", "long:" + n}, {"code", i == 49'999 ? "string:x7" : "string:" + n}}));
  }
}

TEST_F(FilesValues, JsonMembersThatTheSampleDoesNotShowAreNotLost) {
  std::string json;
  for (int i = 1; i <= 30'000; ++i) {
    json += "{\"id\":" + std::to_string(i) + (i == 29'000 ? R"(,"rare":[1])" : "") + "}\n";
  }
  folder_.write("t.jsonl", json);
  sync();
  EXPECT_EQ(run_.rows("t").size(), 30'000U);
  EXPECT_EQ(row("t", "t.jsonl|29000"), (Row{{"id", "long:29000"}, {"rare", "json:[1]"}}));
}

TEST_F(FilesValues, RowsLongerThanDuckdbsLimits) {
  const std::string text(20 << 20, 'x');
  folder_.write("c.csv", "id,text\n1," + text + "\n2,y\n");
  folder_.write("j.jsonl", R"({"id":1,"text":")" + text + "\"}\n{\"id\":2,\"text\":\"y\"}\n");
  sync();
  EXPECT_EQ(row("c", "c.csv|1"), (Row{{"id", "long:1"}, {"text", "string:" + text}}));
  EXPECT_EQ(row("c", "c.csv|2"), (Row{{"id", "long:2"}, {"text", "string:y"}}));
  EXPECT_EQ(row("j", "j.jsonl|1"), (Row{{"id", "long:1"}, {"text", "string:" + text}}));
  EXPECT_EQ(row("j", "j.jsonl|2"), (Row{{"id", "long:2"}, {"text", "string:y"}}));
}

TEST_F(FilesValues, EmptyFilesAndFilesWithNothingButAHeader) {
  folder_.write("empty.csv", "");
  folder_.write("empty.jsonl", "");
  folder_.write("header.csv", "a,b\n");
  sync();
  EXPECT_TRUE(run_.rows("empty").empty());
  EXPECT_TRUE(run_.rows("header").empty());
  EXPECT_EQ(run_.type("header", "a"), "UNSPECIFIED");
}

// Every bad file: the message names it, and the line where there is one; what was read before is kept.
struct BadFile {
  std::string name;
  std::string content;
  std::string message;
};

class FilesBad : public ::testing::TestWithParam<BadFile> {};

TEST_P(FilesBad, IsNamedWithItsLine) {
  const TempFolder folder;
  folder.write("a_good.csv", "id\n1\n");
  folder.write("b/" + GetParam().name, GetParam().content);
  FilesRun run({{"path", folder.path().string()}});
  const Status status = run.sync();
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind(), ErrorKind::kInvalidInput);
  EXPECT_THAT(status.error().to_string(), HasSubstr(GetParam().name));
  EXPECT_THAT(status.error().to_string(), HasSubstr(GetParam().message));
}

std::string gzip_cut_in_half() {
  const TempFolder folder;
  std::string csv = "id\n";
  for (int i = 0; i < 10'000; ++i) csv += std::to_string(i * 7919 % 10'007) + "\n";
  folder.write_gzip("f", csv);
  std::string bytes;
  {
    std::unique_ptr<FILE, int (*)(FILE*)> file(std::fopen((folder.path() / "f").c_str(), "rb"), std::fclose);
    bytes.resize(std::filesystem::file_size(folder.path() / "f"));
    if (std::fread(bytes.data(), 1, bytes.size(), file.get()) != bytes.size()) return "";
  }
  return bytes.substr(0, bytes.size() / 2);
}

INSTANTIATE_TEST_SUITE_P(All, FilesBad,
                         ::testing::Values(BadFile{"short.csv", "a,b\n1,2\n3\n4,5\n", "line 3"},
                                           BadFile{"long.csv", "a,b\n1,2,3\n",
                                                   "3 values where the first line has 2"},
                                           BadFile{"open.csv", "a,b\n1,\"x\n2,y\n", "line 2"},
                                           BadFile{"after.csv", "a,b\n1,2\n1,\"x\"y\n", "line 3"},
                                           BadFile{"latin1.csv", "a,b\n1,caf\xe9\n", "is not UTF-8"},
                                           BadFile{"cut.csv.gz", gzip_cut_in_half(), "cut short"},
                                           BadFile{"noise.csv.gz", "this is no gzip", "damaged"},
                                           BadFile{"noise.csv.zst", "this is no zstd", "damaged"},
                                           BadFile{"ends.csv", "a,b\r\n1,2\n3,4\r\n", "CR LF"},
                                           BadFile{"open.jsonl", "{\"a\":1}\n{\"a\":\n{\"a\":3}\n", "line 2"},
                                           BadFile{"array.jsonl", "{\"a\":1}\n[1]\n", "line 2"},
                                           BadFile{"twice.jsonl", "{\"a\":1,\"a\":2}\n", "\"a\" twice"},
                                           BadFile{"surrogate.jsonl", "{\"a\":\"\\ud800\"}\n", "surrogate"},
                                           BadFile{"text.parquet", "PAR1 this is no parquet", "Parquet"},
                                           BadFile{"empty.parquet", "", "Parquet"}),
                         [](const auto& info) {
                           std::string name = info.param.name;
                           for (char& c : name) {
                             if (c == '.') c = '_';
                           }
                           return name;
                         });

}  // namespace
}  // namespace lakeport::sources::testing

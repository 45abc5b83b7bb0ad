// The files themselves: how many, how large, whose, and what is left of them.
#include <random>
#include <set>

#include <sys/stat.h>

#include <arrow/array.h>
#include <arrow/builder.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include "batch_fixture.h"

namespace lakeport::batchfile {
namespace {

using wire::DataType;

const wire::TableSchema kTable{"t", {{"id", DataType::kLong, true}, {"text", DataType::kString}}};

// Letters of hexadecimal digits: every second bit of the text compresses away, at most.
std::string noise(std::mt19937_64& random, std::size_t size) {
  constexpr const char* kDigits = "0123456789abcdef";
  std::string text(size, ' ');
  for (char& c : text) c = kDigits[random() % 16];
  return text;
}

std::shared_ptr<arrow::RecordBatch> texts(std::int64_t first_id, const std::vector<std::string>& values) {
  arrow::Int64Builder ids;
  arrow::StringBuilder strings;
  for (std::size_t i = 0; i < values.size(); ++i) {
    EXPECT_TRUE(ids.Append(first_id + static_cast<std::int64_t>(i)).ok());
    EXPECT_TRUE(strings.Append(values[i]).ok());
  }
  return arrow::RecordBatch::Make(wire::arrow_schema(kTable), static_cast<std::int64_t>(values.size()),
                                  {ids.Finish().ValueOrDie(), strings.Finish().ValueOrDie()});
}

std::vector<std::string> noise_rows(std::size_t rows, std::size_t size) {
  std::mt19937_64 random(99);
  std::vector<std::string> values;
  for (std::size_t i = 0; i < rows; ++i) values.push_back(noise(random, size));
  return values;
}

TEST(Files, AreClosedBeforeTheyPassTheLimit) {
  const auto values = noise_rows(3000, 1000);
  constexpr std::int64_t kLimit = 700'000;
  for (const Format format : {Format::kCsv, Format::kParquet}) {
    for (const Compression compression : {Compression::kOff, Compression::kZstd, Compression::kGzip}) {
      const TemporaryFolder folder;
      const FileParams params = params_of(format, compression);
      const auto files = write_files(folder.path(), kTable, params, {texts(0, values)}, kLimit);
      ASSERT_GE(files.size(), 3);
      EXPECT_EQ(folder.files().size(), files.size());
      std::size_t at = 0;
      for (const WrittenFile& file : files) {
        EXPECT_LE(file.bytes, kLimit);
        EXPECT_EQ(static_cast<std::int64_t>(std::filesystem::file_size(file.path)), file.bytes);
        const auto rows = read_rows(file, params);
        ASSERT_NE(rows, nullptr);
        const auto& strings = static_cast<const arrow::StringArray&>(*rows->GetColumnByName("text"));
        for (std::int64_t row = 0; row < strings.length(); ++row)
          ASSERT_EQ(strings.GetString(row), values.at(at++));
      }
      EXPECT_EQ(at, values.size());
    }
  }
}

TEST(Files, HoldNearlyTheLimitWhenNothingCompresses) {
  const auto values = noise_rows(2000, 1000);
  const TemporaryFolder folder;
  const auto files = write_files(folder.path(), kTable, params_of(Format::kCsv, Compression::kOff),
                                 {texts(0, values)}, 1'000'000);
  ASSERT_GE(files.size(), 2);
  EXPECT_GT(files[0].bytes, 990'000);
}

TEST(Files, GiveARowAboveTheLimitAFileOfItsOwn) {
  const std::string large(500'000, 'x');
  for (const Format format : {Format::kCsv, Format::kParquet}) {
    const TemporaryFolder folder;
    const FileParams params = params_of(format);
    const auto rows = texts(0, {"before", large, "after"});
    const auto files = write_files(folder.path(), kTable, params, {rows}, 100'000);
    ASSERT_GE(files.size(), 2);
    EXPECT_EQ(files[0].rows, 1);
    std::vector<std::shared_ptr<arrow::RecordBatch>> batches;
    for (const WrittenFile& file : files) batches.push_back(read_rows(file, params));
    const auto read = joined(batches);
    EXPECT_EQ(read->num_rows(), 3);
    EXPECT_TRUE(read->GetColumnByName("text")->Equals(*rows->GetColumnByName("text")));
  }
}

TEST(Files, RefuseARowThatMakesAFileAboveTheLimit) {
  std::mt19937_64 random(1);
  for (const Format format : {Format::kCsv, Format::kParquet}) {
    const TemporaryFolder folder;
    auto writer = BatchFileWriter::create(folder.path(), kTable, params_of(format), 100'000);
    ASSERT_TRUE(writer);
    Status status = (*writer)->append(*texts(0, {"before", noise(random, 500'000), "after"}));
    if (status) status = (*writer)->finish().map([](const auto&) {});
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().kind(), ErrorKind::kInvalidInput);
    EXPECT_NE(status.error().to_string().find("limit is 100000"), std::string::npos)
        << status.error().to_string();
    writer->reset();
    EXPECT_TRUE(folder.files().empty());
  }
}

TEST(Files, AreNoneWithoutRows) {
  const TemporaryFolder folder;
  EXPECT_TRUE(write_files(folder.path(), kTable, params_of(Format::kCsv), {}).empty());
  EXPECT_TRUE(write_files(folder.path(), kTable, params_of(Format::kParquet), {texts(0, {})}).empty());
  EXPECT_TRUE(folder.files().empty());
}

TEST(Files, GoWithTheWriterUntilTheyAreHandedOver) {
  const auto values = noise_rows(300, 1000);
  for (const Format format : {Format::kCsv, Format::kParquet}) {
    const TemporaryFolder folder;
    {
      auto writer = BatchFileWriter::create(folder.path(), kTable, params_of(format), 100'000);
      ASSERT_TRUE(writer);
      ASSERT_TRUE((*writer)->append(*texts(0, values)));
      EXPECT_FALSE(folder.files().empty());
    }
    EXPECT_TRUE(folder.files().empty());
    const auto files = write_files(folder.path(), kTable, params_of(format), {texts(0, values)});
    EXPECT_EQ(folder.files().size(), files.size());
  }
}

TEST(Files, AreForTheirOwnerAloneAndHaveKeysOfTheirOwn) {
  const TemporaryFolder folder;
  const auto files =
      write_files(folder.path(), kTable, params_of(Format::kCsv), {texts(0, noise_rows(300, 1000))}, 100'000);
  ASSERT_GE(files.size(), 2);
  std::set<std::string> keys;
  std::set<std::string> vectors;
  for (const WrittenFile& file : files) {
    struct stat status{};
    ASSERT_EQ(::stat(file.path.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600);
    EXPECT_EQ(file.key.size(), 32);
    keys.insert(file.key);
    vectors.insert(file_bytes(file.path).substr(0, 16));
  }
  EXPECT_EQ(keys.size(), files.size());
  EXPECT_EQ(vectors.size(), files.size());
}

TEST(Files, NeverHavePlaintext) {
  const std::string secret = "a-very-special-marker-text";
  std::vector<std::string> values(5000, secret);
  for (const Format format : {Format::kCsv, Format::kParquet}) {
    for (const Compression compression : {Compression::kOff, Compression::kZstd}) {
      const TemporaryFolder folder;
      auto writer =
          BatchFileWriter::create(folder.path(), kTable, params_of(format, compression), 50'000'000);
      ASSERT_TRUE(writer);
      const auto expect_no_plaintext = [&] {
        for (const auto& path : folder.files()) {
          const std::string bytes = file_bytes(path);
          EXPECT_EQ(bytes.find(secret), std::string::npos);
          EXPECT_EQ(bytes.find("marker"), std::string::npos);
          EXPECT_EQ(bytes.find("PAR1"), std::string::npos);
        }
      };
      for (int i = 0; i < 5; ++i) {
        ASSERT_TRUE((*writer)->append(*texts(0, values)));
        expect_no_plaintext();
      }
      const auto files = (*writer)->finish();
      ASSERT_TRUE(files);
      expect_no_plaintext();
      ASSERT_EQ(files->size(), 1);
      EXPECT_NE(content_by_programs(files->front(), params_of(format, compression)).find(secret),
                std::string::npos);
    }
  }
}

}  // namespace
}  // namespace lakeport::batchfile

// Packing rows into answers: sizes, order, giving the last ones again, links.
#include "result_stream.h"

#include <atomic>

#include <arrow/api.h>
#include <arrow/io/memory.h>
#include <arrow/ipc/reader.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lakeport/base/seal.h"
#include "lakeport/net/http.h"

namespace lakeport::lakehouse {
namespace {

using ::testing::HasSubstr;

// Numbers counting up from 0 in batches.
RowSource counting(std::int64_t rows, std::int64_t batch_rows,
                   std::shared_ptr<std::atomic<std::int64_t>> read = {}) {
  RowSource source;
  source.columns = {Column{.name = "n", .type = "bigint"}};
  source.schema = arrow::schema({arrow::field("n", arrow::int64())});
  source.next = [=, schema = source.schema,
                 next = std::int64_t{0}]() mutable -> Result<std::shared_ptr<arrow::RecordBatch>> {
    if (next >= rows) return nullptr;
    arrow::Int64Builder builder;
    const auto end = std::min(rows, next + batch_rows);
    const auto size = end - next;
    for (; next < end; ++next) EXPECT_TRUE(builder.Append(next).ok());
    if (read) *read = next;
    return arrow::RecordBatch::Make(schema, size, {*builder.Finish()});
  };
  return source;
}

class ResultStreamTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("result-stream-" + random_hex(8));
    links_ = *ResultLinks::open({.folder = folder_});
  }
  void TearDown() override {
    links_.reset();
    std::filesystem::remove_all(folder_);
  }

  std::unique_ptr<ResultStream> open(RowSource source, ResultOptions options) {
    auto stream = ResultStream::open(std::move(source), options, *links_);
    EXPECT_TRUE(stream) << stream.error().to_string();
    return *std::move(stream);
  }

  static std::vector<std::int64_t> read(const std::string& bytes) {
    std::vector<std::int64_t> numbers;
    const auto reader = *arrow::ipc::RecordBatchStreamReader::Open(
        std::make_shared<arrow::io::BufferReader>(arrow::Buffer::FromString(bytes)));
    const auto table = *reader->ToTable();
    for (const auto& chunk : table->column(0)->chunks()) {
      const auto& array = static_cast<const arrow::Int64Array&>(*chunk);
      for (std::int64_t row = 0; row < array.length(); ++row) numbers.push_back(array.Value(row));
    }
    return numbers;
  }

  static std::vector<std::int64_t> read_inline(const ResultStream& stream, const FetchedRows& rows) {
    return read(*stream.encoding().schema_message() + rows.arrow_messages);
  }

  std::string download(const PublishedLink& link) {
    const auto url = link.chunk->link("http://h").url;
    net::Request request;
    request.path_parameters["chunk"] = url.substr(url.find("links/") + 6, 32);
    const auto query = url.substr(url.find('?') + 1);
    const auto fields = net::parse_form(query);
    for (const auto& [name, value] : *fields) request.query.emplace(name, value);
    auto response = links_->serve(request);
    EXPECT_EQ(response.status, 200);
    std::string body;
    while (auto piece = *std::get<net::BodySource>(response.body)()) body += *piece;
    return body;
  }

  std::filesystem::path folder_;
  std::unique_ptr<ResultLinks> links_;
};

TEST_F(ResultStreamTest, EveryRowComesOnceAndInOrderWhateverTheLimits) {
  for (const std::int64_t limit : {0, 1, 7, 2'048, 5'000}) {
    const auto stream = open(counting(10'000, 2'048), {.arrow = true});
    EXPECT_EQ(stream->format(), ResultFormat::kArrow);
    std::vector<std::int64_t> all;
    for (bool more = true; more;) {
      const auto rows = stream->fetch({limit, 0}, std::nullopt);
      ASSERT_TRUE(rows);
      if (limit > 0) {
        EXPECT_LE(rows->rows, limit);
      }
      EXPECT_EQ(rows->start_row, static_cast<std::int64_t>(all.size()));
      const auto numbers = read_inline(*stream, *rows);
      EXPECT_EQ(static_cast<std::int64_t>(numbers.size()), rows->rows);
      all.insert(all.end(), numbers.begin(), numbers.end());
      more = rows->more;
      if (all.size() > 200 && limit == 1) break;  // enough of them
    }
    for (std::size_t row = 0; row < all.size(); ++row) ASSERT_EQ(all[row], static_cast<std::int64_t>(row));
    if (limit != 1) {
      EXPECT_EQ(all.size(), 10'000U);
    }
  }
}

TEST_F(ResultStreamTest, BytesAreLimitedToo) {
  const auto stream = open(counting(10'000, 2'048), {.arrow = true});
  const auto rows = stream->fetch({0, 8'000}, std::nullopt);
  ASSERT_TRUE(rows);
  EXPECT_EQ(rows->rows, 1'000);
  EXPECT_TRUE(rows->more);
}

TEST_F(ResultStreamTest, SmallerLimitsCutWhatWasMadeAhead) {
  const auto stream = open(counting(100, 50), {.arrow = true});
  EXPECT_EQ(stream->fetch({40, 0}, std::nullopt)->rows, 40);
  const auto second = stream->fetch({15, 0}, std::nullopt);
  EXPECT_EQ(second->rows, 15);
  EXPECT_EQ(read_inline(*stream, *second).front(), 40);
  EXPECT_TRUE(second->more);
  const auto third = stream->fetch({100, 0}, std::nullopt);
  EXPECT_EQ(read_inline(*stream, *third).front(), 55);
}

TEST_F(ResultStreamTest, TheLastAnswerCanBeHadAgainAndNoOther) {
  const auto stream = open(counting(100, 10), {.arrow = true});
  ASSERT_TRUE(stream->fetch({30, 0}, std::nullopt));
  const auto second = stream->fetch({30, 0}, std::nullopt);
  const auto again = stream->fetch({30, 0}, 30);
  ASSERT_TRUE(again) << again.error().to_string();
  EXPECT_EQ(again->start_row, 30);
  EXPECT_EQ(read_inline(*stream, *again), read_inline(*stream, *second));
  const auto twice = stream->fetch({30, 0}, 30);
  EXPECT_EQ(read_inline(*stream, *twice), read_inline(*stream, *second));
  EXPECT_EQ(stream->fetch({30, 0}, 60)->start_row, 60);
  const auto gone = stream->fetch({30, 0}, 0);
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().kind(), ErrorKind::kInvalidInput);
  EXPECT_THAT(gone.error().what(), HasSubstr("from row 60"));
}

TEST_F(ResultStreamTest, ARowLimitEndsTheResult) {
  const auto stream = open(counting(1'000, 10), {.arrow = true, .row_limit = 25});
  const auto rows = stream->fetch({0, 0}, std::nullopt);
  EXPECT_EQ(rows->rows, 25);
  EXPECT_FALSE(rows->more);
}

TEST_F(ResultStreamTest, AnEmptyResultHasNoRowsAndNoMore) {
  const auto stream = open(counting(0, 10), {.arrow = true, .links = true});
  EXPECT_EQ(stream->format(), ResultFormat::kArrow);
  const auto rows = stream->fetch({0, 0}, std::nullopt);
  ASSERT_TRUE(rows);
  EXPECT_EQ(rows->rows, 0);
  EXPECT_FALSE(rows->more);
}

TEST_F(ResultStreamTest, WithoutArrowRowsComeAsBatchesForColumns) {
  const auto stream = open(counting(20, 8), {.arrow = false, .links = true});
  EXPECT_EQ(stream->format(), ResultFormat::kColumns);
  const auto rows = stream->fetch({12, 0}, std::nullopt);
  EXPECT_EQ(rows->rows, 12);
  EXPECT_EQ(rows->batches.size(), 2U);
  EXPECT_TRUE(rows->arrow_messages.empty());
}

TEST_F(ResultStreamTest, SmallResultsAreSentInlineLargeOnesByLink) {
  EXPECT_EQ(open(counting(1'000, 100), {.arrow = true, .links = true})->format(), ResultFormat::kArrow);
  constexpr std::int64_t kRows = 4'000'000;
  const auto stream = open(counting(kRows, 100'000), {.arrow = true, .links = true});
  ASSERT_EQ(stream->format(), ResultFormat::kLinks);
  std::vector<std::int64_t> all;
  std::vector<std::int64_t> starts;
  for (bool more = true; more;) {
    const auto rows = stream->fetch({1'000, 0}, std::nullopt);
    ASSERT_TRUE(rows) << rows.error().to_string();
    EXPECT_EQ(rows->start_row, static_cast<std::int64_t>(all.size()));
    for (const auto* link : rows->links) {
      EXPECT_EQ(link->start_row, static_cast<std::int64_t>(all.size()));
      starts.push_back(link->start_row);
      const auto numbers = read(download(*link));
      EXPECT_EQ(static_cast<std::int64_t>(numbers.size()), link->rows);
      all.insert(all.end(), numbers.begin(), numbers.end());
    }
    more = rows->more;
  }
  ASSERT_EQ(all.size(), static_cast<std::size_t>(kRows));
  for (std::size_t row = 0; row < all.size(); ++row) ASSERT_EQ(all[row], static_cast<std::int64_t>(row));
  EXPECT_EQ(starts.size(), 5U) << "of 2, 4, 8, 16 and 2 MB";

  const auto again = stream->fetch({0, 0}, starts[1] + 5);
  ASSERT_TRUE(again);
  ASSERT_EQ(again->links.size(), 4U);
  EXPECT_EQ(again->links[0]->start_row, starts[1]);
  EXPECT_GT(links_->bytes_on_disk(), 0);
}

TEST_F(ResultStreamTest, LinksGoWithTheirResult) {
  {
    const auto stream = open(counting(2'000'000, 100'000), {.arrow = true, .links = true, .lz4 = true});
    const auto rows = stream->fetch({0, 0}, std::nullopt);
    ASSERT_TRUE(rows);
    EXPECT_GT(links_->bytes_on_disk(), 0);
    EXPECT_LT(rows->links.at(0)->chunk->size(), rows->links.at(0)->bytes) << "compressed";
  }
  EXPECT_EQ(links_->bytes_on_disk(), 0);
}

TEST_F(ResultStreamTest, OnlyALittleIsMadeAhead) {
  const auto read = std::make_shared<std::atomic<std::int64_t>>(0);
  {
    const auto stream = open(counting(100'000'000, 10'000, read), {.arrow = true});
    ASSERT_TRUE(stream->fetch({10'000, 0}, std::nullopt));
  }
  EXPECT_LE(*read, 50'000);
}

TEST_F(ResultStreamTest, AFailureComesAfterTheRowsBeforeIt) {
  auto source = counting(100, 10);
  source.next = [inner = source.next, calls = 0]() mutable -> Result<std::shared_ptr<arrow::RecordBatch>> {
    if (++calls > 3) return fail(ErrorKind::kCancelled, "stopped");
    return inner();
  };
  const auto stream = open(std::move(source), {.arrow = true});
  EXPECT_EQ(stream->fetch({10, 0}, std::nullopt)->rows, 10);
  EXPECT_EQ(stream->fetch({10, 0}, std::nullopt)->rows, 10);
  const auto broken = stream->fetch({10, 0}, std::nullopt);
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().kind(), ErrorKind::kCancelled);
  EXPECT_FALSE(stream->fetch({10, 0}, std::nullopt));
}

}  // namespace
}  // namespace lakeport::lakehouse

#include "lakeport/lakehouse/result_links.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <variant>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

namespace lakeport::lakehouse {
namespace {

class ResultLinksTest : public testing::Test {
 protected:
  ResultLinksTest()
      : folder_(std::filesystem::temp_directory_path() /
                ("result_links_test_" + std::to_string(::getpid()) + "_" +
                 testing::UnitTest::GetInstance()->current_test_info()->name())) {}
  ~ResultLinksTest() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  ResultLinksTest(const ResultLinksTest&) = delete;
  ResultLinksTest& operator=(const ResultLinksTest&) = delete;

  std::unique_ptr<ResultLinks> open(std::chrono::milliseconds lifetime = std::chrono::minutes(1),
                                    std::int64_t disk_limit = 1 << 20) {
    auto links = ResultLinks::open({.folder = folder_, .disk_limit = disk_limit, .lifetime = lifetime});
    EXPECT_TRUE(links) << links.error().to_string();
    return *std::move(links);
  }

  std::unique_ptr<ResultLinks> open_with_memory(std::int64_t memory_limit) {
    auto links = ResultLinks::open({.folder = folder_, .memory_limit = memory_limit});
    EXPECT_TRUE(links) << links.error().to_string();
    return *std::move(links);
  }

  std::size_t files() const {
    return static_cast<std::size_t>(
        std::distance(std::filesystem::directory_iterator(folder_), std::filesystem::directory_iterator()));
  }

  std::filesystem::path folder_;
};

// What the router makes of a link: the path's chunk and the query's fields.
net::Request request_of(const std::string& url) {
  net::Request request;
  const auto path = url.find("/result-links/");
  const auto question = url.find('?');
  request.path_parameters["chunk"] = url.substr(path + 14, question - path - 14);
  const std::string query = url.substr(question + 1);
  const auto both = query.find('&');
  request.query.emplace("expires", query.substr(8, both - 8));
  request.query.emplace("signature", query.substr(both + 11));
  return request;
}

std::string body_of(const net::Response& response) {
  if (const auto* text = std::get_if<std::string>(&response.body)) return *text;
  if (const auto* shared = std::get_if<net::SharedBody>(&response.body)) {
    std::string whole;
    for (const std::string_view part : shared->parts) whole += part;
    return whole;
  }
  std::string whole;
  for (;;) {
    auto piece = std::get<net::BodySource>(response.body)();
    EXPECT_TRUE(piece);
    if (!piece || !*piece) return whole;
    whole += **piece;
  }
}

TEST_F(ResultLinksTest, ServesWhatWasWritten) {
  auto links = open();
  std::string bytes(700'000, '\0');
  for (std::size_t at = 0; at < bytes.size(); ++at) bytes[at] = static_cast<char>(at * 31 >> 3U);
  auto chunk = links->write(bytes, "text/csv");
  ASSERT_TRUE(chunk);
  EXPECT_EQ((*chunk)->size(), 700'000);
  const ResultLink link = (*chunk)->link("https://example:8443");
  EXPECT_EQ(link.url.find("https://example:8443/result-links/"), 0U);
  const auto response = links->serve(request_of(link.url));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.headers.get("Content-Type"), "text/csv");
  EXPECT_EQ(response.headers.get("Content-Length"), "700000");
  EXPECT_EQ(body_of(response), bytes);
}

TEST_F(ResultLinksTest, RefusesForgedAndExpiredLinks) {
  auto links = open();
  const auto one = *links->write("one", "text/plain");
  const auto two = *links->write("two", "text/plain");
  const auto good = request_of(one->link("https://h").url);
  auto other_chunk = good;
  other_chunk.path_parameters = request_of(two->link("https://h").url).path_parameters;
  auto longer = good;
  longer.query.clear();
  longer.query.emplace("expires", good.query.find("expires")->second + "0");
  longer.query.emplace("signature", good.query.find("signature")->second);
  auto unsigned_request = good;
  unsigned_request.query.erase("signature");
  EXPECT_EQ(links->serve(good).status, 200);
  EXPECT_EQ(links->serve(other_chunk).status, 403);
  EXPECT_EQ(links->serve(longer).status, 403);
  EXPECT_EQ(links->serve(unsigned_request).status, 403);

  links.reset();
  auto expiring = open(std::chrono::milliseconds(0));
  const auto late = *expiring->write("late", "text/plain");
  EXPECT_EQ(expiring->serve(request_of(late->link("https://h").url)).status, 403);
}

TEST_F(ResultLinksTest, DeletesWithTheHandleButNotUnderAReader) {
  auto links = open();
  auto chunk = *links->write("rows", "text/plain");
  const auto request = request_of(chunk->link("https://h").url);
  const auto begun = links->serve(request);
  chunk.reset();
  EXPECT_EQ(files(), 0U);
  EXPECT_EQ(links->bytes_on_disk(), 0);
  EXPECT_EQ(links->serve(request).status, 404);
  EXPECT_EQ(body_of(begun), "rows");
}

TEST_F(ResultLinksTest, KeepsAChunkForItsLinksWhenAsked) {
  auto links = open();
  auto chunk = *links->write("rows", "text/plain");
  const auto request = request_of(chunk->link("https://h").url);
  chunk->outlive_handle();
  chunk.reset();
  EXPECT_EQ(body_of(links->serve(request)), "rows");

  links.reset();
  auto expiring = open(std::chrono::milliseconds(-1));
  auto gone = *expiring->write("rows", "text/plain");
  gone->link("https://h");
  gone->outlive_handle();
  gone.reset();
  EXPECT_EQ(files(), 1U);
  const auto next = *expiring->write("more", "text/plain");  // makes room first
  EXPECT_EQ(files(), 1U);
  EXPECT_EQ(expiring->bytes_on_disk(), 4);
}

TEST_F(ResultLinksTest, IsBounded) {
  auto links = open(std::chrono::minutes(1), 10);
  auto first = *links->write("123456", "text/plain");
  const auto refused = links->write("12345", "text/plain");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind(), ErrorKind::kUnavailable);
  first.reset();
  EXPECT_TRUE(links->write("12345", "text/plain"));
}

// Bytes in two parts with their owner, as results come.
net::SharedBody shared(std::string_view text) {
  auto owner = std::make_shared<const std::string>(text);
  const std::string_view bytes = *owner;
  return {{bytes.substr(0, 2), bytes.substr(2)}, std::move(owner)};
}

TEST_F(ResultLinksTest, KeepsTheNewestInMemoryAndTheOthersInFiles) {
  auto links = open_with_memory(10);
  const auto one = *links->keep(shared("first"), "text/plain");
  const auto two = *links->keep(shared("second"), "text/plain");
  EXPECT_EQ(files(), 1U);
  EXPECT_EQ(links->bytes_in_memory(), 6);
  const auto three = *links->keep(shared("3rd!"), "text/plain");
  EXPECT_EQ(files(), 1U);
  EXPECT_EQ(links->bytes_in_memory(), 10);
  const auto four = *links->keep(shared("larger than it may be"), "text/plain");
  EXPECT_EQ(files(), 2U);
  EXPECT_EQ(links->bytes_in_memory(), 10);
  EXPECT_EQ(links->bytes_on_disk(), 36);
  EXPECT_EQ(body_of(links->serve(request_of(one->link("https://h").url))), "first");
  EXPECT_EQ(body_of(links->serve(request_of(two->link("https://h").url))), "second");
  EXPECT_EQ(body_of(links->serve(request_of(three->link("https://h").url))), "3rd!");
  EXPECT_EQ(body_of(links->serve(request_of(four->link("https://h").url))), "larger than it may be");
}

TEST_F(ResultLinksTest, CountsWhatIsBeingSentFromMemory) {
  auto links = open_with_memory(10);
  auto chunk = *links->keep(shared("123456"), "text/plain");
  std::optional<net::Response> begun = links->serve(request_of(chunk->link("https://h").url));
  chunk.reset();
  EXPECT_EQ(links->bytes_on_disk(), 0);
  EXPECT_EQ(links->bytes_in_memory(), 6);
  const auto next = *links->keep(shared("abcdef"), "text/plain");
  EXPECT_EQ(files(), 1U) << "no room in memory while the other one is sent";
  EXPECT_EQ(body_of(*begun), "123456");
  begun.reset();
  EXPECT_EQ(links->bytes_in_memory(), 0);
  const auto last = *links->keep(shared("ABCDEF"), "text/plain");
  EXPECT_EQ(links->bytes_in_memory(), 6);
  EXPECT_EQ(body_of(links->serve(request_of(next->link("https://h").url))), "abcdef");
}

TEST_F(ResultLinksTest, MovesChunksToFilesUnderManyThreads) {
  auto links = open_with_memory(64);
  std::vector<std::thread> threads;
  std::vector<int> wrong(8);
  for (std::size_t thread = 0; thread < wrong.size(); ++thread)
    threads.emplace_back([&, thread] {
      std::vector<std::pair<std::string, std::unique_ptr<ResultChunk>>> kept;
      for (int turn = 0; turn < 60; ++turn) {
        const std::string rows = std::to_string(thread) + ": row " + std::to_string(turn);
        kept.emplace_back(rows, *links->keep(shared(rows), "text/plain"));
        if (turn % 3 == 0) kept.erase(kept.begin());
        for (const auto& [bytes, chunk] : kept)
          if (body_of(links->serve(request_of(chunk->link("https://h").url))) != bytes) ++wrong[thread];
      }
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(std::ranges::count(wrong, 0), 8);
  EXPECT_EQ(links->bytes_on_disk(), 0);
  EXPECT_EQ(links->bytes_in_memory(), 0);
  EXPECT_EQ(files(), 0U);
}

TEST_F(ResultLinksTest, RemovesWhatACrashLeftAndNothingElse) {
  std::filesystem::create_directories(folder_);
  std::ofstream(folder_ / "0123456789abcdef0123456789abcdef") << "old";
  open();
  EXPECT_EQ(files(), 0U);
  std::ofstream(folder_ / "precious.txt") << "mine";
  const auto refused = ResultLinks::open({.folder = folder_});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind(), ErrorKind::kIo);
  EXPECT_TRUE(std::filesystem::exists(folder_ / "precious.txt"));
}

TEST_F(ResultLinksTest, IsSafeFromManyThreads) {
  auto links = open(std::chrono::minutes(1), 64 << 20);
  std::vector<std::thread> threads;
  std::vector<int> wrong(8);
  for (std::size_t thread = 0; thread < wrong.size(); ++thread)
    threads.emplace_back([&, thread] {
      for (int turn = 0; turn < 50; ++turn) {
        const std::string rows = std::to_string(thread) + ":" + std::to_string(turn);
        auto chunk = links->write(rows, "text/plain");
        if (!chunk || body_of(links->serve(request_of((*chunk)->link("https://h").url))) != rows)
          ++wrong[thread];
      }
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(std::ranges::count(wrong, 0), 8);
  EXPECT_EQ(links->bytes_on_disk(), 0);
}

TEST_F(ResultLinksTest, NamesItselfAsTheClientDid) {
  net::Request request;
  request.secure = true;
  request.headers.add("host", "lake.example:8443");
  EXPECT_EQ(base_url_of(request), "https://lake.example:8443");
}

}  // namespace
}  // namespace lakeport::lakehouse

#include "file_receiver.h"

#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lakeport::sync {
namespace {

namespace fs = std::filesystem;

class FileReceiverTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "lakeport-files-XXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override { fs::remove_all(folder_); }

  static FileReceiver::Chunk chunk(std::string_view path, std::string_view data, bool last) {
    return {
        .schema = "shop", .storage = "pdf", .path = path, .data = data, .expected_bytes = {}, .last = last};
  }
  // Every file below the folder, by its path there.
  std::map<std::string, std::string> files() const {
    std::map<std::string, std::string> found;
    for (const auto& entry : fs::recursive_directory_iterator(folder_)) {
      if (!entry.is_regular_file()) continue;
      std::ifstream stream(entry.path(), std::ios::binary);
      found[fs::relative(entry.path(), folder_)] = std::string(std::istreambuf_iterator<char>(stream), {});
    }
    return found;
  }

  fs::path folder_;
  SyncObserver observer_;
};

using Files = std::map<std::string, std::string>;

TEST_F(FileReceiverTest, AFileShowsWhenItIsWhole) {
  FileReceiver receiver(folder_ / "f", observer_);
  ASSERT_TRUE(receiver.receive(chunk("a/b.pdf", "one ", false)));
  EXPECT_FALSE(fs::exists(folder_ / "f/shop/pdf/a/b.pdf"));
  EXPECT_FALSE(*receiver.settle());
  ASSERT_TRUE(receiver.receive(chunk("c", "", true)));
  ASSERT_TRUE(receiver.receive(chunk("a/b.pdf", "two", false)));
  ASSERT_TRUE(receiver.receive(chunk("a/b.pdf", "", true)));
  EXPECT_TRUE(*receiver.settle());
  EXPECT_EQ(files(), (Files{{"f/shop/pdf/a/b.pdf", "one two"}, {"f/shop/pdf/c", ""}}));
  EXPECT_EQ(receiver.stored(), 2);
  ASSERT_TRUE(receiver.receive(chunk("c", "new", true)));
  EXPECT_EQ(files(), (Files{{"f/shop/pdf/a/b.pdf", "one two"}, {"f/shop/pdf/c", "new"}}));
  EXPECT_TRUE(receiver.finish());
}

TEST_F(FileReceiverTest, TheExpectedBytesEndAFileToo) {
  FileReceiver receiver(folder_, observer_);
  auto part = chunk("x", "12345", false);
  part.expected_bytes = 5;
  ASSERT_TRUE(receiver.receive(part));
  EXPECT_TRUE(*receiver.settle());
  EXPECT_EQ(files(), (Files{{"shop/pdf/x", "12345"}}));
}

TEST_F(FileReceiverTest, AWrongLengthIsAnErrorAndLeavesNothing) {
  {
    FileReceiver receiver(folder_, observer_);
    for (const std::string_view data : {"123", "123456"}) {
      auto part = chunk(data, data, true);
      part.expected_bytes = 5;
      const auto received = receiver.receive(part);
      ASSERT_FALSE(received);
      EXPECT_EQ(received.error().kind(), ErrorKind::kSourceFailed);
    }
    ASSERT_TRUE(receiver.receive(chunk("half", "1", false)));
    const auto finished = receiver.finish();
    ASSERT_FALSE(finished);
    EXPECT_EQ(finished.error().kind(), ErrorKind::kSourceFailed);
  }
  EXPECT_EQ(files(), Files());
}

TEST_F(FileReceiverTest, NoPathLeadsOut) {
  FileReceiver receiver(folder_ / "f", observer_);
  for (const std::string_view path : {"../x", "a/../../x", "/etc/x", "a//b", "a/", "", ".", "..", "a/./b"}) {
    const auto received = receiver.receive(chunk(path, "x", true));
    ASSERT_FALSE(received) << path;
    EXPECT_EQ(received.error().kind(), ErrorKind::kSourceFailed) << path;
  }
  EXPECT_FALSE(receiver.receive(chunk(std::string_view("a\0b", 3), "x", true)));
  for (const char* schema : {"..", "a/b", ".incoming", ""}) {
    auto part = chunk("x", "x", true);
    part.schema = schema;
    EXPECT_FALSE(receiver.receive(part)) << schema;
    part = chunk("x", "x", true);
    part.storage = schema;
    EXPECT_FALSE(receiver.receive(part)) << schema;
  }
  EXPECT_EQ(files(), Files());
}

TEST_F(FileReceiverTest, RemovesWhatADeadSyncLeft) {
  fs::create_directories(folder_ / ".incoming");
  std::ofstream(folder_ / ".incoming" / "0") << "half";
  const FileReceiver receiver(folder_, observer_);
  EXPECT_EQ(files(), Files());
}

TEST_F(FileReceiverTest, TheDisksRefusalIsAnIoError) {
  std::ofstream(folder_ / "f") << "a file where the folder should be";
  FileReceiver receiver(folder_ / "f", observer_);
  const auto received = receiver.receive(chunk("x", "x", true));
  ASSERT_FALSE(received);
  EXPECT_EQ(received.error().kind(), ErrorKind::kIo);
}

}  // namespace
}  // namespace lakeport::sync

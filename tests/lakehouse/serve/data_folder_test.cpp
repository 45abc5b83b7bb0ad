#include "data_folder.h"

#include <filesystem>
#include <fstream>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lakeport::cli {
namespace {

using ::testing::HasSubstr;

class DataFolderTest : public ::testing::Test {
 protected:
  void SetUp() override {
    char pattern[] = "/tmp/data-folder-test-XXXXXX";
    folder_ = ::mkdtemp(pattern);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::filesystem::path folder_;
};

TEST_F(DataFolderTest, BelongsToOneAtATime) {
  std::string id;
  {
    const auto first = DataFolder::open(folder_ / "deep" / "data");
    ASSERT_TRUE(first) << first.error().to_string();
    id = first->id();
    const auto second = DataFolder::open(folder_ / "deep" / "data");
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().kind(), ErrorKind::kUnavailable);
    EXPECT_THAT(second.error().to_string(), HasSubstr(std::to_string(::getpid())));
  }
  const auto again = DataFolder::open(folder_ / "deep" / "data");
  ASSERT_TRUE(again);
  EXPECT_EQ(again->id(), id);
  EXPECT_NE(DataFolder::open(folder_ / "other")->id(), id);
}

TEST_F(DataFolderTest, LeavesFoldersOfOthersAlone) {
  std::ofstream(folder_ / "letter.txt") << "dear";
  const auto opened = DataFolder::open(folder_);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind(), ErrorKind::kInvalidInput);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "lock"));
  EXPECT_EQ(DataFolder::open(folder_ / "letter.txt").error().kind(), ErrorKind::kIo);
}

TEST_F(DataFolderTest, NoticesADamagedId) {
  {
    ASSERT_TRUE(DataFolder::open(folder_ / "data"));
  }
  std::ofstream(folder_ / "data" / "id") << "../../etc\n";
  EXPECT_EQ(DataFolder::open(folder_ / "data").error().kind(), ErrorKind::kInvalidInput);
}

}  // namespace
}  // namespace lakeport::cli

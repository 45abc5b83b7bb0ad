// Where batch files live, and what is left when their owner is killed.
#include "lakeport/batchfile/batch_folder.h"

#include <csignal>

#include <sys/stat.h>
#include <sys/wait.h>

#include <unistd.h>

#include "batch_fixture.h"

namespace lakeport::batchfile {
namespace {

TEST(BatchFolders, AreForTheirOwnerAloneAndGoWithIt) {
  const TemporaryFolder parent;
  {
    const auto folder = BatchFolder::open(parent.path());
    ASSERT_TRUE(folder);
    EXPECT_TRUE((*folder)->path().is_absolute());
    EXPECT_EQ((*folder)->path().parent_path(), parent.path());
    struct stat status{};
    ASSERT_EQ(::stat((*folder)->path().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777, 0700);
    write_bytes((*folder)->path() / "file", "content");
  }
  EXPECT_TRUE(parent.files().empty());
}

TEST(BatchFolders, OfTheLivingStay) {
  const TemporaryFolder parent;
  const auto first = BatchFolder::open(parent.path());
  ASSERT_TRUE(first);
  write_bytes((*first)->path() / "file", "content");
  const auto second = BatchFolder::open(parent.path());
  ASSERT_TRUE(second);
  EXPECT_NE((*first)->path(), (*second)->path());
  EXPECT_EQ(file_bytes((*first)->path() / "file"), "content");
}

TEST(BatchFolders, OfTheKilledAreRemoved) {
  const TemporaryFolder parent;
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const auto folder = BatchFolder::open(parent.path());
    if (folder) write_bytes((*folder)->path() / "file", "content");
    ::kill(::getpid(), SIGKILL);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  ASSERT_EQ(parent.files().size(), 1);
  const auto leftover = parent.files()[0];
  EXPECT_EQ(file_bytes(leftover / "file"), "content");
  // Neither other folders nor links are touched.
  std::filesystem::create_directory(parent.path() / "other");
  std::filesystem::create_directory_symlink(parent.path() / "other", parent.path() / "lakeport-batches-link");

  const auto folder = BatchFolder::open(parent.path());
  ASSERT_TRUE(folder);
  EXPECT_FALSE(std::filesystem::exists(leftover));
  EXPECT_TRUE(std::filesystem::exists(parent.path() / "other"));
  EXPECT_TRUE(std::filesystem::exists((*folder)->path()));
}

TEST(BatchFolders, NeedAPlace) {
  const TemporaryFolder parent;
  const auto missing = BatchFolder::open(parent.path() / "missing");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind(), ErrorKind::kNotFound);
  EXPECT_NE(missing.error().to_string().find("missing"), std::string::npos);
  write_bytes(parent.path() / "file", "");
  const auto in_file = BatchFolder::open(parent.path() / "file");
  ASSERT_FALSE(in_file);
  EXPECT_EQ(in_file.error().kind(), ErrorKind::kIo);
}

}  // namespace
}  // namespace lakeport::batchfile

#include "connector_types.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lakeport/base/seal.h"

namespace lakeport::platform {
namespace {

namespace fs = std::filesystem;

class ConnectorTypesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("lakeport-types-" + random_hex(8));
    fs::create_directories(folder_ / "open" / "in");
    fs::create_directories(folder_ / "closed");
    fs::create_symlink(folder_ / "closed", folder_ / "open" / "link");
    options_.readable_files = folder_ / "open";
  }
  void TearDown() override { fs::remove_all(folder_); }

  bool readable(const std::string& path) const {
    const auto types = ConnectorTypes::create(options_);
    return types->check_readable(*types->find("files"), {{"path", path}}).has_value();
  }

  fs::path folder_;
  PlatformOptions options_;
};

TEST_F(ConnectorTypesTest, FilesMayOnlyReadWhatIsOpen) {
  const std::string open = (folder_ / "open").string();
  EXPECT_TRUE(readable(open));
  EXPECT_TRUE(readable(open + "/in"));
  EXPECT_TRUE(readable(open + "/**/*.csv"));
  EXPECT_TRUE(readable(open + "/not-there-yet/x.csv"));
  for (const std::string& path :
       {std::string("/"), std::string("/etc/passwd"), open + "/../closed", open + "/*/../../closed",
        open + "2/x.csv", (folder_ / "o*").string(), open + "/link/x.csv", std::string("relative.csv")}) {
    EXPECT_FALSE(readable(path)) << path;
  }
}

TEST_F(ConnectorTypesTest, FilesAreOnlyOfferedWhereAFolderIsOpen) {
  EXPECT_NE(ConnectorTypes::create(options_)->find("files"), nullptr);
  EXPECT_EQ(ConnectorTypes::create({})->find("files"), nullptr);
  EXPECT_NE(ConnectorTypes::create({})->find("postgresql"), nullptr);
}

TEST_F(ConnectorTypesTest, IdsAreWellFormedAndUnique) {
  for (const std::string id : {"", "With Space", "postgresql", "Ünicode"}) {
    PlatformOptions options;
    options.connectors = {{id, "x", "x", "x"}};
    EXPECT_FALSE(ConnectorTypes::create(options)) << id;
  }
}

}  // namespace
}  // namespace lakeport::platform

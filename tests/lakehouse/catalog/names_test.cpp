#include <gtest/gtest.h>

#include "lakeport/lakehouse/securable.h"

#include "storage_url.h"

namespace lakeport::lakehouse {
namespace {

TEST(Names, MayBeAnythingButWhatUnityCatalogRefuses) {
  for (const std::string good :
       {"a", "Größe", "名前", "with space", "back`tick", "123", "a-b", "'quoted'", "😀"}) {
    EXPECT_TRUE(check_name("table", good)) << good;
  }
  std::string longest;
  for (int i = 0; i < 255; ++i) longest += "ü";
  EXPECT_TRUE(check_name("table", longest));
  EXPECT_FALSE(check_name("table", longest + "x"));
  for (const std::string bad : {"", " ", " \xC2\xA0 ", "a.b", "a/b", "a\nb", "a\x7f", "\xff", "a\xC2\x85"}) {
    EXPECT_FALSE(check_name("table", bad)) << bad;
  }
  EXPECT_TRUE(check_column_name("a.b/c"));
  EXPECT_FALSE(check_column_name(""));
}

TEST(Names, CompareWithoutCase) {
  EXPECT_EQ(name_key("Orders"), name_key("oRDERS"));
  EXPECT_EQ(name_key("STRASSE"), name_key("straße"));
  EXPECT_EQ(name_key("ÄRGER"), name_key("a\xCC\x88rger"));
  EXPECT_EQ(name_key("ΣΊΣΥΦΟΣ"), name_key("σίσυφος"));
  EXPECT_NE(name_key("a"), name_key("b"));
}

TEST(Names, AreReadAndWrittenInParts) {
  const auto name = parse_object_name("main.`my ``odd`` schema`.T");
  ASSERT_TRUE(name);
  EXPECT_EQ(*name, (ObjectName{"main", "my `odd` schema", "T"}));
  EXPECT_EQ(name->full(), "main.`my ``odd`` schema`.T");
  EXPECT_EQ(*parse_object_name(name->full()), *name);
  // As REST sends it: no quotes around what is odd.
  EXPECT_EQ(parse_object_name("main.a`b.c d")->schema, "a`b");
  EXPECT_EQ(parse_object_name("main.a`b.c d")->object, "c d");
  EXPECT_EQ(parse_object_name("main")->full(), "main");
  for (const std::string bad : {"", ".", "a.", ".a", "a..b", "a.b.c.d", "``.a"}) {
    EXPECT_FALSE(parse_object_name(bad)) << bad;
  }
}

TEST(Names, OfPrivilegesAndKindsReadEitherWay) {
  EXPECT_EQ(privilege_from_string("use_catalog"), Privilege::kUseCatalog);
  EXPECT_EQ(privilege_from_string("Use  Catalog "), Privilege::kUseCatalog);
  EXPECT_EQ(privilege_from_string("READ METADATA"), Privilege::kReadMetadata);
  EXPECT_EQ(privilege_from_string("all"), Privilege::kAllPrivileges);
  EXPECT_EQ(privilege_from_string("FLY"), std::nullopt);
  for (int i = 0; i <= static_cast<int>(Privilege::kRefresh); ++i) {
    const auto privilege = static_cast<Privilege>(i);
    EXPECT_EQ(privilege_from_string(to_string(privilege)), privilege);
  }
  EXPECT_EQ(securable_kind_from_string("external_location"), SecurableKind::kExternalLocation);
  EXPECT_EQ(securable_kind_from_string("DATABASE"), SecurableKind::kSchema);
}

TEST(StorageUrls, HaveOneForm) {
  EXPECT_EQ(*unity::storage_url("/data//in/"), "file:///data/in");
  EXPECT_EQ(*unity::storage_url("file:/data/in"), "file:///data/in");
  EXPECT_EQ(*unity::storage_url("FILE:///"), "file:///");
  EXPECT_EQ(*unity::storage_url("S3://bucket//a/"), "s3://bucket/a");
  EXPECT_EQ(*unity::storage_url("/data/in/*.csv"), "file:///data/in/*.csv");
  for (const std::string bad : {"", "data/in", "file:///data/../etc", "/a/./b", "http://x/y", "s3:bucket",
                                "s3://", "s3:///a", "/a\nb"}) {
    EXPECT_FALSE(unity::storage_url(bad)) << bad;
  }
  EXPECT_TRUE(unity::lies_in("file:///data/in/x.csv", "file:///data/in"));
  EXPECT_TRUE(unity::lies_in("file:///data/in", "file:///data/in"));
  EXPECT_TRUE(unity::lies_in("file:///data", "file:///"));
  EXPECT_FALSE(unity::lies_in("file:///data/inside", "file:///data/in"));
  EXPECT_FALSE(unity::lies_in("file:///data", "file:///data/in"));
}

}  // namespace
}  // namespace lakeport::lakehouse

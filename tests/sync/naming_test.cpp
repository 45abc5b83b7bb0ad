#include "lakeport/sync/naming.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lakeport::sync {
namespace {

TEST(PlainName, IsAnIdentifier) {
  EXPECT_EQ(plain_name("postgres"), "postgres");
  EXPECT_EQ(plain_name("My-Connector.py"), "my_connector_py");
  EXPECT_EQ(plain_name("  7 seas  "), "_7_seas");
  EXPECT_EQ(plain_name("größe"), "gr_e");
  EXPECT_EQ(plain_name("Ü"), "source");
  EXPECT_EQ(plain_name(""), "source");
}

TEST(DestinationNames, WithoutSchemas) {
  EXPECT_EQ(*DestinationNames("", "My shop").name(std::nullopt, "Or\"ders"),
            (wire::TableId{"my_shop", "Or\"ders"}));
  EXPECT_EQ(*DestinationNames("Given", "My shop").name(std::nullopt, "t"), (wire::TableId{"Given", "t"}));
  EXPECT_EQ(*DestinationNames("", "shop").name("", "t"), (wire::TableId{"shop", "t"}));
}

TEST(DestinationNames, WithSchemas) {
  EXPECT_EQ(*DestinationNames("", "shop").name("Größe", "t"), (wire::TableId{"Größe", "t"}));
  EXPECT_EQ(*DestinationNames("p", "shop").name("Größe", "t"), (wire::TableId{"p_Größe", "t"}));
}

TEST(DestinationNames, TwoTablesNeverShareAName) {
  DestinationNames names("", "shop");
  ASSERT_TRUE(names.name("a", "Orders"));
  ASSERT_TRUE(names.name("a", "Orders"));
  const auto clash = names.name("A", "orders");
  ASSERT_FALSE(clash);
  EXPECT_EQ(clash.error().kind(), ErrorKind::kInvalidInput);
  EXPECT_THAT(clash.error().to_string(), ::testing::HasSubstr("a.Orders and A.orders"));
  ASSERT_TRUE(names.name("shop", "t"));
  EXPECT_FALSE(names.name(std::nullopt, "t"));
  EXPECT_EQ(names.name("a", "").error().kind(), ErrorKind::kSourceFailed);
}

}  // namespace
}  // namespace lakeport::sync

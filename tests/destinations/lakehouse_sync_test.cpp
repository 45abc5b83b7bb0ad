// Whole syncs from the files source into a lakehouse.
#include <fstream>

#include <gmock/gmock.h>

#include "lakeport/connectors/connector.h"
#include "lakeport/sync/engine.h"

#include "lakehouse_fixture.h"
#include "temporary_folder.h"

namespace lakeport::destinations {
namespace {

using lakehouse::SecurableKind;
using testing::ElementsAre;

class LakehouseSyncTest : public LakehouseLoadingTest {
 protected:
  void SetUp() override {
    auto opened = connectors::Connector::open(FILES_SOURCE_SERVER, connectors::Role::kSource, {});
    ASSERT_TRUE(opened) << opened.error().to_string();
    connector_ = *std::move(opened);
    source_ = connectors::SourceClient::create(*connector_, {});
    std::filesystem::create_directory(folder_ / "in");
    options_.source_name = "shop";
    options_.source_configuration["path"] = folder_ / "in";
    options_.source_configuration["primary_key"] = "id";
  }
  void file(const std::string& name, const std::string& content) {
    std::ofstream(folder_ / ("in/" + name), std::ios::trunc) << content;
  }
  Status sync() {
    auto store = store::StateStore::open(folder_ / "state.db");
    EXPECT_TRUE(store);
    sync::SyncObserver observer;
    sync::Progress progress;
    const auto loader = open();
    return run_sync(*source_, *loader, **store, options_, observer, progress, {}).status;
  }

  TemporaryFolder folder_;
  std::unique_ptr<connectors::Connector> connector_;
  std::unique_ptr<connectors::SourceClient> source_;
  sync::SyncOptions options_;
};

TEST_F(LakehouseSyncTest, LoadsAndGoesOn) {
  file("people.csv", "id,name,born,height\n1,Zoë,1990-01-02,1.75\n2,\"O'Hara, Jr\",,\n3,表,2001-12-31,2\n");
  file("orders.csv", "id,customer,total\n10,1,12.50\n11,1,99999999999999999999.99\n12,3,-1\n");
  expect_done(sync());
  EXPECT_THAT(query("SELECT id, name, born, height, _fivetran_deleted FROM main.shop.people ORDER BY id"),
              ElementsAre("1 | Zoë | 1990-01-02 | 1.75 | false", "2 | O'Hara, Jr | NULL | NULL | false",
                          "3 | 表 | 2001-12-31 | 2 | false"));
  EXPECT_THAT(query("SELECT id, customer, total FROM main.shop.orders ORDER BY id"),
              ElementsAre("10 | 1 | 12.50", "11 | 1 | 99999999999999999999.99", "12 | 3 | -1.00"));
  // Changed values, a new row, a column more, a type that is too narrow.
  file("people.csv",
       "id,name,born,height,city\n1,Zoe,1990-01-02,1.75,Zürich\n2,\"O'Hara, Jr\",,tall,\n3,表,2001-12-31,2,\n"
       "4,new,,,Bern\n");
  expect_done(sync());
  EXPECT_THAT(query("SELECT id, name, born, height, city FROM main.shop.people WHERE NOT _fivetran_deleted "
                    "ORDER BY id"),
              ElementsAre("1 | Zoe | 1990-01-02 | 1.75 | Zürich", "2 | O'Hara, Jr | NULL | tall | NULL",
                          "3 | 表 | 2001-12-31 | 2 | NULL", "4 | new | NULL | NULL | Bern"));
  EXPECT_THAT(query("SELECT count(*) FROM main.shop.orders"), ElementsAre("3"));
}

TEST_F(LakehouseSyncTest, AMissingRightSaysWhatIsMissing) {
  grant("CREATE SCHEMA", SecurableKind::kCatalog, "main", false);
  file("people.csv", "id\n1\n");
  expect_refused(sync(), {"shop", "CREATE SCHEMA on Catalog 'main'"});
}

}  // namespace
}  // namespace lakeport::destinations

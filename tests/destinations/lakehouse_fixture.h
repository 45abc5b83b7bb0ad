// A lakehouse with a user called "loader", and destinations that load as him.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "lakeport/destinations/lakehouse.h"

#include "engine_fixture.h"
#include "lakehouse_rows.h"
#include "sample_rows.h"
#include "table_model.h"

namespace lakeport::destinations {

class LakehouseLoadingTest : public testing::Test {
 protected:
  LakehouseLoadingTest() {
    grant("USE CATALOG");
    grant("CREATE SCHEMA");
    // An admin manages what others make, but does not read it.
    lakehouse_.grant("ALL PRIVILEGES", lakehouse::SecurableKind::kCatalog, "main", "admin");
  }

  void grant(const std::string& privilege, lakehouse::SecurableKind kind, const std::string& name,
             bool add = true) {
    lakehouse_.grant(privilege, kind, name, "loader", add);
  }
  void grant(const std::string& privilege) { grant(privilege, lakehouse::SecurableKind::kCatalog, "main"); }

  std::unique_ptr<sync::Destination> open(const std::string& catalog = "main") {
    const auto id = lakehouse_.session("loader").caller.principal.id;
    auto opened =
        open_lakehouse_destination(lakehouse_.engine(), lakehouse_.catalog(),
                                   {.catalog = catalog, .caller = [this, id]() -> Result<lakehouse::Caller> {
                                      if (token_revoked_)
                                        return fail(ErrorKind::kPermission, "the token was revoked");
                                      return lakehouse_.identity().caller_for(id);
                                    }});
    EXPECT_TRUE(opened) << opened.error().to_string();
    return *std::move(opened);
  }

  // Rows of `schema` with these keys.
  wire::TableChanges rows(const wire::TableId& table, const wire::TableSchema& schema,
                          const std::vector<std::int64_t>& keys) {
    return {table, schema, sample_.rows(schema, keys, 1000), {}};
  }
  // The rows of a query of one column, each as text.
  std::vector<std::string> query(const std::string& sql) { return lakehouse_.must("admin", sql).rows; }

  static void expect_done(const Status& status) {
    EXPECT_TRUE(status) << (status ? "" : status.error().to_string());
  }
  static void expect_refused(const Status& status, const std::vector<std::string>& parts) {
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().kind(), ErrorKind::kDestinationFailed) << status.error().to_string();
    for (const auto& part : parts)
      EXPECT_NE(status.error().to_string().find(part), std::string::npos) << status.error().to_string();
  }

  lakehouse::Lakehouse lakehouse_;
  SampleRows sample_{3};
  std::atomic<bool> token_revoked_{false};
  const wire::TableId table_{"shop", "orders"};
  const wire::TableSchema schema_{"orders",
                                  {{"id", wire::DataType::kLong, true},
                                   {"v", wire::DataType::kInt},
                                   {std::string(wire::kSyncedColumn), wire::DataType::kUtcDatetime},
                                   {std::string(wire::kDeletedColumn), wire::DataType::kBoolean}}};
};

}  // namespace lakeport::destinations

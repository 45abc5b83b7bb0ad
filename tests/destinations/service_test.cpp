// The DuckDB destination as an SDK server: the calls that are not history or migrations.
#include <arrow/api.h>
#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>

#include "common.pb.h"
#include "destination_sdk.grpc.pb.h"
#include "served_destination.h"

namespace lakeport::destinations {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using wire::DataType;

const wire::TableId kTable{"shop", "orders"};

wire::TableSchema orders() {
  return {"orders",
          {{"id", DataType::kInt, true},
           {"amount", DataType::kDecimal, false, wire::DecimalParams{10, 2}},
           {"note", DataType::kString},
           {"data", DataType::kBinary},
           {"day", DataType::kNaiveDate},
           {"at", DataType::kNaiveDatetime},
           {"time", DataType::kNaiveTime},
           {"json", DataType::kJson},
           {"flag", DataType::kBoolean},
           {"_fivetran_synced", DataType::kUtcDatetime},
           {"_fivetran_deleted", DataType::kBoolean}}};
}

class ServiceTest : public ServedTest {
 protected:
  connectors::DestinationClient& client() { return server_.client(); }
};

TEST_F(ServiceTest, FormTestsAndCapabilities) {
  auto form = client().configuration_form();
  ASSERT_TRUE(form);
  ASSERT_EQ(form->fields_size(), 2);
  EXPECT_EQ(form->fields(0).name(), "database");
  EXPECT_TRUE(form->fields(0).required());
  EXPECT_FALSE(form->fields(1).required());
  ASSERT_EQ(form->tests_size(), 2);
  must(client().test("connect"));
  must(client().test("write"));
  EXPECT_FALSE(client().test("nonsense"));
  EXPECT_EQ(*client().capabilities(), connectors::BatchFormat::kCsv);
  ServedDestination parquet(folder_ / "p.duckdb", DESTINATION_SERVER_PARQUET);
  EXPECT_EQ(*parquet.client().capabilities(), connectors::BatchFormat::kParquet);
}

TEST_F(ServiceTest, DescribeCreateAlterDrop) {
  EXPECT_FALSE(client().describe_table(kTable)->has_value());
  must(client().create_table(kTable, orders()));
  EXPECT_EQ(**client().describe_table(kTable), orders());
  auto again = client().create_table(kTable, orders());
  ASSERT_FALSE(again);
  EXPECT_THAT(again.error().to_string(), HasSubstr("there already"));

  auto changed = orders();
  changed.columns[1].decimal = wire::DecimalParams{38, 15};
  changed.columns[2].primary_key = true;
  std::erase_if(changed.columns, [](const auto& column) { return column.name == "day"; });
  changed.columns.push_back({"more", DataType::kDouble});
  must(client().alter_table(kTable, changed, false));
  EXPECT_NE((**client().describe_table(kTable)).find("day"), nullptr);
  must(client().alter_table(kTable, changed, true));
  EXPECT_EQ(**client().describe_table(kTable), changed);
}

TEST_F(ServiceTest, WriteBatchReplacesUpdatesAndDeletes) {
  must(client().create_table(kTable, orders()));
  auto first = batch<sdk::WriteBatchRequest>("shop", "orders");
  // Any order of columns; quotes, line breaks, empty text beside NULL.
  first.add_replace_files(
      csv(std::string("note,id,amount,data,day,at,time,json,flag,_fivetran_deleted,_fivetran_synced\n") +
          "\"a \"\"quoted\"\", \\text\nof two "
          "lines\",1,100.45,AP8=,2007-12-03,2007-12-03T10:15:30,10:15:30,\"{\"\"a\"\": 1, "
          "\"\"a\"\":2}\",true,false,2024-01-01T00:00:00.123Z\n" +
          "\"\",2,-0.10,,0001-01-01,9999-12-31T23:59:59.999999,23:59:59.999999,null,false,false,2024-01-"
          "01T00:00:00Z\n" +
          kNull + ",3," + kNull + "," + kNull + "," + kNull + "," + kNull + "," + kNull + "," + kNull + "," +
          kNull + ",false,2024-01-01T00:00:00Z\n"));
  must(client().write_batch(first));

  auto second = batch<sdk::WriteBatchRequest>("shop", "orders");
  second.add_replace_files(
      csv("id,note,_fivetran_synced,_fivetran_deleted\n3,three,2024-01-02T00:00:00Z,false\n4,four,2024-01-"
          "02T00:00:00Z,false\n"));
  second.add_update_files(csv(std::string("id,amount,note,_fivetran_synced,_fivetran_deleted\n1,") +
                              kUnmodified + "," + kNull +
                              ",2024-01-02T00:00:00Z,false\n99,1.00,ignored,2024-01-02T00:00:00Z,false\n"));
  second.add_update_files(csv(std::string("id,amount,note,_fivetran_synced,_fivetran_deleted\n4,7.50,") +
                              kUnmodified + ",2024-01-02T00:00:00Z,true\n"));
  second.add_delete_files(csv("id\n2\n77\n"));
  must(client().write_batch(second));
  EXPECT_THAT(rows("SELECT id, amount, note, hex(data), day, \"at\", time, json, flag, _fivetran_deleted, "
                   "epoch_ms(_fivetran_synced) FROM shop.orders ORDER BY id"),
              ElementsAre("1|100.45|NULL|00FF|2007-12-03|2007-12-03 10:15:30|10:15:30|{\"a\": 1, "
                          "\"a\":2}|true|false|1704153600000",
                          "3|NULL|three|NULL|NULL|NULL|NULL|NULL|NULL|false|1704153600000",
                          "4|7.50|four|NULL|NULL|NULL|NULL|NULL|NULL|true|1704153600000"));
}

TEST_F(ServiceTest, NanosecondsInTextAreKept) {
  must(client().create_table(kTable, orders()));
  auto request = batch<sdk::WriteBatchRequest>("shop", "orders");
  request.add_replace_files(
      csv("id,at,_fivetran_synced\n1,2024-01-01T00:00:00.123456789,2024-01-01T00:00:00Z\n"));
  must(client().write_batch(request));
  EXPECT_THAT(rows("SELECT id, \"at\" FROM shop.orders"), ElementsAre("1|2024-01-01T00:00:00.123456789"));
}

TEST_F(ServiceTest, TruncateHardSoftAndOfWhatIsMissing) {
  sdk::TruncateRequest missing;
  missing.set_schema_name("no");
  missing.set_table_name("such");
  missing.set_synced_column("_fivetran_synced");
  must(client().truncate(missing));

  must(client().create_table(kTable, orders()));
  auto request = batch<sdk::WriteBatchRequest>("shop", "orders");
  request.add_replace_files(
      csv("id,_fivetran_synced,_fivetran_deleted\n1,2024-01-01T00:00:00.001Z,false\n2,2024-01-01T00:00:00."
          "002Z,false\n3,2024-01-01T00:00:00.003Z,false\n"));
  must(client().write_batch(request));
  sdk::TruncateRequest soft;
  soft.set_schema_name("shop");
  soft.set_table_name("orders");
  soft.set_synced_column("_fivetran_synced");
  soft.mutable_utc_delete_before()->set_seconds(1704067200);
  soft.mutable_utc_delete_before()->set_nanos(3'000'000);
  auto hard = soft;
  soft.mutable_soft()->set_deleted_column("_fivetran_deleted");
  must(client().truncate(soft));
  hard.mutable_utc_delete_before()->set_nanos(2'000'000);
  must(client().truncate(hard));
  EXPECT_THAT(rows("SELECT id, _fivetran_deleted FROM shop.orders ORDER BY id"),
              ElementsAre("2|true", "3|false"));
}

TEST_F(ServiceTest, RefusalsSayWhyAndChangeNothing) {
  must(client().create_table(kTable, orders()));
  auto good = batch<sdk::WriteBatchRequest>("shop", "orders");
  good.add_replace_files(csv("id,note,_fivetran_synced\n1,kept,2024-01-01T00:00:00Z\n"));
  must(client().write_batch(good));

  auto refused = [&](const std::string& text, const std::string& reason) {
    auto request = batch<sdk::WriteBatchRequest>("shop", "orders");
    request.add_replace_files(csv("id,note,_fivetran_synced\n1,overwritten,2024-01-01T00:00:00Z\n"));
    request.add_replace_files(csv(text));
    const auto written = client().write_batch(request);
    ASSERT_FALSE(written) << text;
    EXPECT_EQ(written.error().kind(), ErrorKind::kDestinationFailed);
    EXPECT_THAT(written.error().to_string(), HasSubstr(reason));
    EXPECT_THAT(written.error().to_string(), HasSubstr("orders"));
  };
  refused("id,note\n2,too,many\n", "csv");
  refused("id,unknown\n2,x\n", "unknown");
  refused("id,amount\n2,1.239\n", "amount");
  refused("id,amount\n2,abc\n", "abc");
  refused("id\n2.5\n", "2.5");
  refused("note\nx\n", "key column");
  refused("id,day\n2,yesterday\n", "yesterday");
  refused("id,data\n2,!!!\n", "base64");
  auto missing_file = batch<sdk::WriteBatchRequest>("shop", "orders");
  missing_file.add_replace_files("/no/such/file.csv");
  EXPECT_FALSE(client().write_batch(missing_file));
  auto no_key = batch<sdk::WriteBatchRequest>("shop", "orders");
  no_key.mutable_file_params()->set_encryption(sdk::AES);
  no_key.add_replace_files(csv("id\n2\n"));
  const auto keyless = client().write_batch(no_key);
  ASSERT_FALSE(keyless);
  EXPECT_THAT(keyless.error().to_string(), HasSubstr("no key"));
  auto no_table = batch<sdk::WriteBatchRequest>("shop", "nothing");
  EXPECT_FALSE(client().write_batch(no_table));
  EXPECT_THAT(rows("SELECT id, note FROM shop.orders"), ElementsAre("1|kept"));
}

TEST_F(ServiceTest, FileHeldElsewhereIsATask) {
  server_.stop();
  {
    ServedDestination first(file_);
    must(first.client().test("write"));
    ServedDestination second(file_);
    EXPECT_FALSE(second.client().test("connect"));
    const auto created = second.client().create_table(kTable, orders());
    ASSERT_FALSE(created);
    EXPECT_EQ(created.error().kind(), ErrorKind::kTask);
    EXPECT_THAT(created.error().to_string(), HasSubstr("another"));
  }
}

TEST_F(ServiceTest, WrongConfigurationIsTold) {
  auto channel = grpc::CreateChannel(server_.address(), grpc::InsecureChannelCredentials());
  auto stub = sdk::DestinationConnector::NewStub(channel);
  auto test = [&](std::map<std::string, std::string> configuration) {
    sdk::TestRequest request;
    request.set_name("connect");
    request.mutable_configuration()->insert(configuration.begin(), configuration.end());
    sdk::TestResponse response;
    grpc::ClientContext context;
    EXPECT_TRUE(stub->Test(&context, request, &response).ok());
    return response.failure();
  };
  EXPECT_THAT(test({}), HasSubstr("database"));
  EXPECT_THAT(test({{"database", "/no/such/folder/x.duckdb"}}), HasSubstr("Make the folder"));
  EXPECT_THAT(test({{"database", file_.string()}, {"memory_limit_mb", "lots"}}),
              HasSubstr("memory_limit_mb"));
  EXPECT_EQ(test({{"database", (folder_ / "other.duckdb").string()}, {"memory_limit_mb", "64"}}), "");
}

}  // namespace
}  // namespace lakeport::destinations

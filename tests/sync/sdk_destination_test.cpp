// An SDK destination in another process: the requests that it gets, and what is in the batch files.
#include "lakeport/sync/sdk_destination.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include <arrow/array.h>
#include <arrow/json/from_string.h>
#include <arrow/record_batch.h>
#include <arrow/scalar.h>
#include <arrow/table.h>
#include <arrow/type.h>
#include <arrow/util/base64.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "lakeport/batchfile/batch_file.h"
#include "lakeport/connectors/connector.h"
#include "lakeport/connectors/destination_client.h"

namespace lakeport::sync {
namespace {

using batchfile::Format;
using nlohmann::json;
using wire::Column;
using wire::DataType;
using wire::DecimalParams;

std::shared_ptr<arrow::RecordBatch> rows_of(const std::vector<std::pair<Column, std::string>>& columns) {
  arrow::FieldVector fields;
  arrow::ArrayVector arrays;
  for (const auto& [column, values] : columns) {
    arrays.push_back(arrow::json::ArrayFromJSONString(wire::arrow_type(column), values).ValueOrDie());
    fields.push_back(arrow::field(column.name, wire::arrow_type(column)));
  }
  const auto rows = arrays.front()->length();
  return arrow::RecordBatch::Make(arrow::schema(fields), rows, arrays);
}

class SdkDestinationTest : public testing::TestWithParam<Format> {
 protected:
  SdkDestinationTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "sdk-destination-test-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    std::filesystem::create_directory(folder_ / "batches");
  }
  ~SdkDestinationTest() override {
    destination_.reset();
    EXPECT_TRUE(std::filesystem::is_empty(folder_ / "batches"));
    ::unsetenv("SCRIPTED_FORMAT");
    std::filesystem::remove_all(folder_);
  }

  void start(const std::string& script = "", std::int64_t max_file_bytes = batchfile::kMaxFileBytes) {
    ::setenv("SCRIPTED_FORMAT", GetParam() == Format::kCsv ? "CSV" : "PARQUET", 1);
    auto connector = connectors::Connector::open(SCRIPTED_DESTINATION, connectors::Role::kDestination, {});
    ASSERT_TRUE(connector) << connector.error().to_string();
    connector_ = *std::move(connector);
    connectors::DestinationOptions options;
    options.first_backoff = std::chrono::milliseconds(1);
    client_ = connectors::DestinationClient::create(*connector_,
                                                    {{"script", script},
                                                     {"record", (folder_ / "requests").string()},
                                                     {"copies", (folder_ / "copies").string()},
                                                     {"tables", (folder_ / "tables").string()}},
                                                    options);
    auto destination =
        open_sdk_destination(*client_, {.folder = folder_ / "batches", .max_file_bytes = max_file_bytes});
    ASSERT_TRUE(destination) << destination.error().to_string();
    destination_ = *std::move(destination);
  }

  // Writes, and waits until the destination has applied it.
  Status apply(const wire::TableChanges& changes) {
    LAKEPORT_RETURN_IF_ERROR(destination_->write(changes));
    return destination_->commit();
  }

  std::vector<json> requests(const std::string& call) const {
    std::vector<json> found;
    std::ifstream file(folder_ / "requests");
    for (std::string line; std::getline(file, line);) {
      json entry = json::parse(line);
      if (entry.at("call") == call) found.push_back(std::move(entry));
    }
    return found;
  }

  // The rows of one of a request's batch files, from the copy that the destination made of it.
  static std::shared_ptr<arrow::RecordBatch> rows_of_file(const json& entry, const std::string& path) {
    const json& request = entry.at("request");
    const json& file_params = request.at("file_params");
    EXPECT_EQ(file_params.at("compression"), "ZSTD");
    EXPECT_EQ(file_params.at("encryption"), "AES");
    const batchfile::FileParams params{GetParam(), batchfile::Compression::kZstd, true,
                                       file_params.at("null_string"), file_params.at("unmodified_string")};
    const std::string key =
        arrow::util::base64_decode(request.at("keys").at(path).get<std::string>()).ValueOrDie();
    EXPECT_FALSE(std::filesystem::exists(path));
    const auto reader =
        batchfile::open_batch_file(entry.at("files").at(path).get<std::string>(), params, key);
    EXPECT_TRUE(reader) << (reader ? "" : reader.error().to_string());
    if (!reader) return nullptr;
    return (*reader)->ToTable().ValueOrDie()->CombineChunksToBatch().ValueOrDie();
  }

  // Cells as text, NULL as "∅" and unmodified ones as "=".
  static std::vector<std::vector<std::string>> cells_of(const json& entry, const std::string& files) {
    std::vector<std::vector<std::string>> cells;
    if (!entry.at("request").contains(files)) return cells;
    const std::string unmodified = entry.at("request").at("file_params").at("unmodified_string");
    for (const json& path : entry.at("request").at(files)) {
      const auto rows = rows_of_file(entry, path);
      if (rows == nullptr) return {};
      for (std::int64_t row = 0; row < rows->num_rows(); ++row) {
        std::vector<std::string> line;
        for (const auto& column : rows->columns()) {
          std::string cell = column->IsNull(row) ? "∅" : column->GetScalar(row).ValueOrDie()->ToString();
          line.push_back(cell == unmodified ? "=" : cell);
        }
        cells.push_back(std::move(line));
      }
    }
    return cells;
  }

  static std::vector<std::string> names_of(const json& entry, const std::string& path) {
    return rows_of_file(entry, path)->schema()->field_names();
  }

  static wire::TableSchema schema_of(const std::vector<Column>& columns) {
    wire::TableSchema schema{"orders", columns};
    schema.columns.push_back(synced_);
    schema.columns.push_back(deleted_);
    return schema;
  }

  // Changes that are one upsert of `values` in column `column`, each with another id.
  wire::TableChanges upserts(const Column& column, const std::string& values) {
    const auto array = arrow::json::ArrayFromJSONString(wire::arrow_type(column), values).ValueOrDie();
    std::string ids;
    std::string synced;
    std::string deleted;
    for (std::int64_t i = 0; i < array->length(); ++i) {
      ids += (i == 0 ? "" : ",") + std::to_string(i);
      synced += i == 0 ? "0" : ",0";
      deleted += i == 0 ? "false" : ",false";
    }
    return {table_,
            schema_of({id_, column}),
            rows_of({{id_, "[" + ids + "]"},
                     {column, values},
                     {synced_, "[" + synced + "]"},
                     {deleted_, "[" + deleted + "]"}}),
            {}};
  }

  // The type and params of a column in a recorded request.
  static json column_of(const json& entry, const std::string& name) {
    for (const json& column : entry.at("request").at("table").at("columns")) {
      if (column.at("name") == name) return column;
    }
    return {};
  }

  inline static const Column id_{"id", DataType::kLong, true};
  inline static const Column note_{"note", DataType::kString};
  inline static const Column total_{"total", DataType::kDecimal, false, DecimalParams{18, 4}};
  inline static const Column at_{"at", DataType::kNaiveDatetime};
  inline static const Column synced_{std::string(wire::kSyncedColumn), DataType::kUtcDatetime};
  inline static const Column deleted_{std::string(wire::kDeletedColumn), DataType::kBoolean};
  const wire::TableId table_{"shop", "orders"};
  std::filesystem::path folder_;
  std::unique_ptr<connectors::Connector> connector_;
  std::unique_ptr<connectors::DestinationClient> client_;
  std::unique_ptr<Destination> destination_;
};

INSTANTIATE_TEST_SUITE_P(Formats, SdkDestinationTest, testing::Values(Format::kCsv, Format::kParquet),
                         [](const auto& format) { return format.param == Format::kCsv ? "Csv" : "Parquet"; });

TEST_P(SdkDestinationTest, WritesChangesAsOneBatch) {
  start();
  const auto schema = schema_of({id_, note_, total_, at_});
  ASSERT_TRUE(destination_->create(table_, schema));
  wire::TableChanges changes{table_, schema, nullptr, {}};
  changes.upserts = rows_of({{id_, "[1, 2]"},
                             {note_, R"(["say \"hi\",\nall", null])"},
                             {total_, R"(["12.5000", null])"},
                             {at_, "[1196676930123456, null]"},
                             {synced_, "[1715938200125000, 1715938200125000]"},
                             {deleted_, "[false, true]"}});
  changes.updates.push_back(
      rows_of({{id_, "[3]"}, {note_, R"([""])"}, {synced_, "[1715938200125000]"}, {deleted_, "[false]"}}));
  changes.updates.push_back(
      rows_of({{id_, "[4]"}, {total_, "[null]"}, {synced_, "[1715938200125000]"}, {deleted_, "[false]"}}));
  changes.updates.push_back(rows_of({{id_, "[5]"}, {synced_, "[1715938200125000]"}, {deleted_, "[true]"}}));
  const Status written = apply(changes);
  ASSERT_TRUE(written) << written.error().to_string();
  ASSERT_TRUE(destination_->commit());

  const auto batches = requests("WriteBatch");
  ASSERT_EQ(batches.size(), 1);
  const json& request = batches[0].at("request");
  EXPECT_EQ(request.at("schema_name"), "shop");
  EXPECT_EQ(request.at("table").at("name"), "orders");
  EXPECT_EQ(request.at("table").at("columns").size(), 6);
  EXPECT_FALSE(request.contains("delete_files"));
  const std::string when = "2024-05-17T09:30:00.125Z";
  using Cells = std::vector<std::vector<std::string>>;
  EXPECT_EQ(cells_of(batches[0], "replace_files"),
            (Cells{{"1", "say \"hi\",\nall", "12.5000", "2007-12-03T10:15:30.123456", when, "false"},
                   {"2", "∅", "∅", "∅", when, "true"}}));
  EXPECT_EQ(cells_of(batches[0], "update_files"), (Cells{{"3", "", "=", "=", when, "false"},
                                                         {"4", "=", "∅", "=", when, "false"},
                                                         {"5", "=", "=", "=", when, "true"}}));
  EXPECT_EQ(names_of(batches[0], request.at("replace_files").at(0)),
            (std::vector<std::string>{"id", "note", "total", "at", "_fivetran_synced", "_fivetran_deleted"}));
}

TEST_P(SdkDestinationTest, ChoosesFreshMarkersAndKeysForEachRequest) {
  start();
  ASSERT_TRUE(destination_->create(table_, schema_of({id_, note_})));
  ASSERT_TRUE(apply(upserts(note_, R"(["a"])")));
  ASSERT_TRUE(apply(upserts(note_, R"(["a"])")));
  const auto batches = requests("WriteBatch");
  ASSERT_EQ(batches.size(), 2);
  EXPECT_NE(batches[0].at("request").at("file_params"), batches[1].at("request").at("file_params"));
  EXPECT_NE(batches[0].at("request").at("keys").front(), batches[1].at("request").at("keys").front());
}

TEST_P(SdkDestinationTest, SendsAsManyFilesAsTheLimitAsksFor) {
  start("", 20'000);
  ASSERT_TRUE(destination_->create(table_, schema_of({id_, note_})));
  std::string notes;
  for (int i = 0; i < 500; ++i)
    notes += (i == 0 ? "" : ",") + ("\"" + std::string(100, 'x') + std::to_string(i) + "\"");
  const auto changes = upserts(note_, "[" + notes + "]");
  ASSERT_TRUE(apply(changes));
  const auto batches = requests("WriteBatch");
  ASSERT_EQ(batches.size(), 1);
  EXPECT_GE(batches[0].at("request").at("replace_files").size(), 2);
  EXPECT_EQ(batches[0].at("request").at("replace_files").size(), batches[0].at("request").at("keys").size());
  const auto cells = cells_of(batches[0], "replace_files");
  ASSERT_EQ(cells.size(), 500);
  for (std::size_t i = 0; i < cells.size(); ++i) {
    EXPECT_EQ(cells[i][0], std::to_string(i));
    EXPECT_EQ(cells[i][1], std::string(100, 'x') + std::to_string(i));
  }
}

TEST_P(SdkDestinationTest, SendsNothingWithoutRows) {
  start();
  ASSERT_TRUE(apply({table_, schema_of({id_}), nullptr, {}}));
  EXPECT_TRUE(requests("WriteBatch").empty());
}

TEST_P(SdkDestinationTest, DescribesCreatesAndAlters) {
  start();
  auto described = destination_->describe(table_);
  ASSERT_TRUE(described) << described.error().to_string();
  EXPECT_FALSE(*described);
  const auto schema = schema_of({id_, total_});
  ASSERT_TRUE(destination_->create(table_, schema));
  described = destination_->describe(table_);
  ASSERT_TRUE(described && *described);
  EXPECT_EQ(**described, schema);
  const Status again = destination_->create(table_, schema);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().kind(), ErrorKind::kDestinationFailed);
  EXPECT_TRUE(again.error().where().starts_with("table shop.orders: ")) << again.error().to_string();

  auto wider = schema_of({id_, total_, note_});
  ASSERT_TRUE(destination_->alter(table_, wider));
  EXPECT_FALSE(requests("AlterTable").at(0).at("request").contains("drop_columns"));
  described = destination_->describe(table_);
  ASSERT_TRUE(described && *described);
  for (const Column& column : wider.columns) EXPECT_EQ(*(*described)->find(column.name), column);
}

TEST_P(SdkDestinationTest, TruncatesSoftlyToTheMillisecond) {
  start();
  ASSERT_TRUE(destination_->soft_truncate(table_, UtcMillis(std::chrono::milliseconds(1715938200125))));
  ASSERT_TRUE(destination_->soft_truncate(table_, UtcMillis(std::chrono::milliseconds(-1))));
  const auto truncates = requests("Truncate");
  ASSERT_EQ(truncates.size(), 2);
  const json& request = truncates[0].at("request");
  EXPECT_EQ(request.at("schema_name"), "shop");
  EXPECT_EQ(request.at("table_name"), "orders");
  EXPECT_EQ(request.at("synced_column"), "_fivetran_synced");
  EXPECT_EQ(request.at("utc_delete_before"), "2024-05-17T09:30:00.125Z");
  EXPECT_EQ(request.at("soft").at("deleted_column"), "_fivetran_deleted");
  EXPECT_EQ(truncates[1].at("request").at("utc_delete_before"), "1969-12-31T23:59:59.999Z");
}

TEST_P(SdkDestinationTest, WidensByteLengthsToPowersOfTwo) {
  start();
  Column limited = note_;
  limited.string_byte_length = 5;
  ASSERT_TRUE(destination_->create(table_, schema_of({id_, limited})));
  ASSERT_TRUE(apply(upserts(note_, R"(["12345", null])")));
  EXPECT_TRUE(requests("AlterTable").empty());
  EXPECT_EQ(column_of(requests("WriteBatch").at(0), "note").at("params").at("string_byte_length"), 5);
  // Bytes, not characters.
  ASSERT_TRUE(apply(upserts(note_, R"(["a", "äöüß€"])")));
  ASSERT_EQ(requests("AlterTable").size(), 1);
  EXPECT_EQ(column_of(requests("AlterTable").at(0), "note").at("params").at("string_byte_length"), 16);
  EXPECT_EQ(column_of(requests("WriteBatch").at(1), "note").at("params").at("string_byte_length"), 16);
  ASSERT_TRUE(apply(upserts(note_, R"(["1234567890123456"])")));
  EXPECT_EQ(requests("AlterTable").size(), 1);
  // In updates too, and a later alteration does not take it back.
  wire::TableChanges update{table_, schema_of({id_, note_}), nullptr, {}};
  update.updates.push_back(
      rows_of({{id_, "[1]"}, {note_, R"(["12345678901234567"])"}, {synced_, "[0]"}, {deleted_, "[false]"}}));
  ASSERT_TRUE(apply(update));
  EXPECT_EQ(column_of(requests("AlterTable").at(1), "note").at("params").at("string_byte_length"), 32);
  ASSERT_TRUE(destination_->alter(table_, schema_of({id_, note_, at_})));
  EXPECT_EQ(column_of(requests("AlterTable").at(2), "note").at("params").at("string_byte_length"), 32);
}

TEST_P(SdkDestinationTest, ComputesNothingForColumnsWithoutLimits) {
  start();
  Column free_total = total_;
  free_total.decimal.reset();
  ASSERT_TRUE(destination_->create(table_, schema_of({id_, note_, free_total})));
  ASSERT_TRUE(apply(upserts(note_, "[\"" + std::string(1000, 'x') + "\"]")));
  ASSERT_TRUE(apply(upserts(total_, R"(["99999999999999.9999"])")));
  EXPECT_TRUE(requests("AlterTable").empty());
  EXPECT_FALSE(column_of(requests("WriteBatch").at(0), "note").contains("params"));
}

TEST_P(SdkDestinationTest, WidensDecimalsAsFarAsValuesNeed) {
  start();
  Column limited = total_;
  limited.decimal = DecimalParams{5, 2};
  ASSERT_TRUE(destination_->create(table_, schema_of({id_, limited})));
  // Zeros at the end need no room.
  ASSERT_TRUE(apply(upserts(total_, R"(["123.4500", "-999.9900", "0.0000", null])")));
  EXPECT_TRUE(requests("AlterTable").empty());
  EXPECT_EQ(column_of(requests("WriteBatch").at(0), "total").at("params").at("decimal"),
            (json{{"precision", 5}, {"scale", 2}}));
  ASSERT_TRUE(apply(upserts(total_, R"(["1.2340"])")));
  ASSERT_EQ(requests("AlterTable").size(), 1);
  EXPECT_EQ(column_of(requests("AlterTable").at(0), "total").at("params").at("decimal"),
            (json{{"precision", 6}, {"scale", 3}}));
  ASSERT_TRUE(apply(upserts(total_, R"(["-12345.0000"])")));
  EXPECT_EQ(column_of(requests("AlterTable").at(1), "total").at("params").at("decimal"),
            (json{{"precision", 8}, {"scale", 3}}));
  Column large = total_;
  large.decimal = DecimalParams{38, 0};
  const Status too_large = apply(upserts(large, R"(["99999999999999999999999999999999999999"])"));
  ASSERT_FALSE(too_large);
  EXPECT_EQ(too_large.error().kind(), ErrorKind::kDestinationFailed);
  EXPECT_EQ(
      too_large.error().to_string(),
      "table shop.orders: column total: needs 38 digits before the point and 3 after it; a decimal has 38 at "
      "most. Change the column to STRING at the destination");
}

TEST_P(SdkDestinationTest, DoesNotBelieveAnAlterationThatChangedNothing) {
  start(R"({"on": "AlterTable", "response": {"success": true}})");
  Column limited = note_;
  limited.string_byte_length = 4;
  ASSERT_TRUE(destination_->create(table_, schema_of({id_, limited})));
  const Status written = apply(upserts(note_, R"(["12345"])"));
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().kind(), ErrorKind::kDestinationFailed);
  EXPECT_EQ(written.error().where(), "table shop.orders: column note");
  EXPECT_TRUE(requests("WriteBatch").empty());
}

TEST_P(SdkDestinationTest, PassesOnWhatTheDestinationSaysAndRemovesTheFiles) {
  const std::vector<std::pair<std::string, ErrorKind>> answers = {
      {R"("response": {"success": false})", ErrorKind::kDestinationFailed},
      {R"("response": {"task": {"message": "pay the bill"}})", ErrorKind::kTask},
      {R"("error": {"code": "INTERNAL", "message": "disk on fire"})", ErrorKind::kDestinationFailed},
      {R"("crash": "kill")", ErrorKind::kDestinationFailed}};
  for (const auto& [answer, kind] : answers) {
    std::filesystem::remove(folder_ / "tables");
    start(R"({"on": "WriteBatch", )" + answer + "}");
    ASSERT_TRUE(destination_->create(table_, schema_of({id_, note_})));
    const Status written = apply(upserts(note_, R"(["a"])"));
    ASSERT_FALSE(written) << answer;
    EXPECT_EQ(written.error().kind(), kind) << written.error().to_string();
    EXPECT_TRUE(written.error().where().starts_with("table shop.orders: ")) << written.error().to_string();
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_ / "batches")) {
      files += entry.is_regular_file() ? 1 : 0;
    }
    EXPECT_EQ(files, 0) << answer;
  }
}

TEST_P(SdkDestinationTest, TellsLaterOfABatchOnItsWay) {
  start(R"({"on": "WriteBatch", "response": {"task": {"message": "pay the bill"}}})");
  ASSERT_TRUE(destination_->create(table_, schema_of({id_, note_})));
  ASSERT_TRUE(destination_->write(upserts(note_, R"(["a"])")));
  ASSERT_TRUE(destination_->end_epoch());
  const auto described = destination_->describe({"shop", "customers"});
  ASSERT_FALSE(described);
  EXPECT_TRUE(described.error().where().starts_with("table shop.orders: ")) << described.error().to_string();
  EXPECT_EQ(requests("DescribeTable").size(), 1);  // none after the failure
}

TEST_P(SdkDestinationTest, KeepsTheFilesWhileItTriesAgain) {
  start(R"({"on": "WriteBatch", "nth": 1, "unavailable": 3})");
  ASSERT_TRUE(destination_->create(table_, schema_of({id_, note_})));
  const Status written = apply(upserts(note_, R"(["a"])"));
  ASSERT_TRUE(written) << written.error().to_string();
  const auto batches = requests("WriteBatch");
  ASSERT_EQ(batches.size(), 1);
  EXPECT_EQ(cells_of(batches[0], "replace_files").at(0).at(1), "a");
}

TEST_P(SdkDestinationTest, TellsOfATableThatIsGone) {
  start();
  const Status written = apply(upserts(note_, R"(["a"])"));
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().kind(), ErrorKind::kDestinationFailed);
  EXPECT_EQ(written.error().where(), "table shop.orders");
}

TEST_P(SdkDestinationTest, TellsOfAFolderThatIsMissing) {
  start();
  const auto opened = open_sdk_destination(*client_, {.folder = folder_ / "nowhere"});
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind(), ErrorKind::kNotFound);
}

}  // namespace
}  // namespace lakeport::sync

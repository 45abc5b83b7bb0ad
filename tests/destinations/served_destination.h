// A DuckDB destination running as a process, and what tests ask of it.
#pragma once

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include <arrow/api.h>
#include <gtest/gtest.h>

#include "lakeport/connectors/connector.h"
#include "lakeport/connectors/destination_client.h"
#include "lakeport/duckdb/duckdb.h"
#include "lakeport/sync/destination.h"

#include "destination_sdk.pb.h"
#include "temporary_folder.h"

namespace lakeport::destinations {

namespace sdk = fivetran_sdk::v2;

class ServedDestination {
 public:
  explicit ServedDestination(std::filesystem::path database,
                             const std::string& program = DESTINATION_SERVER_CSV) {
    auto connector = connectors::Connector::open(program, connectors::Role::kDestination, {});
    if (!connector) {
      ADD_FAILURE() << connector.error().to_string();
      std::abort();
    }
    connector_ = *std::move(connector);
    client_ = connectors::DestinationClient::create(*connector_, {{"database", database.string()}}, {});
  }

  connectors::DestinationClient& client() { return *client_; }
  const std::string& address() const { return connector_->address(); }
  // Ends the process, so that the file can be read.
  void stop() {
    client_.reset();
    connector_.reset();
  }

 private:
  std::unique_ptr<connectors::Connector> connector_;
  std::unique_ptr<connectors::DestinationClient> client_;
};

// A destination connector whose batches are applied when write() returns, so that each write's outcome is its
// own.
class SettledDestination final : public sync::Destination {
 public:
  explicit SettledDestination(std::unique_ptr<sync::Destination> destination)
      : destination_(std::move(destination)) {}

  Result<std::optional<wire::TableSchema>> describe(const wire::TableId& table) override {
    return destination_->describe(table);
  }
  Status create(const wire::TableId& table, const wire::TableSchema& schema) override {
    return destination_->create(table, schema);
  }
  Status alter(const wire::TableId& table, const wire::TableSchema& schema) override {
    return destination_->alter(table, schema);
  }
  Status write(const wire::TableChanges& changes) override {
    LAKEPORT_RETURN_IF_ERROR(destination_->write(changes));
    return destination_->commit();
  }
  Status soft_truncate(const wire::TableId& table, sync::UtcMillis before) override {
    return destination_->soft_truncate(table, before);
  }
  Status commit() override { return destination_->commit(); }

 private:
  std::unique_ptr<sync::Destination> destination_;
};

// A test with a server, a file and a folder for batch files.
class ServedTest : public testing::Test {
 protected:
  // Writes a plain CSV batch file; gives its path.
  std::string csv(const std::string& text) {
    const auto path = folder_ / ("batch-" + std::to_string(files_++) + ".csv");
    std::ofstream(path) << text;
    return path.string();
  }

  template <class Request>
  Request batch(const std::string& schema, const std::string& table) {
    Request request;
    request.set_schema_name(schema);
    request.mutable_table()->set_name(table);
    request.mutable_file_params()->set_null_string("null-m8yilkvPsNulehxl2G6pmSQ3G3WWdLP");
    request.mutable_file_params()->set_unmodified_string("unmod-NcK9NIjPUutCsz4mjOQQztbnwnE1sY3");
    return request;
  }

  // The rows of a query on the stopped server's file, one line each, values separated by "|".
  std::vector<std::string> rows(const std::string& sql) {
    server_.stop();
    auto lines = query(sql);
    server_ = ServedDestination(file_);
    return lines;
  }

  void must(const Status& status) { ASSERT_TRUE(status) << status.error().to_string(); }

  std::vector<std::string> query(const std::string& sql) {
    std::vector<std::string> lines;
    auto database = duckdb::Database::open(file_, {});
    if (!database) {
      ADD_FAILURE() << database.error().to_string();
      return lines;
    }
    auto table = database->connect()->query(
        "SELECT concat_ws('|', *COLUMNS(x -> true)) FROM (SELECT coalesce(CAST(COLUMNS(*) AS VARCHAR), "
        "'NULL') FROM (" +
        sql + "))");
    if (!table) {
      ADD_FAILURE() << table.error().to_string();
      return lines;
    }
    for (std::int64_t i = 0; i < (*table)->num_rows(); ++i) {
      lines.push_back((*table)->column(0)->GetScalar(i).ValueOrDie()->ToString());
    }
    return lines;
  }

  TemporaryFolder folder_;
  std::filesystem::path file_ = folder_ / "w.duckdb";
  ServedDestination server_{file_};
  int files_ = 0;
};

inline constexpr const char* kNull = "null-m8yilkvPsNulehxl2G6pmSQ3G3WWdLP";
inline constexpr const char* kUnmodified = "unmod-NcK9NIjPUutCsz4mjOQQztbnwnE1sY3";

}  // namespace lakeport::destinations

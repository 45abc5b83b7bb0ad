// Runs syncs from a real source process (tests/fixtures/scripted_source) into a MemoryDestination.
#pragma once

#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "lakeport/connectors/connector.h"
#include "lakeport/sync/engine.h"

#include "memory_destination.h"

namespace lakeport::sync {

using Json = nlohmann::json;

class EventLog final : public SyncObserver {
 public:
  void table_created(const wire::TableId& table, const wire::TableSchema&) override {
    events.push_back("created " + table.to_string());
  }
  void table_altered(const wire::TableId& table, const std::vector<std::string>& changes) override {
    for (const auto& change : changes) events.push_back(table.to_string() + ": " + change);
  }
  void table_truncated(const wire::TableId& table, UtcMillis) override {
    events.push_back("truncated " + table.to_string());
  }
  void warning(std::string_view text) override { warnings.emplace_back(text); }

  std::vector<std::string> events;
  std::vector<std::string> warnings;
};

class EngineTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "lakeport-engine-XXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    options_.source_name = "shop";
    options_.files_folder = folder_ / "files";
    options_.source_configuration["record"] = folder_ / "requests.jsonl";
    auto opened = connectors::Connector::open(SCRIPTED_SOURCE, connectors::Role::kSource, {});
    ASSERT_TRUE(opened) << opened.error().to_string();
    connector_ = std::move(*opened);
    source_ = connectors::SourceClient::create(*connector_, {});
  }
  void TearDown() override {
    source_.reset();
    connector_.reset();
    std::filesystem::remove_all(folder_);
  }

  // The lines of the source's script.
  void script(const std::string& lines) {
    const auto file = folder_ / "script.jsonl";
    std::ofstream(file, std::ios::trunc) << lines;
    options_.source_configuration["script"] = file;
  }

  SyncOutcome sync(std::stop_token cancelled = {}) {
    log_ = {};
    progress_ = std::make_unique<Progress>();
    auto store = open_store();
    return run_sync(*source_, destination_, *store, options_, log_, *progress_, std::move(cancelled));
  }
  SyncOutcome must_sync() {
    auto outcome = sync();
    EXPECT_TRUE(outcome.status) << outcome.status.error().to_string();
    return outcome;
  }
  Error sync_error(std::stop_token cancelled = {}) {
    const auto outcome = sync(std::move(cancelled));
    EXPECT_FALSE(outcome.status);
    return outcome.status ? Error(ErrorKind::kInternal, "no error") : outcome.status.error();
  }

  std::unique_ptr<store::StateStore> open_store() {
    auto opened = store::StateStore::open(folder_ / "state.db");
    EXPECT_TRUE(opened) << (opened ? "" : opened.error().to_string());
    return std::move(*opened);
  }
  store::SavedState saved() { return *open_store()->load(); }
  std::optional<std::string> state() { return saved().state_json; }

  // Requests of the named call that the source got, oldest first.
  std::vector<Json> requests(const std::string& call) const {
    std::vector<Json> found;
    std::ifstream stream(folder_ / "requests.jsonl");
    for (std::string line; std::getline(stream, line);) {
      auto json = Json::parse(line);
      if (json["call"] == call) found.push_back(json["request"]);
    }
    return found;
  }

  const MemoryTable& table(const std::string& schema, const std::string& name) const {
    static const MemoryTable kMissing;
    const auto found = destination_.durable().find({schema, name});
    return found == destination_.durable().end() ? kMissing : found->second;
  }
  std::vector<std::string> rows(const std::string& name) const { return rows_of(table("shop", name)); }

  std::filesystem::path folder_;
  std::unique_ptr<connectors::Connector> connector_;
  std::unique_ptr<connectors::SourceClient> source_;
  MemoryDestination destination_;
  SyncOptions options_;
  EventLog log_;
  std::unique_ptr<Progress> progress_;
};

// A source without schemas, whose table `t` has the key id and a name.
inline constexpr const char* kOneTable =
    R"({"schema": {"without_schema": {"tables": [{"name": "t", "columns": [{"name": "id", "type": "LONG", "primary_key": true},)"
    R"( {"name": "name", "type": "STRING"}]}]}}})"
    "\n";

}  // namespace lakeport::sync

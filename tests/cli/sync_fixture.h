// `lakeport sync`, the program, from a scripted source into a DuckDB file.
#pragma once

#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include <arrow/api.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "lakeport/duckdb/duckdb.h"

#include "program.h"

namespace lakeport {

using Json = nlohmann::json;

class SyncProgramTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "lakeport-sync.XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    write("d.json", Json{{"database", path("w.duckdb")}}.dump());
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  void write(const std::string& name, const std::string& text) const { std::ofstream(path(name)) << text; }

  // The source's script and, beside it, other fields of its configuration.
  void script(const std::string& lines, Json fields = Json::object()) const {
    write("script.jsonl", lines);
    fields["script"] = path("script.jsonl");
    fields["record"] = path("requests.jsonl");
    write("c.json", fields.dump());
  }
  std::vector<std::string> command(const std::vector<std::string>& more = {}) const {
    std::vector<std::string> all{LAKEPORT_PROGRAM,       "sync",         "--source",      SCRIPTED_SOURCE,
                                 "--source-config",      path("c.json"), "--destination", "duckdb",
                                 "--destination-config", path("d.json"), "--state",       path("s.db")};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }
  Ended sync(const std::vector<std::string>& more = {},
             const std::map<std::string, std::string>& variables = {}) const {
    return run_program(command(more), "", variables);
  }

  // Every row of the query, its cells as text with | between, NULL as ∅.
  std::vector<std::string> query(const std::string& sql) const {
    std::vector<std::string> rows;
    auto database = duckdb::Database::open(path("w.duckdb"), {});
    if (!database) return {database.error().to_string()};
    auto connection = database->connect();
    if (!connection) return {connection.error().to_string()};
    const auto result = connection->query(sql);
    if (!result) return {result.error().to_string()};
    for (std::int64_t row = 0; row < (*result)->num_rows(); ++row) {
      std::string text;
      for (int column = 0; column < (*result)->num_columns(); ++column) {
        const auto cell = (*result)->column(column)->GetScalar(row).ValueOrDie();
        text += (column == 0 ? "" : "|") + (cell->is_valid ? cell->ToString() : std::string("∅"));
      }
      rows.push_back(std::move(text));
    }
    return rows;
  }

  std::vector<Json> requests(const std::string& call) const {
    std::vector<Json> found;
    std::ifstream stream(path("requests.jsonl"));
    for (std::string line; std::getline(stream, line);) {
      auto json = Json::parse(line);
      if (json["call"] == call) found.push_back(json["request"]);
    }
    return found;
  }

  static std::vector<Json> lines_of(const std::string& text) {
    std::vector<Json> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) lines.push_back(Json::parse(line));
    return lines;
  }

  std::filesystem::path folder_;
};

// A script whose table `t` has the key id and a name.
inline constexpr const char* kOneTable =
    R"({"schema": {"without_schema": {"tables": [{"name": "t", "columns": [{"name": "id", "type": "LONG", "primary_key": true},)"
    R"( {"name": "name", "type": "STRING"}]}]}}})"
    "\n";

}  // namespace lakeport

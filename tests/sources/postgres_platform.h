// A platform in small: applies what the PostgreSQL source sends, and compares it with what PostgreSQL has.
// Reads the messages with the generated classes, so that nothing of ours checks itself.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "lakeport/sources/source.h"

#include "connector_sdk.pb.h"
#include "private_postgres.h"

namespace lakeport::sources::testing {

// "kind:text", the text as PostgreSQL prints such a value; columns that are NULL or absent are not there.
using PlatformRow = std::map<std::string, std::string>;

struct PlatformTable {
  std::vector<std::string> key;
  std::map<std::string, PlatformRow> rows;  // by the key's values; keyless: by all of them
  std::map<std::string, fivetran_sdk::v2::Column> columns;
};

class Platform final : public UpdateWriter {
 public:
  explicit Platform(Configuration configuration);

  // One sync, from the stored state on: Schema, then Update.
  Status sync();
  // The next sync's call is cut off after so many messages; what was received since the last checkpoint is
  // kept or dropped, both of which a real platform may do.
  void cut_off_after(int messages, bool keep_unstored);

  Configuration& configuration() { return configuration_; }
  fivetran_sdk::v2::UpdateRequest& request() { return request_; }
  const std::string& state() const { return stored_state_; }
  void set_state(std::string state) { stored_state_ = std::move(state); }
  // "schema.table"
  const PlatformTable& table(const std::string& name) const;
  bool has_table(const std::string& name) const { return tables_.contains(name); }
  const std::vector<std::string>& warnings() const { return warnings_; }
  // Of the last sync.
  int records() const { return records_; }
  int messages() const { return messages_; }
  int checkpoints() const { return checkpoints_; }
  int truncates() const { return truncates_; }

  Status message(std::span<const std::uint8_t> bytes) override;
  Status checkpoint(std::string_view state_json) override;
  Status warning(std::string_view text) override;
  Status task(std::string_view text) override;
  Status schema_change(const fivetran_sdk::v2::SchemaChange& change) override;
  bool cancelled() const override { return false; }

  // Every row and column that PostgreSQL has, in the form of PlatformRow.
  static std::vector<PlatformRow> rows_in(fixtures::SqlSession& sql, const std::string& table,
                                          const PlatformTable& like);
  // Fails the test where table "schema.name" differs from what PostgreSQL has.
  void expect_same(fixtures::SqlSession& sql, const std::string& schema, const std::string& name);

 private:
  Status count_message();
  void declare(const fivetran_sdk::v2::SchemaList& schemas);
  void apply(const fivetran_sdk::v2::Record& record);

  Configuration configuration_;
  std::unique_ptr<Source> source_;
  fivetran_sdk::v2::UpdateRequest request_;
  std::map<std::string, PlatformTable> tables_;
  std::map<std::string, PlatformTable> stored_tables_;
  std::string stored_state_;
  std::vector<std::string> warnings_;
  int records_ = 0;
  int messages_ = 0;
  int checkpoints_ = 0;
  int truncates_ = 0;
  std::optional<int> cut_off_;
  bool keep_unstored_ = true;
};

}  // namespace lakeport::sources::testing

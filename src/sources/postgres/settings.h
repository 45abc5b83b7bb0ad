// What the user configured, checked.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "lakeport/base/result.h"
#include "lakeport/sources/source.h"

namespace lakeport::sources::postgres {

enum class Mode {
  kLogical,   // snapshot, then changes through logical replication
  kCursor,    // rows whose cursor column has grown
  kSnapshot,  // every table whole, each time
};

enum class WhenSlotLost { kAsk, kReadAgain };

struct TableName {
  std::string schema;
  std::string table;

  // schema.table, for people.
  std::string to_string() const { return schema + "." + table; }
  friend auto operator<=>(const TableName&, const TableName&) = default;
};

struct Settings {
  std::string host;
  std::string port = "5432";
  std::string database;
  std::string user;
  std::string password;
  std::string ssl_mode = "prefer";
  std::string ca_certificate;  // PEM, or empty
  Mode mode = Mode::kLogical;
  std::string publication = "lakeport";
  std::string slot = "lakeport";
  WhenSlotLost when_slot_lost = WhenSlotLost::kAsk;
  std::vector<std::string> schemas;  // empty = all
  std::map<TableName, std::string> cursor_columns;
  std::int64_t cursor_overlap_seconds = 300;
  std::int64_t cursor_overlap_ids = 1000;
  std::uint32_t chunk_blocks = 16384;  // of a table, read between two checkpoints

  // kInvalidInput naming the field.
  static Result<Settings> parse(const Configuration& configuration);
};

// PostgreSQL's quoting.
std::string quote_identifier(std::string_view name);
std::string quote_literal(std::string_view text);
// "schema"."table"
std::string quote(const TableName& table);

}  // namespace lakeport::sources::postgres

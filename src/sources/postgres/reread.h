// Rows that are fetched as they are now, because the stream does not tell the whole of them.
//
// Sending the present row for an older change is right in the end: every later change of the row is in the
// stream too, and is sent after it. A row that is not there any more is left out, since its deletion comes
// later.
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include "lakeport/base/result.h"

#include "catalog.h"
#include "connection.h"
#include "table_sink.h"

namespace lakeport::sources::postgres {

class Reread {
 public:
  explicit Reread(const Table& table) : table_(table) {}

  // The key's values as text, in the order of the table's key columns; none is NULL.
  void add_key(const std::vector<std::string>& values);
  // A deleted row of a table without key, as PostgreSQL writes a row as text: the same row may be there more
  // than once, and then it has to stay.
  void add_row(std::string row_text);

  bool full() const { return wanted_.size() >= kMost; }
  bool empty() const { return wanted_.empty(); }

  // Fetches them and sends them as upserts.
  Status send(Connection& connection, const Settings& settings, TableSink& sink);

 private:
  static constexpr std::size_t kMost = 5000;

  const Table& table_;
  std::set<std::string> wanted_;  // SQL expressions
};

}  // namespace lakeport::sources::postgres

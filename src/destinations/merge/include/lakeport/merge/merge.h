// How changes get into a table: the SQL that the direct loader and the SDK server share. A row replaces the
// one of its key by deletion and insertion. There is no index to keep, the deletion is one join that reads
// the key columns only, and no row group is written anew, as updates in place would ask for.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "lakeport/base/result.h"
#include "lakeport/merge/key_ranges.h"
#include "lakeport/merge/session.h"
#include "lakeport/merge/stored_table.h"

namespace lakeport::destinations {

// Where a column of the table gets its value from, in SQL over the relation `s`.
struct ColumnSource {
  const StoredColumn* column;
  std::string value;
  std::optional<std::string> unmodified;  // true in rows that keep the table's value
  bool maybe_null = true;                 // of keys: whether the join must find NULL
  std::optional<ValueRange> range;        // of keys: between which the values are, if that is known
};

// Rows that shall change a table. Each key shows up at most once.
struct ChangedRows {
  std::string relation;  // SQL after FROM; scanned more than once
  std::int64_t count;
  std::vector<ColumnSource> columns;

  const ColumnSource* find(const StoredColumn& column) const;
};

// Replaces the rows of the same keys, or adds them; columns without a source are NULL. Tables without keys
// only grow.
Status replace_rows(Session& session, const StoredTable& table, const ChangedRows& rows);

// Changes the columns that have a source in the rows that are there; other keys are ignored.
Status update_rows(Session& session, const StoredTable& table, const ChangedRows& rows);

// Deletes the rows of the keys.
Status delete_rows(Session& session, const StoredTable& table, const ChangedRows& rows);

// Gives each row `t` of the table that `from_where` finds ("FROM … t JOIN … WHERE …", each row once) new
// values: `values` by column name, in SQL; the other columns keep theirs.
Status rewrite_rows(Session& session, const StoredTable& table,
                    const std::map<std::string, std::string>& values, const std::string& from_where,
                    std::int64_t at_most);

// "t.k = s.k AND …" for all `keys`; NULL equals NULL where the source may have it.
std::string keys_match(const std::vector<const StoredColumn*>& keys, const ChangedRows& rows,
                       std::string_view table);

}  // namespace lakeport::destinations

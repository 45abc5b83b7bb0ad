// Turns the replication stream's changes into records.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "lakeport/base/result.h"
#include "lakeport/sources/source.h"

#include "catalog.h"
#include "connection.h"
#include "pgoutput.h"
#include "state.h"
#include "table_changes.h"

namespace lakeport::sources::postgres {

// One table that the stream is followed for. Both outlive the writer.
struct FollowedTable {
  const Table* table = nullptr;
  TableState* state = nullptr;
};

// An insert becomes an UPSERT. An update becomes an UPSERT too, or an UPDATE of the columns that the stream
// has when it leaves large unchanged values (TOAST) out. When an update changes the key, the old key is
// deleted first. Tables without a key: the old row is deleted, the new one upserted. Rows that the stream
// does not tell whole are fetched (reread.h): those with generated columns, those that got a new key while a
// large value stayed, and those with large unchanged values that the reading of the table may have missed
// (table_reader.h).
class ChangeWriter final : public ChangeHandler {
 public:
  // `sql`: a connection for rows that have to be fetched.
  ChangeWriter(Connection& sql, const Settings& settings, Types& types, UpdateWriter& writer,
               const std::vector<FollowedTable>& tables);

  Status begin(const Begin& begin) override;
  Status commit(Lsn end) override;
  Status relation(Relation relation) override;
  Status insert(std::uint32_t relation, const Tuple& row) override;
  Status update(std::uint32_t relation, OldRow old_row, const Tuple& before, const Tuple& after) override;
  Status remove(std::uint32_t relation, OldRow old_row, const Tuple& before) override;
  Status truncate(const std::vector<std::uint32_t>& relations) override;

  // Sends all that is held. After a commit, what was sent then is every change up to it.
  Status flush();
  bool in_transaction() const { return in_transaction_; }
  // The position after the last commit that came; 0 before the first.
  Lsn committed() const { return committed_; }

 private:
  // The stream's relation and the table that its rows belong to.
  struct Target {
    Relation relation;
    TableChanges* changes = nullptr;     // null: not followed
    std::vector<std::uint16_t> columns;  // places in the relation: columns that are sent
    std::vector<std::uint16_t> key;      // places of the table's key columns, in the table's order
    bool by_key = false;
    bool key_known = false;  // old rows hold the key
  };

  Result<Target*> target(std::uint32_t relation, std::initializer_list<const Tuple*> rows);
  Status upsert(Target& target, const Tuple& row, bool fetch);
  Status update_by_key(Target& target, OldRow old_row, const Tuple& before, const Tuple& after);
  Status update_whole_row(Target& target, const Tuple& before, const Tuple& after);
  Status remove_whole_row(Target& target, const Tuple& before);
  // Whether what was read of the table has this transaction's changes already.
  bool was_read(const TableChanges& changes) const;
  // Whether the reading of the table may have missed the row.
  bool may_be_missing(const TableChanges& changes) const;
  // Leaves the table's further changes to the next sync, which reads it anew.
  static void give_up(TableChanges& changes, const std::string& why);
  Status fetch(TableChanges& changes, const Target& target, const Tuple& row);

  Connection& sql_;
  const Settings& settings_;
  Types& types_;
  std::map<std::uint32_t, std::unique_ptr<TableChanges>> tables_;  // by the table's oid
  std::map<std::uint32_t, TableChanges*> by_storage_;  // by oid of the table or one of its partitions
  std::map<std::uint32_t, Target> targets_;            // by the relation's oid
  Begin transaction_;
  bool in_transaction_ = false;
  Lsn committed_ = 0;
  Tuple merged_;
  std::vector<std::uint16_t> present_;
};

}  // namespace lakeport::sources::postgres

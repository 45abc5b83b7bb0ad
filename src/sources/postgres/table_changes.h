// The changes of one table, gathered into batches of one operation and one set of columns.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lakeport/base/result.h"
#include "lakeport/sources/source.h"
#include "lakeport/wire/encoder.h"

#include "catalog.h"
#include "lsn.h"
#include "pgoutput.h"
#include "reread.h"
#include "row_buffer.h"
#include "state.h"
#include "table_sink.h"

namespace lakeport::sources::postgres {

class TableChanges {
 public:
  TableChanges(const Table& table, TableState& state, UpdateWriter& writer);

  const Table& table() const { return table_; }
  TableState& state() { return state_; }
  const TableState& state() const { return state_; }
  const std::optional<VisibleTransactions>& snapshot() const { return snapshot_; }
  bool given_up() const { return state_.oid == 0; }
  void give_up() { state_.oid = 0; }
  Reread& reread() { return reread_; }

  // Whether the platform gets this column, which the table may not have had before.
  bool wants(const std::string& column) const;

  // A new form of the table: of the columns that it did not have so far, those that are wanted are told to
  // the platform.
  Status take_form(const Relation& relation, const Types& types);

  // A record of the values at these places of the tuple. Unchanged values must be left out by the caller.
  Status add(wire::RecordType type, const Relation& relation, const std::vector<std::uint16_t>& places,
             const Tuple& row);
  Status truncate();
  Status flush();
  // Fetches the rows that are to be read again.
  Status fetch(Connection& connection, const Settings& settings);

 private:
  // Rows with the same columns; kept, because forms of rows come again and again.
  RowBuffer& buffer_for(const Relation& relation, const std::vector<std::uint16_t>& places);

  const Table& table_;
  TableState& state_;
  TableSink sink_;
  Reread reread_;
  std::optional<VisibleTransactions> snapshot_;
  std::map<std::string, ColumnType> types_;  // by column, as the stream has them now
  std::map<std::vector<std::uint16_t>, std::unique_ptr<RowBuffer>> buffers_;  // by places in the relation
  std::uint32_t relation_ = 0;                                                // whose rows are held
  RowBuffer* filling_ = nullptr;  // the buffer that holds rows now
  std::vector<std::uint16_t> places_;
  wire::RecordType type_ = wire::RecordType::kUpsert;
};

}  // namespace lakeport::sources::postgres

#include "cursor_sync.h"

#include <algorithm>

#include <arrow/array.h>
#include <arrow/record_batch.h>

#include "copy_reader.h"
#include "table_reader.h"

namespace lakeport::sources::postgres {
namespace {

constexpr std::int64_t kRowsPerCheckpoint = 200'000;

constexpr std::string_view kUsualNames[] = {"updated_at", "modified_at", "last_modified",   "last_updated",
                                            "updated_on", "modified_on", "changed_at",      "updated",
                                            "modified",   "update_time", "last_modified_at"};

bool is_time(const ColumnType& type) {
  return type.data_type == wire::DataType::kUtcDatetime || type.data_type == wire::DataType::kNaiveDatetime;
}

bool is_whole_number(const ColumnType& type) {
  return type.form == ValueForm::kInt2 || type.form == ValueForm::kInt4 || type.form == ValueForm::kInt8;
}

// By its usual name, or a key that is one whole number.
const TableColumn* usual_cursor(const Table& table) {
  for (const std::string_view name : kUsualNames) {
    for (const TableColumn& column : table.columns) {
      if (column.name == name && is_time(column.type)) return &column;
    }
  }
  const TableColumn* key = nullptr;
  for (const TableColumn& column : table.columns) {
    if (!column.key) continue;
    if (key != nullptr) return nullptr;
    key = &column;
  }
  return key != nullptr && is_whole_number(key->type) ? key : nullptr;
}

Result<const TableColumn*> cursor_of(const Table& table, const Settings& settings) {
  if (!table.has_key()) return nullptr;
  const auto chosen = settings.cursor_columns.find(table.name);
  if (chosen == settings.cursor_columns.end()) return usual_cursor(table);
  const auto column = std::find_if(table.columns.begin(), table.columns.end(),
                                   [&](const TableColumn& c) { return c.name == chosen->second; });
  if (column == table.columns.end()) {
    return fail(
        ErrorKind::kInvalidInput,
        "table " + table.name.to_string() + " has no column '" + chosen->second + "', or it is not selected",
        "configuration field cursor_columns");
  }
  return &*column;
}

// The SQL expression of the least value that is read again.
std::string lower_bound(const TableColumn& column, const std::string& value, const Settings& settings) {
  const std::string literal = quote_literal(value);
  const std::string seconds = std::to_string(settings.cursor_overlap_seconds);
  if (column.type.data_type == wire::DataType::kUtcDatetime) {
    return literal + "::pg_catalog.timestamptz - pg_catalog.make_interval(secs => " + seconds + ")";
  }
  if (column.type.data_type == wire::DataType::kNaiveDatetime) {
    return literal + "::pg_catalog.timestamp - pg_catalog.make_interval(secs => " + seconds + ")";
  }
  if (column.type.data_type == wire::DataType::kNaiveDate) {
    return literal + "::pg_catalog.date - " + std::to_string(settings.cursor_overlap_seconds / 86400 + 1);
  }
  if (is_whole_number(column.type)) {
    return literal + "::pg_catalog.int8 - " + std::to_string(settings.cursor_overlap_ids);
  }
  return literal;
}

class CursorReader {
 public:
  CursorReader(Connection& sql, const Settings& settings, UpdateWriter& writer, const Table& table,
               const TableColumn& cursor, CursorState& state)
      : sql_(sql),
        settings_(settings),
        table_(table),
        cursor_(cursor),
        state_(state),
        sink_(table.name, table.schema(), writer),
        rows_(columns_with_cursor()) {}

  Status read(const TableReader::Checkpoint& checkpoint) {
    if (!state_.value) LAKEPORT_RETURN_IF_ERROR(sink_.truncate());
    const std::string name = quote_identifier(cursor_.name);
    // One snapshot, so that rows do not slip past while they are read in the column's order.
    const std::string since =
        state_.value ? name + " >= " + lower_bound(cursor_, *state_.value, settings_) : name + " IS NOT NULL";
    LAKEPORT_RETURN_IF_ERROR(copy(since + " ORDER BY t." + name, checkpoint));
    return copy(name + " IS NULL", {});
  }

 private:
  // The table's columns, and once more the cursor as text.
  std::vector<NamedType> columns_with_cursor() const {
    std::vector<NamedType> columns = table_.named_types();
    columns.push_back({"cursor", ColumnType()});
    return columns;
  }

  std::string select(const std::string& condition) const {
    const std::string cursor = quote_identifier(cursor_.name);
    std::string list;
    for (const TableColumn& column : table_.columns)
      list += column.type.select(quote_identifier(column.name)) + ", ";
    return "SELECT " + list + cursor + "::pg_catalog.text FROM " + from_table(table_) + " AS t WHERE " +
           condition;
  }

  Status copy(const std::string& condition, const TableReader::Checkpoint& checkpoint) {
    auto copied = copy_rows(sql_, select(condition), rows_, [&](const arrow::RecordBatch& batch) -> Status {
      const int last = batch.num_columns() - 1;
      auto without_cursor = batch.RemoveColumn(last);
      if (!without_cursor.ok()) return fail(ErrorKind::kInternal, without_cursor.status().ToString());
      LAKEPORT_RETURN_IF_ERROR(sink_.send(**without_cursor, wire::RecordType::kUpsert));
      if (!checkpoint) return {};
      take_last(static_cast<const arrow::StringArray&>(*batch.column(last)));
      if ((since_checkpoint_ += batch.num_rows()) < kRowsPerCheckpoint) return {};
      since_checkpoint_ = 0;
      return checkpoint();
    });
    if (copied) return {};
    return fail(
        explain_read_error(std::move(copied).error(), sql_.last_error_code(), table_, settings_.user));
  }

  void take_last(const arrow::StringArray& cursors) {
    for (std::int64_t row = cursors.length() - 1; row >= 0; --row) {
      const std::string_view value = cursors.GetView(row);
      // Nothing comes after infinity.
      if (value == "infinity" || value == "NaN" || value == "Infinity") continue;
      state_.value = std::string(value);
      return;
    }
  }

  Connection& sql_;
  const Settings& settings_;
  const Table& table_;
  const TableColumn& cursor_;
  CursorState& state_;
  TableSink sink_;
  RowBuffer rows_;
  std::int64_t since_checkpoint_ = 0;
};

}  // namespace

Status sync_by_cursor(Connection& sql, const Settings& settings, const std::vector<Table>& tables,
                      std::optional<SyncState> stored, UpdateWriter& writer) {
  SyncState state = stored && stored->mode == Mode::kCursor ? *std::move(stored) : SyncState();
  state.mode = Mode::kCursor;
  const auto checkpoint = [&] { return writer.checkpoint(state.to_json()); };
  std::string whole;
  TableReader reader(sql, settings, writer);
  for (const Table& table : tables) {
    LAKEPORT_ASSIGN_OR_RETURN(const TableColumn* cursor, cursor_of(table, settings));
    if (cursor == nullptr) {
      whole += (whole.empty() ? "" : ", ") + table.name.to_string();
      LAKEPORT_RETURN_IF_ERROR(reader.read_whole(table));
    } else {
      CursorState& progress = state.cursors[table.name];
      if (progress.column != cursor->name) progress = {cursor->name, std::nullopt};
      CursorReader rows(sql, settings, writer, table, *cursor, progress);
      LAKEPORT_RETURN_IF_ERROR(rows.read(checkpoint));
    }
    LAKEPORT_RETURN_IF_ERROR(checkpoint());
  }
  if (state.warned_of_deletes) return {};
  LAKEPORT_RETURN_IF_ERROR(writer.warning(
      "Cursor mode does not see deleted rows" +
      (whole.empty() ? std::string(".")
                     : ", except in tables that are read whole in each sync: " + whole + ".")));
  state.warned_of_deletes = true;
  return checkpoint();
}

Status sync_whole(Connection& sql, const Settings& settings, const std::vector<Table>& tables,
                  std::optional<SyncState> stored, UpdateWriter& writer) {
  SyncState state = stored && stored->mode == Mode::kSnapshot ? *std::move(stored) : SyncState();
  state.mode = Mode::kSnapshot;
  TableReader reader(sql, settings, writer);
  for (const Table& table : tables) {
    if (std::find(state.round.begin(), state.round.end(), table.name) != state.round.end()) continue;
    LAKEPORT_RETURN_IF_ERROR(reader.read_whole(table));
    state.round.push_back(table.name);
    LAKEPORT_RETURN_IF_ERROR(writer.checkpoint(state.to_json()));
  }
  state.round.clear();
  return writer.checkpoint(state.to_json());
}

}  // namespace lakeport::sources::postgres

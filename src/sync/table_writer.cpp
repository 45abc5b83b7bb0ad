#include "table_writer.h"

#include <algorithm>
#include <bit>

#include <arrow/array.h>
#include <arrow/array/util.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include "table_json.h"

namespace lakeport::sync {

namespace {

using wire::Column;
using wire::DataType;

Error arrow_error(const arrow::Status& status) { return Error(ErrorKind::kInternal, status.ToString()); }

bool is_text(DataType type) {
  return type == DataType::kString || type == DataType::kJson || type == DataType::kXml;
}

std::int32_t longest_string(const wire::TableChanges& changes, const std::string& column) {
  std::int32_t longest = 0;
  const auto measure = [&](const std::shared_ptr<arrow::RecordBatch>& batch) {
    if (batch == nullptr) return;
    const auto values = batch->GetColumnByName(column);
    if (values == nullptr || values->type_id() != arrow::Type::STRING) return;
    const auto& strings = static_cast<const arrow::StringArray&>(*values);
    for (std::int64_t i = 0; i < strings.length(); ++i) longest = std::max(longest, strings.value_length(i));
  };
  measure(changes.upserts);
  for (const auto& batch : changes.updates) measure(batch);
  return longest;
}

// Every value of an untyped column is NULL, so that the array can be made anew in any type.
Result<std::shared_ptr<arrow::RecordBatch>> retype(std::shared_ptr<arrow::RecordBatch> batch,
                                                   const Column& untyped, const Column* described) {
  if (batch == nullptr) return batch;
  const int index = batch->schema()->GetFieldIndex(untyped.name);
  if (index < 0) return batch;
  auto changed = batch->RemoveColumn(index);
  if (changed.ok() && described != nullptr) {
    const auto type = wire::arrow_type(*described);
    const auto nulls = arrow::MakeArrayOfNull(type, batch->num_rows());
    if (!nulls.ok()) return fail(arrow_error(nulls.status()));
    changed = (*changed)->AddColumn(index, arrow::field(untyped.name, type), *nulls);
  }
  if (!changed.ok()) return fail(arrow_error(changed.status()));
  return *changed;
}

Status settle_untyped(wire::TableChanges& changes, const Column& untyped, const Column* described) {
  LAKEPORT_ASSIGN_OR_RETURN(changes.upserts, retype(changes.upserts, untyped, described));
  for (auto& batch : changes.updates) {
    LAKEPORT_ASSIGN_OR_RETURN(batch, retype(batch, untyped, described));
  }
  return {};
}

std::int64_t count_deleted(const arrow::RecordBatch& batch) {
  const auto values = batch.GetColumnByName(std::string(wire::kDeletedColumn));
  if (values == nullptr || values->type_id() != arrow::Type::BOOL) return 0;
  return static_cast<const arrow::BooleanArray&>(*values).true_count();
}

void count_rows(const wire::TableChanges& changes, TableSummary& summary) {
  if (changes.upserts != nullptr) {
    const auto deleted = count_deleted(*changes.upserts);
    summary.deleted += deleted;
    summary.upserted += changes.upserts->num_rows() - deleted;
  }
  for (const auto& batch : changes.updates) {
    const auto deleted = count_deleted(*batch);
    summary.deleted += deleted;
    summary.updated += batch->num_rows() - deleted;
  }
}

std::string place(const wire::TableId& table) { return "table " + table.to_string(); }

}  // namespace

bool key_is_untyped(const wire::TableSchema& schema) {
  return std::any_of(schema.columns.begin(), schema.columns.end(), [](const Column& column) {
    return column.primary_key && column.type == DataType::kUnspecified;
  });
}

Result<wire::TableChanges> fit_to_destination(const wire::TableChanges& changes,
                                              const wire::TableSchema* described) {
  wire::TableChanges fitted = changes;
  std::vector<Column> columns;
  for (auto column : changes.schema.columns) {
    const auto* there = described == nullptr ? nullptr : described->find(column.name);
    if (column.type == DataType::kUnspecified && (there != nullptr || !column.primary_key)) {
      LAKEPORT_RETURN_IF_ERROR(settle_untyped(fitted, column, there));
      if (there == nullptr) continue;
      const bool key = column.primary_key;
      column = *there;
      column.primary_key = key;
    } else if (column.type == DataType::kUnspecified) {
      column.type = DataType::kString;
    }
    if (there != nullptr && there->type == DataType::kString && there->string_byte_length &&
        is_text(column.type)) {
      // Contract, DataTypeParams: lengths are computed only where the destination tells one, rounded up to a
      // power of two.
      const auto longest = static_cast<std::uint32_t>(longest_string(fitted, column.name));
      const auto needed =
          static_cast<std::int32_t>(std::min<std::uint32_t>(std::bit_ceil(longest), INT32_MAX));
      column.type = DataType::kString;
      column.string_byte_length = std::max(*there->string_byte_length, needed);
    }
    columns.push_back(std::move(column));
  }
  fitted.schema.columns = std::move(columns);
  return fitted;
}

TableWriter::TableWriter(Destination& destination, SyncObserver& observer, const store::SavedState& saved)
    : destination_(destination), observer_(observer), has_state_(saved.state_json.has_value()) {
  for (const auto& table : saved.tables) {
    auto& entry = known({table.schema, table.table});
    entry.source_json = table.source_json;
    entry.saved_json = table.applied_json;
  }
}

TableWriter::Known& TableWriter::known(const wire::TableId& table) {
  const auto [place, fresh] = tables_.try_emplace(table);
  if (fresh) place->second.summary.table = table;
  return place->second;
}

Status TableWriter::write(Known& table, const wire::TableChanges& changes) {
  if (!table.described) {
    LAKEPORT_ASSIGN_OR_RETURN(auto described, destination_.describe(changes.table));
    table.described = true;
    table.changed = true;
    table.exists = described.has_value();
    if (table.exists) table.schema = *std::move(described);
    if (!table.exists && has_state_ && !table.saved_json.empty()) {
      return fail(
          ErrorKind::kDestinationFailed,
          "earlier syncs filled this table, but the destination does not have it any more, and the source "
          "will send only what is new",
          place(changes.table),
          "Bring the table back, or start again with a new state file to load everything.");
    }
  }
  if (!table.exists && changes.rows() == 0 && key_is_untyped(changes.schema)) return {};
  LAKEPORT_ASSIGN_OR_RETURN(const auto fitted,
                            fit_to_destination(changes, table.exists ? &table.schema : nullptr));
  if (!table.exists) {
    LAKEPORT_RETURN_IF_ERROR(destination_.create(changes.table, fitted.schema));
    table.exists = true;
    table.schema = fitted.schema;
    table.summary.created = true;
    observer_.table_created(changes.table, fitted.schema);
  } else if (auto plan = plan_alteration(table.schema, fitted.schema)) {
    LAKEPORT_RETURN_IF_ERROR(destination_.alter(changes.table, plan->target));
    table.schema = std::move(plan->target);
    table.summary.altered = true;
    table.changed = true;
    observer_.table_altered(changes.table, plan->changes);
  }
  table.summary.columns = table.schema.columns.size();
  if (changes.rows() == 0) return {};
  LAKEPORT_RETURN_IF_ERROR(destination_.write(fitted));
  count_rows(changes, table.summary);
  return {};
}

Status TableWriter::apply(const TableWork& work) {
  auto& table = known(work.changes.table);
  if (work.source_json && *work.source_json != table.source_json) {
    table.source_json = *work.source_json;
    table.changed = true;
  }
  return write(table, work.changes);
}

Status TableWriter::truncate(const wire::TableId& table, UtcMillis before) {
  LAKEPORT_RETURN_IF_ERROR(destination_.soft_truncate(table, before));
  known(table).summary.truncated = true;
  observer_.table_truncated(table, before);
  return {};
}

Result<std::vector<store::TableState>> TableWriter::take_changed() {
  std::vector<store::TableState> changed;
  for (auto& [id, table] : tables_) {
    if (!table.changed || !table.exists) continue;
    LAKEPORT_ASSIGN_OR_RETURN(auto applied, to_json(table.schema));
    changed.push_back({id.schema, id.table, table.source_json, applied});
    table.saved_json = std::move(applied);
    table.changed = false;
  }
  return changed;
}

std::vector<TableSummary> TableWriter::summaries() const {
  std::vector<TableSummary> all;
  for (const auto& [id, table] : tables_) {
    if (table.exists || table.summary.truncated) all.push_back(table.summary);
  }
  return all;
}

}  // namespace lakeport::sync

#include "table_changes.h"

#include <algorithm>

#include <arrow/record_batch.h>

namespace lakeport::sources::postgres {

TableChanges::TableChanges(const Table& table, TableState& state, UpdateWriter& writer)
    : table_(table),
      state_(state),
      sink_(table.name, table.schema(), writer),
      reread_(table),
      snapshot_(VisibleTransactions::parse(state.snapshot)) {
  for (const TableColumn& column : table.columns) types_[column.name] = column.type;
}

bool TableChanges::wants(const std::string& column) const {
  if (types_.contains(column)) return true;
  return table_.takes_new_columns &&
         std::find(table_.left_out.begin(), table_.left_out.end(), column) == table_.left_out.end() &&
         std::find(table_.unreadable_columns.begin(), table_.unreadable_columns.end(), column) ==
             table_.unreadable_columns.end();
}

Status TableChanges::take_form(const Relation& relation, const Types& types) {
  LAKEPORT_RETURN_IF_ERROR(flush());
  buffers_.clear();
  wire::TableSchema schema = sink_.schema();
  for (const RelationColumn& column : relation.columns) {
    if (!wants(column.name)) continue;
    const auto known = std::find_if(table_.columns.begin(), table_.columns.end(),
                                    [&](const TableColumn& c) { return c.name == column.name; });
    const bool same_type = known != table_.columns.end() && known->type_oid == column.type;
    const ColumnType type = same_type ? known->type : types.resolve(column.type, column.modifier);
    types_[column.name] = type;
    auto declared = std::find_if(schema.columns.begin(), schema.columns.end(),
                                 [&](const wire::Column& c) { return c.name == column.name; });
    if (declared == schema.columns.end()) {
      schema.columns.push_back({column.name, type.data_type, false, type.decimal, std::nullopt});
    } else if (declared->type != type.data_type) {
      declared->type = type.data_type;
      declared->decimal = type.decimal;
    }
  }
  if (schema == sink_.schema()) return {};
  return sink_.alter(std::move(schema));
}

RowBuffer& TableChanges::buffer_for(const Relation& relation, const std::vector<std::uint16_t>& places) {
  auto& buffer = buffers_[places];
  if (!buffer) {
    std::vector<NamedType> columns;
    for (const std::uint16_t place : places) {
      const std::string& name = relation.columns[place].name;
      columns.push_back({name, types_.at(name)});
    }
    buffer = std::make_unique<RowBuffer>(columns);
  }
  return *buffer;
}

Status TableChanges::add(wire::RecordType type, const Relation& relation,
                         const std::vector<std::uint16_t>& places, const Tuple& row) {
  if (filling_ != nullptr && (type != type_ || relation.oid != relation_ || places != places_)) {
    LAKEPORT_RETURN_IF_ERROR(flush());
  }
  if (filling_ == nullptr) {
    if (relation.oid != relation_) buffers_.clear();
    filling_ = &buffer_for(relation, places);
    type_ = type;
    relation_ = relation.oid;
    places_ = places;
  }
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < places.size(); ++i) {
    const TupleValue& value = row[places[i]];
    if (value.kind != TupleValue::Kind::kText) {
      filling_->column(i).append_null();
    } else if (!filling_->column(i).append_text(value.text)) {
      return fail(ErrorKind::kInternal, "a value that is not of the column's type came in the stream",
                  "table " + table_.name.to_string() + ": column " + filling_->name(i));
    } else {
      bytes += value.text.size();
    }
  }
  filling_->end_row(bytes);
  return filling_->full() ? flush() : Status{};
}

Status TableChanges::flush() {
  if (filling_ == nullptr) return {};
  RowBuffer& rows = *std::exchange(filling_, nullptr);
  const Status sent = sink_.send(*rows.batch(), type_);
  rows.clear();
  return sent;
}

Status TableChanges::truncate() {
  LAKEPORT_RETURN_IF_ERROR(flush());
  return sink_.truncate();
}

Status TableChanges::fetch(Connection& connection, const Settings& settings) {
  if (reread_.empty()) return {};
  LAKEPORT_RETURN_IF_ERROR(flush());
  return reread_.send(connection, settings, sink_);
}

}  // namespace lakeport::sources::postgres

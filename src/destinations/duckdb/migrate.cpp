#include "migrate.h"

#include "lakeport/merge/engine_types.h"

#include "destination_sdk.pb.h"
#include "migrate_history.h"

namespace lakeport::destinations {

namespace sdk = fivetran_sdk::v2;
using duckdb::quote_identifier;
using duckdb::quote_literal;

namespace {

Result<wire::Column> column_of(const std::string& name, sdk::DataType type) {
  sdk::Table table;
  auto* column = table.add_columns();
  column->set_name(name);
  column->set_type(type);
  LAKEPORT_ASSIGN_OR_RETURN(const auto schema, wire::table_from_proto(table));
  return schema.columns.front();
}

// A value of the request as SQL of DuckDB's type `engine`. The text NULL is NULL, and so is no text unless
// the column holds texts.
std::string value_of(const std::string& text, const std::string& engine, const std::string& column) {
  if (text == "NULL" || (text.empty() && engine != kVarchar)) return "CAST(NULL AS " + engine + ")";
  return parse_expression("CAST(" + quote_literal(text) + " AS VARCHAR)", engine, column);
}

// The whole table with `value` in `column`, which is added when it is missing.
Status set_column(FileSession& session, const wire::TableId& id, const StoredColumn& column,
                  const std::string& value) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto* table, session.catalog().get(id));
  auto becomes = *table;
  if (becomes.find(column.contract.name) == nullptr) becomes.columns.push_back(column);
  std::string values;
  for (const auto& each : becomes.columns) {
    const bool set = each.contract.name == column.contract.name;
    values += (values.empty() ? "" : ", ") + (set ? value : quote_identifier(each.contract.name));
  }
  LAKEPORT_RETURN_IF_ERROR(check_names(id, becomes.schema()));
  return session.catalog().replace(becomes, "SELECT " + values + " FROM " + table->sql_name);
}

Status add_with_default(FileSession& session, const wire::TableId& id,
                        const sdk::AddColumnWithDefaultValue& add) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto wanted, column_of(add.column(), add.column_type()));
  LAKEPORT_ASSIGN_OR_RETURN(const auto* table, session.catalog().get(id));
  const auto* there = table->find(add.column());
  const auto column = there != nullptr ? *there : new_column(wanted);
  return set_column(session, id, column, value_of(add.default_value(), column.engine, add.column()));
}

Status add_in_history(FileSession& session, const wire::TableId& id, const sdk::AddColumnInHistoryMode& add) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto wanted, column_of(add.column(), add.column_type()));
  LAKEPORT_ASSIGN_OR_RETURN(const auto* table, session.catalog().get(id));
  const auto* there = table->find(add.column());
  const auto engine = there != nullptr ? there->engine : new_column(wanted).engine;
  return add_column_version(session, id, wanted, value_of(add.default_value(), engine, add.column()),
                            add.operation_timestamp());
}

Status update_column(FileSession& session, const wire::TableId& id,
                     const sdk::UpdateColumnValueOperation& update) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto* table, session.catalog().get(id));
  const auto* column = table->find(update.column());
  if (column == nullptr) {
    return fail(ErrorKind::kNotFound, "there is no column " + quote_identifier(update.column()),
                id.to_string());
  }
  const auto there = *column;
  return set_column(session, id, there, value_of(update.value(), there.engine, update.column()));
}

Status copy_column(FileSession& session, const wire::TableId& id, const sdk::CopyColumn& copy) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto* table, session.catalog().get(id));
  const auto* from = table->find(copy.from_column());
  if (from == nullptr) {
    return fail(ErrorKind::kNotFound, "there is no column " + quote_identifier(copy.from_column()),
                id.to_string());
  }
  auto to = *from;
  to.contract.name = copy.to_column();
  to.contract.primary_key = false;
  const auto* there = table->find(copy.to_column());
  const auto column = there != nullptr ? *there : to;
  const auto value =
      cast_expression(quote_identifier(copy.from_column()), from->engine, column.engine, copy.to_column());
  return set_column(session, id, column, value);
}

Status copy_table(FileSession& session, const wire::TableId& from, const wire::TableId& to) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto* table, session.catalog().get(from));
  const auto source = *table;
  LAKEPORT_RETURN_IF_ERROR(session.catalog().create(to, source.schema()));
  LAKEPORT_ASSIGN_OR_RETURN(const auto* created, session.catalog().get(to));
  auto becomes = *created;
  becomes.columns = source.columns;
  return session.catalog().replace(becomes, "SELECT * FROM " + source.sql_name);
}

Result<bool> migrate_mode(FileSession& session, const wire::TableId& id,
                          const sdk::TableSyncModeMigrationOperation& mode) {
  const std::string deleted =
      mode.soft_deleted_column().empty() ? std::string(wire::kDeletedColumn) : mode.soft_deleted_column();
  switch (mode.type()) {
    case sdk::SOFT_DELETE_TO_HISTORY:
      LAKEPORT_RETURN_IF_ERROR(to_history(session, id, id, deleted));
      return true;
    case sdk::HISTORY_TO_SOFT_DELETE:
      LAKEPORT_RETURN_IF_ERROR(
          to_soft_delete(session, id, deleted, !mode.has_keep_deleted_rows() || mode.keep_deleted_rows()));
      return true;
    default:
      return false;
  }
}

Result<bool> done(Status status) {
  if (!status) return fail(std::move(status).error());
  return true;
}

}  // namespace

Result<bool> migrate(FileSession& session, const sdk::MigrationDetails& details) {
  auto table = [&](const std::string& name) { return wire::TableId{details.schema(), name}; };
  const auto id = table(details.table());
  session.key_ranges().forget();
  auto& catalog = session.catalog();
  switch (details.operation_case()) {
    case sdk::MigrationDetails::kDrop: {
      const auto& drop = details.drop();
      if (drop.has_drop_column_in_history_mode()) {
        const auto& column = drop.drop_column_in_history_mode();
        return done(drop_column_version(session, id, column.column(), column.operation_timestamp()));
      }
      if (!drop.drop_table()) return false;
      LAKEPORT_ASSIGN_OR_RETURN(const auto* there, catalog.find(id));
      return there == nullptr ? Result<bool>(true) : done(catalog.drop(id));
    }
    case sdk::MigrationDetails::kCopy: {
      const auto& copy = details.copy();
      if (copy.has_copy_table()) {
        return done(
            copy_table(session, table(copy.copy_table().from_table()), table(copy.copy_table().to_table())));
      }
      if (copy.has_copy_column()) return done(copy_column(session, id, copy.copy_column()));
      if (!copy.has_copy_table_to_history_mode()) return false;
      const auto& history = copy.copy_table_to_history_mode();
      return done(to_history(session, table(history.from_table()), table(history.to_table()),
                             history.soft_deleted_column()));
    }
    case sdk::MigrationDetails::kRename: {
      const auto& rename = details.rename();
      if (rename.has_rename_table()) {
        return done(catalog.rename(table(rename.rename_table().from_table()),
                                   table(rename.rename_table().to_table())));
      }
      if (!rename.has_rename_column()) return false;
      return done(catalog.rename_column(id, rename.rename_column().from_column(),
                                        rename.rename_column().to_column()));
    }
    case sdk::MigrationDetails::kAdd: {
      const auto& add = details.add();
      if (add.has_add_column_with_default_value()) {
        return done(add_with_default(session, id, add.add_column_with_default_value()));
      }
      if (!add.has_add_column_in_history_mode()) return false;
      return done(add_in_history(session, id, add.add_column_in_history_mode()));
    }
    case sdk::MigrationDetails::kUpdateColumnValue:
      return done(update_column(session, id, details.update_column_value()));
    case sdk::MigrationDetails::kTableSyncModeMigration:
      return migrate_mode(session, id, details.table_sync_mode_migration());
    default:
      return false;
  }
}

}  // namespace lakeport::destinations

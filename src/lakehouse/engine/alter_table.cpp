#include <algorithm>
#include <type_traits>
#include <variant>

#include <duckdb/function/cast/cast_function_set.hpp>
#include <duckdb/function/cast_rules.hpp>

#include "result_types.h"
#include "table_keys.h"
#include "table_statements.h"

namespace lakeport::lakehouse {

namespace duck = ::duckdb;

namespace {

using Change = statement::AlterTable;

// A change of the definition, and DuckDB's part of it.
struct Alteration {
  Table table;
  std::vector<std::string> sql;  // after "ALTER TABLE t "
};

Result<std::size_t> find_column(const Table& table, const std::string& name) {
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    if (name_key(table.columns[i].name) == name_key(name)) return i;
  }
  return fail(ErrorKind::kInvalidInput, "There is no column `" + name + "` in " + table.name.full(),
              "UNRESOLVED_COLUMN");
}

Status add_columns(const Run& run, Alteration& alteration, const Change::AddColumns& change) {
  for (const auto& column : change.columns) {
    if (find_column(alteration.table, column.name)) {
      return fail(ErrorKind::kInvalidInput, "There is a column `" + column.name + "` already",
                  "FIELD_ALREADY_EXISTS");
    }
    LAKEPORT_ASSIGN_OR_RETURN(const auto definition, column_definition(run, column));
    alteration.sql.push_back("ADD COLUMN " + definition);
    if (!column.nullable)
      alteration.sql.push_back("ALTER COLUMN " + quoted_name(column.name) + " SET NOT NULL");
    alteration.table.columns.push_back(column);
  }
  return {};
}

Status drop_columns(Alteration& alteration, const Change::DropColumns& change) {
  for (const auto& name : change.columns) {
    const auto found = find_column(alteration.table, name);
    if (!found && change.if_exists) continue;
    if (!found) return fail(found.error());
    const auto column = alteration.table.columns.begin() + static_cast<std::ptrdiff_t>(*found);
    const auto& keys = alteration.table.primary_key;
    const bool key = std::any_of(keys.begin(), keys.end(),
                                 [&](const auto& part) { return name_key(part) == name_key(column->name); });
    if (key) {
      return fail(ErrorKind::kInvalidInput, "The column `" + name + "` is part of the primary key",
                  "UNSUPPORTED_FEATURE", "Drop the key first.");
    }
    if (alteration.table.columns.size() == 1)
      return fail(ErrorKind::kInvalidInput, "A table keeps at least one column",
                  alteration.table.name.full());
    alteration.sql.push_back("DROP COLUMN " + quoted_name(column->name));
    alteration.table.columns.erase(column);
  }
  return {};
}

Status rename_column(Alteration& alteration, const Change::RenameColumn& change) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto found, find_column(alteration.table, change.from));
  const auto other = find_column(alteration.table, change.to);
  if (other && *other != found) {
    return fail(ErrorKind::kInvalidInput, "There is a column `" + change.to + "` already",
                "FIELD_ALREADY_EXISTS");
  }
  auto& column = alteration.table.columns[found];
  alteration.sql.push_back("RENAME COLUMN " + quoted_name(column.name) + " TO " + quoted_name(change.to));
  rename_in_keys(alteration.table, column.name, change.to);
  column.name = change.to;
  return {};
}

// Only to types that hold every value of before, as Databricks has it.
Status change_type(const Run& run, Alteration& alteration, Column& column, const std::string& type) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto to, logical_type(type));
  LAKEPORT_ASSIGN_OR_RETURN(const auto from, logical_type(column.type));
  LAKEPORT_ASSIGN_OR_RETURN(const auto connection, run.parts.database->connect(run.context.time_zone));
  const bool widens =
      from == to || (to.id() != duck::LogicalTypeId::VARCHAR &&
                     duck::CastFunctionSet::ImplicitCastCost(connection.context(), from, to) >= 0);
  if (!widens) {
    return fail(ErrorKind::kInvalidInput,
                "The column `" + column.name + "` cannot become " + type + " from " + column.type,
                "DELTA_UNSUPPORTED_ALTER_TABLE_CHANGE_COL_OP",
                "Only a type that holds every value is possible.");
  }
  alteration.sql.push_back("ALTER COLUMN " + quoted_name(column.name) + " SET DATA TYPE " + to.ToString());
  column.type = databricks_type_name(to);
  return {};
}

Status change_column(const Run& run, Alteration& alteration, const Change::ChangeColumn& change) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto found, find_column(alteration.table, change.column));
  auto& column = alteration.table.columns[found];
  const auto alter = "ALTER COLUMN " + quoted_name(column.name);
  if (change.type) LAKEPORT_RETURN_IF_ERROR(change_type(run, alteration, column, *change.type));
  if (change.nullable) {
    alteration.sql.push_back(alter + (*change.nullable ? " DROP NOT NULL" : " SET NOT NULL"));
    column.nullable = *change.nullable;
  }
  if (change.default_sql) {
    LAKEPORT_ASSIGN_OR_RETURN(const auto expression, default_expression(run, *change.default_sql));
    alteration.sql.push_back(alter + " SET DEFAULT " + expression);
    column.default_sql = change.default_sql;
  }
  if (change.drop_default) {
    alteration.sql.push_back(alter + " DROP DEFAULT");
    column.default_sql.reset();
  }
  if (change.comment) column.comment = *change.comment;
  return {};
}

Status plan(const Run& run, Alteration& alteration, const Change& alter) {
  auto& table = alteration.table;
  return std::visit(
      [&](const auto& change) -> Status {
        using Kind = std::decay_t<decltype(change)>;
        if constexpr (std::is_same_v<Kind, Change::AddColumns>) {
          return add_columns(run, alteration, change);
        } else if constexpr (std::is_same_v<Kind, Change::DropColumns>) {
          return drop_columns(alteration, change);
        } else if constexpr (std::is_same_v<Kind, Change::RenameColumn>) {
          return rename_column(alteration, change);
        } else if constexpr (std::is_same_v<Kind, Change::ChangeColumn>) {
          return change_column(run, alteration, change);
        } else if constexpr (std::is_same_v<Kind, Change::Rename>) {
          table.name = full_name(run.context, change.to);
        } else if constexpr (std::is_same_v<Kind, Change::SetOwner>) {
          table.owner = change.principal;
        } else if constexpr (std::is_same_v<Kind, Change::SetProperties>) {
          for (const auto& [key, value] : change.properties) {
            std::erase_if(table.properties, [&](const auto& property) { return property.first == key; });
            table.properties.emplace_back(key, value);
          }
        } else if constexpr (std::is_same_v<Kind, Change::UnsetProperties>) {
          for (const auto& key : change.keys)
            std::erase_if(table.properties, [&](const auto& property) { return property.first == key; });
        } else {
          return fail(ErrorKind::kUnsupported, "This ALTER TABLE is not supported", "UNSUPPORTED_FEATURE");
        }
        return {};
      },
      alter.change);
}

}  // namespace

Result<std::unique_ptr<Execution>> alter_table(const Run& run, const statement::AlterTable& alter) {
  const auto name = full_name(run.context, alter.name);
  LAKEPORT_ASSIGN_OR_RETURN(auto before, run.parts.catalog.table(run.context.caller, name));
  if (alter.view != (before.kind == TableKind::kView)) {
    return fail(
        ErrorKind::kInvalidInput,
        name.full() + (alter.view ? " is a table: write ALTER TABLE" : " is a view: write ALTER VIEW"),
        alter.view ? "EXPECT_VIEW_NOT_TABLE" : "EXPECT_TABLE_NOT_VIEW");
  }
  LAKEPORT_ASSIGN_OR_RETURN(const auto lock, run.parts.locks.exclusive(before.id, *run.cancellation));
  LAKEPORT_ASSIGN_OR_RETURN(before, run.parts.catalog.table(run.context.caller, name));
  if (const auto* owner = std::get_if<Change::SetOwner>(&alter.change)) {
    LAKEPORT_RETURN_IF_ERROR(run.parts.catalog.set_owner(run.context.caller, SecurableKind::kTable,
                                                         name.full(), owner->principal));
    return finished({}, nullptr);
  }
  Alteration alteration{before, {}};
  LAKEPORT_RETURN_IF_ERROR(plan(run, alteration, alter));
  if (!alteration.sql.empty() && before.physical_name.empty()) {
    return fail(ErrorKind::kUnsupported, "The columns of " + name.full() + " cannot be changed",
                "UNSUPPORTED_FEATURE", "Only tables of the engine's own have columns that change.");
  }
  const auto apply = [&](const Table&) -> Status {
    LAKEPORT_ASSIGN_OR_RETURN(auto connection, run.parts.database->connect(run.context.time_zone));
    const Attached attached(run, connection);
    return in_transaction(connection, run, [&]() -> Status {
      for (const auto& sql : alteration.sql)
        LAKEPORT_RETURN_IF_ERROR(
            run_sql(connection, "ALTER TABLE " + physical_table(before) + " " + sql, run));
      return {};
    });
  };
  LAKEPORT_RETURN_IF_ERROR(run.parts.catalog.alter_table(run.context.caller, alteration.table,
                                                         alteration.sql.empty() ? EngineChange{} : apply));
  return finished({}, nullptr);
}

Result<std::unique_ptr<Execution>> drop_table(const Run& run, const statement::DropTable& drop) {
  if (drop.view && drop.name.schema.empty()) {
    const auto removed = std::erase_if(run.context.temporary_views, [&](const TemporaryView& view) {
      return duck::StringUtil::CIEquals(view.name, drop.name.object);
    });
    if (removed > 0) return finished({}, nullptr);
  }
  const auto name = full_name(run.context, drop.name);
  const auto table = run.parts.catalog.table(run.context.caller, name);
  if (!table) {
    if (drop.if_exists && table.error().kind() == ErrorKind::kNotFound) return finished({}, nullptr);
    return fail(table.error());
  }
  if (drop.view != (table->kind == TableKind::kView)) {
    return fail(ErrorKind::kInvalidInput,
                name.full() + (drop.view ? " is a table: write DROP TABLE" : " is a view: write DROP VIEW"),
                drop.view ? "EXPECT_VIEW_NOT_TABLE" : "EXPECT_TABLE_NOT_VIEW");
  }
  LAKEPORT_ASSIGN_OR_RETURN(const auto lock, run.parts.locks.exclusive(table->id, *run.cancellation));
  const auto dropped = run.parts.catalog.drop_table(run.context.caller, name, drop_physical(run));
  if (!dropped && !(drop.if_exists && dropped.error().kind() == ErrorKind::kNotFound))
    return fail(dropped.error());
  return finished({}, nullptr);
}

Result<std::unique_ptr<Execution>> truncate_table(const Run& run, const statement::TruncateTable& truncate) {
  const auto name = full_name(run.context, truncate.name);
  LAKEPORT_ASSIGN_OR_RETURN(const auto table,
                            run.parts.catalog.resolve(run.context.caller, name, Privilege::kModify));
  if (table->physical_name.empty()) {
    return fail(ErrorKind::kInvalidInput, name.full() + " is not a table that can be emptied",
                "EXPECT_TABLE_NOT_VIEW");
  }
  LAKEPORT_ASSIGN_OR_RETURN(const auto lock, run.parts.locks.exclusive(table->id, *run.cancellation));
  LAKEPORT_ASSIGN_OR_RETURN(auto connection, run.parts.database->connect(run.context.time_zone));
  const Attached attached(run, connection);
  LAKEPORT_RETURN_IF_ERROR(run_sql(connection, "DELETE FROM " + physical_table(*table), run));
  return finished({}, nullptr);
}

EngineChange drop_physical(const Run& run) {
  return [&parts = run.parts](const Table& table) -> Status {
    if (table.physical_name.empty()) return {};
    LAKEPORT_ASSIGN_OR_RETURN(auto connection, parts.database->connect("UTC"));
    const auto result = connection->Query("DROP TABLE IF EXISTS " + physical_table(table));
    if (result->HasError()) return fail(engine_error(result->GetErrorObject()));
    return {};
  };
}

}  // namespace lakeport::lakehouse

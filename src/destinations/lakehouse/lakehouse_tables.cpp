#include "lakehouse_tables.h"

#include <algorithm>
#include <set>
#include <utility>

#include "lakeport/merge/column_widening.h"
#include "lakeport/merge/engine_types.h"
#include "lakeport/merge/text_rows.h"

#include "column_types.h"

namespace lakeport::destinations {

using duckdb::quote_identifier;
using lakehouse::Caller;
using lakehouse::Privilege;
using lakehouse::Table;

namespace {

constexpr const char* kAskForRights =
    "Ask its owner, or an admin of the workspace, to grant what is missing.";

// With what the user can do about it, where the catalog knows nothing better.
Error with_advice(Error error) {
  if (error.kind() != ErrorKind::kPermission) return error;
  return std::move(error).advise(kAskForRights);
}

Status refuse_kind(const Table& table) {
  if (table.kind == lakehouse::TableKind::kView) {
    return fail(ErrorKind::kDestinationFailed, "there is a view of this name", table.name.full(),
                "Rename the view, or load into another schema.");
  }
  if (table.physical_name.empty()) {
    return fail(ErrorKind::kDestinationFailed, "this is a table of files, which rows cannot be merged into",
                table.name.full(), "Rename the table, or load into another schema.");
  }
  return {};
}

Error missing(const lakehouse::ObjectName& name) {
  return {ErrorKind::kNotFound, "there is no such table, or the loader may not see it", name.full(),
          "If it was dropped, start again with a new state."};
}

std::set<std::string> keys_of(const std::vector<StoredColumn>& columns) {
  std::set<std::string> keys;
  for (const auto& column : columns) {
    if (column.contract.primary_key) keys.insert(column.contract.name);
  }
  return keys;
}

}  // namespace

LakehouseTables::LakehouseTables(Session& session, lakehouse::EngineStorage& storage,
                                 lakehouse::Catalog& catalog, LakehouseOptions options)
    : session_(&session), storage_(&storage), catalog_(&catalog), options_(std::move(options)) {}

lakehouse::ObjectName LakehouseTables::name_of(const wire::TableId& id) const {
  return {options_.catalog, id.schema, id.table};
}

Status LakehouseTables::refuse_other_spelling(const wire::TableId& id) {
  const auto key = lakehouse::name_key(id.schema) + '\0' + lakehouse::name_key(id.table);
  const auto [first, added] = spellings_.try_emplace(key, id);
  if (added || first->second == id) return {};
  return fail(ErrorKind::kDestinationFailed,
              "the tables " + first->second.to_string() + " and " + id.to_string() +
                  " have one name in a lakehouse, which does not tell upper and lower case apart",
              name_of(id).full(), "Rename one of them at the source, or deselect it.");
}

Result<std::shared_ptr<const Table>> LakehouseTables::resolve(const Caller& caller, const wire::TableId& id) {
  const auto name = name_of(id);
  auto table = catalog_->resolve(caller, name, Privilege::kSelect);
  if (!table && table.error().kind() == ErrorKind::kNotFound) return nullptr;
  if (table) table = catalog_->resolve(caller, name, Privilege::kModify);
  if (!table) return fail(with_advice(std::move(table).error()));
  LAKEPORT_RETURN_IF_ERROR(refuse_kind(**table));
  return table;
}

Result<StoredTable> LakehouseTables::stored_table(const Table& table, const wire::TableId& id) const {
  LAKEPORT_ASSIGN_OR_RETURN(const auto types, storage_->storage_types(table));
  StoredTable stored{id, storage_->storage_name(table), {}};
  std::set<std::string> keys;
  for (const auto& key : table.primary_key) keys.insert(lakehouse::name_key(key));
  for (std::size_t i = 0; i < types.size(); ++i) {
    StoredColumn column{contract_type(types[i]), types[i]};
    column.contract.name = table.columns[i].name;
    column.contract.primary_key = keys.contains(lakehouse::name_key(column.contract.name));
    stored.columns.push_back(std::move(column));
  }
  return stored;
}

Result<const StoredTable*> LakehouseTables::find(const wire::TableId& id) {
  if (const auto held = held_.find(id); held != held_.end()) return &held->second->stored;
  LAKEPORT_RETURN_IF_ERROR(refuse_other_spelling(id));
  LAKEPORT_ASSIGN_OR_RETURN(const auto caller, options_.caller());
  LAKEPORT_ASSIGN_OR_RETURN(auto table, resolve(caller, id));
  if (!table) return nullptr;
  if (!entered_) {
    LAKEPORT_ASSIGN_OR_RETURN(described_, stored_table(*table, id));
    return &described_;
  }
  LAKEPORT_ASSIGN_OR_RETURN(auto lock, storage_->lock_storage(*table, session_));
  // Who had it before may have changed it.
  LAKEPORT_ASSIGN_OR_RETURN(table, resolve(caller, id));
  if (!table) return nullptr;
  LAKEPORT_ASSIGN_OR_RETURN(auto stored, stored_table(*table, id));
  // What is known about its keys holds unless somebody else had it in between.
  auto& turn = turns_[id];
  if (lock->turn() != turn + 1) session_->key_ranges().forget(stored);
  turn = lock->turn();
  auto& held = held_[id];
  held = std::make_unique<Held>(Held{std::move(table), std::move(lock), std::move(stored)});
  return &held->stored;
}

Status LakehouseTables::check_rights() {
  if (held_.empty()) return {};
  LAKEPORT_ASSIGN_OR_RETURN(const auto caller, options_.caller());
  for (const auto& [id, held] : held_) {
    LAKEPORT_ASSIGN_OR_RETURN(const auto table, resolve(caller, id));
    if (table && table->physical_name == held->table->physical_name) continue;
    return fail(ErrorKind::kDestinationFailed,
                table ? "the table was replaced while rows were loaded into it"
                      : "the table is gone, or is not to be seen any more, while rows were loaded into it",
                held->table->name.full(), "Start the sync again.");
  }
  return {};
}

void LakehouseTables::leave() {
  held_.clear();
  entered_ = false;
}

Status LakehouseTables::make_schema(const Caller& caller, const wire::TableId& id) {
  const auto made = catalog_->create_schema(caller, options_.catalog, id.schema, "");
  if (made || made.error().kind() == ErrorKind::kExists) return {};
  return fail(with_advice(made.error()));
}

Status LakehouseTables::create(const wire::TableId& id, const wire::TableSchema& schema) {
  LAKEPORT_RETURN_IF_ERROR(check_names(id, schema));
  LAKEPORT_RETURN_IF_ERROR(refuse_other_spelling(id));
  LAKEPORT_RETURN_IF_ERROR(session_->commit());
  LAKEPORT_ASSIGN_OR_RETURN(const auto caller, options_.caller());
  Table table;
  table.name = name_of(id);
  for (const auto& column : schema.columns) {
    lakehouse::Column made;
    made.name = column.name;
    made.type = databricks_type(column);
    table.columns.push_back(std::move(made));
  }
  table.primary_key = schema.key_names();
  const auto apply = [this](const Table& made) { return storage_->create_storage(made); };
  auto made = catalog_->create_table(caller, table, false, apply);
  if (!made && made.error().kind() == ErrorKind::kNotFound) {
    LAKEPORT_RETURN_IF_ERROR(make_schema(caller, id));
    made = catalog_->create_table(caller, table, false, apply);
  }
  if (!made && made.error().kind() == ErrorKind::kExists) {
    return fail(ErrorKind::kDestinationFailed,
                "the table is there already, or something else of its name that the loader may not see",
                table.name.full(), kAskForRights);
  }
  if (!made) return fail(with_advice(std::move(made).error()));
  return session_->begin();
}

Status LakehouseTables::apply(const Table& before, const StoredTable& stored, const Wanted& wanted) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto connection, storage_->connect_storage());
  auto& sql = connection->sql();
  std::vector<std::string> changes;
  std::string names;
  std::string values;
  bool plain = true;
  for (std::size_t i = 0; i < wanted.columns.size(); ++i) {
    const auto& column = wanted.columns[i];
    const auto name = quote_identifier(column.contract.name);
    if (i >= stored.columns.size()) {
      changes.push_back("ADD COLUMN " + name + " " + column.engine);
      continue;
    }
    const auto& from = stored.columns[i].engine;
    const auto value = cast_expression(name, from, column.engine, column.contract.name);
    names += (names.empty() ? "" : ", ") + name;
    values += (values.empty() ? "" : ", ") + value;
    if (from == column.engine) continue;
    plain = plain && is_plain_cast(from, column.engine);
    changes.push_back("ALTER COLUMN " + name + " SET DATA TYPE " + column.engine + " USING (" + value + ")");
  }
  LAKEPORT_RETURN_IF_ERROR(sql.execute("BEGIN TRANSACTION"));
  if (plain) {
    for (const auto& change : changes)
      LAKEPORT_RETURN_IF_ERROR(sql.execute("ALTER TABLE " + stored.sql_name + " " + change));
  } else {
    // Made anew: DuckDB replays an ALTER from its log before it knows functions.
    auto rebuilt = wanted.table;
    rebuilt.physical_name = before.physical_name + " (rebuilt)";
    const auto rebuilt_name = storage_->storage_name(rebuilt);
    LAKEPORT_ASSIGN_OR_RETURN(const auto definition, storage_->storage_definition(rebuilt));
    LAKEPORT_RETURN_IF_ERROR(sql.execute(definition));
    LAKEPORT_RETURN_IF_ERROR(sql.execute("INSERT INTO " + rebuilt_name + " (" + names + ") SELECT " + values +
                                         " FROM " + stored.sql_name));
    LAKEPORT_RETURN_IF_ERROR(sql.execute("DROP TABLE " + stored.sql_name));
    LAKEPORT_RETURN_IF_ERROR(
        sql.execute("ALTER TABLE " + rebuilt_name + " RENAME TO " + quote_identifier(before.physical_name)));
  }
  LAKEPORT_RETURN_IF_ERROR(sql.execute("COMMIT"));
  return {};
}

Status LakehouseTables::alter(const wire::TableId& id, const Change& change) {
  LAKEPORT_RETURN_IF_ERROR(session_->commit());
  LAKEPORT_ASSIGN_OR_RETURN(const auto caller, options_.caller());
  LAKEPORT_ASSIGN_OR_RETURN(auto found, resolve(caller, id));
  if (!found) return fail(missing(name_of(id)));
  {
    LAKEPORT_ASSIGN_OR_RETURN(const auto lock, storage_->lock_storage(*found, session_));
    auto& turn = turns_[id];
    if (lock->turn() == turn + 1) turn = lock->turn();
    LAKEPORT_ASSIGN_OR_RETURN(found, resolve(caller, id));
    if (!found) return fail(missing(name_of(id)));
    const auto& before = *found;
    LAKEPORT_ASSIGN_OR_RETURN(const auto stored, stored_table(before, id));
    LAKEPORT_ASSIGN_OR_RETURN(auto columns, change(stored));
    Wanted wanted{before, std::move(columns)};
    bool physical = false;
    for (std::size_t i = 0; i < wanted.columns.size(); ++i) {
      const auto& column = wanted.columns[i];
      const bool added = i >= stored.columns.size();
      if (!added && stored.columns[i].engine == column.engine) continue;
      physical = true;
      if (added) {
        wanted.table.columns.emplace_back();
        wanted.table.columns.back().name = column.contract.name;
      }
      wanted.table.columns[i].type = databricks_type(column.contract);
    }
    const auto keys = keys_of(wanted.columns);
    const bool other_keys = keys != keys_of(stored.columns);
    if (other_keys) {
      wanted.table.primary_key.clear();
      for (const auto& column : wanted.columns) {
        if (column.contract.primary_key) wanted.table.primary_key.push_back(column.contract.name);
      }
    }
    if (physical || other_keys) {
      const auto work = [&](const Table&) { return apply(before, stored, wanted); };
      auto altered = catalog_->alter_table(
          caller, wanted.table, physical ? lakehouse::EngineChange(work) : lakehouse::EngineChange());
      if (!altered) return fail(with_advice(std::move(altered).error()));
    }
  }
  return session_->begin();
}

Status LakehouseTables::widen(const wire::TableId& id, const wire::TableSchema& wanted) {
  return alter(id, [&](const StoredTable& before) -> Result<std::vector<StoredColumn>> {
    LAKEPORT_RETURN_IF_ERROR(check_names(id, wanted));
    auto together = before.schema();
    for (const auto& column : wanted.columns) {
      if (together.find(column.name) == nullptr) together.columns.push_back(column);
    }
    LAKEPORT_RETURN_IF_ERROR(check_names(id, together));
    const auto all_fit = [&](const std::string& condition) -> Result<bool> {
      LAKEPORT_ASSIGN_OR_RETURN(const auto connection, storage_->connect_storage());
      LAKEPORT_ASSIGN_OR_RETURN(const auto misfits,
                                number_of(connection->sql(), "SELECT count(*) FROM " + before.sql_name +
                                                                 " WHERE NOT (" + condition + ")"));
      return misfits == 0;
    };
    std::vector<StoredColumn> columns = before.columns;
    for (auto& column : columns) {
      const auto* asked = wanted.find(column.contract.name);
      if (asked != nullptr) {
        LAKEPORT_ASSIGN_OR_RETURN(column, widened_column(column, *asked, TypeSet::kLakehouse, all_fit));
      }
      column.contract.primary_key = asked != nullptr && asked->primary_key;
    }
    for (const auto& column : wanted.columns) {
      if (before.find(column.name) == nullptr) columns.push_back(new_column(column, TypeSet::kLakehouse));
    }
    return columns;
  });
}

Status LakehouseTables::change_type(const wire::TableId& id, std::string_view name,
                                    const wire::Column& contract, std::string_view engine) {
  return alter(id, [&](const StoredTable& before) -> Result<std::vector<StoredColumn>> {
    auto becomes = before;
    auto* column = becomes.find(name);
    if (column == nullptr) {
      return fail(ErrorKind::kInternal, "there is no column " + quote_identifier(name), id.to_string());
    }
    const bool key = column->contract.primary_key;
    column->contract = contract;
    column->contract.name = name;
    column->contract.primary_key = key;
    column->engine = engine;
    if (engine == kTimestampNs) {  // which Databricks has not
      column->engine = kVarchar;
      column->contract.type = wire::DataType::kString;
    }
    return std::move(becomes.columns);
  });
}

Result<std::int64_t> LakehouseTables::stored_rows(const wire::TableId& /*id*/) { return 0; }

}  // namespace lakeport::destinations

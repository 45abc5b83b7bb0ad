#include "table_keys.h"

#include <algorithm>
#include <functional>

namespace lakeport::lakehouse {
namespace {

bool same(const std::string& left, const std::string& right) { return name_key(left) == name_key(right); }

bool same_columns(const std::vector<std::string>& left, const std::vector<std::string>& right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(), same);
}

Status check_free(const Table& table, const std::string& name) {
  const bool taken =
      (!table.primary_key.empty() && same(primary_key_name(table), name)) ||
      std::any_of(table.foreign_keys.begin(), table.foreign_keys.end(),
                  [&](const ForeignKey& key) { return same(foreign_key_name(table, key), name); });
  if (!taken) return {};
  return fail(ErrorKind::kExists, "The constraint `" + name + "` exists already in " + table.name.full(),
              "CONSTRAINT_ALREADY_EXISTS");
}

Status add_primary_key(Table& table, const statement::AddKey& change) {
  if (!table.primary_key.empty()) {
    return fail(ErrorKind::kInvalidInput, table.name.full() + " has a primary key already",
                "MULTIPLE_PRIMARY_KEYS", "Drop it first.");
  }
  for (const std::string& name : change.primary_key) {
    const auto column = std::find_if(table.columns.begin(), table.columns.end(),
                                     [&](const Column& each) { return same(each.name, name); });
    if (column != table.columns.end() && column->nullable) {
      return fail(ErrorKind::kInvalidInput, "The column `" + name + "` of a primary key may be NULL",
                  "INVALID_CONSTRAINT",
                  "Write ALTER TABLE … ALTER COLUMN `" + name + "` SET NOT NULL first.");
    }
  }
  table.primary_key = change.primary_key;
  table.primary_key_name = change.name;
  return {};
}

Status add(const Run& run, Table& table, const statement::AddKey& change) {
  if (!change.name.empty()) LAKEPORT_RETURN_IF_ERROR(check_free(table, change.name));
  if (!change.foreign_key) return add_primary_key(table, change);
  ForeignKey key = *change.foreign_key;
  LAKEPORT_RETURN_IF_ERROR(complete_foreign_key(run, table, key));
  LAKEPORT_RETURN_IF_ERROR(check_free(table, foreign_key_name(table, key)));
  table.foreign_keys.push_back(std::move(key));
  return {};
}

Status drop(Table& table, const statement::DropKey& change) {
  const bool primary = change.name ? !table.primary_key.empty() && same(primary_key_name(table), *change.name)
                                   : !change.columns && !table.primary_key.empty();
  if (primary) {
    table.primary_key.clear();
    table.primary_key_name.clear();
    return {};
  }
  const auto gone = std::erase_if(table.foreign_keys, [&](const ForeignKey& key) {
    return (change.name && same(foreign_key_name(table, key), *change.name)) ||
           (change.columns && same_columns(key.columns, *change.columns));
  });
  if (gone > 0 || change.if_exists) return {};
  return fail(ErrorKind::kNotFound,
              table.name.full() + " has no such constraint" + (change.name ? " `" + *change.name + "`" : ""),
              "CONSTRAINT_DOES_NOT_EXIST", "DESCRIBE EXTENDED lists a table's constraints.");
}

using KeyChange = std::function<Status(Table& table)>;

Result<std::unique_ptr<Execution>> change_keys(const Run& run, const ObjectName& written,
                                               const KeyChange& change) {
  const auto name = full_name(run.context, written);
  LAKEPORT_ASSIGN_OR_RETURN(auto table, run.parts.catalog.table(run.context.caller, name));
  LAKEPORT_ASSIGN_OR_RETURN(const auto lock, run.parts.locks.exclusive(table.id, *run.cancellation));
  LAKEPORT_ASSIGN_OR_RETURN(table, run.parts.catalog.table(run.context.caller, name));
  if (table.kind == TableKind::kView) {
    return fail(ErrorKind::kInvalidInput, name.full() + " is a view: it has no keys",
                "EXPECT_TABLE_NOT_VIEW");
  }
  LAKEPORT_RETURN_IF_ERROR(change(table));
  LAKEPORT_RETURN_IF_ERROR(run.parts.catalog.alter_table(run.context.caller, table, {}));
  return finished({}, nullptr);
}

}  // namespace

std::string primary_key_name(const Table& table) {
  return table.primary_key_name.empty() ? table.name.object + "_pk" : table.primary_key_name;
}

std::string foreign_key_name(const Table& table, const ForeignKey& key) {
  return key.name.empty() ? table.name.object + "_" + key.referenced.object + "_fk" : key.name;
}

Status complete_foreign_key(const Run& run, const Table& table, ForeignKey& key) {
  key.referenced = full_name(run.context, key.referenced);
  if (!key.referenced_columns.empty()) return {};
  if (name_key(key.referenced.full()) == name_key(table.name.full())) {
    key.referenced_columns = table.primary_key;
  } else {
    LAKEPORT_ASSIGN_OR_RETURN(const Table other, run.parts.catalog.table(run.context.caller, key.referenced));
    key.referenced_columns = other.primary_key;
  }
  if (!key.referenced_columns.empty()) return {};
  return fail(ErrorKind::kInvalidInput, key.referenced.full() + " has no primary key to refer to",
              "INVALID_CONSTRAINT", "Name the columns that are referred to.");
}

Result<std::unique_ptr<Execution>> add_key(const Run& run, const statement::AddKey& change) {
  return change_keys(run, change.table, [&](Table& table) { return add(run, table, change); });
}

Result<std::unique_ptr<Execution>> drop_key(const Run& run, const statement::DropKey& change) {
  return change_keys(run, change.table, [&](Table& table) { return drop(table, change); });
}

void rename_in_keys(Table& table, const std::string& from, const std::string& to) {
  const auto rename = [&](std::vector<std::string>& columns) {
    for (std::string& column : columns) {
      if (same(column, from)) column = to;
    }
  };
  rename(table.primary_key);
  for (ForeignKey& key : table.foreign_keys) rename(key.columns);
}

}  // namespace lakeport::lakehouse

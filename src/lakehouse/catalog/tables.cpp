// Reading tables, making and dropping them: together with the engine, so that a crash between the two can be
// repaired.
#include <algorithm>
#include <set>
#include <unordered_set>

#include <fmt/format.h>

#include "metadata_catalog.h"

namespace lakeport::lakehouse::unity {

namespace {

ObjectName schema_name(const ObjectName& name) { return {.catalog = name.catalog, .schema = name.schema}; }

// Whose rows are in the engine's own file: managed tables, and Delta tables wherever they are said to be.
bool kept_by_engine(const Table& table) {
  return table.kind == TableKind::kManaged ||
         (table.kind == TableKind::kExternal && table.format == StorageFormat::kDelta);
}

Status check_key(const Table& table, std::string_view what, const std::vector<std::string>& columns) {
  for (const auto& name : columns) {
    const bool known = std::any_of(table.columns.begin(), table.columns.end(), [&](const Column& column) {
      return name_key(column.name) == name_key(name);
    });
    if (!known) {
      return fail(ErrorKind::kInvalidInput,
                  fmt::format("the {} names a column '{}' that the table does not have", what, name),
                  "COLUMN_NOT_FOUND");
    }
  }
  return {};
}

}  // namespace

Result<std::vector<Table>> MetadataCatalog::tables(const Caller& caller, std::string_view catalog,
                                                   std::string_view schema) {
  const ObjectName wanted{.catalog = std::string(catalog), .schema = std::string(schema)};
  return with_owners(
      read(caller, {"listTables", wanted.full()}, [&](Lookup& lookup) -> Result<std::vector<Table>> {
        const bool whole_catalog = wanted.schema.empty();
        LAKEPORT_ASSIGN_OR_RETURN(
            const auto parent,
            lookup.readable(whole_catalog ? SecurableKind::kCatalog : SecurableKind::kSchema, wanted));
        std::vector<Located> schemas;
        if (whole_catalog) {
          LAKEPORT_ASSIGN_OR_RETURN(schemas, lookup.children(parent, SecurableKind::kSchema));
        } else {
          schemas.push_back(parent);
        }
        std::unordered_set<std::int64_t> visible;
        for (const auto& one : schemas) {
          LAKEPORT_ASSIGN_OR_RETURN(const auto found, lookup.children(one, SecurableKind::kTable));
          for (const auto& table : found) visible.insert(table.row().id);
        }
        if (visible.empty()) return std::vector<Table>();
        LAKEPORT_ASSIGN_OR_RETURN(
            auto list,
            rows::tables(lookup.session(), whole_catalog ? TableScope::kCatalog : TableScope::kSchema,
                         parent.row().id));
        std::erase_if(list, [&](const Table& table) { return !visible.contains(table.id); });
        return list;
      }));
}

Result<Table> MetadataCatalog::table(const Caller& caller, const ObjectName& name) {
  return with_owner(read(caller, {"getTable", name.full()}, [&](Lookup& lookup) -> Result<Table> {
    LAKEPORT_ASSIGN_OR_RETURN(const auto located, lookup.readable(SecurableKind::kTable, name));
    LAKEPORT_ASSIGN_OR_RETURN(auto found,
                              rows::tables(lookup.session(), TableScope::kTable, located.row().id));
    return std::move(found.front());
  }));
}

Status MetadataCatalog::check_definition(Lookup& lookup, const Table& table) {
  LAKEPORT_RETURN_IF_ERROR(check_name("table", table.name.object));
  std::set<std::string> seen;
  for (const auto& column : table.columns) {
    LAKEPORT_RETURN_IF_ERROR(check_column_name(column.name));
    if (!seen.insert(name_key(column.name)).second) {
      return fail(ErrorKind::kInvalidInput, fmt::format("the column '{}' is there twice", column.name),
                  "COLUMN_ALREADY_EXISTS");
    }
  }
  LAKEPORT_RETURN_IF_ERROR(check_key(table, "primary key", table.primary_key));
  for (const auto& key : table.foreign_keys) {
    LAKEPORT_RETURN_IF_ERROR(check_key(table, "foreign key", key.columns));
    if (key.columns.empty() || key.columns.size() != key.referenced_columns.size()) {
      return fail(ErrorKind::kInvalidInput,
                  fmt::format("the foreign key to {} has {} columns here and {} there", key.referenced.full(),
                              key.columns.size(), key.referenced_columns.size()),
                  "INVALID_CONSTRAINT");
    }
    // Who cannot see the other table must not learn of it here.
    if (name_key(key.referenced.full()) != name_key(table.name.full())) {
      LAKEPORT_RETURN_IF_ERROR(lookup.readable(SecurableKind::kTable, key.referenced));
    }
  }
  return {};
}

Result<MetadataCatalog::Creation> MetadataCatalog::begin_table(Lookup& lookup, const Table& wanted,
                                                               bool or_replace, bool pending) {
  Creation creation{.table = wanted, .replaced = {}, .metastore_id = 0};
  auto& table = creation.table;
  LAKEPORT_ASSIGN_OR_RETURN(const auto schema, lookup.require(SecurableKind::kSchema, schema_name(table.name),
                                                              Privilege::kUseSchema));
  // On the schema itself, so that a missing USE SCHEMA is named before CREATE TABLE.
  LAKEPORT_RETURN_IF_ERROR(Lookup::require(schema, Privilege::kCreateTable));
  LAKEPORT_RETURN_IF_ERROR(check_definition(lookup, table));
  if (table.kind == TableKind::kExternal) {
    LAKEPORT_ASSIGN_OR_RETURN(table.location,
                              usable_path(lookup, Privilege::kCreateExternalTable, table.location));
  } else {
    table.location.clear();
  }
  if (table.kind != TableKind::kView) table.view_sql.clear();
  auto& session = lookup.session();
  const auto now = utc_now();
  const auto& by = lookup.caller().principal.name;
  creation.metastore_id = schema.root_id();
  table.name.catalog = schema.path[1].name;
  table.name.schema = schema.path[2].name;
  table.physical_name.clear();
  table.updated_by = by;
  table.updated = now;

  LAKEPORT_ASSIGN_OR_RETURN(const auto there,
                            rows::child(session, schema.row().id, SecurableKind::kTable, table.name.object));
  if (there) {
    LAKEPORT_ASSIGN_OR_RETURN(auto old, rows::tables(session, TableScope::kTable, there->id));
    if (!or_replace) {
      return fail(ErrorKind::kExists, fmt::format("Table or view '{}' already exists.", table.name.full()),
                  "TABLE_OR_VIEW_ALREADY_EXISTS");
    }
    LAKEPORT_RETURN_IF_ERROR(lookup.require(SecurableKind::kTable, table.name, Privilege::kManage));
    creation.replaced = std::move(old.front());
    if ((creation.replaced->kind == TableKind::kView) != (table.kind == TableKind::kView)) {
      return fail(ErrorKind::kInvalidInput,
                  fmt::format("'{}' is a {}, which a {} cannot replace", table.name.full(),
                              creation.replaced->kind == TableKind::kView ? "view" : "table",
                              table.kind == TableKind::kView ? "view" : "table"),
                  "EXPECT_TABLE_NOT_VIEW");
    }
    LAKEPORT_ASSIGN_OR_RETURN(const auto number, rows::take_ids(session, 1));
    table.id = there->id;
    table.uuid = there->uuid;
    table.owner_id = there->owner_id;
    table.created = there->created;
    table.created_by = there->created_by;
    table.version = there->version;
    if (kept_by_engine(table)) table.physical_name = fmt::format("t_{}", number);
  } else {
    SecurableRow row;
    row.kind = SecurableKind::kTable;
    row.parent_id = row.schema_id = schema.row().id;
    row.catalog_id = schema.path[1].id;
    row.hive = schema.path[1].hive;
    row.name = table.name.object;
    row.owner_id = lookup.caller().principal.id;
    row.comment = table.comment;
    row.properties = table.properties;
    row.pending = pending;
    LAKEPORT_RETURN_IF_ERROR(rows::insert(session, row, by, now));
    table.id = row.id;
    table.uuid = row.uuid;
    table.owner_id = row.owner_id;
    table.created = now;
    table.created_by = by;
    table.version = 1;
    if (kept_by_engine(table)) table.physical_name = fmt::format("t_{}", row.id);
    LAKEPORT_RETURN_IF_ERROR(rows::insert_table_detail(session, table, creation.metastore_id));
  }
  if (!table.physical_name.empty()) {
    LAKEPORT_RETURN_IF_ERROR(rows::insert_physical(session, table, kCreating));
  }
  return creation;
}

Status MetadataCatalog::finish_table(Lookup& lookup, const Creation& creation) {
  auto& session = lookup.session();
  const auto& table = creation.table;
  // What is above it may have been dropped while the engine worked.
  LAKEPORT_ASSIGN_OR_RETURN(auto row, rows::by_id(session, table.id));
  if (!row) {
    return fail(
        ErrorKind::kNotFound,
        fmt::format("'{}' was dropped, or what it is in, while it was being made.", table.name.full()),
        "TABLE_OR_VIEW_NOT_FOUND");
  }
  row->pending = false;
  if (creation.replaced) {
    row->comment = table.comment;
    row->properties = table.properties;
    LAKEPORT_ASSIGN_OR_RETURN(const auto now_there, rows::tables(session, TableScope::kTable, table.id));
    if (now_there.empty() || now_there.front().version != creation.replaced->version) {
      return fail(
          ErrorKind::kUnavailable,
          fmt::format("'{}' was changed by somebody else while it was being replaced.", table.name.full()),
          "CONCURRENT_CHANGE", "Try again.");
    }
    LAKEPORT_RETURN_IF_ERROR(rows::replace_table_detail(session, table, creation.metastore_id, true));
    if (!creation.replaced->physical_name.empty()) {
      LAKEPORT_RETURN_IF_ERROR(
          rows::set_physical_state(session, creation.replaced->physical_name, kDropping));
    }
  }
  if (!table.physical_name.empty()) {
    LAKEPORT_RETURN_IF_ERROR(rows::set_physical_state(session, table.physical_name, kLive));
  }
  return rows::update(session, *row, lookup.caller().principal.name, utc_now());
}

void MetadataCatalog::undo_table(const Creation& creation) {
  // What fails here is done by repair().
  (void)metadata_.write([&](store::Session& session) -> Status {
    if (!creation.replaced) {
      LAKEPORT_RETURN_IF_ERROR(rows::remove(session, creation.table.id));
    }
    return rows::forget_physical(session, creation.table.physical_name);
  });
}

Result<Table> MetadataCatalog::create_table(const Caller& caller, Table table, bool or_replace,
                                            const EngineChange& apply, const EngineChange& drop_replaced) {
  const Action action{"createTable", table.name.full()};
  std::optional<Creation> creation;
  if (!apply) {
    LAKEPORT_RETURN_IF_ERROR(change(caller, action, [&](Lookup& lookup) -> Status {
      LAKEPORT_ASSIGN_OR_RETURN(creation, begin_table(lookup, table, or_replace, false));
      return finish_table(lookup, *creation);
    }));
  } else {
    LAKEPORT_RETURN_IF_ERROR(change_work(
        caller, action,
        [&](Lookup& lookup) -> Status {
          LAKEPORT_ASSIGN_OR_RETURN(creation, begin_table(lookup, table, or_replace, true));
          return {};
        },
        false));
    creation->table.owner = principal_name(creation->table.owner_id);
    if (auto applied = apply(creation->table); !applied) {
      undo_table(*creation);
      return fail(std::move(applied).error());
    }
    auto finished = change(caller, action, [&](Lookup& lookup) { return finish_table(lookup, *creation); });
    if (!finished) {
      // The engine has it and nobody else will: it goes now, or at the next start.
      (void)metadata_.write([&](store::Session& session) {
        return rows::set_physical_state(session, creation->table.physical_name, kDropping);
      });
      if (!creation->table.physical_name.empty()) drop_physical({creation->table}, drop_replaced);
      if (!creation->replaced) {
        (void)metadata_.write(
            [&](store::Session& session) { return rows::remove(session, creation->table.id); });
      }
      return fail(std::move(finished).error());
    }
  }
  if (creation->replaced && !creation->replaced->physical_name.empty()) {
    drop_physical({*creation->replaced}, drop_replaced);
  }
  return with_owner(read(caller, {"getTable", action.object}, [&](Lookup& lookup) -> Result<Table> {
    LAKEPORT_ASSIGN_OR_RETURN(auto found,
                              rows::tables(lookup.session(), TableScope::kTable, creation->table.id));
    if (found.empty()) return fail(not_found(SecurableKind::kTable, creation->table.name));
    return std::move(found.front());
  }));
}

Status MetadataCatalog::drop_table(const Caller& caller, const ObjectName& name, const EngineChange& apply) {
  std::vector<Table> doomed;
  LAKEPORT_RETURN_IF_ERROR(change(caller, {"deleteTable", name.full()}, [&](Lookup& lookup) -> Status {
    LAKEPORT_ASSIGN_OR_RETURN(const auto located,
                              lookup.require(SecurableKind::kTable, name, Privilege::kManage));
    LAKEPORT_ASSIGN_OR_RETURN(
        doomed, rows::begin_dropping_below(lookup.session(), TableScope::kTable, located.row().id));
    return rows::remove(lookup.session(), located.row().id);
  }));
  drop_physical(doomed, apply);
  return {};
}

void MetadataCatalog::drop_physical(const std::vector<Table>& tables, const EngineChange& drop) {
  if (!drop) return;
  std::vector<std::string> gone;
  for (const auto& table : tables) {
    if (drop(table)) gone.push_back(table.physical_name);
  }
  if (gone.empty()) return;
  // What is not forgotten is dropped once more by repair(), which finds nothing then.
  (void)metadata_.write([&](store::Session& session) -> Status {
    for (const auto& physical_name : gone) {
      LAKEPORT_RETURN_IF_ERROR(rows::forget_physical(session, physical_name));
    }
    return {};
  });
}

}  // namespace lakeport::lakehouse::unity

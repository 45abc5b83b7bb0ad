// Changing what is there: tables with their columns, and the common parts of every securable.
#include <algorithm>

#include <fmt/format.h>

#include "json_text.h"
#include "metadata_catalog.h"

namespace lakeport::lakehouse::unity {

namespace {

bool same_name(std::string_view left, std::string_view right) { return name_key(left) == name_key(right); }

// Who may modify a table's data may also change these; the rest is for those who manage it.
bool needs_manage(const Table& before, const Table& after, bool owner_changes) {
  return owner_changes || before.name != after.name || before.view_sql != after.view_sql ||
         before.primary_key != after.primary_key || before.foreign_keys != after.foreign_keys;
}

std::string_view update_action(SecurableKind kind) {
  switch (kind) {
    case SecurableKind::kMetastore:
      return "updateMetastore";
    case SecurableKind::kCatalog:
      return "updateCatalog";
    case SecurableKind::kSchema:
      return "updateSchema";
    case SecurableKind::kTable:
      return "updateTables";
    case SecurableKind::kFunction:
      return "updateFunction";
    case SecurableKind::kVolume:
      return "updateVolume";
    case SecurableKind::kExternalLocation:
      return "updateExternalLocation";
    case SecurableKind::kStorageCredential:
      return "updateStorageCredential";
  }
  return "";
}

bool may_be_isolated(SecurableKind kind) {
  return kind == SecurableKind::kCatalog || kind == SecurableKind::kExternalLocation ||
         kind == SecurableKind::kStorageCredential;
}

std::string kind_word(SecurableKind kind) {
  std::string word(to_string(kind));
  std::transform(word.begin(), word.end(), word.begin(), [](unsigned char c) { return std::tolower(c); });
  return word;
}

}  // namespace

Result<Table> MetadataCatalog::check_alteration(Lookup& lookup, const Table& wanted,
                                                std::optional<std::int64_t> owner,
                                                std::int64_t& metastore_id) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto located, lookup.locate_by_id(wanted.id));
  LAKEPORT_ASSIGN_OR_RETURN(const auto there, rows::tables(lookup.session(), TableScope::kTable, wanted.id));
  if (there.empty()) return fail(not_found(SecurableKind::kTable, wanted.name));
  const Table& before = there.front();
  if (wanted.version != 0 && wanted.version != before.version) {
    return fail(ErrorKind::kUnavailable,
                fmt::format("'{}' was changed by somebody else.", before.name.full()), "CONCURRENT_CHANGE",
                "Try again.");
  }
  metastore_id = located.root_id();
  Table after = wanted;
  after.kind = before.kind;
  after.format = before.format;
  after.location = before.location;
  after.physical_name = before.physical_name;
  after.owner_id = owner.value_or(before.owner_id);
  if (after.name.catalog.empty()) after.name.catalog = before.name.catalog;
  if (after.name.schema.empty()) after.name.schema = before.name.schema;
  if (!needs_manage(before, after, owner && *owner != before.owner_id)) {
    if (located.access.missing(Privilege::kManage)) {
      LAKEPORT_RETURN_IF_ERROR(Lookup::require(located, Privilege::kModify));
    }
  } else {
    LAKEPORT_RETURN_IF_ERROR(Lookup::require(located, Privilege::kManage));
  }
  LAKEPORT_RETURN_IF_ERROR(check_definition(lookup, after));
  if (!same_name(after.name.catalog, before.name.catalog)) {
    return fail(ErrorKind::kUnsupported,
                fmt::format("'{}' cannot be moved to another catalog", before.name.full()),
                "UNSUPPORTED_FEATURE", "Make a copy there.");
  }
  if (!same_name(after.name.schema, before.name.schema)) {
    LAKEPORT_RETURN_IF_ERROR(lookup.require(SecurableKind::kSchema,
                                            {.catalog = after.name.catalog, .schema = after.name.schema},
                                            Privilege::kCreateTable));
  }
  return after;
}

Status MetadataCatalog::apply_alteration(Lookup& lookup, const Table& altered, std::int64_t metastore_id) {
  auto& session = lookup.session();
  LAKEPORT_ASSIGN_OR_RETURN(auto row, rows::by_id(session, altered.id));
  if (!row) return fail(not_found(SecurableKind::kTable, altered.name));
  LAKEPORT_ASSIGN_OR_RETURN(
      const auto catalog, rows::child(session, metastore_id, SecurableKind::kCatalog, altered.name.catalog));
  if (!catalog) return fail(not_found(SecurableKind::kCatalog, {.catalog = altered.name.catalog}));
  LAKEPORT_ASSIGN_OR_RETURN(const auto schema,
                            rows::child(session, catalog->id, SecurableKind::kSchema, altered.name.schema));
  if (!schema) {
    return fail(
        not_found(SecurableKind::kSchema, {.catalog = altered.name.catalog, .schema = altered.name.schema}));
  }
  row->parent_id = row->schema_id = schema->id;
  row->name = altered.name.object;
  row->owner_id = altered.owner_id;
  row->comment = altered.comment;
  row->properties = altered.properties;
  LAKEPORT_RETURN_IF_ERROR(rows::update(session, *row, lookup.caller().principal.name, utc_now()));
  return rows::replace_table_detail(session, altered, metastore_id, false);
}

Status MetadataCatalog::alter_table(const Caller& caller, const Table& table, const EngineChange& apply) {
  const Action action{"updateTables", table.name.full()};
  std::optional<std::int64_t> owner;
  if (!table.owner.empty() && table.owner != principal_name(table.owner_id)) {
    LAKEPORT_ASSIGN_OR_RETURN(owner, principal_id(caller, table.owner));
  }
  if (!apply) {
    return change(caller, action, [&](Lookup& lookup) -> Status {
      std::int64_t metastore_id = 0;
      LAKEPORT_ASSIGN_OR_RETURN(const auto altered, check_alteration(lookup, table, owner, metastore_id));
      return apply_alteration(lookup, altered, metastore_id);
    });
  }
  std::optional<Table> altered;
  std::int64_t metastore_id = 0;
  LAKEPORT_RETURN_IF_ERROR(change_work(
      caller, action,
      [&](Lookup& lookup) -> Status {
        LAKEPORT_ASSIGN_OR_RETURN(altered, check_alteration(lookup, table, owner, metastore_id));
        auto noted =
            lookup.session().execute("insert into pending_alter (table_id, definition) values (?, ?)",
                                     {altered->id, to_json(*altered)});
        if (noted) return {};
        if (noted.error().kind() != ErrorKind::kExists) return fail(std::move(noted).error());
        return fail(ErrorKind::kUnavailable,
                    fmt::format("'{}' is being changed by another statement.", altered->name.full()),
                    "CONCURRENT_CHANGE", "Try again.");
      },
      false));
  const auto forget = [&](store::Session& session) {
    return session.execute("delete from pending_alter where table_id = ?", {altered->id}).map([](auto) {});
  };
  if (auto applied = apply(*altered); !applied) {
    (void)metadata_.write(forget);
    return fail(std::move(applied).error());
  }
  // The engine has changed: rights are not asked for again, or the two would differ.
  return change(caller, action, [&](Lookup& lookup) -> Status {
    LAKEPORT_RETURN_IF_ERROR(apply_alteration(lookup, *altered, metastore_id));
    return forget(lookup.session());
  });
}

Status MetadataCatalog::update(const Caller& caller, SecurableKind kind, std::string_view full_name,
                               const Update& changes) {
  ObjectName name;
  if (kind != SecurableKind::kMetastore) {
    LAKEPORT_ASSIGN_OR_RETURN(name, parse_object_name(full_name));
  }
  if (changes.name) LAKEPORT_RETURN_IF_ERROR(check_name(kind_word(kind), *changes.name));
  if (changes.isolated && !may_be_isolated(kind)) {
    return fail(ErrorKind::kInvalidInput, fmt::format("a {} cannot be isolated", kind_word(kind)));
  }
  std::optional<std::int64_t> owner;
  if (changes.owner) {
    LAKEPORT_ASSIGN_OR_RETURN(owner, principal_id(caller, *changes.owner));
  }
  return change(caller, {update_action(kind), std::string(full_name)}, [&](Lookup& lookup) -> Status {
    LAKEPORT_ASSIGN_OR_RETURN(const auto located, lookup.locate(kind, name));
    const bool manage = changes.name || changes.owner || changes.isolated || kind != SecurableKind::kTable ||
                        !located.access.missing(Privilege::kManage);
    LAKEPORT_RETURN_IF_ERROR(Lookup::require(located, manage ? Privilege::kManage : Privilege::kModify));
    auto row = located.row();
    if (changes.name && row.hive && kind == SecurableKind::kCatalog) {
      return fail(ErrorKind::kInvalidInput, "Catalog 'hive_metastore' cannot be renamed.",
                  "UNSUPPORTED_FEATURE");
    }
    if (changes.name) row.name = *changes.name;
    if (owner) row.owner_id = *owner;
    if (changes.comment) row.comment = *changes.comment;
    if (changes.properties) row.properties = *changes.properties;
    if (changes.isolated && *changes.isolated && !row.isolated) {
      LAKEPORT_RETURN_IF_ERROR(lookup.session().execute(
          "insert into workspace_binding (securable_id, workspace_id, read_only) values (?, ?, 0) "
          "on conflict (securable_id, workspace_id) do nothing",
          {row.id, caller.workspace_id}));
    }
    if (changes.isolated) row.isolated = *changes.isolated;
    return rows::update(lookup.session(), row, caller.principal.name, utc_now());
  });
}

Result<std::vector<WorkspaceBinding>> MetadataCatalog::bindings(const Caller& caller, SecurableKind kind,
                                                                std::string_view name) {
  return read(caller, {"getWorkspaceBindings", std::string(name)},
              [&](Lookup& lookup) -> Result<std::vector<WorkspaceBinding>> {
                LAKEPORT_ASSIGN_OR_RETURN(
                    const auto located,
                    lookup.require(kind, {.catalog = std::string(name)}, Privilege::kManage));
                LAKEPORT_ASSIGN_OR_RETURN(
                    const auto found,
                    lookup.session().query("select workspace_id, read_only from workspace_binding where "
                                           "securable_id = ? order by workspace_id",
                                           {located.row().id}));
                std::vector<WorkspaceBinding> list;
                for (const auto& row : found) list.push_back({row.integer(0), row.boolean(1)});
                return list;
              });
}

Status MetadataCatalog::change_bindings(const Caller& caller, SecurableKind kind, std::string_view name,
                                        const std::vector<WorkspaceBinding>& add,
                                        const std::vector<WorkspaceBinding>& remove) {
  if (!may_be_isolated(kind)) {
    return fail(ErrorKind::kInvalidInput, fmt::format("a {} cannot be bound to workspaces", kind_word(kind)));
  }
  LAKEPORT_ASSIGN_OR_RETURN(const auto workspaces, identity_.workspaces());
  for (const auto& binding : add) {
    const bool known = std::any_of(workspaces.begin(), workspaces.end(),
                                   [&](const Workspace& one) { return one.id == binding.workspace_id; });
    if (!known) {
      return fail(ErrorKind::kInvalidInput, fmt::format("there is no workspace {}", binding.workspace_id));
    }
  }
  return change(caller, {"updateWorkspaceBindings", std::string(name)}, [&](Lookup& lookup) -> Status {
    LAKEPORT_ASSIGN_OR_RETURN(const auto located,
                              lookup.require(kind, {.catalog = std::string(name)}, Privilege::kManage));
    const auto id = located.row().id;
    for (const auto& binding : remove) {
      LAKEPORT_RETURN_IF_ERROR(lookup.session().execute(
          "delete from workspace_binding where securable_id = ? and workspace_id = ?",
          {id, binding.workspace_id}));
    }
    for (const auto& binding : add) {
      LAKEPORT_RETURN_IF_ERROR(lookup.session().execute(
          "insert into workspace_binding (securable_id, workspace_id, read_only) values (?, ?, ?) "
          "on conflict (securable_id, workspace_id) do update set read_only = excluded.read_only",
          {id, binding.workspace_id, std::int64_t{binding.read_only}}));
    }
    return {};
  });
}

}  // namespace lakeport::lakehouse::unity

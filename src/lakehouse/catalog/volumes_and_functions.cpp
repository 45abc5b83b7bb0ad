#include <algorithm>

#include <fmt/format.h>

#include "json_text.h"
#include "metadata_catalog.h"

namespace lakeport::lakehouse::unity {

namespace {

Result<Volume> volume_of(Lookup& lookup, const Located& located) {
  auto volume = object_of<Volume>(located, located.name());
  LAKEPORT_ASSIGN_OR_RETURN(
      const auto found,
      lookup.session().query("select external, location from volume_detail where id = ?", {volume.id}));
  volume.external = found.front().boolean(0);
  volume.location = found.front().text(1);
  return volume;
}

Result<Function> function_of(Lookup& lookup, const Located& located) {
  auto function = object_of<Function>(located, located.name());
  function.properties = located.row().properties;
  LAKEPORT_ASSIGN_OR_RETURN(
      const auto found,
      lookup.session().query("select parameters, return_type, return_columns, body, deterministic "
                             "from function_detail where id = ?",
                             {function.id}));
  const auto& row = found.front();
  function.parameters = parameters_from_json(row.text(0));
  function.return_type = row.text(1);
  function.return_columns = columns_from_json(row.text(2));
  function.body = row.text(3);
  function.deterministic = row.boolean(4);
  return function;
}

// Every visible one of a schema, or with an empty schema of the catalog.
template <class T, class Read>
Result<std::vector<T>> list_objects(Lookup& lookup, SecurableKind kind, const ObjectName& where,
                                    const Read& read) {
  std::vector<Located> schemas;
  if (where.schema.empty()) {
    LAKEPORT_ASSIGN_OR_RETURN(const auto catalog, lookup.readable(SecurableKind::kCatalog, where));
    LAKEPORT_ASSIGN_OR_RETURN(schemas, lookup.children(catalog, SecurableKind::kSchema));
  } else {
    LAKEPORT_ASSIGN_OR_RETURN(auto schema, lookup.readable(SecurableKind::kSchema, where));
    schemas.push_back(std::move(schema));
  }
  std::vector<T> list;
  for (const auto& schema : schemas) {
    LAKEPORT_ASSIGN_OR_RETURN(const auto found, lookup.children(schema, kind));
    for (const auto& located : found) {
      LAKEPORT_ASSIGN_OR_RETURN(auto object, read(lookup, located));
      list.push_back(std::move(object));
    }
  }
  return list;
}

// The row of a new object in a schema, for those that may make it there.
Result<SecurableRow> new_row(Lookup& lookup, SecurableKind kind, const ObjectName& name, Privilege privilege,
                             std::string_view comment) {
  LAKEPORT_ASSIGN_OR_RETURN(
      const auto schema,
      lookup.require(SecurableKind::kSchema, {.catalog = name.catalog, .schema = name.schema},
                     Privilege::kUseSchema));
  LAKEPORT_RETURN_IF_ERROR(Lookup::require(schema, privilege));
  SecurableRow row;
  row.kind = kind;
  row.parent_id = row.schema_id = schema.row().id;
  row.catalog_id = schema.path[1].id;
  row.hive = schema.path[1].hive;
  row.name = name.object;
  row.owner_id = lookup.caller().principal.id;
  row.comment = comment;
  return row;
}

}  // namespace

Result<std::vector<Volume>> MetadataCatalog::volumes(const Caller& caller, std::string_view catalog,
                                                     std::string_view schema) {
  const ObjectName where{.catalog = std::string(catalog), .schema = std::string(schema)};
  return with_owners(read(caller, {"listVolumes", where.full()}, [&](Lookup& lookup) {
    return list_objects<Volume>(lookup, SecurableKind::kVolume, where, volume_of);
  }));
}

Result<Volume> MetadataCatalog::volume(const Caller& caller, const ObjectName& name) {
  return with_owner(read(caller, {"getVolume", name.full()}, [&](Lookup& lookup) -> Result<Volume> {
    LAKEPORT_ASSIGN_OR_RETURN(const auto located, lookup.readable(SecurableKind::kVolume, name));
    return volume_of(lookup, located);
  }));
}

Result<Volume> MetadataCatalog::create_volume(const Caller& caller, const Volume& wanted) {
  LAKEPORT_RETURN_IF_ERROR(check_name("volume", wanted.name.object));
  LAKEPORT_RETURN_IF_ERROR(
      change(caller, {"createVolume", wanted.name.full()}, [&](Lookup& lookup) -> Status {
        LAKEPORT_ASSIGN_OR_RETURN(auto row, new_row(lookup, SecurableKind::kVolume, wanted.name,
                                                    Privilege::kCreateVolume, wanted.comment));
        if (row.hive) {
          return fail(ErrorKind::kInvalidInput, "hive_metastore has no volumes.", "UNSUPPORTED_FEATURE");
        }
        std::string location;
        if (wanted.external) {
          LAKEPORT_ASSIGN_OR_RETURN(location,
                                    usable_path(lookup, Privilege::kCreateExternalVolume, wanted.location));
        }
        LAKEPORT_RETURN_IF_ERROR(rows::insert(lookup.session(), row, caller.principal.name, utc_now()));
        return lookup.session()
            .execute("insert into volume_detail (id, external, location) values (?, ?, ?)",
                     {row.id, std::int64_t{wanted.external}, location})
            .map([](auto) {});
      }));
  return volume(caller, wanted.name);
}

Status MetadataCatalog::drop_volume(const Caller& caller, const ObjectName& name) {
  return change(caller, {"deleteVolume", name.full()}, [&](Lookup& lookup) -> Status {
    LAKEPORT_ASSIGN_OR_RETURN(const auto located,
                              lookup.require(SecurableKind::kVolume, name, Privilege::kManage));
    return rows::remove(lookup.session(), located.row().id);
  });
}

Result<std::vector<Function>> MetadataCatalog::functions(const Caller& caller, std::string_view catalog,
                                                         std::string_view schema) {
  const ObjectName where{.catalog = std::string(catalog), .schema = std::string(schema)};
  return with_owners(read(caller, {"listFunctions", where.full()}, [&](Lookup& lookup) {
    return list_objects<Function>(lookup, SecurableKind::kFunction, where, function_of);
  }));
}

Result<Function> MetadataCatalog::function(const Caller& caller, const ObjectName& name) {
  return with_owner(read(caller, {"getFunction", name.full()}, [&](Lookup& lookup) -> Result<Function> {
    LAKEPORT_ASSIGN_OR_RETURN(const auto located, lookup.readable(SecurableKind::kFunction, name));
    return function_of(lookup, located);
  }));
}

Result<std::shared_ptr<const Function>> MetadataCatalog::resolve_function(const Caller& caller,
                                                                          const ObjectName& name) {
  LAKEPORT_RETURN_IF_ERROR(cache_.current_version());
  auto key = ResolveCache::key(caller, name, "function");
  if (auto found = cache_.find<Function>(key)) return found;
  std::int64_t version = 0;
  LAKEPORT_ASSIGN_OR_RETURN(
      auto function,
      with_owner(read(caller, {"getFunction", name.full()}, [&](Lookup& lookup) -> Result<Function> {
        LAKEPORT_ASSIGN_OR_RETURN(const auto state,
                                  lookup.session().query("select version from catalog_state where id = 1"));
        version = state.front().integer(0);
        LAKEPORT_ASSIGN_OR_RETURN(const auto located,
                                  lookup.require(SecurableKind::kFunction, name, Privilege::kExecute));
        return function_of(lookup, located);
      })));
  auto shared = std::make_shared<const Function>(std::move(function));
  cache_.remember(std::move(key), version, shared);
  return shared;
}

Result<Function> MetadataCatalog::create_function(const Caller& caller, const Function& wanted,
                                                  bool or_replace) {
  LAKEPORT_RETURN_IF_ERROR(check_name("function", wanted.name.object));
  for (const auto& parameter : wanted.parameters) LAKEPORT_RETURN_IF_ERROR(check_column_name(parameter.name));
  LAKEPORT_RETURN_IF_ERROR(
      change(caller, {"createFunction", wanted.name.full()}, [&](Lookup& lookup) -> Status {
        LAKEPORT_ASSIGN_OR_RETURN(auto row, new_row(lookup, SecurableKind::kFunction, wanted.name,
                                                    Privilege::kCreateFunction, wanted.comment));
        row.properties = wanted.properties;
        auto& session = lookup.session();
        LAKEPORT_ASSIGN_OR_RETURN(
            const auto there,
            rows::child(session, *row.parent_id, SecurableKind::kFunction, wanted.name.object));
        if (there && or_replace) {
          LAKEPORT_RETURN_IF_ERROR(lookup.require(SecurableKind::kFunction, wanted.name, Privilege::kManage));
          // Grants and owner stay.
          auto kept = *there;
          kept.comment = row.comment;
          kept.properties = row.properties;
          LAKEPORT_RETURN_IF_ERROR(rows::update(session, kept, caller.principal.name, utc_now()));
          LAKEPORT_RETURN_IF_ERROR(session.execute("delete from function_detail where id = ?", {kept.id}));
          row.id = kept.id;
        } else {
          LAKEPORT_RETURN_IF_ERROR(rows::insert(session, row, caller.principal.name, utc_now()));
        }
        return session
            .execute(
                "insert into function_detail (id, parameters, return_type, return_columns, body, "
                "deterministic) "
                "values (?, ?, ?, ?, ?, ?)",
                {row.id, to_json(wanted.parameters), wanted.return_type, to_json(wanted.return_columns),
                 wanted.body, std::int64_t{wanted.deterministic}})
            .map([](auto) {});
      }));
  return function(caller, wanted.name);
}

Status MetadataCatalog::drop_function(const Caller& caller, const ObjectName& name) {
  return change(caller, {"deleteFunction", name.full()}, [&](Lookup& lookup) -> Status {
    LAKEPORT_ASSIGN_OR_RETURN(const auto located,
                              lookup.require(SecurableKind::kFunction, name, Privilege::kManage));
    return rows::remove(lookup.session(), located.row().id);
  });
}

}  // namespace lakeport::lakehouse::unity

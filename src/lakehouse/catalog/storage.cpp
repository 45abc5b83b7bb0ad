// External locations and the credentials that they are used with.
#include <algorithm>

#include <fmt/format.h>

#include "metadata_catalog.h"
#include "storage_url.h"

namespace lakeport::lakehouse::unity {

namespace {

constexpr std::string_view kCredentialKinds[] = {"aws_iam_role", "azure_managed_identity",
                                                 "databricks_gcp_service_account"};

template <class T>
T storage_of(const Located& located) {
  auto object = object_of<T>(located, located.row().name);
  object.isolated = located.row().isolated;
  return object;
}

Result<ExternalLocation> location_of(Lookup& lookup, const Located& located) {
  auto location = storage_of<ExternalLocation>(located);
  LAKEPORT_ASSIGN_OR_RETURN(
      const auto found,
      lookup.session().query("select e.url, c.name, e.read_only from external_location_detail e "
                             "left join securable c on c.id = e.credential_id where e.id = ?",
                             {location.id}));
  location.url = found.front().text(0);
  location.credential = found.front().optional_text(1).value_or("");
  location.read_only = found.front().boolean(2);
  return location;
}

Result<StorageCredential> credential_of(Lookup& lookup, const Located& located) {
  auto credential = storage_of<StorageCredential>(located);
  LAKEPORT_ASSIGN_OR_RETURN(
      const auto found,
      lookup.session().query(
          "select credential_kind, details, read_only from storage_credential_detail where id = ?",
          {credential.id}));
  credential.kind = found.front().text(0);
  credential.details = found.front().text(1);
  credential.read_only = found.front().boolean(2);
  return credential;
}

template <class T, class Read>
Result<T> read_storage(Lookup& lookup, SecurableKind kind, std::string_view name, const Read& read) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto located, lookup.readable(kind, {.catalog = std::string(name)}));
  return read(lookup, located);
}

template <class T, class Read>
Result<std::vector<T>> list_storage(Lookup& lookup, SecurableKind kind, const Read& read) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto metastore, lookup.locate(SecurableKind::kMetastore, {}));
  LAKEPORT_ASSIGN_OR_RETURN(const auto found, lookup.children(metastore, kind));
  std::vector<T> list;
  for (const auto& located : found) {
    LAKEPORT_ASSIGN_OR_RETURN(auto object, read(lookup, located));
    list.push_back(std::move(object));
  }
  return list;
}

// The credential's id; nothing when the location has none, which only the machine's own files may have.
Result<std::optional<std::int64_t>> usable_credential(Lookup& lookup, const ExternalLocation& wanted,
                                                      const std::string& url) {
  if (wanted.credential.empty()) {
    if (url.starts_with("file:")) return std::nullopt;
    return fail(ErrorKind::kInvalidInput,
                fmt::format("the external location '{}' needs a storage credential", wanted.name),
                "INVALID_PARAMETER_VALUE", "Name one that may read the URL.");
  }
  LAKEPORT_ASSIGN_OR_RETURN(const auto credential,
                            lookup.require(SecurableKind::kStorageCredential, {.catalog = wanted.credential},
                                           Privilege::kCreateExternalLocation));
  return credential.row().id;
}

struct KnownLocation {
  std::int64_t id;
  std::string name, url;
  bool read_only;
};

Result<std::vector<KnownLocation>> known_locations(Lookup& lookup, std::int64_t metastore_id) {
  LAKEPORT_ASSIGN_OR_RETURN(
      const auto found,
      lookup.session().query("select s.id, s.name, e.url, e.read_only from securable s "
                             "join external_location_detail e on e.id = s.id where s.parent_id = ?",
                             {metastore_id}));
  std::vector<KnownLocation> list;
  for (const auto& row : found) list.push_back({row.integer(0), row.text(1), row.text(2), row.boolean(3)});
  return list;
}

Status check_overlap(Lookup& lookup, std::int64_t metastore_id, std::int64_t itself, const std::string& url) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto known, known_locations(lookup, metastore_id));
  for (const auto& other : known) {
    if (other.id == itself || (!lies_in(url, other.url) && !lies_in(other.url, url))) continue;
    return fail(ErrorKind::kInvalidInput,
                fmt::format("'{}' overlaps with the URL of the external location '{}'", url, other.name),
                "LOCATION_OVERLAP");
  }
  return {};
}

// What would lose its place.
Result<std::int64_t> objects_in(Lookup& lookup, const std::string& url) {
  LAKEPORT_ASSIGN_OR_RETURN(
      const auto found,
      lookup.session().query("select location from table_detail where table_kind = 'EXTERNAL' union all "
                             "select location from volume_detail where external = 1"));
  return std::count_if(found.begin(), found.end(),
                       [&](const store::Row& row) { return lies_in(row.text(0), url); });
}

Status check_credential(const StorageCredential& wanted) {
  LAKEPORT_RETURN_IF_ERROR(check_name("storage credential", wanted.name));
  const auto known = std::find(std::begin(kCredentialKinds), std::end(kCredentialKinds), wanted.kind);
  if (known != std::end(kCredentialKinds)) return {};
  return fail(
      ErrorKind::kUnsupported, fmt::format("storage credentials of kind '{}' are not supported", wanted.kind),
      "UNSUPPORTED_FEATURE", "Use aws_iam_role, azure_managed_identity or databricks_gcp_service_account.");
}

}  // namespace

Result<std::vector<ExternalLocation>> MetadataCatalog::external_locations(const Caller& caller) {
  return with_owners(read(caller, {"listExternalLocations", ""}, [](Lookup& lookup) {
    return list_storage<ExternalLocation>(lookup, SecurableKind::kExternalLocation, location_of);
  }));
}

Result<ExternalLocation> MetadataCatalog::external_location(const Caller& caller, std::string_view name) {
  return with_owner(read(caller, {"getExternalLocation", std::string(name)}, [&](Lookup& lookup) {
    return read_storage<ExternalLocation>(lookup, SecurableKind::kExternalLocation, name, location_of);
  }));
}

Result<ExternalLocation> MetadataCatalog::create_external_location(const Caller& caller,
                                                                   const ExternalLocation& wanted) {
  LAKEPORT_RETURN_IF_ERROR(check_name("external location", wanted.name));
  LAKEPORT_ASSIGN_OR_RETURN(const auto url, storage_url(wanted.url));
  LAKEPORT_RETURN_IF_ERROR(
      change(caller, {"createExternalLocation", wanted.name}, [&](Lookup& lookup) -> Status {
        LAKEPORT_ASSIGN_OR_RETURN(const auto metastore, lookup.require(SecurableKind::kMetastore, {},
                                                                       Privilege::kCreateExternalLocation));
        LAKEPORT_ASSIGN_OR_RETURN(const auto credential, usable_credential(lookup, wanted, url));
        LAKEPORT_RETURN_IF_ERROR(check_overlap(lookup, metastore.row().id, 0, url));
        SecurableRow row;
        row.kind = SecurableKind::kExternalLocation;
        row.parent_id = metastore.row().id;
        row.name = wanted.name;
        row.owner_id = caller.principal.id;
        row.comment = wanted.comment;
        LAKEPORT_RETURN_IF_ERROR(rows::insert(lookup.session(), row, caller.principal.name, utc_now()));
        return lookup.session()
            .execute(
                "insert into external_location_detail (id, url, credential_id, read_only) values (?, ?, ?, "
                "?)",
                {row.id, url, store::or_null(credential), std::int64_t{wanted.read_only}})
            .map([](auto) {});
      }));
  return external_location(caller, wanted.name);
}

Status MetadataCatalog::change_external_location(const Caller& caller, const ExternalLocation& wanted) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto url, storage_url(wanted.url));
  return change(caller, {"updateExternalLocation", wanted.name}, [&](Lookup& lookup) -> Status {
    LAKEPORT_ASSIGN_OR_RETURN(
        const auto located,
        lookup.require(SecurableKind::kExternalLocation, {.catalog = wanted.name}, Privilege::kManage));
    LAKEPORT_ASSIGN_OR_RETURN(const auto before, location_of(lookup, located));
    // Only another credential asks for a right to use it.
    std::optional<std::int64_t> credential;
    if (name_key(before.credential) != name_key(wanted.credential) || wanted.credential.empty()) {
      LAKEPORT_ASSIGN_OR_RETURN(credential, usable_credential(lookup, wanted, url));
    } else {
      LAKEPORT_ASSIGN_OR_RETURN(
          const auto same, rows::child(lookup.session(), located.root_id(), SecurableKind::kStorageCredential,
                                       wanted.credential));
      if (same) credential = same->id;
    }
    LAKEPORT_RETURN_IF_ERROR(check_overlap(lookup, located.root_id(), located.row().id, url));
    LAKEPORT_RETURN_IF_ERROR(lookup.session().execute(
        "update external_location_detail set url = ?, credential_id = ?, read_only = ? where id = ?",
        {url, store::or_null(credential), std::int64_t{wanted.read_only}, located.row().id}));
    return rows::update(lookup.session(), located.row(), caller.principal.name, utc_now());
  });
}

Status MetadataCatalog::drop_external_location(const Caller& caller, std::string_view name, bool force) {
  return change(caller, {"deleteExternalLocation", std::string(name)}, [&](Lookup& lookup) -> Status {
    LAKEPORT_ASSIGN_OR_RETURN(
        const auto located,
        lookup.require(SecurableKind::kExternalLocation, {.catalog = std::string(name)}, Privilege::kManage));
    LAKEPORT_ASSIGN_OR_RETURN(const auto location, location_of(lookup, located));
    LAKEPORT_ASSIGN_OR_RETURN(const auto objects, objects_in(lookup, location.url));
    if (objects > 0 && !force) {
      return fail(ErrorKind::kInvalidInput,
                  fmt::format("External location '{}' has {} external tables or volumes in it.",
                              location.name, objects),
                  "LOCATION_NOT_EMPTY", "Drop them first, or use force.");
    }
    return rows::remove(lookup.session(), located.row().id);
  });
}

Result<std::string> MetadataCatalog::usable_path(Lookup& lookup, Privilege privilege, std::string_view text) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto url, storage_url(text));
  LAKEPORT_ASSIGN_OR_RETURN(const auto metastore, lookup.locate(SecurableKind::kMetastore, {}));
  LAKEPORT_ASSIGN_OR_RETURN(const auto known, known_locations(lookup, metastore.row().id));
  const auto place = std::find_if(known.begin(), known.end(),
                                  [&](const KnownLocation& one) { return lies_in(url, one.url); });
  // The same words whether there is none or the caller may not know of it.
  const Error nowhere(ErrorKind::kPermission,
                      fmt::format("User does not have {} on any external location that '{}' lies in.",
                                  to_string(privilege), url),
                      "INSUFFICIENT_PERMISSIONS");
  if (place == known.end()) return fail(nowhere);
  auto located = lookup.locate(SecurableKind::kExternalLocation, {.catalog = place->name});
  if (!located && located.error().kind() == ErrorKind::kNotFound) return fail(nowhere);
  if (!located) return fail(std::move(located).error());
  LAKEPORT_RETURN_IF_ERROR(Lookup::require(*located, privilege));
  if (place->read_only && privilege != Privilege::kReadFiles) {
    return fail(ErrorKind::kPermission, fmt::format("External location '{}' is read-only.", place->name),
                "INSUFFICIENT_PERMISSIONS");
  }
  return url;
}

Result<std::string> MetadataCatalog::require_path(const Caller& caller, Privilege privilege,
                                                  std::string_view url) {
  return read(caller, {"checkPath", std::string(url)},
              [&](Lookup& lookup) { return usable_path(lookup, privilege, url); });
}

Result<std::vector<StorageCredential>> MetadataCatalog::storage_credentials(const Caller& caller) {
  return with_owners(read(caller, {"listStorageCredentials", ""}, [](Lookup& lookup) {
    return list_storage<StorageCredential>(lookup, SecurableKind::kStorageCredential, credential_of);
  }));
}

Result<StorageCredential> MetadataCatalog::storage_credential(const Caller& caller, std::string_view name) {
  return with_owner(read(caller, {"getStorageCredential", std::string(name)}, [&](Lookup& lookup) {
    return read_storage<StorageCredential>(lookup, SecurableKind::kStorageCredential, name, credential_of);
  }));
}

Result<StorageCredential> MetadataCatalog::create_storage_credential(const Caller& caller,
                                                                     const StorageCredential& wanted) {
  LAKEPORT_RETURN_IF_ERROR(check_credential(wanted));
  LAKEPORT_RETURN_IF_ERROR(
      change(caller, {"createStorageCredential", wanted.name}, [&](Lookup& lookup) -> Status {
        LAKEPORT_ASSIGN_OR_RETURN(const auto metastore, lookup.require(SecurableKind::kMetastore, {},
                                                                       Privilege::kCreateStorageCredential));
        SecurableRow row;
        row.kind = SecurableKind::kStorageCredential;
        row.parent_id = metastore.row().id;
        row.name = wanted.name;
        row.owner_id = caller.principal.id;
        row.comment = wanted.comment;
        LAKEPORT_RETURN_IF_ERROR(rows::insert(lookup.session(), row, caller.principal.name, utc_now()));
        return lookup.session()
            .execute(
                "insert into storage_credential_detail (id, credential_kind, details, read_only) values (?, "
                "?, ?, ?)",
                {row.id, wanted.kind, wanted.details, std::int64_t{wanted.read_only}})
            .map([](auto) {});
      }));
  return storage_credential(caller, wanted.name);
}

Status MetadataCatalog::change_storage_credential(const Caller& caller, const StorageCredential& wanted) {
  LAKEPORT_RETURN_IF_ERROR(check_credential(wanted));
  return change(caller, {"updateStorageCredential", wanted.name}, [&](Lookup& lookup) -> Status {
    LAKEPORT_ASSIGN_OR_RETURN(
        const auto located,
        lookup.require(SecurableKind::kStorageCredential, {.catalog = wanted.name}, Privilege::kManage));
    LAKEPORT_RETURN_IF_ERROR(lookup.session().execute(
        "update storage_credential_detail set credential_kind = ?, details = ?, read_only = ? where id = ?",
        {wanted.kind, wanted.details, std::int64_t{wanted.read_only}, located.row().id}));
    return rows::update(lookup.session(), located.row(), caller.principal.name, utc_now());
  });
}

Status MetadataCatalog::drop_storage_credential(const Caller& caller, std::string_view name, bool force) {
  return change(caller, {"deleteStorageCredential", std::string(name)}, [&](Lookup& lookup) -> Status {
    LAKEPORT_ASSIGN_OR_RETURN(
        const auto located, lookup.require(SecurableKind::kStorageCredential, {.catalog = std::string(name)},
                                           Privilege::kManage));
    LAKEPORT_ASSIGN_OR_RETURN(
        const auto users,
        lookup.session().query("select count(*) from external_location_detail where credential_id = ?",
                               {located.row().id}));
    if (users.front().integer(0) > 0 && !force) {
      return fail(ErrorKind::kInvalidInput,
                  fmt::format("Storage credential '{}' is used by {} external locations.", located.row().name,
                              users.front().integer(0)),
                  "STORAGE_CREDENTIAL_IN_USE", "Drop them first, or use force.");
    }
    return rows::remove(lookup.session(), located.row().id);
  });
}

}  // namespace lakeport::lakehouse::unity

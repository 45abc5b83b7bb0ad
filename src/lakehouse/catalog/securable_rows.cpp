#include "securable_rows.h"

#include <fmt/format.h>

#include "lakeport/base/seal.h"

#include "json_text.h"

namespace lakeport::lakehouse::unity {

const std::string kSecurableColumns =
    "s.id, s.uuid, s.kind, s.parent_id, s.catalog_id, s.schema_id, s.name, s.owner_id, s.comment, "
    "s.properties, "
    "s.storage_root, s.isolated, s.hive, s.pending, s.version, s.created_ms, s.created_by, s.updated_ms, "
    "s.updated_by, s.name_key";

SecurableRow read_securable(const store::Row& row, std::size_t first) {
  const auto moment = [&](std::size_t column) {
    return UtcMillis(std::chrono::milliseconds(row.integer(first + column)));
  };
  SecurableRow read;
  read.id = row.integer(first);
  read.uuid = row.text(first + 1);
  read.kind = securable_kind_from_string(row.text(first + 2)).value_or(SecurableKind::kTable);
  read.parent_id = row.optional_integer(first + 3);
  read.catalog_id = row.optional_integer(first + 4);
  read.schema_id = row.optional_integer(first + 5);
  read.name = row.text(first + 6);
  read.owner_id = row.integer(first + 7);
  read.comment = row.text(first + 8);
  read.properties = properties_from_json(row.text(first + 9));
  read.storage_root = row.text(first + 10);
  read.isolated = row.boolean(first + 11);
  read.hive = row.boolean(first + 12);
  read.pending = row.boolean(first + 13);
  read.version = row.integer(first + 14);
  read.created = moment(15);
  read.created_by = row.text(first + 16);
  read.updated = moment(17);
  read.updated_by = row.text(first + 18);
  return read;
}

std::string placeholders(std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text.append(i == 0 ? "?" : ", ?");
  return text;
}

namespace rows {

namespace {

std::int64_t millis(UtcMillis moment) { return moment.time_since_epoch().count(); }

// Instead of the unique key's own text, which differs from store to store.
Error name_taken(const Error& error, const SecurableRow& row) {
  if (error.kind() != ErrorKind::kExists) return error;
  switch (row.kind) {
    case SecurableKind::kCatalog:
      return {ErrorKind::kExists, fmt::format("Catalog '{}' already exists.", row.name),
              "CATALOG_ALREADY_EXISTS"};
    case SecurableKind::kSchema:
      return {ErrorKind::kExists, fmt::format("Schema '{}' already exists.", row.name),
              "SCHEMA_ALREADY_EXISTS"};
    case SecurableKind::kTable:
      return {ErrorKind::kExists, fmt::format("Table or view '{}' already exists.", row.name),
              "TABLE_OR_VIEW_ALREADY_EXISTS"};
    case SecurableKind::kFunction:
      return {ErrorKind::kExists, fmt::format("Function '{}' already exists.", row.name),
              "ROUTINE_ALREADY_EXISTS"};
    case SecurableKind::kVolume:
      return {ErrorKind::kExists, fmt::format("Volume '{}' already exists.", row.name),
              "VOLUME_ALREADY_EXISTS"};
    case SecurableKind::kExternalLocation:
      return {ErrorKind::kExists, fmt::format("External location '{}' already exists.", row.name),
              "LOCATION_ALREADY_EXISTS"};
    case SecurableKind::kStorageCredential:
      return {ErrorKind::kExists, fmt::format("Storage credential '{}' already exists.", row.name),
              "STORAGE_CREDENTIAL_ALREADY_EXISTS"};
    case SecurableKind::kMetastore:
      break;
  }
  return error;
}

Result<std::optional<SecurableRow>> first_of(Result<std::vector<store::Row>> found) {
  if (!found) return fail(std::move(found).error());
  if (found->empty()) return std::nullopt;
  return read_securable(found->front());
}

}  // namespace

Result<std::int64_t> take_ids(store::Session& session, std::int64_t count) {
  LAKEPORT_ASSIGN_OR_RETURN(
      const auto last,
      session.query("update catalog_state set last_id = last_id + ? where id = 1 returning last_id",
                    {count}));
  return last.front().integer(0) - count + 1;
}

Result<std::int64_t> grow_version(store::Session& session) {
  LAKEPORT_ASSIGN_OR_RETURN(
      const auto version,
      session.query("update catalog_state set version = version + 1 where id = 1 returning version"));
  return version.front().integer(0);
}

Status insert(store::Session& session, SecurableRow& row, const std::string& by, UtcMillis now) {
  if (row.id == 0) {
    LAKEPORT_ASSIGN_OR_RETURN(row.id, take_ids(session, 1));
  }
  if (row.uuid.empty()) row.uuid = random_uuid();
  if (row.kind == SecurableKind::kCatalog) row.catalog_id = row.id;
  if (row.kind == SecurableKind::kSchema) row.schema_id = row.id;
  row.version = 1;
  row.created = row.updated = now;
  row.created_by = row.updated_by = by;
  auto done = session.execute(
      "insert into securable (id, uuid, kind, parent_id, catalog_id, schema_id, name, name_key, owner_id, "
      "comment, "
      "properties, storage_root, isolated, hive, pending, version, created_ms, created_by, updated_ms, "
      "updated_by) "
      "values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      {row.id,
       row.uuid,
       std::string(to_string(row.kind)),
       store::or_null(row.parent_id),
       store::or_null(row.catalog_id),
       store::or_null(row.schema_id),
       row.name,
       name_key(row.name),
       row.owner_id,
       row.comment,
       to_json(row.properties),
       row.storage_root,
       std::int64_t{row.isolated},
       std::int64_t{row.hive},
       std::int64_t{row.pending},
       row.version,
       millis(now),
       by,
       millis(now),
       by});
  if (!done) return fail(name_taken(done.error(), row));
  return {};
}

Status update(store::Session& session, const SecurableRow& row, const std::string& by, UtcMillis now) {
  auto done = session.execute(
      "update securable set parent_id = ?, schema_id = ?, name = ?, name_key = ?, owner_id = ?, comment = ?, "
      "properties = ?, storage_root = ?, isolated = ?, pending = ?, version = version + 1, updated_ms = ?, "
      "updated_by = ? where id = ?",
      {store::or_null(row.parent_id), store::or_null(row.schema_id), row.name, name_key(row.name),
       row.owner_id, row.comment, to_json(row.properties), row.storage_root, std::int64_t{row.isolated},
       std::int64_t{row.pending}, millis(now), by, row.id});
  if (!done) return fail(name_taken(done.error(), row));
  return {};
}

Status remove(store::Session& session, std::int64_t id) {
  LAKEPORT_RETURN_IF_ERROR(session.execute("delete from securable where id = ?", {id}));
  return {};
}

Result<std::optional<SecurableRow>> by_id(store::Session& session, std::int64_t id) {
  return first_of(session.query("select " + kSecurableColumns + " from securable s where s.id = ?", {id}));
}

Result<std::optional<SecurableRow>> child(store::Session& session, std::int64_t parent_id, SecurableKind kind,
                                          std::string_view name) {
  return first_of(session.query(
      "select " + kSecurableColumns +
          " from securable s where s.parent_id = ? and s.kind = ? and s.name_key = ? and s.pending = 0",
      {parent_id, std::string(to_string(kind)), name_key(name)}));
}

Result<std::vector<SecurableRow>> children(store::Session& session, std::int64_t parent_id,
                                           SecurableKind kind) {
  LAKEPORT_ASSIGN_OR_RETURN(
      const auto found,
      session.query(
          "select " + kSecurableColumns +
              " from securable s where s.parent_id = ? and s.kind = ? and s.pending = 0 order by s.name_key",
          {parent_id, std::string(to_string(kind))}));
  std::vector<SecurableRow> list;
  list.reserve(found.size());
  for (const auto& row : found) list.push_back(read_securable(row));
  return list;
}

}  // namespace rows

}  // namespace lakeport::lakehouse::unity

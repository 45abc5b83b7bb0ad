#include "metadata_migrate.h"

#include <algorithm>

#include <fmt/format.h>

#include "lakeport/base/time.h"

namespace lakeport::store {

namespace {

std::string count_tables(Dialect dialect) {
  return dialect == Dialect::kSqlite
             ? "select count(*), 0 from sqlite_schema where type = 'table' and name not like 'sqlite_%'"
             : "select count(*) from information_schema.tables where table_schema = current_schema()";
}

std::string count_ours(Dialect dialect) {
  return dialect == Dialect::kSqlite
             ? "select count(*) from sqlite_schema where name = 'lakeport_migration'"
             : "select count(*) from information_schema.tables where table_schema = current_schema() and "
               "table_name = 'lakeport_migration'";
}

Result<std::int64_t> one(MigratingConnection& connection, const std::string& sql) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto found, connection.numbers(sql));
  if (found.empty()) return fail(ErrorKind::kInternal, "a count gave no row", connection.place());
  return found.front();
}

Status prepare(MigratingConnection& connection) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto ours, one(connection, count_ours(connection.dialect())));
  if (ours > 0) return {};
  LAKEPORT_ASSIGN_OR_RETURN(const auto tables, one(connection, count_tables(connection.dialect())));
  if (tables > 0) {
    return fail(ErrorKind::kInvalidInput, "this database holds tables that are not Lakeport's",
                connection.place(), "Name an empty database, or one that Lakeport made.");
  }
  return connection.run(schema_in(connection.dialect(),
                                  "create table lakeport_migration (number BIGINT primary key, name TEXT not "
                                  "null, applied_ms BIGINT not null)"));
}

Status apply(MigratingConnection& connection, const Migration& migration) {
  LAKEPORT_RETURN_IF_ERROR(connection.run("begin"));
  auto applied = connection.run(schema_in(connection.dialect(), migration.sql));
  if (applied) {
    applied =
        connection.run(fmt::format("insert into lakeport_migration values ({}, '{}', {})", migration.number,
                                   migration.name, utc_now().time_since_epoch().count()));
  }
  if (applied) return connection.run("commit");
  (void)connection.run("rollback");
  return fail(std::move(applied).error().at(migration.name));
}

}  // namespace

Status migrate(MigratingConnection& connection, std::span<const Migration> known) {
  LAKEPORT_RETURN_IF_ERROR(prepare(connection));
  LAKEPORT_ASSIGN_OR_RETURN(const auto applied,
                            connection.numbers("select number from lakeport_migration order by number"));
  for (const std::int64_t number : applied) {
    if (std::ranges::find(known, number, &Migration::number) == known.end()) {
      return fail(ErrorKind::kInvalidInput,
                  fmt::format("the database is newer than this program, which does not know its change {:04}",
                              number),
                  connection.place(), "Use the newer Lakeport that wrote it.");
    }
  }
  for (const auto& migration : known) {
    if (std::ranges::find(applied, migration.number) != applied.end()) continue;
    LAKEPORT_RETURN_IF_ERROR(apply(connection, migration));
  }
  return {};
}

}  // namespace lakeport::store

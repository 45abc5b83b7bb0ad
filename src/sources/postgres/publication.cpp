#include "publication.h"

#include <algorithm>
#include <optional>

namespace lakeport::sources::postgres {
namespace {

constexpr int kPartitionRootsVersion = 130000;  // the first that publishes partitioned tables
constexpr int kFiltersVersion = 150000;         // the first with row filters and column lists

struct Publication {
  bool all_tables = false;
  bool all_operations = false;
};

Result<std::optional<Publication>> find_publication(Connection& connection, const std::string& name) {
  LAKEPORT_ASSIGN_OR_RETURN(
      const Rows rows,
      connection.query("SELECT puballtables, pubinsert AND pubupdate AND pubdelete AND pubtruncate "
                       "FROM pg_catalog.pg_publication WHERE pubname = " +
                       quote_literal(name)));
  if (rows.size() == 0) return std::nullopt;
  return Publication{rows.flag(0, 0), rows.flag(0, 1)};
}

// Tables and partitions whose rows are published whole.
Result<std::set<std::uint32_t>> published_oids(Connection& connection, const std::string& name) {
  std::string sql =
      "SELECT c.oid FROM pg_catalog.pg_publication_tables t JOIN pg_catalog.pg_namespace n ON n.nspname = "
      "t.schemaname "
      "JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = t.tablename WHERE t.pubname = " +
      quote_literal(name);
  if (connection.server_version() >= kFiltersVersion) {
    sql +=
        " EXCEPT SELECT r.prrelid FROM pg_catalog.pg_publication_rel r JOIN pg_catalog.pg_publication p ON "
        "p.oid = "
        "r.prpubid WHERE (r.prqual IS NOT NULL OR r.prattrs IS NOT NULL) AND p.pubname = " +
        quote_literal(name);
  }
  LAKEPORT_ASSIGN_OR_RETURN(const Rows rows, connection.query(sql));
  std::set<std::uint32_t> oids;
  for (int row = 0; row < rows.size(); ++row) oids.insert(static_cast<std::uint32_t>(rows.number(row, 0)));
  return oids;
}

bool is_published(const Table& table, const std::set<std::uint32_t>& oids) {
  if (oids.contains(table.oid)) return true;
  return table.partitioned && !table.storages.empty() &&
         std::all_of(table.storages.begin(), table.storages.end(),
                     [&](const Storage& storage) { return oids.contains(storage.oid); });
}

// What a publication's list names for the table.
std::string published_names(const Connection& connection, const Table& table) {
  if (!table.partitioned || connection.server_version() >= kPartitionRootsVersion)
    return "ONLY " + quote(table.name);
  std::string names;
  for (const Storage& storage : table.storages) {
    names += (names.empty() ? "ONLY " : ", ONLY ") + quote(storage.name);
  }
  return names;
}

Status execute_writing(Connection& connection, const std::string& sql) {
  LAKEPORT_RETURN_IF_ERROR(connection.execute("BEGIN READ WRITE"));
  if (auto done = connection.execute(sql); !done) {
    const std::string code = connection.last_error_code();
    LAKEPORT_RETURN_IF_ERROR(connection.execute("ROLLBACK"));
    if (code != kInsufficientPrivilege) return done;
    return fail(ErrorKind::kTask, done.error().what(), "PostgreSQL",
                "Run this as the tables' owner: " + sql + ";");
  }
  return connection.execute("COMMIT");
}

std::vector<const Table*> not_published(const std::vector<Table>& tables,
                                        const std::set<std::uint32_t>& oids) {
  std::vector<const Table*> missing;
  for (const Table& table : tables) {
    if (table.tracking() != Tracking::kNone && !is_published(table, oids)) missing.push_back(&table);
  }
  return missing;
}

std::string names_of(const std::vector<const Table*>& tables) {
  std::string names;
  for (const Table* table : tables) names += (names.empty() ? "" : ", ") + table->name.to_string();
  return names;
}

Status check_operations(const Publication& publication, const std::string& name) {
  if (publication.all_operations) return {};
  return fail(ErrorKind::kTask, "does not publish all of insert, update, delete and truncate",
              "publication " + name,
              "Run: ALTER PUBLICATION " + quote_identifier(name) +
                  " SET (publish = 'insert, update, delete, truncate');");
}

Status add_tables(Connection& connection, const Settings& settings,
                  const std::vector<const Table*>& missing) {
  std::string list;
  for (const Table* table : missing) {
    const std::string names = published_names(connection, *table);
    if (!names.empty()) list += (list.empty() ? "" : ", ") + names;
  }
  if (list.empty()) return {};
  return execute_writing(
      connection, "ALTER PUBLICATION " + quote_identifier(settings.publication) + " ADD TABLE " + list);
}

}  // namespace

std::string create_publication_statement(const Connection& connection, const Settings& settings,
                                         const std::vector<Table>& tables) {
  std::string list;
  for (const Table& table : tables) {
    if (table.tracking() == Tracking::kNone) continue;
    const std::string names = published_names(connection, table);
    if (!names.empty()) list += (list.empty() ? " FOR TABLE " : ", ") + names;
  }
  std::string sql = "CREATE PUBLICATION " + quote_identifier(settings.publication) + list;
  if (connection.server_version() >= kPartitionRootsVersion)
    sql += " WITH (publish_via_partition_root = true)";
  return sql;
}

Result<PublishedTables> prepare_publication(Connection& connection, const Settings& settings,
                                            const std::vector<Table>& tables, bool may_create) {
  PublishedTables published;
  LAKEPORT_ASSIGN_OR_RETURN(auto publication, find_publication(connection, settings.publication));
  if (!publication && !may_create) {
    return fail(ErrorKind::kTask, "publication " + settings.publication + " is gone", "logical replication",
                "Set on_slot_lost to resnapshot: the next sync makes it and its slot anew and reads all "
                "tables again.");
  }
  if (!publication) {
    LAKEPORT_RETURN_IF_ERROR(
        execute_writing(connection, create_publication_statement(connection, settings, tables)));
    published.created = true;
    publication = Publication{false, true};
  }
  LAKEPORT_RETURN_IF_ERROR(check_operations(*publication, settings.publication));
  LAKEPORT_ASSIGN_OR_RETURN(auto oids, published_oids(connection, settings.publication));
  if (const auto missing = not_published(tables, oids); !missing.empty()) {
    if (auto added = add_tables(connection, settings, missing); !added) {
      if (added.error().kind() == ErrorKind::kUnavailable || added.error().kind() == ErrorKind::kCancelled) {
        return fail(std::move(added).error());
      }
      published.warnings.push_back("These tables are not wholly in publication " + settings.publication +
                                   " and cannot be added to it, so they are read whole in each sync: " +
                                   names_of(missing) + ". " + added.error().to_string());
    }
    LAKEPORT_ASSIGN_OR_RETURN(oids, published_oids(connection, settings.publication));
  }
  for (const Table& table : tables) {
    if (table.tracking() != Tracking::kNone && is_published(table, oids)) published.oids.insert(table.oid);
  }
  return published;
}

Status check_publication(Connection& connection, const Settings& settings, const std::vector<Table>& tables) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto publication, find_publication(connection, settings.publication));
  if (!publication) return {};
  LAKEPORT_RETURN_IF_ERROR(check_operations(*publication, settings.publication));
  LAKEPORT_ASSIGN_OR_RETURN(const auto oids, published_oids(connection, settings.publication));
  for (const Table& table : tables) {
    if (table.logged && table.tracking() == Tracking::kNone && !table.has_key() &&
        is_published(table, oids)) {
      return fail(
          ErrorKind::kTask,
          "is in publication " + settings.publication +
              " but has no replica identity: PostgreSQL refuses updates and deletes of its rows",
          "table " + table.name.to_string(),
          "Run: ALTER TABLE " + quote(table.name) + " REPLICA IDENTITY FULL; or give it a primary key.");
    }
  }
  return {};
}

}  // namespace lakeport::sources::postgres

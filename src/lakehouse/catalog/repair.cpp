// After a crash between the catalog and the engine: at start, before anybody is served.
#include "json_text.h"
#include "metadata_catalog.h"

namespace lakeport::lakehouse::unity {

namespace {

Result<std::vector<Table>> pending_alterations(store::Metadata& metadata) {
  LAKEPORT_ASSIGN_OR_RETURN(
      const auto found, metadata.query("select table_id, definition from pending_alter order by table_id"));
  std::vector<Table> list;
  for (const auto& row : found) {
    list.push_back(table_from_json(row.text(1)));
    list.back().id = row.integer(0);
  }
  return list;
}

}  // namespace

Status MetadataCatalog::repair(const std::function<Result<bool>(const Table&)>& exists,
                               const EngineChange& drop,
                               const std::function<Result<bool>(const Table&)>& matches) {
  // A table that was being made was never promised to anybody, one that was being dropped is gone for
  // everybody: both go.
  for (const auto state : {kCreating, kDropping}) {
    std::vector<PhysicalTable> left;
    LAKEPORT_RETURN_IF_ERROR(metadata_.read([&](store::Session& session) -> Status {
      LAKEPORT_ASSIGN_OR_RETURN(left, rows::physical_in_state(session, state));
      return {};
    }));
    for (const auto& one : left) {
      LAKEPORT_ASSIGN_OR_RETURN(const bool there, exists(one.table));
      if (there) LAKEPORT_RETURN_IF_ERROR(drop(one.table));
      LAKEPORT_RETURN_IF_ERROR(metadata_.write(
          [&](store::Session& session) { return rows::forget_physical(session, one.table.physical_name); }));
    }
  }
  LAKEPORT_ASSIGN_OR_RETURN(const auto altered, pending_alterations(metadata_));
  std::int64_t version = 0;
  for (const auto& definition : altered) {
    std::optional<Table> after;
    std::int64_t metastore_id = 0;
    LAKEPORT_RETURN_IF_ERROR(metadata_.read([&](store::Session& session) -> Status {
      LAKEPORT_ASSIGN_OR_RETURN(const auto there, rows::tables(session, TableScope::kTable, definition.id));
      if (there.empty()) return {};
      after = definition;
      after->uuid = there.front().uuid;
      after->kind = there.front().kind;
      after->format = there.front().format;
      after->physical_name = there.front().physical_name;
      LAKEPORT_ASSIGN_OR_RETURN(
          const auto root,
          session.query(
              "select c.parent_id from securable s join securable c on c.id = s.catalog_id where s.id = ?",
              {definition.id}));
      metastore_id = root.front().integer(0);
      return {};
    }));
    bool done = false;
    if (after && matches) {
      LAKEPORT_ASSIGN_OR_RETURN(done, matches(*after));
    }
    LAKEPORT_RETURN_IF_ERROR(metadata_.write([&](store::Session& session) -> Status {
      if (done) {
        Caller nobody;
        nobody.principal.name = "System";
        Lookup lookup(session, nobody, {});
        LAKEPORT_RETURN_IF_ERROR(apply_alteration(lookup, *after, metastore_id));
      }
      LAKEPORT_RETURN_IF_ERROR(
          session.execute("delete from pending_alter where table_id = ?", {definition.id}));
      LAKEPORT_ASSIGN_OR_RETURN(version, rows::grow_version(session));
      return {};
    }));
    cache_.advance(version);
  }
  // Tables and views that were pending without the engine's knowing.
  return metadata_.write([](store::Session& session) {
    return session.execute("delete from securable where pending = 1").map([](auto) {});
  });
}

}  // namespace lakeport::lakehouse::unity

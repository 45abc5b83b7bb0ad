// What a sync would do before its first row: `lakeport sync --dry-run`.
#include "lakeport/sync/engine.h"
#include "lakeport/sync/naming.h"

#include "connector_sdk.pb.h"
#include "schema_change.h"
#include "table_json.h"
#include "table_writer.h"

namespace lakeport::sync {

namespace {

using GrownTables = std::map<wire::TableId, SourceTable>;

Result<PlannedTable> plan_table(const SourceTable& source, wire::TableId id, const GrownTables& grown,
                                const Selection& selection, Destination& destination) {
  PlannedTable planned{.source = source, .table = std::move(id)};
  const auto before = grown.find(planned.table);
  if (before != grown.end()) planned.source.table = merge_declared(source.table, before->second.table);
  if (planned.source.table.columns.empty()) {
    planned.action = PlannedTable::Action::kWaitForRows;
    return planned;
  }
  const auto columns = selection.columns(source.schema, source.table.name);
  wire::TableBuffer buffer(planned.table, planned.source.table, columns.get());
  LAKEPORT_ASSIGN_OR_RETURN(const auto changes, buffer.take());
  LAKEPORT_ASSIGN_OR_RETURN(const auto described, destination.describe(planned.table));
  if (!described && key_is_untyped(changes.schema)) {
    planned.action = PlannedTable::Action::kWaitForRows;
    return planned;
  }
  LAKEPORT_ASSIGN_OR_RETURN(const auto fitted,
                            fit_to_destination(changes, described ? &*described : nullptr));
  planned.schema = fitted.schema;
  if (!described) {
    planned.action = PlannedTable::Action::kCreate;
  } else if (auto alteration = plan_alteration(*described, fitted.schema)) {
    planned.action = PlannedTable::Action::kAlter;
    planned.changes = std::move(alteration->changes);
    planned.schema = std::move(alteration->target);
  }
  return planned;
}

}  // namespace

Result<SyncPlan> plan_sync(connectors::SourceClient& source, Destination& destination,
                           const store::SavedState& saved, const SyncOptions& options) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto response, source.schema(options.source_configuration));
  LAKEPORT_ASSIGN_OR_RETURN(const auto catalog, catalog_from_proto(response));
  GrownTables grown;
  std::vector<SourceTable> known;
  for (const auto& table : saved.tables) {
    if (table.source_json.empty()) continue;
    LAKEPORT_ASSIGN_OR_RETURN(auto seen, source_table_from_json(table.source_json));
    known.push_back(seen);
    grown[{table.schema, table.table}] = std::move(seen);
  }
  LAKEPORT_RETURN_IF_ERROR(options.selection.check(catalog, known));

  SyncPlan plan;
  plan.declared = catalog.shape != SourceCatalog::Shape::kNotDeclared;
  DestinationNames names(options.schema, options.source_name);
  for (const auto& table : catalog.tables) {
    if (!options.selection.includes(table.schema, table.table.name)) {
      plan.left_out.push_back(table);
      continue;
    }
    LAKEPORT_ASSIGN_OR_RETURN(auto id, names.name(table.schema, table.table.name));
    LAKEPORT_ASSIGN_OR_RETURN(auto planned,
                              plan_table(table, std::move(id), grown, options.selection, destination));
    plan.tables.push_back(std::move(planned));
  }
  return plan;
}

}  // namespace lakeport::sync

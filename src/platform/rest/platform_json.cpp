#include "platform_json.h"

#include <algorithm>
#include <array>

namespace lakeport::platform {

namespace {

using lakehouse::Fields;
using Action = PartnerBehaviour::NewUserAction;

constexpr std::array<std::pair<std::string_view, Action>, 4> kActions{{{"auto_add", Action::kAutoAdd},
                                                                       {"invite", Action::kInvite},
                                                                       {"not_found", Action::kNotFound},
                                                                       {"error", Action::kError}}};
constexpr std::array<std::pair<std::string_view, bool>, 2> kTrials{{{"user", false}, {"account", true}}};

std::int64_t millis(UtcMillis moment) { return moment.time_since_epoch().count(); }

// Since it began, or over its whole time.
double rows_per_second(const SyncRecord& record) {
  const auto taken = record.ended.value_or(utc_now()) - record.started;
  return static_cast<double>(record.rows_received) * 1000.0 /
         static_cast<double>(std::max<std::int64_t>(taken.count(), 1));
}

Result<SourceSchema::Table> read_table(const Fields& fields) {
  SourceSchema::Table table;
  LAKEPORT_ASSIGN_OR_RETURN(table.schema, fields.text_or("schema", ""));
  LAKEPORT_ASSIGN_OR_RETURN(table.name, fields.non_empty_text("name"));
  LAKEPORT_ASSIGN_OR_RETURN(table.selected, fields.boolean_or("selected", true));
  LAKEPORT_ASSIGN_OR_RETURN(const auto columns, fields.objects("columns"));
  for (const Fields& entry : columns) {
    SourceSchema::Column column;
    LAKEPORT_ASSIGN_OR_RETURN(column.name, entry.non_empty_text("name"));
    LAKEPORT_ASSIGN_OR_RETURN(column.type, entry.text_or("type", ""));
    LAKEPORT_ASSIGN_OR_RETURN(column.primary_key, entry.boolean_or("primary_key", false));
    LAKEPORT_ASSIGN_OR_RETURN(column.selected, entry.boolean_or("selected", true));
    table.columns.push_back(std::move(column));
  }
  return table;
}

}  // namespace

Json to_json(const ConnectorType& type) {
  return {{"id", type.id}, {"name", type.name}, {"description", type.description}};
}

Json to_json(const Destination& destination) {
  return {{"id", destination.id},
          {"workspace_id", destination.workspace_id},
          {"workspace_url", destination.workspace_url},
          {"http_path", destination.http_path},
          {"catalog", destination.catalog},
          {"created_by", destination.created_by},
          {"created", millis(destination.created)}};
}

Json to_json(const Connection& connection, const std::string& connector_name) {
  Json json{{"id", connection.id},
            {"destination_id", connection.destination_id},
            {"name", connection.name},
            {"connector", connection.connector},
            {"connector_name", connector_name},
            {"schema", connection.schema},
            {"created_by", connection.created_by},
            {"created", millis(connection.created)},
            {"running", connection.running}};
  if (connection.last_outcome) json["last_outcome"] = *connection.last_outcome;
  if (connection.last_sync) json["last_sync"] = millis(*connection.last_sync);
  return json;
}

Json to_json(const SyncRecord& record) {
  Json tables = Json::array();
  for (const sync::TableSummary& table : record.tables) {
    tables.push_back({{"schema", table.table.schema},
                      {"table", table.table.table},
                      {"upserted", table.upserted},
                      {"updated", table.updated},
                      {"deleted", table.deleted},
                      {"created", table.created},
                      {"altered", table.altered}});
  }
  Json json{{"id", record.id},
            {"started", millis(record.started)},
            {"outcome", record.outcome},
            {"rows_received", record.rows_received},
            {"rows_written", record.rows_written},
            {"bytes", record.bytes},
            {"checkpoints", record.checkpoints},
            {"step", record.step},
            {"rows_per_second", rows_per_second(record)},
            {"tables", tables},
            {"warnings", record.warnings}};
  if (record.ended) json["ended"] = millis(*record.ended);
  if (record.error) {
    json["error"] = {{"message", record.error->what()},
                     {"where", record.error->where()},
                     {"next_step", record.error->next_step()}};
  }
  return json;
}

Json to_json(const SourceSchema& schema) {
  Json tables = Json::array();
  for (const SourceSchema::Table& table : schema.tables) {
    Json columns = Json::array();
    for (const SourceSchema::Column& column : table.columns) {
      columns.push_back({{"name", column.name},
                         {"type", column.type},
                         {"primary_key", column.primary_key},
                         {"selected", column.selected}});
    }
    tables.push_back(
        {{"schema", table.schema}, {"name", table.name}, {"selected", table.selected}, {"columns", columns}});
  }
  return {{"selection_supported", schema.selection_supported}, {"tables", tables}};
}

Json to_json(const sync::TestOutcome& outcome) {
  Json json{{"name", outcome.name}, {"label", outcome.label}, {"passed", !outcome.failure}};
  if (outcome.failure) json["message"] = outcome.failure->what();
  return json;
}

Json to_json(const PartnerBehaviour& behaviour) {
  return {{"new_user_action", to_string(behaviour.new_user_action)},
          {"trial_type", behaviour.trial_per_account ? "account" : "user"},
          {"require_manual_signup", behaviour.require_manual_signup},
          {"supports_demo", behaviour.supports_demo}};
}

Result<SourceSchema> read_schema(const Fields& body) {
  SourceSchema schema;
  LAKEPORT_ASSIGN_OR_RETURN(const auto tables, body.objects("tables"));
  for (const Fields& entry : tables) {
    LAKEPORT_ASSIGN_OR_RETURN(auto table, read_table(entry));
    schema.tables.push_back(std::move(table));
  }
  return schema;
}

Result<PartnerBehaviour> read_behaviour(const Fields& body, PartnerBehaviour before) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto action, body.optional_one_of("new_user_action", kActions));
  LAKEPORT_ASSIGN_OR_RETURN(const auto trial, body.optional_one_of("trial_type", kTrials));
  before.new_user_action = action.value_or(before.new_user_action);
  before.trial_per_account = trial.value_or(before.trial_per_account);
  LAKEPORT_ASSIGN_OR_RETURN(before.require_manual_signup,
                            body.boolean_or("require_manual_signup", before.require_manual_signup));
  LAKEPORT_ASSIGN_OR_RETURN(before.supports_demo, body.boolean_or("supports_demo", before.supports_demo));
  return before;
}

}  // namespace lakeport::platform

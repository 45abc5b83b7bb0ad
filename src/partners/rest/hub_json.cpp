#include "hub_json.h"

#include <algorithm>
#include <array>

#include "lakeport/partners/words.h"

#include "outcome_text.h"

namespace lakeport::partners {

namespace {

std::int64_t milliseconds(UtcMillis moment) { return moment.time_since_epoch().count(); }

std::string_view word(StepState state) {
  constexpr std::array<std::string_view, 5> kWords = {"waiting", "running", "done", "failed", "undone"};
  return kWords.at(static_cast<std::size_t>(state));
}

std::string_view word(AttemptState state) {
  constexpr std::array<std::string_view, 3> kWords = {"running", "connected", "failed"};
  return kWords.at(static_cast<std::size_t>(state));
}

std::string_view word(TestResult::Verdict verdict) {
  constexpr std::array<std::string_view, 3> kWords = {"PASS", "FAIL", "UNKNOWN"};
  return kWords.at(static_cast<std::size_t>(verdict));
}

Json choice_json(const Choice& choice) {
  Json json = Json::object();
  const auto add = [&](const char* name, const std::string& text) {
    if (!text.empty()) json[name] = text;
  };
  add("write_catalog", choice.write_catalog);
  if (!choice.read_schemas.empty()) {
    json["read_schemas"] = Json::array();
    for (const SchemaChoice& schema : choice.read_schemas)
      json["read_schemas"].push_back({{"catalog", schema.catalog}, {"schema", schema.schema}});
  }
  add("warehouse_id", choice.warehouse_id.value_or(""));
  if (!choice.warehouse_id && !choice.new_warehouse_name.empty())
    json["new_warehouse"] = {{"name", choice.new_warehouse_name}, {"size", choice.new_warehouse_size}};
  add("cluster_id", choice.cluster_id.value_or(""));
  add("destination_location", choice.destination_location);
  add("email", choice.email);
  return json;
}

// An empty one is none.
Result<std::optional<std::string>> id_of(const Fields& choice, std::string_view name) {
  LAKEPORT_ASSIGN_OR_RETURN(auto id, choice.optional_text(name));
  if (id && id->empty()) id.reset();
  return id;
}

Json connected_json(const Connected& connected) {
  return {{"redirect_uri", connected.redirect_uri},
          {"redirect_value", to_string(connected.redirect_value)},
          {"user_status", to_string(connected.user_status)},
          {"account_status", to_string(connected.account_status)},
          {"configured_resources", connected.configured_resources}};
}

Json text_json(const OutcomeText& text, std::string_view reason, int http_status,
               const PartnerWords& partner) {
  Json json = {{"reason", reason},
               {"http_status", http_status},
               {"title", text.title},
               {"text", text.text},
               {"actions", text.actions}};
  if (!partner.sign_up_page.empty()) json["sign_up_page"] = partner.sign_up_page;
  return json;
}

}  // namespace

Json failure_json(const Failure& failure, const PartnerWords& partner, bool established, bool admin) {
  Json json = text_json(outcome_text(failure.reason, partner.name, established), to_string(failure.reason),
                        failure.http_status, partner);
  // A 400 is the hub's mistake: what the partner says about it is not for the user (contract, failures).
  if (failure.display_message && failure.reason != FailureReason::kBadRequest)
    json["display_message"] = *failure.display_message;
  if (admin) json["detail"] = failure.detail;
  return json;
}

Json plan_json(const Plan& plan) {
  Json json = {{"will_create", plan.will_create},
               {"needs",
                {{"write_catalog", plan.needs_write_catalog},
                 {"read_schemas", plan.needs_read_schemas},
                 {"warehouse", plan.needs_warehouse},
                 {"cluster", plan.needs_cluster}}},
               {"offers_location", plan.offers_location},
               {"email_editable", plan.email_editable},
               {"email", plan.email},
               {"warehouse_types", Json::array()},
               {"may_connect", plan.may_connect},
               {"why_not", plan.why_not}};
  for (const WarehouseType type : plan.warehouse_types)
    json["warehouse_types"].push_back(word_of(kWarehouseTypes, type));
  if (plan.existing) json["existing"] = connection_json(*plan.existing);
  return json;
}

Json attempt_json(const Attempt& attempt, const PartnerWords& partner, bool admin) {
  Json json = {
      {"id", attempt.id},       {"partner_id", attempt.partner_id},         {"state", word(attempt.state)},
      {"steps", Json::array()}, {"started", milliseconds(attempt.started)}, {"left", attempt.left}};
  for (const Step& step : attempt.steps)
    json["steps"].push_back({{"name", step.name}, {"label", step.label}, {"state", word(step.state)}});
  if (attempt.ended) json["ended"] = milliseconds(*attempt.ended);
  if (attempt.connection_id) json["connection_id"] = *attempt.connection_id;
  if (attempt.connected) json["connected"] = connected_json(*attempt.connected);
  if (attempt.failure) {
    json["failure"] = failure_json(*attempt.failure, partner, attempt.connection_id.has_value(), admin);
  } else if (attempt.error) {
    json["failure"] = text_json(provisioning_text(partner.name), "provisioning_failed", 0, partner);
  }
  if (attempt.error) json["error"] = {{"message", attempt.error->to_string()}};
  return json;
}

Json connection_json(const Connection& connection) {
  Json json = {{"id", connection.id},
               {"partner_id", connection.partner_id},
               {"partner_name", connection.partner_name},
               {"partner_connection_id", connection.partner_connection_id},
               {"created_by", connection.created_by},
               {"created", milliseconds(connection.created)},
               {"choice", choice_json(connection.choice)},
               {"resources", Json::array()},
               {"will_be_lost", Json::array()}};
  if (connection.last_used) json["last_used"] = milliseconds(*connection.last_used);
  if (connection.token_rotated) json["token_rotated"] = milliseconds(*connection.token_rotated);
  json["will_be_lost"].push_back("Everybody's access to " + connection.partner_name +
                                 " through this connection");
  for (const Resource& resource : connection.resources) {
    json["resources"].push_back({{"kind", resource.kind},
                                 {"id", resource.id},
                                 {"label", resource.label},
                                 {"created", resource.created}});
    if (resource.created) json["will_be_lost"].push_back(resource.label);
  }
  return json;
}

Json test_report_json(const Outcome<std::vector<TestResult>>& outcome, const PartnerWords& partner,
                      bool admin) {
  Json json = {{"passed", false}, {"results", Json::array()}};
  if (!outcome) {
    json["failure"] = failure_json(outcome.error(), partner, true, admin);
    return json;
  }
  for (const TestResult& result : *outcome) {
    json["results"].push_back(
        {{"test_name", result.test_name}, {"status", word(result.verdict)}, {"message", result.message}});
  }
  json["passed"] = !outcome->empty() && std::ranges::all_of(*outcome, [](const TestResult& result) {
    return result.verdict == TestResult::Verdict::kPass;
  });
  return json;
}

Json connector_page_json(const ConnectorPage& page) {
  Json json = {{"connectors", Json::array()}};
  for (const ConnectorEntry& connector : page.connectors) {
    json["connectors"].push_back({{"identifier", connector.identifier},
                                  {"name", connector.name},
                                  {"type", connector.type},
                                  {"description", connector.description}});
  }
  if (page.pagination_token) json["next_page_token"] = *page.pagination_token;
  return json;
}

Result<Choice> read_choice(const Fields& body) {
  Choice choice;
  LAKEPORT_ASSIGN_OR_RETURN(const auto given, body.optional_object("choice"));
  if (!given) return choice;
  LAKEPORT_ASSIGN_OR_RETURN(choice.write_catalog, given->text_or("write_catalog", ""));
  LAKEPORT_ASSIGN_OR_RETURN(const auto schemas, given->objects("read_schemas"));
  for (const Fields& schema : schemas) {
    SchemaChoice& read = choice.read_schemas.emplace_back();
    LAKEPORT_ASSIGN_OR_RETURN(read.catalog, schema.non_empty_text("catalog"));
    LAKEPORT_ASSIGN_OR_RETURN(read.schema, schema.non_empty_text("schema"));
  }
  LAKEPORT_ASSIGN_OR_RETURN(choice.warehouse_id, id_of(*given, "warehouse_id"));
  LAKEPORT_ASSIGN_OR_RETURN(const auto warehouse, given->optional_object("new_warehouse"));
  if (warehouse) {
    if (choice.warehouse_id)
      return fail(given->invalid("new_warehouse", "and warehouse_id exclude each other"));
    LAKEPORT_ASSIGN_OR_RETURN(choice.new_warehouse_name, warehouse->text_or("name", ""));
    LAKEPORT_ASSIGN_OR_RETURN(choice.new_warehouse_size, warehouse->text_or("size", ""));
  }
  LAKEPORT_ASSIGN_OR_RETURN(choice.cluster_id, id_of(*given, "cluster_id"));
  LAKEPORT_ASSIGN_OR_RETURN(choice.destination_location, given->text_or("destination_location", ""));
  LAKEPORT_ASSIGN_OR_RETURN(choice.email, given->text_or("email", ""));
  return choice;
}

}  // namespace lakeport::partners

#include "partner_json.h"

#include "lakeport/base/base64.h"
#include "lakeport/net/http.h"
#include "lakeport/partners/words.h"

namespace lakeport::partners {

namespace {

template <class Enum, std::size_t size>
Json word_list(const Words<Enum, size>& words, const std::vector<Enum>& values) {
  Json list = Json::array();
  for (const Enum value : values) list.push_back(word_of(words, value));
  return list;
}

Json settings_json(const HubSettings& hub) {
  Json settings = {{"integration_type", to_string(hub.integration)},
                   {"unity_catalog", hub.unity_catalog},
                   {"warehouse_types", word_list(kWarehouseTypes, hub.warehouse_types)},
                   {"external_location", hub.external_location},
                   {"non_admin", hub.non_admin},
                   {"regions", hub.regions}};
  if (hub.only_workspace) settings["only_workspace"] = *hub.only_workspace;
  return settings;
}

// The version changes the address when the image may have changed, so that browsers can keep it.
std::string image_url(const Partner& partner, std::string_view role) {
  return "/api/2.1/partner-connect/partners/" + net::percent_encode(partner.id) + "/" + std::string(role) +
         "?v=" + std::to_string(partner.updated.time_since_epoch().count());
}

Result<HubSettings> read_settings(const Fields& body) {
  HubSettings hub;
  LAKEPORT_ASSIGN_OR_RETURN(const auto settings, body.optional_object("settings"));
  if (!settings) return hub;
  LAKEPORT_ASSIGN_OR_RETURN(const auto integration,
                            settings->optional_one_of("integration_type", kIntegrationTypes));
  hub.integration = integration.value_or(hub.integration);
  LAKEPORT_ASSIGN_OR_RETURN(hub.unity_catalog, settings->boolean_or("unity_catalog", hub.unity_catalog));
  LAKEPORT_ASSIGN_OR_RETURN(hub.external_location,
                            settings->boolean_or("external_location", hub.external_location));
  LAKEPORT_ASSIGN_OR_RETURN(hub.non_admin, settings->boolean_or("non_admin", hub.non_admin));
  LAKEPORT_ASSIGN_OR_RETURN(hub.regions, settings->texts("regions"));
  LAKEPORT_ASSIGN_OR_RETURN(hub.only_workspace, settings->optional_integer("only_workspace"));
  if (!settings->has("warehouse_types")) return hub;
  LAKEPORT_ASSIGN_OR_RETURN(const auto words, settings->texts("warehouse_types"));
  hub.warehouse_types.clear();
  for (const std::string& word : words) {
    const auto type = value_of(kWarehouseTypes, word);
    if (!type)
      return fail(
          settings->invalid("warehouse_types", "has a word that is none of CLASSIC, PRO, SERVERLESS"));
    hub.warehouse_types.push_back(*type);
  }
  return hub;
}

Result<std::string> read_image(const Fields& body, std::string_view name) {
  LAKEPORT_ASSIGN_OR_RETURN(const std::string text, body.text_or(name, ""));
  auto bytes = base64_decode(text);
  if (!bytes) return fail(body.invalid(name, "is not base64"));
  return bytes;
}

}  // namespace

Json partner_json(const Partner& partner, bool connected, const std::string& connection_id) {
  const PartnerConfig& config = partner.config;
  Json json = {{"id", partner.id},
               {"name", config.name},
               {"description", config.description_blurb},
               {"category", to_string(config.category)},
               {"integration_type", to_string(partner.hub.integration)},
               {"origin", word_of(kOrigins, partner.origin)},
               {"retired", partner.retired},
               // Desktop products have no API that would need a credential.
               {"usable", partner.has_credential || partner.connection_file.has_value()},
               {"icon_url", image_url(partner, "icon")},
               {"sign_up_page", config.sign_up_page},
               {"privacy_policy", config.privacy_policy},
               {"terms_of_service", config.terms_of_service},
               {"auth_options", word_list(kAuthOptions, config.auth_options)},
               {"hostnames", config.hostnames},
               {"allow_editable_email", config.allow_editable_email},
               {"connected", connected},
               {"settings", settings_json(partner.hub)}};
  // A self-test partner's is a placeholder without its name.
  if (partner.origin != Origin::kSelfTest) json["logo_url"] = image_url(partner, "logo");
  if (partner.connection_file) json["connection_file"] = word_of(kConnectionFiles, *partner.connection_file);
  if (!connection_id.empty()) json["connection_id"] = connection_id;
  return json;
}

Json partner_with_config_json(const Partner& partner, bool connected, const std::string& connection_id) {
  Json json = partner_json(partner, connected, connection_id);
  json["config"] = Json::parse(config_json(partner.config));
  return json;
}

Result<NewPartner> read_partner(const Fields& body) {
  NewPartner partner;
  LAKEPORT_ASSIGN_OR_RETURN(partner.id, body.text_or("id", ""));
  LAKEPORT_ASSIGN_OR_RETURN(const Fields config, body.object("config"));
  partner.config = config.json().dump();
  LAKEPORT_ASSIGN_OR_RETURN(partner.hub, read_settings(body));
  LAKEPORT_ASSIGN_OR_RETURN(partner.images.logo, read_image(body, "logo"));
  LAKEPORT_ASSIGN_OR_RETURN(partner.images.icon, read_image(body, "icon"));
  LAKEPORT_ASSIGN_OR_RETURN(partner.authorization, body.text_or("authorization", ""));
  return partner;
}

lakehouse::Answer problems_answer(const Error& error) {
  Json details = Json::array();
  std::string_view rest = error.what();
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    const std::size_t colon = line.find(": ");
    // A path has no space; anything else is about the document as a whole.
    const bool named =
        colon != std::string_view::npos && line.substr(0, colon).find(' ') == std::string_view::npos;
    details.push_back(
        {{"path", named ? line.substr(0, colon) : ""}, {"what", named ? line.substr(colon + 2) : line}});
  }
  return {
      400,
      Json{{"error_code", "INVALID_PARAMETER_VALUE"}, {"message", error.to_string()}, {"details", details}}};
}

}  // namespace lakeport::partners

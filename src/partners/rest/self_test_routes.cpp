// The self-testing API (contract, self-testing partners). The command line that exists for it sends no
// Content-Type, wants 200 and JSON for everything, and no list at all when there is no partner.
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "lakeport/partners/words.h"

#include "hub_routes.h"

namespace lakeport::partners {

namespace {

using lakehouse::Answer;
using lakehouse::Call;
using lakehouse::CallHandler;

constexpr std::string_view kRoot = "/api/2.0/partnerhub/self-test-partners/";

enum class Feature { kUnityCatalog, kNonAdmin, kExternalLocation };
constexpr Words<Feature, 3> kFeatures{{
    {"UNITY_CATALOG", Feature::kUnityCatalog},
    {"NON_ADMIN", Feature::kNonAdmin},
    {"EXTERNAL_LOCATION", Feature::kExternalLocation},
}};

// "a.com, b.com" → both; what is empty stays, so that the registry can say so.
std::vector<std::string> split_hosts(std::string_view text) {
  std::vector<std::string> hosts;
  while (!text.empty()) {
    const std::size_t comma = text.find(',');
    std::string_view host = text.substr(0, comma);
    while (host.starts_with(' ')) host.remove_prefix(1);
    while (host.ends_with(' ')) host.remove_suffix(1);
    hosts.emplace_back(host);
    if (comma == std::string_view::npos) break;
    text.remove_prefix(comma + 1);
  }
  return hosts;
}

template <class Enum, std::size_t size>
Result<std::vector<Enum>> read_words(const Fields& partner, std::string_view name,
                                     const Words<Enum, size>& words) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto texts, partner.texts(name));
  std::vector<Enum> values;
  for (const std::string& text : texts) {
    const auto value = value_of(words, text);
    if (!value) {
      std::string known;
      for (const auto& [word, ignored] : words) known.append(known.empty() ? "" : ", ").append(word);
      return fail(partner.invalid(name, "\"" + text.substr(0, 100) + "\" is not one of " + known));
    }
    values.push_back(*value);
  }
  return values;
}

Result<SelfTestPartner> read_self_test(const Fields& body) {
  LAKEPORT_ASSIGN_OR_RETURN(const Fields partner, body.object("partner"));
  SelfTestPartner read;
  LAKEPORT_ASSIGN_OR_RETURN(read.name, partner.text("name"));
  LAKEPORT_ASSIGN_OR_RETURN(read.category, partner.one_of("category", kCategories));
  LAKEPORT_ASSIGN_OR_RETURN(read.connect_url, partner.text("connect_url"));
  LAKEPORT_ASSIGN_OR_RETURN(read.sign_up_url, partner.text("sign_up_url"));
  LAKEPORT_ASSIGN_OR_RETURN(read.delete_url, partner.text_or("delete_url", ""));
  LAKEPORT_ASSIGN_OR_RETURN(read.terms_of_service_url, partner.text("terms_of_service_url"));
  LAKEPORT_ASSIGN_OR_RETURN(read.privacy_policy_url, partner.text("privacy_policy_url"));
  // Its first version had one host, and its sample file still has.
  LAKEPORT_ASSIGN_OR_RETURN(const std::string hosts, partner.has("hostnames")
                                                         ? partner.text("hostnames")
                                                         : partner.text_or("hostname", ""));
  read.hostnames = split_hosts(hosts);
  LAKEPORT_ASSIGN_OR_RETURN(const auto features, read_words(partner, "supported_features", kFeatures));
  for (const Feature feature : features) {
    if (feature == Feature::kUnityCatalog) read.unity_catalog = true;
    if (feature == Feature::kNonAdmin) read.non_admin = true;
    if (feature == Feature::kExternalLocation) read.external_location = true;
  }
  LAKEPORT_ASSIGN_OR_RETURN(read.integration, partner.one_of("integration_type", kIntegrationTypes));
  LAKEPORT_ASSIGN_OR_RETURN(read.auth_options, read_words(partner, "auth_options", kAuthOptions));
  return read;
}

void add(lakehouse::Endpoints& endpoints, const std::vector<std::string_view>& methods, std::string_view path,
         const CallHandler& handler) {
  for (const std::string_view method : methods) {
    for (const char* end : {"", "/"}) {
      endpoints.add(method, std::string(kRoot) + std::string(path) + end, handler);
    }
  }
}

}  // namespace

void add_self_test_routes(lakehouse::Endpoints& endpoints, Registry& registry, Hub& hub) {
  add(endpoints, {"POST"}, "create", [&registry](Call& call) -> Result<Answer> {
    LAKEPORT_ASSIGN_OR_RETURN(const SelfTestPartner described, read_self_test(call.body()));
    LAKEPORT_ASSIGN_OR_RETURN(const Partner partner, registry.create_self_test(call.caller(), described));
    return Json{{"id", partner.id}};
  });
  add(endpoints, {"GET"}, "get", [&registry](Call& call) -> Result<Answer> {
    LAKEPORT_ASSIGN_OR_RETURN(const auto partners, registry.self_tests(call.caller()));
    Json answer = Json::object();
    for (const Partner& partner : partners)
      answer["partners"].push_back({{"id", partner.id}, {"name", partner.config.name}});
    return answer;
  });
  add(endpoints, {"PUT", "PATCH", "POST"}, "update/{id}", [&](Call& call) -> Result<Answer> {
    LAKEPORT_ASSIGN_OR_RETURN(const SelfTestPartner described, read_self_test(call.body()));
    LAKEPORT_RETURN_IF_ERROR(registry.check_self_test(call.caller(), call.path("id"), described));
    // While the hub still knows where the partner was.
    LAKEPORT_RETURN_IF_ERROR(hub.remove_all(call.caller(), call.path("id")));
    LAKEPORT_RETURN_IF_ERROR(registry.update_self_test(call.caller(), call.path("id"), described));
    return Json::object();
  });
  add(endpoints, {"DELETE", "POST"}, "delete/{id}", [&](Call& call) -> Result<Answer> {
    LAKEPORT_ASSIGN_OR_RETURN(const auto partners, registry.self_tests(call.caller()));
    for (const Partner& partner : partners) {
      if (partner.id == call.path("id")) LAKEPORT_RETURN_IF_ERROR(hub.remove_all(call.caller(), partner.id));
    }
    LAKEPORT_RETURN_IF_ERROR(registry.delete_self_test(call.caller(), call.path("id")));
    return Json::object();
  });
}

}  // namespace lakeport::partners

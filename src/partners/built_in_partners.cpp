#include "built_in_partners.h"

#include <array>
#include <optional>

#include "web_address.h"

namespace lakeport::partners {

namespace {

// A sign on 100 × 100, drawn by us: products are told apart by colour and shape, not by their owners' marks.
struct Sign {
  std::string_view colour;
  std::string_view path;
};

struct DesktopProduct {
  std::string_view id, name, description, home;
  Category category;
  ConnectionFile file;
  Sign sign;
};

constexpr Sign kOwnSign{
    "#0b6e8a", "M12 62 Q31 48 50 62 T88 62 V74 Q69 60 50 74 T12 74Z M44 20 H56 V50 H44Z M30 30 H70 V40 H30Z"};
constexpr Sign kTestSign{"#6b7280", "M38 16 H62 V24 H57 V42 L80 80 H20 L43 42 V24 H38Z"};

constexpr std::array<DesktopProduct, 5> kDesktopProducts{{
    {"power-bi",
     "Power BI",
     "Reports and dashboards in Power BI Desktop. Download a connection file and open it.",
     "https://powerbi.microsoft.com/",
     Category::kBiAndViz,
     ConnectionFile::kPowerBi,
     {"#b7791f", "M18 58 H34 V84 H18Z M42 40 H58 V84 H42Z M66 18 H82 V84 H66Z"}},
    {"tableau",
     "Tableau",
     "Charts and dashboards in Tableau Desktop. Download a data source and open it.",
     "https://www.tableau.com/",
     Category::kBiAndViz,
     ConnectionFile::kTableau,
     {"#1f4e79", "M46 14 H54 V46 H86 V54 H54 V86 H46 V54 H14 V46 H46Z"}},
    {"dbeaver",
     "DBeaver",
     "Browse tables and write SQL in DBeaver. Download a connection and import it.",
     "https://dbeaver.io/",
     Category::kDataPrepAndTransform,
     ConnectionFile::kDbeaver,
     {"#5b3a1e",
      "M20 26 Q50 10 80 26 V36 Q50 52 20 36Z M20 44 Q50 60 80 44 V56 Q50 72 20 56Z M20 64 Q50 80 80 64 V76 "
      "Q50 92 20 76Z"}},
    {"jdbc",
     "JDBC",
     "Any Java program that speaks JDBC. Download the connection's properties.",
     "https://docs.oracle.com/javase/tutorial/jdbc/",
     Category::kDataPrepAndTransform,
     ConnectionFile::kJdbc,
     {"#8a3b12", "M22 30 H66 V70 Q66 82 54 82 H34 Q22 82 22 70Z M66 38 H78 Q86 38 86 50 Q86 62 72 62 H66Z"}},
    {"odbc",
     "ODBC",
     "Any program that speaks ODBC. Download a data source for odbc.ini.",
     "https://www.unixodbc.org/",
     Category::kDataPrepAndTransform,
     ConnectionFile::kOdbc,
     {"#2f5d3a", "M34 14 H42 V36 H58 V14 H66 V36 H76 V52 Q76 70 56 72 V88 H44 V72 Q24 70 24 52 V36 H34Z"}},
}};

std::string escaped(std::string_view text) {
  std::string safe;
  for (const char c : text)
    safe += c == '&' ? std::string("&amp;") : c == '<' ? std::string("&lt;") : std::string(1, c);
  return safe;
}

std::string drawing(const Sign& sign) {
  return R"(<rect width="100" height="100" rx="18" fill=")" + std::string(sign.colour) +
         R"("/><path fill="#fff" d=")" + std::string(sign.path) + R"("/>)";
}

PartnerImages images(const Sign& sign, std::string_view name) {
  PartnerImages made;
  made.icon = R"(<svg xmlns="http://www.w3.org/2000/svg" width="128" height="128" viewBox="0 0 100 100">)" +
              drawing(sign) + "</svg>";
  made.logo = R"(<svg xmlns="http://www.w3.org/2000/svg" width="440" height="100" viewBox="0 0 440 100">)" +
              drawing(sign) + R"(<text x="118" y="68" font-family="sans-serif" font-size="52" fill=")" +
              std::string(sign.colour) + R"(">)" + escaped(name) + "</text></svg>";
  return made;
}

Partner desktop_partner(const DesktopProduct& product) {
  Partner partner;
  partner.id = product.id;
  partner.origin = Origin::kBuiltIn;
  partner.connection_file = product.file;
  PartnerConfig& config = partner.config;
  config.api_version = "2.1.0";
  config.name = product.name;
  config.description_blurb = product.description;
  config.category = product.category;
  config.sign_up_page = config.privacy_policy = config.terms_of_service = product.home;
  config.logo_file = "logo.svg";
  config.icon_file = "icon.svg";
  config.supported_clouds = {"aws", "azure", "gcp"};
  partner.hub.integration = IntegrationType::kDesktop;
  partner.hub.non_admin = true;
  return partner;
}

Partner own_partner(const Registry::Options& options) {
  Partner partner;
  partner.id = kOwnPartner;
  partner.origin = Origin::kBuiltIn;
  partner.has_credential = !options.own_authorization.empty();
  PartnerConfig& config = partner.config;
  config.api_version = "2.1.0";
  config.name = "Lakeport";
  config.description_blurb =
      "Copies databases, files and applications into a catalog of this workspace, and keeps the copy "
      "current.";
  config.category = Category::kIngest;
  config.base_url = options.host_url + "/partners/databricks/v1";
  config.endpoints = {.connect_path = "/connect",
                      .get_connectors_path = "/connectors",
                      .test_connection_path = "/test-connection",
                      .delete_account_path = "/delete-account",
                      .expire_account_path = "/expire-account",
                      .delete_connection_path = "/delete-connection"};
  config.sign_up_page = options.host_url + "/platform";
  config.privacy_policy = options.host_url + "/platform#privacy";
  config.terms_of_service = options.host_url + "/platform#terms";
  config.logo_file = "logo.svg";
  config.icon_file = "icon.svg";
  config.resources_to_provision = {ProvisionedResource::kPat, ProvisionedResource::kSqlWarehouse,
                                   ProvisionedResource::kDestinationLocation};
  config.data_permissions = {"USE_CATALOG", "CREATE_SCHEMA"};
  config.object_permissions = {{"SQL_Endpoint", "CAN_USE"}};
  config.supported_clouds = {"aws", "azure", "gcp"};
  if (const auto address = parse_web_address(options.host_url); address && is_host_name(address->host))
    config.hostnames = {address->host};
  config.new_user_action = NewUserAction::kAutoAdd;
  config.trial_type = TrialType::kAccount;
  config.supports_demo = true;
  config.auth_options = {AuthOption::kPat, AuthOption::kOAuthM2m};
  partner.hub.integration = IntegrationType::kWrite;
  partner.hub.external_location = true;
  return partner;
}

}  // namespace

std::vector<BuiltInPartner> built_in_partners(const Registry::Options& options) {
  std::vector<BuiltInPartner> partners;
  partners.push_back({own_partner(options), images(kOwnSign, "Lakeport")});
  for (const DesktopProduct& product : kDesktopProducts) {
    partners.push_back({desktop_partner(product), images(product.sign, product.name)});
  }
  return partners;
}

PartnerImages placeholder_images() { return images(kTestSign, "Self-test"); }

}  // namespace lakeport::partners

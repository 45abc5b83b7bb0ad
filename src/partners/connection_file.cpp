// Files that desktop products open, to find the warehouse or cluster: addresses only, never a token.
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "lakeport/partners/hub.h"

namespace lakeport::partners {

namespace {

using nlohmann::ordered_json;

struct Target {
  std::string host;
  std::int32_t port = 0;
  std::string http_path, catalog, name;

  std::string host_and_port() const { return port == 443 ? host : host + ":" + std::to_string(port); }
  std::string jdbc_url() const {
    std::string url = "jdbc:databricks://" + host + ":" + std::to_string(port) +
                      "/default;transportMode=http;ssl=1;AuthMech=3;httpPath=" + http_path;
    if (!catalog.empty()) url += ";ConnCatalog=" + catalog;
    return url;
  }
};

std::string render(const ordered_json& document) {
  return document.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

std::string xml(std::string_view text) {
  std::string safe;
  for (const char c : text) {
    switch (c) {
      case '&':
        safe += "&amp;";
        break;
      case '<':
        safe += "&lt;";
        break;
      case '>':
        safe += "&gt;";
        break;
      case '\'':
        safe += "&apos;";
        break;
      case '"':
        safe += "&quot;";
        break;
      default:
        safe += c;
    }
  }
  return safe;
}

ConnectionFileText power_bi(const Target& target) {
  const ordered_json connection = {
      {"details",
       {{"protocol", "databricks-sql"},
        {"address", {{"host", target.host_and_port()}, {"path", target.http_path}}},
        {"authentication", nullptr},
        {"query", nullptr}}},
      {"options", {{"Catalog", target.catalog}, {"Database", ""}}},
      {"mode", nullptr}};
  return {"lakeport.pbids", "application/json",
          render({{"version", "0.1"}, {"connections", ordered_json::array({connection})}})};
}

ConnectionFileText tableau(const Target& target) {
  const std::string name = "databricks.lakeport";
  std::string text = "<?xml version='1.0' encoding='utf-8' ?>\n";
  text += "<datasource formatted-name='" + xml(target.name) + "' inline='true' version='18.1'>\n";
  text += "  <connection class='federated'>\n    <named-connections>\n";
  text += "      <named-connection caption='" + xml(target.name) + "' name='" + name + "'>\n";
  text += "        <connection authentication='auth-pass' class='databricks' dbname='" + xml(target.catalog) +
          "' port='" + std::to_string(target.port) + "' schema='' server='" + xml(target.host) +
          "' username='token' v-http-path='" + xml(target.http_path) + "' workgroup-auth-mode='prompt' />\n";
  text += "      </named-connection>\n    </named-connections>\n  </connection>\n</datasource>\n";
  return {"lakeport.tds", "application/xml", text};
}

ConnectionFileText dbeaver(const Target& target) {
  const ordered_json configuration = {
      {"url", target.jdbc_url()}, {"host", target.host}, {"port", std::to_string(target.port)},
      {"user", "token"},          {"type", "dev"},       {"auth-model", "native"}};
  const ordered_json connection = {{"provider", "databricks"},
                                   {"driver", "databricks"},
                                   {"name", target.name},
                                   {"save-password", false},
                                   {"configuration", configuration}};
  return {
      "lakeport-data-sources.json", "application/json",
      render({{"folders", ordered_json::object()}, {"connections", {{"databricks-lakeport", connection}}}})};
}

ConnectionFileText jdbc(const Target& target) {
  return {"lakeport-jdbc.properties", "text/plain; charset=utf-8",
          "# Connects " + target.name + ". The password is a personal access token of yours.\n" +
              "driver=com.databricks.client.jdbc.Driver\nurl=" + target.jdbc_url() +
              "\nuser=token\npassword=\n"};
}

ConnectionFileText odbc(const Target& target) {
  std::string text = "; Connects " + target.name + ". PWD is a personal access token of yours.\n[Lakeport]\n";
  text += "Driver=Simba Spark ODBC Driver\nHost=" + target.host + "\nPort=" + std::to_string(target.port) +
          "\nHTTPPath=" + target.http_path + "\n";
  if (!target.catalog.empty()) text += "Catalog=" + target.catalog + "\n";
  return {"lakeport-odbc.ini", "text/plain; charset=utf-8",
          text + "SSL=1\nThriftTransport=2\nAuthMech=3\nUID=token\nPWD=\n"};
}

// What goes on a line of its own must stay there, and must not end a value of a connection string.
Status check_part(std::string_view what, std::string_view text, std::string_view forbidden) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < ' ' || byte == 127 || forbidden.find(c) != std::string_view::npos) {
      return fail(ErrorKind::kInvalidInput,
                  std::string(what) + " has a character that a connection file cannot hold");
    }
  }
  return {};
}

}  // namespace

Result<ConnectionFileText> connection_file(ConnectionFile kind, std::string_view hostname, std::int32_t port,
                                           std::string_view http_path, std::string_view catalog,
                                           std::string_view display_name) {
  LAKEPORT_RETURN_IF_ERROR(check_part("the host", hostname, " ;'\"<>&=\\/"));
  LAKEPORT_RETURN_IF_ERROR(check_part("the HTTP path", http_path, " ;'\"<>&=\\"));
  // Names of catalogs may have any character; these ones mean something to one of the products.
  LAKEPORT_RETURN_IF_ERROR(check_part("the catalog's name", catalog, ";={}\\"));
  LAKEPORT_RETURN_IF_ERROR(check_part("the name", display_name, ""));
  const Target target{std::string(hostname), port, std::string(http_path), std::string(catalog),
                      std::string(display_name)};
  switch (kind) {
    case ConnectionFile::kPowerBi:
      return power_bi(target);
    case ConnectionFile::kTableau:
      return tableau(target);
    case ConnectionFile::kDbeaver:
      return dbeaver(target);
    case ConnectionFile::kJdbc:
      return jdbc(target);
    case ConnectionFile::kOdbc:
      return odbc(target);
  }
  return fail(ErrorKind::kInternal, "an unknown kind of connection file");
}

}  // namespace lakeport::partners

// Which redirects of a partner a user may be sent to (contract, hub rules: open-redirect attack).
#include <algorithm>
#include <string>
#include <vector>

#include "lakeport/partners/partner.h"

#include "web_address.h"

namespace lakeport::partners {

namespace {

constexpr std::uint16_t kHttps = 443;

Status refuse(const std::string& what) {
  return fail(ErrorKind::kPermission, "the partner's redirect is not allowed: " + what, "",
              "The partner must answer with an https URL on a host of its list `hostnames`.");
}

}  // namespace

std::vector<std::string> redirect_hosts(const PartnerConfig& config) {
  std::vector<std::string> hosts;
  if (const auto base = parse_web_address(config.base_url)) hosts.push_back(base->host);
  for (const std::string& name : config.hostnames) {
    std::string host = lower_ascii(name);
    if (std::ranges::find(hosts, host) == hosts.end()) hosts.push_back(std::move(host));
  }
  return hosts;
}

Status check_redirect(const PartnerConfig& config, std::string_view url, bool development) {
  const auto address = parse_web_address(url);
  if (!address) return refuse(address.error().what());
  const bool on_this_machine = development && is_loopback(address->host);
  if (address->scheme != "https" && !on_this_machine) return refuse("the URL's scheme is not https");
  const auto hosts = redirect_hosts(config);
  if (std::ranges::find(hosts, address->host) == hosts.end()) {
    return refuse("the host " + address->host + " is not one of the partner's");
  }
  const auto base = parse_web_address(config.base_url);
  const bool own_port = base && base->host == address->host && base->port == address->port;
  if (address->port != kHttps && !own_port && !on_this_machine) {
    return refuse("the port " + std::to_string(address->port) + " is not the one of base_url");
  }
  return {};
}

}  // namespace lakeport::partners

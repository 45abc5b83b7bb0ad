// What the hub tells a partner about a user, the workspace and the connection (contract, ConnectRequest).
#pragma once

#include <string>
#include <string_view>

#include "lakeport/base/result.h"
#include "lakeport/partners/hub.h"

#include "connection_rows.h"
#include "provisioning.h"

namespace lakeport::partners {

// The address that "https://host:port" names.
struct HostAddress {
  std::string hostname;
  std::int32_t port = 443;
};
HostAddress host_address(std::string_view url);

// `secrets`: of a new connection. Null: the connection is there, and no secret goes out.
Result<ConnectInput> connect_input(lakehouse::Identity& identity, const HubOptions& options,
                                   const Caller& caller, const StoredConnection& connection,
                                   const std::string& cloud, const MadeSecrets* secrets);

}  // namespace lakeport::partners

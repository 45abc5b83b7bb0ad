// Which IP addresses are on the public internet.
#pragma once

#include <string_view>

namespace lakeport::partners {

// False for loopback, private, link-local, shared, documentation, multicast and reserved addresses, for IPv6
// addresses that carry such an IPv4 address (mapped, NAT64, 6to4, Teredo), and for text that is no address.
bool is_public_address(std::string_view ip_address);
bool is_loopback_address(std::string_view ip_address);

}  // namespace lakeport::partners

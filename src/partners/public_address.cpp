#include "public_address.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include <arpa/inet.h>

namespace lakeport::partners {

namespace {

struct Range {
  std::uint32_t start;
  int bits;
};

constexpr std::uint32_t ip(std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t d) {
  return (a << 24U) | (b << 16U) | (c << 8U) | d;
}

// IANA's registry of IPv4 special-purpose addresses, as far as they are not globally reachable, and
// multicast.
constexpr std::array<Range, 16> kSpecial{{{ip(0, 0, 0, 0), 8},
                                          {ip(10, 0, 0, 0), 8},
                                          {ip(100, 64, 0, 0), 10},
                                          {ip(127, 0, 0, 0), 8},
                                          {ip(169, 254, 0, 0), 16},
                                          {ip(172, 16, 0, 0), 12},
                                          {ip(192, 0, 0, 0), 24},
                                          {ip(192, 0, 2, 0), 24},
                                          {ip(192, 31, 196, 0), 24},
                                          {ip(192, 88, 99, 0), 24},
                                          {ip(192, 168, 0, 0), 16},
                                          {ip(198, 18, 0, 0), 15},
                                          {ip(198, 51, 100, 0), 24},
                                          {ip(203, 0, 113, 0), 24},
                                          {ip(224, 0, 0, 0), 4},
                                          {ip(240, 0, 0, 0), 4}}};

bool is_public(std::uint32_t address) {
  return std::ranges::none_of(kSpecial, [&](const Range& range) {
    return (address >> (32 - range.bits)) == (range.start >> (32 - range.bits));
  });
}

using V6 = std::array<std::uint8_t, 16>;

bool starts_with(const V6& address, std::initializer_list<std::uint8_t> prefix) {
  return std::equal(prefix.begin(), prefix.end(), address.begin());
}

std::uint32_t v4_at(const V6& address, std::size_t place) {
  return ip(address.at(place), address.at(place + 1), address.at(place + 2), address.at(place + 3));
}

bool is_mapped(const V6& address) { return starts_with(address, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}); }

bool is_public(const V6& address) {
  if (is_mapped(address)) return is_public(v4_at(address, 12));
  if (starts_with(address, {0x00, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0})) {  // NAT64
    return is_public(v4_at(address, 12));
  }
  if ((address[0] & 0xe0U) != 0x20U) return false;                              // only 2000::/3 is given out
  if (starts_with(address, {0x20, 0x02})) return is_public(v4_at(address, 2));  // 6to4
  if (starts_with(address, {0x20, 0x01, 0x0d, 0xb8})) return false;             // documentation
  return !starts_with(address, {0x20, 0x01, 0x00}) && !starts_with(address, {0x20, 0x01, 0x01});  // Teredo…
}

struct Address {
  std::optional<std::uint32_t> v4;
  V6 v6{};
};

std::optional<Address> parse(std::string_view text) {
  const std::string plain(text.substr(0, text.find('%')));  // without the interface of a link-local one
  Address address;
  in_addr v4{};
  if (inet_pton(AF_INET, plain.c_str(), &v4) == 1) {
    address.v4 = ntohl(v4.s_addr);
    return address;
  }
  if (inet_pton(AF_INET6, plain.c_str(), address.v6.data()) == 1) return address;
  return std::nullopt;
}

}  // namespace

bool is_public_address(std::string_view ip_address) {
  const auto address = parse(ip_address);
  return address && (address->v4 ? is_public(*address->v4) : is_public(address->v6));
}

bool is_loopback_address(std::string_view ip_address) {
  const auto address = parse(ip_address);
  if (!address) return false;
  if (address->v4) return *address->v4 >> 24U == 127;
  if (is_mapped(address->v6)) return address->v6[12] == 127;
  return address->v6 == V6{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
}

}  // namespace lakeport::partners

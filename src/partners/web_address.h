// URLs of partners, read by Boost.URL and then narrowed to what a hub may send a user or a call to.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "lakeport/base/result.h"

namespace lakeport::partners {

struct WebAddress {
  std::string scheme;  // "https" or "http"
  std::string host;    // lower case; an IPv6 address in brackets
  std::uint16_t port = 0;
  std::string path;  // encoded, with the query; begins with '/' unless empty
  bool has_query_or_fragment = false;

  // "https://host" or "https://host:port": the port only where it is not the scheme's own.
  std::string origin() const;
};

// An absolute http or https URL without userinfo. Refused as well, because browsers and libraries read them
// in different ways: control characters, spaces, backslashes, anything that is not ASCII, percent escapes in
// the host, an empty host, port 0. kInvalidInput; the text says what is wrong, as in "WHAT must be, not…".
Result<WebAddress> parse_web_address(std::string_view text);

// "localhost", an IPv4 address of 127.0.0.0/8 in its usual form, or "[::1]".
bool is_loopback(std::string_view host);

// Lower-case letters, digits, '-' and '.', as in DNS, or an IPv4 address; nothing empty between dots.
bool is_host_name(std::string_view text);

std::string lower_ascii(std::string_view text);

}  // namespace lakeport::partners

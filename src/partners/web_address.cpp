#include "web_address.h"

#include <algorithm>
#include <charconv>

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

namespace lakeport::partners {

namespace {

constexpr std::size_t kLongest = 8'000;

std::uint16_t usual_port(std::string_view scheme) { return scheme == "https" ? 443 : 80; }

bool is_label(std::string_view label) {
  return !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
         std::ranges::all_of(label, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
         });
}

}  // namespace

std::string lower_ascii(std::string_view text) {
  std::string lower(text);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return lower;
}

std::string WebAddress::origin() const {
  return scheme + "://" + host + (port == usual_port(scheme) ? std::string() : ":" + std::to_string(port));
}

Result<WebAddress> parse_web_address(std::string_view text) {
  const auto bad = [](std::string_view what) { return fail(ErrorKind::kInvalidInput, std::string(what)); };
  if (text.empty()) return bad("the URL is empty");
  if (text.size() > kLongest) return bad("the URL is longer than 8,000 characters");
  if (std::ranges::any_of(text, [](unsigned char c) { return c <= ' ' || c >= 127 || c == '\\'; })) {
    return bad("the URL has a space, a control character, a backslash or a letter that is not ASCII");
  }
  const auto parsed = boost::urls::parse_uri(boost::urls::string_view(text.data(), text.size()));
  if (!parsed) return bad("this is no URL");
  const boost::urls::url_view url = *parsed;
  WebAddress address;
  address.scheme = lower_ascii(std::string(url.scheme()));
  if (address.scheme != "https" && address.scheme != "http") return bad("the URL's scheme is not https");
  if (!url.has_authority()) return bad("the URL has no host");
  if (url.has_userinfo()) return bad("the URL has a user name before its host");
  const std::string encoded_host(url.encoded_host());
  if (encoded_host.find('%') != std::string::npos) return bad("the URL's host has percent escapes");
  address.host = lower_ascii(encoded_host);
  if (address.host.empty()) return bad("the URL has no host");
  address.port = usual_port(address.scheme);
  if (const std::string port(url.port()); !port.empty()) {
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), address.port);
    if (error != std::errc() || end != port.data() + port.size() || address.port == 0)
      return bad("the URL's port is wrong");
  }
  address.path = std::string(url.encoded_target());
  // Boost.URL ends the authority at a port that is no number, and takes the rest for a path.
  if (!address.path.empty() && address.path.front() != '/' && address.path.front() != '?')
    return bad("the URL's port is wrong");
  address.has_query_or_fragment = url.has_query() || url.has_fragment();
  return address;
}

bool is_loopback(std::string_view host) {
  if (host == "localhost" || host == "[::1]") return true;
  const auto address = boost::urls::parse_ipv4_address(boost::urls::string_view(host.data(), host.size()));
  return address && address->is_loopback();
}

bool is_host_name(std::string_view text) {
  if (text.empty() || text.size() > 253) return false;
  while (true) {
    const std::size_t dot = text.find('.');
    if (!is_label(text.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

}  // namespace lakeport::partners

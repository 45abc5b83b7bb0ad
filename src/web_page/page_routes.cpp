#include "lakeport/web_page/page_routes.h"

#include <array>
#include <string>
#include <string_view>

#include "page_assets.h"

namespace lakeport::web_page {

namespace {

constexpr std::string_view kDocument = "/index.html";
constexpr std::array<std::string_view, 5> kPlaces = {"/sign-in", "/partner-connect", "/platform",
                                                     "/sql-editor", "/settings"};
constexpr std::string_view kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

// Whether `coding` is in an Accept-Encoding field and not refused with q=0.
bool accepts(std::string_view field, std::string_view coding) {
  while (!field.empty()) {
    const std::size_t comma = std::min(field.find(','), field.size());
    std::string_view entry = field.substr(0, comma);
    field.remove_prefix(std::min(comma + 1, field.size()));
    while (entry.starts_with(' ')) entry.remove_prefix(1);
    const std::size_t end = std::min(entry.find_first_of("; "), entry.size());
    if (entry.substr(0, end) != coding) continue;
    const std::size_t weight = entry.find("q=");
    return weight == std::string_view::npos ||
           entry.substr(weight + 2).find_first_of("123456789") != std::string_view::npos;
  }
  return false;
}

net::Response serve(const PageAsset& asset, const net::Request& request) {
  net::Response response;
  net::Headers& headers = response.headers;
  headers.set("ETag", std::string(asset.etag));
  headers.set("Cache-Control", asset.immutable ? "public, max-age=31536000, immutable" : "no-cache");
  headers.set("Vary", "Accept-Encoding");
  headers.set("X-Content-Type-Options", "nosniff");
  headers.set("Referrer-Policy", "same-origin");
  headers.set("Content-Security-Policy", std::string(kPolicy));
  headers.set("Cross-Origin-Opener-Policy", "same-origin");
  headers.set("Cross-Origin-Resource-Policy", "same-origin");
  headers.set("X-Frame-Options", "DENY");
  const std::string_view known = request.headers.get("If-None-Match").value_or("");
  if (known.find(asset.etag) != std::string_view::npos) {
    response.status = 304;
    return response;
  }
  headers.set("Content-Type", std::string(asset.content_type));
  const std::string_view wanted = request.headers.get("Accept-Encoding").value_or("");
  std::string_view body = asset.plain;
  if (!asset.brotli.empty() && accepts(wanted, "br")) {
    headers.set("Content-Encoding", "br");
    body = asset.brotli;
  } else if (!asset.gzip.empty() && accepts(wanted, "gzip")) {
    headers.set("Content-Encoding", "gzip");
    body = asset.gzip;
  }
  response.body = std::string(body);
  return response;
}

}  // namespace

void add_page_routes(net::Router& router) {
  for (const PageAsset& asset : page_assets()) {
    const auto answer = [&asset](const net::Request& request) { return serve(asset, request); };
    if (asset.path != kDocument) {
      router.add("GET", asset.path, answer);
      continue;
    }
    router.add("GET", "/", answer);
    for (const std::string_view place : kPlaces) {
      router.add("GET", place, answer);
      router.add("GET", std::string(place) + "/{rest...}", answer);
    }
  }
}

}  // namespace lakeport::web_page

// A blocking HTTP client for calls to other services (partners) and for tests.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "lakeport/base/result.h"
#include "lakeport/net/http.h"

namespace lakeport::net {

struct ClientOptions {
  std::optional<std::filesystem::path> trusted_ca_file;  // in place of the system's authorities
  std::chrono::milliseconds connect_timeout{5'000};
  std::chrono::milliseconds total_timeout{30'000};
  std::uint64_t answer_limit = 1ULL << 20;  // bytes; a longer answer is an error
  // The client never connects to an address for which this says no (private networks); asked after the name
  // was resolved, with the very address that is then used. Nothing: every address.
  std::function<bool(std::string_view ip_address)> allow_address;
};

struct ClientRequest {
  std::string method = "GET";
  std::string url;  // http:// or https://, no userinfo
  Headers headers;
  std::string body;
};

struct ClientResponse {
  int status = 0;
  Headers headers;
  std::string body;
};

// Redirects are never followed. kUnavailable: nobody answers or the connection broke; kStalled: a timeout;
// kInvalidInput: a URL that is none, an address that is not allowed; kSourceFailed is never used here. TLS
// failures say which check failed.
Result<ClientResponse> send(const ClientRequest& request, const ClientOptions& options);

}  // namespace lakeport::net

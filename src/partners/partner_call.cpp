#include "partner_call.h"

#include <algorithm>
#include <optional>
#include <thread>
#include <utility>

#include <nlohmann/json.hpp>

#include "partner_words.h"
#include "public_address.h"
#include "web_address.h"

namespace lakeport::partners {

namespace {

using nlohmann::json;

constexpr std::size_t kLongestMessage = 1'000;  // characters, of what a partner says
constexpr int kInternalServerError = 500;

// Plain text on one line, in whole characters.
std::string plain_text(std::string_view text) {
  std::string plain;
  std::size_t count = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0U) != 0x80U && ++count > kLongestMessage) break;
    plain += byte < ' ' || byte == 127 ? ' ' : c;
  }
  return plain;
}

std::string text_field(const json& object, const char* name) {
  if (!object.is_object()) return {};
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

tl::unexpected<Failure> failed(FailureReason reason, std::string detail) {
  Failure failure;
  failure.reason = reason;
  failure.detail = std::move(detail);
  return tl::unexpected<Failure>(std::move(failure));
}

FailureReason reason_of(int status, std::string_view error_reason) {
  if (status == 400) return FailureReason::kBadRequest;
  if (status == 401) return FailureReason::kUnauthorized;
  if (status == 404 && error_reason == "connection_not_found") return FailureReason::kConnectionNotFound;
  if (status == 404 && error_reason == "account_not_found") return FailureReason::kAccountNotFound;
  if (status >= 500) return FailureReason::kGeneralError;
  return FailureReason::kBrokenAnswer;
}

std::string describe_status(int status, std::string_view error_reason) {
  std::string text = "HTTP status " + std::to_string(status);
  if (!error_reason.empty()) text.append(" ").append(plain_text(error_reason).substr(0, 100));
  if (status >= 300 && status < 400) text += ": redirects of the API are not followed";
  if (status == 404 && error_reason.empty()) text += " without an error_reason: is the path right?";
  return text;
}

}  // namespace

std::string error_reason_of(std::string_view body) {
  return text_field(json::parse(body, nullptr, false), "error_reason");
}

NetworkPolicy policy_for(const Partner& partner, const NetworkPolicy& general) {
  NetworkPolicy policy = general;
  if (partner.origin == Origin::kBuiltIn) {
    policy.allow_private_addresses = true;
    if (general.own_ca_file) policy.trusted_ca_file = general.own_ca_file;
  }
  return policy;
}

std::string PartnerCaller::without_secrets(std::string text) const {
  const auto hide = [&](const std::string& secret) {
    if (secret.empty()) return;
    for (std::size_t at = text.find(secret); at != std::string::npos; at = text.find(secret, at)) {
      text.replace(at, secret.size(), "***");
      at += 3;
    }
  };
  hide(authorization);
  // "Basic VALUE" is a secret without its scheme too.
  if (const std::size_t space = authorization.find(' '); space != std::string::npos) {
    hide(authorization.substr(space + 1));
  }
  for (const std::string& secret : secrets) hide(secret);
  return text;
}

Failure PartnerCaller::failure_of(const Answer& answer) const {
  const json body = json::parse(answer.body, nullptr, false);
  const std::string error_reason = text_field(body, "error_reason");
  Failure failure;
  failure.reason = reason_of(answer.status, error_reason);
  failure.http_status = answer.status;
  failure.attempts = answer.attempts;
  failure.detail = describe_status(answer.status, error_reason);
  const std::string said = plain_text(without_secrets(text_field(body, "debugging_message")));
  if (!said.empty()) failure.detail += ": " + said;
  std::string shown = plain_text(without_secrets(text_field(body, "display_message")));
  if (!shown.empty()) failure.display_message = std::move(shown);
  return failure;
}

Failure PartnerCaller::broken(const Answer& answer, std::string what) const {
  Failure failure;
  failure.reason = FailureReason::kBrokenAnswer;
  failure.http_status = answer.status;
  failure.attempts = answer.attempts;
  failure.detail = without_secrets(std::move(what));
  return failure;
}

Outcome<std::string> PartnerCaller::url_of(const PartnerCall& call) const {
  if (call.path.empty())
    return failed(FailureReason::kBrokenAnswer, "the partner's configuration has no path for this call");
  std::string url(call.path);
  if (!url.starts_with("https://") && !url.starts_with("http://")) {
    std::string base = config.base_url;
    if (base.ends_with('/')) base.pop_back();
    url.insert(0, base);
  }
  if (!call.query.empty()) url += (url.find('?') == std::string::npos ? "?" : "&") + call.query;
  const auto address = parse_web_address(url);
  if (!address) return failed(FailureReason::kRefusedAddress, url + ": " + address.error().what());
  if (address->scheme != "https" && !(policy.development && is_loopback(address->host))) {
    return failed(FailureReason::kRefusedAddress,
                  url + ": partners are called over https only (http to this machine: --dev)");
  }
  return url;
}

Outcome<PartnerCaller::Answer> PartnerCaller::send_once(const net::ClientRequest& request) const {
  net::ClientOptions options;
  options.trusted_ca_file = policy.trusted_ca_file;
  options.connect_timeout = policy.connect_timeout;
  options.total_timeout = policy.total_timeout;
  options.answer_limit = policy.answer_limit;
  std::optional<std::string> refused;
  if (!policy.allow_private_addresses) {
    options.allow_address = [&](std::string_view address) {
      if (is_public_address(address) || (policy.development && is_loopback_address(address))) return true;
      refused = address;
      return false;
    };
  }
  auto response = net::send(request, options);
  if (response) return Answer{response->status, std::move(response->body)};
  const Error& error = response.error();
  const std::string text = without_secrets(error.to_string());
  if (error.kind() == ErrorKind::kStalled) return failed(FailureReason::kTimeout, text);
  if (error.kind() == ErrorKind::kUnsupported) return failed(FailureReason::kBrokenAnswer, text);
  if (error.kind() == ErrorKind::kInvalidInput && refused) {
    return failed(
        FailureReason::kRefusedAddress,
        "the partner's address " + *refused +
            " is not on the public internet (the operator may allow such ones: --allow-private-addresses)");
  }
  return failed(FailureReason::kUnreachable, text);
}

Outcome<PartnerCaller::Answer> PartnerCaller::send(const PartnerCall& call) const {
  auto url = url_of(call);
  if (!url) return tl::unexpected<Failure>(std::move(url).error());
  net::ClientRequest request;
  request.method = call.method;
  request.url = *std::move(url);
  request.headers = {{"User-Agent", "databricks"},
                     {"Accept", "application/json"},
                     {"Content-Type", "application/json"},
                     {"Accept-Language", language}};
  if (!authorization.empty()) request.headers.set("Authorization", authorization);
  request.body = call.body;
  int attempts = 0;
  while (true) {
    auto answer = send_once(request);
    const auto retries = static_cast<std::size_t>(attempts++);
    if (!answer) {
      answer.error().attempts = attempts;
      return answer;
    }
    answer->attempts = attempts;
    if (answer->status != kInternalServerError || retries >= policy.retry_delays.size()) return answer;
    const std::chrono::milliseconds delay = policy.retry_delays[retries];
    if (!policy.wait) {
      std::this_thread::sleep_for(delay);
    } else if (policy.wait(delay)) {
      return answer;
    }
  }
}

Outcome<PartnerCaller::Answer> PartnerCaller::expect(const PartnerCall& call,
                                                     const std::vector<int>& accepted) const {
  auto answer = send(call);
  if (!answer || std::ranges::find(accepted, answer->status) != accepted.end()) return answer;
  return tl::unexpected<Failure>(failure_of(*answer));
}

}  // namespace lakeport::partners

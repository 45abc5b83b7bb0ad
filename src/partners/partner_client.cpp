#include "lakeport/partners/partner_client.h"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "lakeport/net/http.h"

#include "partner_call.h"
#include "partner_words.h"

namespace lakeport::partners {

namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr std::size_t kLongestConnectionId = 1'000;  // bytes
constexpr std::size_t kLongestToken = 4'000;         // bytes, of a list's pages
constexpr std::size_t kMostTests = 200;
constexpr std::size_t kMostConnectors = 10'000;  // on a page

bool has(const std::vector<AuthOption>& options, AuthOption option) {
  return std::ranges::find(options, option) != options.end();
}

// The credentials that the partner asked for, and no others.
ConnectInput with_agreed_credentials(ConnectInput input, const PartnerConfig& config) {
  if (!has(config.auth_options, AuthOption::kPat)) input.personal_access_token.reset();
  if (!has(config.auth_options, AuthOption::kOAuthM2m)) input.service_principal_oauth_secret.reset();
  if (!has(config.auth_options, AuthOption::kOAuthU2m) || config.is_published_app)
    input.oauth_u2m_app_id.reset();
  return input;
}

std::string render(const ordered_json& body) {
  return body.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

std::string connection_body(std::string_view connection_id, std::string_view cloud,
                            std::int64_t workspace_id) {
  return render({{"connection_id", connection_id},
                 {"cloud_provider", cloud},
                 {"databricks_organization_id", workspace_id}});
}

// A partner's JSON answer. Every getter notes the first thing that is wrong, so that one check at the end
// does.
class AnswerReader {
 public:
  explicit AnswerReader(std::string_view body) : object_(json::parse(body, nullptr, false)) {
    if (object_.is_discarded()) {
      problem_ = "the answer is no JSON";
    } else if (!object_.is_object()) {
      problem_ = "the answer is no JSON object";
    }
  }
  AnswerReader(json object, std::string place) : object_(std::move(object)), place_(std::move(place)) {
    if (!object_.is_object()) problem_ = place_ + " is no object";
  }

  std::string text(const char* name) {
    const auto found = optional_text(name);
    if (!found && problem_.empty()) problem_ = place_ + name + " is missing";
    return found.value_or("");
  }

  std::optional<std::string> optional_text(const char* name) {
    const json* value = find(name);
    if (value == nullptr) return std::nullopt;
    if (value->is_string()) return value->get<std::string>();
    note(name, "is no text");
    return std::nullopt;
  }

  std::optional<bool> optional_boolean(const char* name) {
    const json* value = find(name);
    if (value == nullptr) return std::nullopt;
    if (value->is_boolean()) return value->get<bool>();
    note(name, "is neither true nor false");
    return std::nullopt;
  }

  template <class Enum, std::size_t size>
  Enum word(const char* name, const Words<Enum, size>& words) {
    const std::string found = text(name);
    const auto value = value_of(words, found);
    if (!value) note(name, "is no word of the contract");
    return value.value_or(words.front().second);
  }

  const json& list(const char* name, std::size_t most) {
    static const json kEmpty = json::array();
    const json* value = find(name);
    if (value == nullptr) {
      note(name, "is missing");
    } else if (!value->is_array()) {
      note(name, "is no list");
    } else if (value->size() > most) {
      note(name, "is a list of more than " + std::to_string(most) + " entries");
    } else {
      return *value;
    }
    return kEmpty;
  }

  void note(const std::string& name, const std::string& what) {
    if (problem_.empty()) problem_ = place_ + name + " " + what;
  }
  const std::string& problem() const { return problem_; }

 private:
  const json* find(const char* name) const {
    if (!object_.is_object()) return nullptr;
    const auto found = object_.find(name);
    return found == object_.end() || found->is_null() ? nullptr : &*found;
  }

  json object_;
  std::string place_;  // "test_results[0]."
  std::string problem_;
};

tl::unexpected<Failure> failed(Failure failure) { return tl::unexpected<Failure>(std::move(failure)); }

// Which connection the answer is about: the partner names one only when it has configured a new one.
std::optional<std::string> connection_of(AnswerReader& answer, bool established, bool configured) {
  if (established || !configured) return std::nullopt;
  std::string id = answer.text("connection_id");
  if (id.empty() || id.size() > kLongestConnectionId) {
    answer.note("connection_id", "is empty or longer than 1,000 bytes");
  }
  return id;
}

Connected read_connection(AnswerReader& answer, bool established) {
  Connected connected;
  connected.redirect_uri = answer.text("redirect_uri");
  connected.redirect_value = answer.word("redirect_value", kRedirectValues);
  connected.user_status = answer.word("user_status", kUserStatuses);
  connected.account_status = answer.word("account_status", kAccountStatuses);
  if (!established) {
    const auto configured = answer.optional_boolean("configured_resources");
    if (!configured) answer.note("configured_resources", "is missing");
    connected.configured_resources = configured.value_or(false);
  }
  connected.connection_id = connection_of(answer, established, connected.configured_resources);
  connected.oauth_redirect_uri = answer.optional_text("oauth_redirect_uri");
  return connected;
}

}  // namespace

PartnerClient::PartnerClient(const PartnerConfig& config, std::string authorization, NetworkPolicy policy,
                             std::string language)
    : config_(config),
      authorization_(std::move(authorization)),
      policy_(std::move(policy)),
      language_(std::move(language)) {}

Outcome<Connected> PartnerClient::connect(const ConnectInput& input) const {
  PartnerCaller caller{config_, authorization_, policy_, language_, {}};
  caller.secrets = {input.personal_access_token.value_or(""),
                    input.service_principal_oauth_secret.value_or("")};
  const auto answer = caller.expect({.method = "POST",
                                     .path = config_.endpoints.connect_path,
                                     .query = {},
                                     .body = connect_body(with_agreed_credentials(input, config_))},
                                    {200, 201});
  if (!answer) return failed(answer.error());
  AnswerReader reader(answer->body);
  Connected connected = read_connection(reader, input.connection_id.has_value());
  if (!reader.problem().empty()) return failed(caller.broken(*answer, reader.problem()));
  for (const auto& uri : {std::optional(connected.redirect_uri), connected.oauth_redirect_uri}) {
    if (!uri) continue;
    if (const Status allowed = check_redirect(config_, *uri, policy_.development); !allowed) {
      Failure failure = caller.broken(*answer, allowed.error().what());
      failure.reason = FailureReason::kRefusedRedirect;
      return failed(std::move(failure));
    }
  }
  return connected;
}

Outcome<std::vector<TestResult>> PartnerClient::test_connection(std::string_view connection_id,
                                                                std::string_view cloud,
                                                                std::int64_t workspace_id) const {
  const PartnerCaller caller{config_, authorization_, policy_, language_, {}};
  const auto answer = caller.expect({.method = "POST",
                                     .path = config_.endpoints.test_connection_path,
                                     .query = {},
                                     .body = connection_body(connection_id, cloud, workspace_id)},
                                    {200});
  if (!answer) return failed(answer.error());
  AnswerReader reader(answer->body);
  std::vector<TestResult> results;
  for (const json& entry : reader.list("test_results", kMostTests)) {
    AnswerReader test(entry, "test_results[" + std::to_string(results.size()) + "].");
    TestResult& result = results.emplace_back();
    result.test_name = test.text("test_name");
    result.verdict = value_of(kVerdicts, test.text("status")).value_or(TestResult::Verdict::kUnknown);
    result.message = test.optional_text("message").value_or("");
    if (!test.problem().empty()) return failed(caller.broken(*answer, test.problem()));
  }
  if (!reader.problem().empty()) return failed(caller.broken(*answer, reader.problem()));
  return results;
}

Outcome<ResourceStatus> PartnerClient::delete_connection(std::string_view connection_id,
                                                         std::string_view cloud,
                                                         std::int64_t workspace_id) const {
  const PartnerCaller caller{config_, authorization_, policy_, language_, {}};
  PartnerCall call{.method = "POST",
                   .path = config_.endpoints.delete_connection_path,
                   .query = {},
                   .body = connection_body(connection_id, cloud, workspace_id)};
  auto answer = caller.send(call);
  if (!answer) return failed(answer.error());
  if ((answer->status == 404 || answer->status == 405) && error_reason_of(answer->body).empty()) {
    call.method = "DELETE";
    answer = caller.send(call);
    if (!answer) return failed(answer.error());
  }
  // Partners of before 2.1.0 say nothing.
  if (answer->status == 204 || (answer->status == 200 && answer->body.empty()))
    return ResourceStatus::kDeletionAcknowledged;
  if (answer->status != 200) return failed(caller.failure_of(*answer));
  AnswerReader reader(answer->body);
  const auto status = reader.optional_text("resource_status");
  const auto known = status ? value_of(kResourceStatuses, *status) : ResourceStatus::kDeletionAcknowledged;
  if (!known) reader.note("resource_status", "is no word of the contract");
  if (!reader.problem().empty()) return failed(caller.broken(*answer, reader.problem()));
  return *known;
}

Outcome<ConnectorPage> PartnerClient::connectors(const std::optional<std::string>& pagination_token) const {
  const PartnerCaller caller{config_, authorization_, policy_, language_, {}};
  const auto answer = caller.expect(
      {.method = "GET",
       .path = config_.endpoints.get_connectors_path,
       .query = pagination_token ? "pagination_token=" + net::percent_encode(*pagination_token) : "",
       .body = {}},
      {200});
  if (!answer) return failed(answer.error());
  AnswerReader reader(answer->body);
  ConnectorPage page;
  for (const json& entry : reader.list("connectors", kMostConnectors)) {
    AnswerReader connector(entry, "connectors[" + std::to_string(page.connectors.size()) + "].");
    ConnectorEntry& read = page.connectors.emplace_back();
    read.identifier = connector.text("identifier");
    read.name = connector.text("name");
    read.type = connector.text("type");
    if (read.type != "source" && read.type != "target")
      connector.note("type", "is neither source nor target");
    read.description = connector.optional_text("description").value_or("");
    if (!connector.problem().empty()) return failed(caller.broken(*answer, connector.problem()));
  }
  page.pagination_token = reader.optional_text("pagination_token");
  if (page.pagination_token && page.pagination_token->size() > kLongestToken)
    reader.note("pagination_token", "is longer than 4,000 bytes");
  if (page.pagination_token && page.pagination_token->empty()) page.pagination_token.reset();
  if (!reader.problem().empty()) return failed(caller.broken(*answer, reader.problem()));
  return page;
}

Outcome<std::monostate> PartnerClient::delete_account(std::string_view domain, std::string_view cloud,
                                                      std::int64_t workspace_id) const {
  const PartnerCaller caller{config_, authorization_, policy_, language_, {}};
  const ordered_json body = {
      {"domain", domain}, {"cloud_provider", cloud}, {"databricks_organization_id", workspace_id}};
  const auto answer = caller.expect(
      {.method = "DELETE", .path = config_.endpoints.delete_account_path, .query = {}, .body = render(body)},
      {200, 201, 202, 204});
  if (!answer) return failed(answer.error());
  return std::monostate();
}

Outcome<std::monostate> PartnerClient::expire_account(std::string_view email, std::int64_t databricks_user_id,
                                                      std::string_view cloud,
                                                      std::int64_t workspace_id) const {
  const PartnerCaller caller{config_, authorization_, policy_, language_, {}};
  const ordered_json body = {{"email", email},
                             {"databricks_user_id", databricks_user_id},
                             {"cloud_provider", cloud},
                             {"databricks_organization_id", workspace_id}};
  const auto answer = caller.expect(
      {.method = "PUT", .path = config_.endpoints.expire_account_path, .query = {}, .body = render(body)},
      {200, 201, 202, 204});
  if (!answer) return failed(answer.error());
  return std::monostate();
}

}  // namespace lakeport::partners

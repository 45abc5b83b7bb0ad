#include "stored_json.h"

#include <array>
#include <utility>

#include <nlohmann/json.hpp>

#include "partner_words.h"

namespace lakeport::partners {

namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 5> kStepWords = {"waiting", "running", "done", "failed", "undone"};
constexpr std::array<std::string_view, 3> kAttemptWords = {"running", "connected", "failed"};

template <class Enum, std::size_t Count>
Enum from_words(const std::array<std::string_view, Count>& words, std::string_view word) {
  for (std::size_t at = 0; at < Count; ++at)
    if (words.at(at) == word) return static_cast<Enum>(at);
  return static_cast<Enum>(0);
}

json optional_text(const std::optional<std::string>& text) { return text ? json(*text) : json(); }

std::optional<std::string> text_at(const json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_string()) return std::nullopt;
  return found->get<std::string>();
}

json to_json(const Connected& connected) {
  return {{"redirect_uri", connected.redirect_uri},
          {"redirect_value", to_string(connected.redirect_value)},
          {"user_status", to_string(connected.user_status)},
          {"account_status", to_string(connected.account_status)},
          {"configured_resources", connected.configured_resources},
          {"connection_id", optional_text(connected.connection_id)},
          {"oauth_redirect_uri", optional_text(connected.oauth_redirect_uri)}};
}

Connected connected_from(const json& object) {
  Connected connected;
  connected.redirect_uri = object.at("redirect_uri").get<std::string>();
  connected.redirect_value = value_of(kRedirectValues, object.at("redirect_value").get<std::string>())
                                 .value_or(RedirectValue::kNotApplicable);
  connected.user_status = value_of(kUserStatuses, object.at("user_status").get<std::string>())
                              .value_or(UserStatus::kNotApplicable);
  connected.account_status = value_of(kAccountStatuses, object.at("account_status").get<std::string>())
                                 .value_or(AccountStatus::kNotApplicable);
  connected.configured_resources = object.at("configured_resources").get<bool>();
  connected.connection_id = text_at(object, "connection_id");
  connected.oauth_redirect_uri = text_at(object, "oauth_redirect_uri");
  return connected;
}

json to_json(const Failure& failure) {
  return {{"reason", to_string(failure.reason)},
          {"http_status", failure.http_status},
          {"display_message", optional_text(failure.display_message)},
          {"detail", failure.detail},
          {"attempts", failure.attempts}};
}

Failure failure_from(const json& object) {
  Failure failure;
  failure.reason = value_of(kFailureReasons, object.at("reason").get<std::string>())
                       .value_or(FailureReason::kGeneralError);
  failure.http_status = object.at("http_status").get<int>();
  failure.display_message = text_at(object, "display_message");
  failure.detail = object.at("detail").get<std::string>();
  failure.attempts = object.at("attempts").get<int>();
  return failure;
}

json to_json(const Error& error) {
  return {{"kind", static_cast<int>(error.kind())},
          {"what", error.what()},
          {"where", error.where()},
          {"next_step", error.next_step()}};
}

Error error_from(const json& object) {
  return {static_cast<ErrorKind>(object.at("kind").get<int>()), object.at("what").get<std::string>(),
          object.at("where").get<std::string>(), object.at("next_step").get<std::string>()};
}

json moment(const std::optional<UtcMillis>& when) {
  return when ? json(when->time_since_epoch().count()) : json();
}

UtcMillis moment_from(const json& value) {
  return UtcMillis(std::chrono::milliseconds(value.get<std::int64_t>()));
}

// Reads `text` with `read`, which may throw nlohmann's exceptions.
template <class Read>
auto parsed(std::string_view text, const Read& read) -> Result<decltype(read(json()))> {
  try {
    return read(json::parse(text));
  } catch (const json::exception& problem) {
    return fail(ErrorKind::kInternal, std::string("a stored document cannot be read: ") + problem.what());
  }
}

}  // namespace

std::string choice_json(const StoredChoice& stored) {
  const Choice& choice = stored.choice;
  json schemas = json::array();
  for (const SchemaChoice& one : choice.read_schemas) schemas.push_back({one.catalog, one.schema});
  return json{{"write_catalog", choice.write_catalog},
              {"read_schemas", schemas},
              {"warehouse_id", optional_text(choice.warehouse_id)},
              {"new_warehouse_name", choice.new_warehouse_name},
              {"new_warehouse_size", choice.new_warehouse_size},
              {"cluster_id", optional_text(choice.cluster_id)},
              {"destination_location", choice.destination_location},
              {"email", choice.email},
              {"catalog_name", stored.catalog_name},
              {"destination_url", stored.destination_url},
              {"oauth_client_id", stored.oauth_client_id}}
      .dump();
}

Result<StoredChoice> choice_from_json(std::string_view text) {
  return parsed(text, [](const json& object) {
    StoredChoice stored;
    Choice& choice = stored.choice;
    choice.write_catalog = object.at("write_catalog").get<std::string>();
    for (const json& one : object.at("read_schemas"))
      choice.read_schemas.push_back({one.at(0).get<std::string>(), one.at(1).get<std::string>()});
    choice.warehouse_id = text_at(object, "warehouse_id");
    choice.new_warehouse_name = object.at("new_warehouse_name").get<std::string>();
    choice.new_warehouse_size = object.at("new_warehouse_size").get<std::string>();
    choice.cluster_id = text_at(object, "cluster_id");
    choice.destination_location = object.at("destination_location").get<std::string>();
    choice.email = object.at("email").get<std::string>();
    stored.catalog_name = object.at("catalog_name").get<std::string>();
    stored.destination_url = object.at("destination_url").get<std::string>();
    stored.oauth_client_id = object.at("oauth_client_id").get<std::string>();
    return stored;
  });
}

std::string connected_json(const Connected& connected) { return to_json(connected).dump(); }

Result<Connected> connected_from_json(std::string_view text) {
  return parsed(text, [](const json& object) { return connected_from(object); });
}

std::string attempt_json(const Attempt& attempt) {
  json steps = json::array();
  for (const Step& step : attempt.steps)
    steps.push_back({{"name", step.name},
                     {"label", step.label},
                     {"state", kStepWords.at(static_cast<std::size_t>(step.state))}});
  return json{{"id", attempt.id},
              {"partner_id", attempt.partner_id},
              {"state", kAttemptWords.at(static_cast<std::size_t>(attempt.state))},
              {"steps", steps},
              {"connected", attempt.connected ? to_json(*attempt.connected) : json()},
              {"connection_id", optional_text(attempt.connection_id)},
              {"failure", attempt.failure ? to_json(*attempt.failure) : json()},
              {"error", attempt.error ? to_json(*attempt.error) : json()},
              {"left", attempt.left},
              {"started", moment(attempt.started)},
              {"ended", moment(attempt.ended)}}  // What a partner wrote need not be UTF-8.
      .dump(-1, ' ', false, json::error_handler_t::replace);
}

Result<Attempt> attempt_from_json(std::string_view text) {
  return parsed(text, [](const json& object) {
    Attempt attempt;
    attempt.id = object.at("id").get<std::string>();
    attempt.partner_id = object.at("partner_id").get<std::string>();
    attempt.state = from_words<AttemptState>(kAttemptWords, object.at("state").get<std::string>());
    for (const json& step : object.at("steps"))
      attempt.steps.push_back({step.at("name").get<std::string>(), step.at("label").get<std::string>(),
                               from_words<StepState>(kStepWords, step.at("state").get<std::string>())});
    if (!object.at("connected").is_null()) attempt.connected = connected_from(object.at("connected"));
    attempt.connection_id = text_at(object, "connection_id");
    if (!object.at("failure").is_null()) attempt.failure = failure_from(object.at("failure"));
    if (!object.at("error").is_null()) attempt.error = error_from(object.at("error"));
    attempt.left = object.at("left").get<std::vector<std::string>>();
    attempt.started = moment_from(object.at("started"));
    if (!object.at("ended").is_null()) attempt.ended = moment_from(object.at("ended"));
    return attempt;
  });
}

}  // namespace lakeport::partners

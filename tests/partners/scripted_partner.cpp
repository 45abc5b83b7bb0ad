#include "scripted_partner.h"

#include <stdexcept>
#include <utility>

namespace lakeport::partners::fixtures {

using nlohmann::json;

ScriptedPartner::ScriptedPartner() {
  answers_["/connect"] = [this](const json& body) {
    json answer = welcome();
    if (!body.at("user_info").at("is_connection_established").get<bool>())
      answer["connection_id"] = "theirs-" + std::to_string(++connections_);
    return net::json_response(200, answer.dump());
  };
  answers_["/delete-connection"] = [](const json&) {
    return net::json_response(200, R"({"resource_status":"resources_deleted"})");
  };
  answers_["/test-connection"] = [](const json&) {
    return net::json_response(200,
                              R"({"test_results":[{"test_name":"Query","status":"PASS","message":"fine"}]})");
  };
  answers_["/connectors"] = [](const json&) { return net::json_response(200, R"({"connectors":[]})"); };
  net::Router router;
  router.add("GET", "/connectors", [this](const net::Request& request) { return handle(request); });
  for (const char* path : {"/connect", "/delete-connection", "/test-connection"})
    for (const char* method : {"POST", "DELETE"})
      router.add(method, path, [this](const net::Request& request) { return handle(request); });
  auto started = net::Server::start({}, std::move(router));
  if (!started) throw std::runtime_error(started.error().to_string());
  server_ = *std::move(started);
}

json ScriptedPartner::welcome() const {
  return {{"redirect_uri", url() + "/welcome"},
          {"redirect_value", "create_trial"},
          {"user_status", "new"},
          {"account_status", "new"},
          {"configured_resources", true}};
}

json ScriptedPartner::failure(std::string_view reason, std::string_view display) {
  json answer{{"error_reason", reason}, {"debugging_message", "for the log"}};
  if (!display.empty()) answer["display_message"] = display;
  return answer;
}

void ScriptedPartner::answer(const std::string& path, Answer answer) {
  const std::scoped_lock lock(mutex_);
  answers_[path] = std::move(answer);
}

void ScriptedPartner::answer(const std::string& path, int status, const json& body) {
  answer(path, [status, body](const json&) { return net::json_response(status, body.dump()); });
}

std::vector<ScriptedPartner::Seen> ScriptedPartner::seen() const {
  const std::scoped_lock lock(mutex_);
  return seen_;
}

std::vector<ScriptedPartner::Seen> ScriptedPartner::seen(std::string_view path) const {
  std::vector<Seen> list;
  for (auto& one : seen())
    if (one.path == path) list.push_back(std::move(one));
  return list;
}

void ScriptedPartner::forget() {
  const std::scoped_lock lock(mutex_);
  seen_.clear();
}

net::Response ScriptedPartner::handle(const net::Request& request) {
  json body = json::parse(request.body, nullptr, false);
  Answer answer;
  {
    const std::scoped_lock lock(mutex_);
    seen_.push_back({request.method, request.path,
                     std::string(request.headers.get("Authorization").value_or("")),
                     std::string(request.headers.get("Accept-Language").value_or("")), body});
    answer = answers_.at(request.path);
  }
  return answer(body);
}

}  // namespace lakeport::partners::fixtures

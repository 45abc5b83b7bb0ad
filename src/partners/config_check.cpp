// The PartnerConfig document (contract partner-connect.md), checked field by field.
#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include <boost/url/parse.hpp>
#include <nlohmann/json.hpp>

#include "lakeport/partners/partner.h"
#include "lakeport/partners/words.h"

#include "document_reader.h"
#include "web_address.h"

namespace lakeport::partners {

namespace {

using nlohmann::json;

constexpr std::size_t kLongestDocument = std::size_t{256} * 1024;  // bytes
constexpr std::size_t kLongestName = 100;
constexpr std::size_t kLongestDescription = 1'000;
constexpr std::size_t kLongestUrl = 2'000;
constexpr std::size_t kLongestList = 200;

constexpr std::array<std::string_view, 12> kDataPermissions{"SELECT",           "CREATE",
                                                            "MODIFY",           "USAGE",
                                                            "READ_METADATA",    "CREATE_NAMED_FUNCTION",
                                                            "MODIFY_CLASSPATH", "ALL PRIVILEGES",
                                                            "USE_CATALOG",      "USE_SCHEMA",
                                                            "CREATE_SCHEMA",    "CREATE_TABLE"};

struct ObjectLevels {
  std::string_view object;
  std::string_view levels;  // separated by spaces
};
// The permissions API's objects, each with its levels.
constexpr std::array<ObjectLevels, 12> kObjectLevels{{
    {"Token", "CAN_USE CAN_MANAGE"},
    {"Password", "CAN_USE"},
    {"Cluster", "CAN_ATTACH_TO CAN_RESTART CAN_MANAGE"},
    {"Pool", "CAN_ATTACH_TO CAN_MANAGE"},
    {"Job", "CAN_VIEW CAN_MANAGE_RUN CAN_MANAGE IS_OWNER"},
    {"DLT_Pipeline", "CAN_VIEW CAN_RUN CAN_MANAGE_RUN CAN_MANAGE IS_OWNER"},
    {"Notebook", "CAN_READ CAN_RUN CAN_EDIT CAN_MANAGE"},
    {"Directory", "CAN_READ CAN_RUN CAN_EDIT CAN_MANAGE"},
    {"MLflow_Experiment", "CAN_READ CAN_EDIT CAN_MANAGE"},
    {"MLflow_Registered_Model",
     "CAN_READ CAN_EDIT CAN_MANAGE_STAGING_VERSIONS CAN_MANAGE_PRODUCTION_VERSIONS CAN_MANAGE"},
    {"SQL_Endpoint", "CAN_VIEW CAN_MONITOR CAN_USE CAN_MANAGE IS_OWNER"},
    {"Repo", "CAN_READ CAN_RUN CAN_EDIT CAN_MANAGE"},
}};

std::vector<std::string_view> split_words(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const std::size_t space = text.find(' ');
    words.push_back(text.substr(0, space));
    text.remove_prefix(space == std::string_view::npos ? text.size() : space + 1);
  }
  return words;
}

// "2.1.0": the major version that this hub speaks, then two numbers.
bool is_known_version(std::string_view text) {
  if (!text.starts_with("2.")) return false;
  const std::string_view rest = text.substr(2);
  const std::size_t dot = rest.find('.');
  if (dot == std::string_view::npos) return false;
  const auto is_number = [](std::string_view part) {
    return !part.empty() && part.size() <= 4 &&
           std::ranges::all_of(part, [](char c) { return c >= '0' && c <= '9'; });
  };
  return is_number(rest.substr(0, dot)) && is_number(rest.substr(dot + 1));
}

class ConfigReader {
 public:
  ConfigReader(const json& document, CheckedConfig& checked)
      : top_(document, "", checked.problems), config_(checked.config), problems_(checked.problems) {}

  void read() {
    read_description();
    read_api();
    read_links_and_images();
    read_permissions();
    read_reach();
    read_behaviour();
    top_.finish();
  }

 private:
  void read_description() {
    config_.api_version = top_.text("api_version", Presence::kRequired, 20).value_or("");
    if (!config_.api_version.empty() && !is_known_version(config_.api_version)) {
      top_.problem("api_version", "must be a version like 2.1.0; this hub speaks 2.x.y");
    }
    config_.name = top_.text("name", Presence::kRequired, kLongestName).value_or("");
    config_.description_blurb =
        top_.text("description_blurb", Presence::kRequired, kLongestDescription).value_or("");
    config_.category = top_.word("category", Presence::kRequired, kCategories).value_or(Category::kIngest);
  }

  std::string url(std::string_view name) {
    const auto text = top_.text(name, Presence::kRequired, kLongestUrl);
    if (!text) return {};
    check_url(top_, name, *text);
    return *text;
  }

  static void check_url(ObjectReader& object, std::string_view name, const std::string& text) {
    const auto address = parse_web_address(text);
    if (!address) {
      object.problem(name, "must be a URL like https://partner.example/path: " + address.error().what());
    } else if (address->scheme != "https" && !is_loopback(address->host)) {
      object.problem(name, "must begin with https:// (http:// is for partners on this machine only)");
    }
  }

  void read_api() {
    config_.base_url = url("base_url");
    if (const auto base = parse_web_address(config_.base_url); base && base->has_query_or_fragment) {
      top_.problem("base_url", "must not have a query or a fragment");
    }
    const json* object = top_.object("endpoints", Presence::kRequired);
    if (object == nullptr) return;
    ObjectReader endpoints(*object, "endpoints", problems_);
    const auto path = [&](std::string_view name, Presence presence) {
      const std::string text = endpoints.text(name, presence, kLongestUrl).value_or("");
      if (!text.empty()) check_path(endpoints, name, text);
      return text;
    };
    config_.endpoints.connect_path = path("connect_path", Presence::kRequired);
    config_.endpoints.get_connectors_path = path("get_connectors_path", Presence::kOptional);
    config_.endpoints.test_connection_path = path("test_connection_path", Presence::kOptional);
    config_.endpoints.delete_account_path = path("delete_account_path", Presence::kOptional);
    config_.endpoints.expire_account_path = path("expire_account_path", Presence::kOptional);
    config_.endpoints.delete_connection_path = path("delete_connection_path", Presence::kOptional);
    endpoints.finish();
  }

  static void check_path(ObjectReader& endpoints, std::string_view name, const std::string& text) {
    const bool fits = text.starts_with('/') && !text.starts_with("//") &&
                      text.find_first_of("?#\\ ") == std::string::npos &&
                      boost::urls::parse_origin_form(text).has_value();
    if (!fits) endpoints.problem(name, "must be a path like /connect, without a query");
  }

  void read_links_and_images() {
    config_.sign_up_page = url("sign_up_page");
    config_.privacy_policy = url("privacy_policy");
    config_.terms_of_service = url("terms_of_service");
    const auto image = [&](std::string_view name) {
      const std::string text = top_.text(name, Presence::kRequired, 255).value_or("");
      const std::string lower = lower_ascii(text);
      if (!text.empty() && ((!lower.ends_with(".png") && !lower.ends_with(".svg")) ||
                            text.find_first_of("/\\") != std::string::npos)) {
        top_.problem(name, "must be the name of a .png or .svg file, without a folder");
      }
      return text;
    };
    config_.logo_file = image("logo_file");
    config_.icon_file = image("icon_file");
  }

  // Calls `read` for each entry with its path; one problem for a list that is too long.
  template <class Read>
  void each(std::string_view name, Presence presence, Read read) {
    const json* list = top_.array(name, presence);
    if (list == nullptr) return;
    if (list->size() > kLongestList) {
      top_.problem(name, "must have at most " + std::to_string(kLongestList) + " entries");
      return;
    }
    std::size_t index = 0;
    for (const json& entry : *list) read(entry, std::string(name) + "[" + std::to_string(index++) + "]");
  }

  void add_problem(const std::string& path, std::string what) {
    problems_.push_back({path, std::move(what)});
  }

  // An entry that is a word, or an object with nothing but that word under `key`.
  std::optional<std::string> word_or_object(const json& entry, const std::string& path,
                                            std::string_view key) {
    if (entry.is_string()) return entry.get<std::string>();
    if (!entry.is_object()) {
      add_problem(path, "must be an object with " + std::string(key) + ", not " + entry.type_name());
      return std::nullopt;
    }
    ObjectReader object(entry, path, problems_);
    const auto word = object.text(key, Presence::kRequired, 100);
    object.finish();
    return word;
  }

  // Adds `value` unless it is there already, which is a problem.
  template <class T>
  void add_once(std::vector<T>& list, T value, const std::string& path) {
    if (std::ranges::find(list, value) != list.end()) {
      add_problem(path, "is in the list twice");
    } else {
      list.push_back(std::move(value));
    }
  }

  void read_permissions() {
    each("resources_to_provision", Presence::kRequired, [&](const json& entry, const std::string& path) {
      const auto word = word_or_object(entry, path, "resource_type");
      if (!word) return;
      const auto resource = value_of(kProvisionedResources, *word);
      if (!resource) {
        add_problem(path + ".resource_type",
                    ObjectReader::one_of(*word, ObjectReader::names_of(kProvisionedResources)));
      } else {
        add_once(config_.resources_to_provision, *resource, path);
      }
    });
    each("data_permissions", Presence::kOptional, [&](const json& entry, const std::string& path) {
      const auto word = word_or_object(entry, path, "permission");
      if (!word) return;
      if (std::ranges::find(kDataPermissions, *word) == kDataPermissions.end()) {
        add_problem(path, ObjectReader::one_of(*word, {kDataPermissions.begin(), kDataPermissions.end()}));
      } else {
        add_once(config_.data_permissions, *word, path);
      }
    });
    each("object_permissions", Presence::kOptional,
         [&](const json& entry, const std::string& path) { read_object_permission(entry, path); });
  }

  void read_object_permission(const json& entry, const std::string& path) {
    if (!entry.is_object()) {
      add_problem(path, std::string("must be an object with name and level, not ") + entry.type_name());
      return;
    }
    ObjectReader object(entry, path, problems_);
    const auto name = object.text("name", Presence::kRequired, 100);
    const auto level = object.text("level", Presence::kRequired, 100);
    object.finish();
    if (!name) return;
    const auto known = std::ranges::find(kObjectLevels, *name, &ObjectLevels::object);
    if (known == kObjectLevels.end()) {
      std::vector<std::string_view> names;
      for (const ObjectLevels& levels : kObjectLevels) names.push_back(levels.object);
      object.problem("name", ObjectReader::one_of(*name, names));
      return;
    }
    if (!level) return;
    const auto levels = split_words(known->levels);
    if (std::ranges::find(levels, *level) == levels.end()) {
      object.problem("level", ObjectReader::one_of(*level, levels));
      return;
    }
    config_.object_permissions.push_back({*name, *level});
  }

  void read_reach() {
    each("supported_clouds", Presence::kRequired, [&](const json& entry, const std::string& path) {
      if (!entry.is_string()) return add_problem(path, std::string("must be text, not ") + entry.type_name());
      auto cloud = entry.get<std::string>();
      if (std::ranges::find(kClouds, cloud) == kClouds.end())
        return add_problem(path, ObjectReader::one_of(cloud, {kClouds.begin(), kClouds.end()}));
      add_once(config_.supported_clouds, std::move(cloud), path);
    });
    if (!has_problem("supported_clouds") && config_.supported_clouds.empty()) {
      top_.problem("supported_clouds", "must name at least one cloud");
    }
    each("hostnames", Presence::kRequired, [&](const json& entry, const std::string& path) {
      if (!entry.is_string()) return add_problem(path, std::string("must be text, not ") + entry.type_name());
      std::string host = lower_ascii(entry.get<std::string>());
      if (!is_host_name(host))
        return add_problem(path,
                           "must be a host name like app.partner.example: no scheme, port, path, wildcard");
      add_once(config_.hostnames, std::move(host), path);
    });
  }

  bool has_problem(std::string_view prefix) const {
    return std::ranges::any_of(
        problems_, [&](const ConfigProblem& problem) { return problem.path.starts_with(prefix); });
  }

  void read_behaviour() {
    config_.allow_editable_email = top_.boolean("allow_editable_email").value_or(false);
    config_.new_user_action =
        top_.word("new_user_action", Presence::kRequired, kNewUserActions).value_or(NewUserAction::kInvite);
    config_.require_manual_signup = top_.boolean("require_manual_signup").value_or(false);
    config_.trial_type = top_.word("trial_type", Presence::kOptional, kTrialTypes).value_or(TrialType::kUser);
    config_.supports_demo = top_.boolean("supports_demo").value_or(false);
    each("auth_options", Presence::kOptional, [&](const json& entry, const std::string& path) {
      const std::string word = entry.is_string() ? entry.get<std::string>() : entry.dump();
      const auto option = value_of(kAuthOptions, word);
      if (!option) return add_problem(path, ObjectReader::one_of(word, ObjectReader::names_of(kAuthOptions)));
      add_once(config_.auth_options, *option, path);
    });
    // The contract's default: a partner that says nothing gets a PAT.
    if (config_.auth_options.empty()) config_.auth_options.push_back(AuthOption::kPat);
    config_.is_published_app = top_.boolean("is_published_app").value_or(false);
    read_test_workspace();
  }

  void read_test_workspace() {
    const json* object = top_.object("test_workspace_detail", Presence::kOptional);
    if (object == nullptr) return;
    ObjectReader detail(*object, "test_workspace_detail", problems_);
    detail.text("hostname", Presence::kRequired, 253);
    if (const auto port = detail.integer("port", Presence::kRequired);
        port && (*port < 1 || *port > 65'535)) {
      detail.problem("port", "must be between 1 and 65,535");
    }
    for (const char* name : {"jdbc_url", "databricks_jdbc_url", "http_path", "cluster_id"}) {
      detail.text(name, Presence::kOptional, kLongestUrl);
    }
    detail.finish();
    config_.test_workspace_detail = object->dump();
  }

  ObjectReader top_;
  PartnerConfig& config_;
  std::vector<ConfigProblem>& problems_;
};

}  // namespace

CheckedConfig check_config(std::string_view text) {
  CheckedConfig checked;
  if (text.size() > kLongestDocument) {
    checked.problems.push_back({"", "the document is longer than 256 KB"});
    return checked;
  }
  json document;
  try {
    document = json::parse(text);
  } catch (const json::parse_error& error) {
    checked.problems.push_back(
        {"", "the document is no JSON: it breaks at byte " + std::to_string(error.byte)});
    return checked;
  }
  if (!document.is_object()) {
    checked.problems.push_back(
        {"", std::string("the document must be an object, not ") + document.type_name()});
    return checked;
  }
  ConfigReader(document, checked).read();
  return checked;
}

}  // namespace lakeport::partners

#include "json_text.h"

#include <optional>

#include <nlohmann/json.hpp>

namespace lakeport::lakehouse::unity {

namespace {

using Json = nlohmann::json;

Json parse(std::string_view text) {
  auto json = Json::parse(text, nullptr, false);
  return json.is_discarded() ? Json() : json;
}

std::string dump(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

std::string text_at(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::optional<std::string> optional_at(const Json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_string()) return std::nullopt;
  return found->get<std::string>();
}

Json member(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found == object.end() ? Json::array() : *found;
}

Json json_of(const Properties& properties) {
  auto list = Json::array();
  for (const auto& [name, value] : properties) list.push_back(Json::array({name, value}));
  return list;
}

Properties properties_of(const Json& list) {
  Properties properties;
  for (const auto& pair : list) {
    if (pair.is_array() && pair.size() == 2 && pair[0].is_string() && pair[1].is_string()) {
      properties.emplace_back(pair[0].get<std::string>(), pair[1].get<std::string>());
    }
  }
  return properties;
}

std::vector<std::string> texts_of(const Json& list) {
  std::vector<std::string> texts;
  for (const auto& text : list) {
    if (text.is_string()) texts.push_back(text.get<std::string>());
  }
  return texts;
}

Json json_of(const std::vector<Column>& columns) {
  auto list = Json::array();
  for (const auto& column : columns) {
    Json one = {{"name", column.name},
                {"type", column.type},
                {"nullable", column.nullable},
                {"comment", column.comment}};
    if (column.default_sql) one["default"] = *column.default_sql;
    list.push_back(std::move(one));
  }
  return list;
}

std::vector<Column> columns_of(const Json& list) {
  std::vector<Column> columns;
  for (const auto& one : list) {
    if (!one.is_object()) continue;
    columns.push_back({.name = text_at(one, "name"),
                       .type = text_at(one, "type"),
                       .nullable = one.value("nullable", true),
                       .comment = text_at(one, "comment"),
                       .default_sql = optional_at(one, "default")});
  }
  return columns;
}

Json json_of(const ObjectName& name) { return Json::array({name.catalog, name.schema, name.object}); }

ObjectName name_of(const Json& list) {
  auto parts = texts_of(list);
  parts.resize(3);
  return {parts[0], parts[1], parts[2]};
}

}  // namespace

std::string to_json(const Properties& properties) {
  return properties.empty() ? "[]" : dump(json_of(properties));
}
Properties properties_from_json(std::string_view json) {
  return json == "[]" ? Properties() : properties_of(parse(json));
}

std::string to_json(const std::vector<std::string>& texts) {
  return texts.empty() ? "[]" : dump(Json(texts));
}
std::vector<std::string> texts_from_json(std::string_view json) {
  return json == "[]" ? std::vector<std::string>() : texts_of(parse(json));
}

std::string to_json(const std::vector<Column>& columns) { return dump(json_of(columns)); }
std::vector<Column> columns_from_json(std::string_view json) { return columns_of(parse(json)); }

std::string to_json(const std::vector<FunctionParameter>& parameters) {
  auto list = Json::array();
  for (const auto& parameter : parameters) {
    Json one = {{"name", parameter.name}, {"type", parameter.type}, {"comment", parameter.comment}};
    if (parameter.default_sql) one["default"] = *parameter.default_sql;
    list.push_back(std::move(one));
  }
  return dump(list);
}

std::vector<FunctionParameter> parameters_from_json(std::string_view json) {
  std::vector<FunctionParameter> parameters;
  for (const auto& one : parse(json)) {
    if (!one.is_object()) continue;
    parameters.push_back({.name = text_at(one, "name"),
                          .type = text_at(one, "type"),
                          .comment = text_at(one, "comment"),
                          .default_sql = optional_at(one, "default")});
  }
  return parameters;
}

std::string to_json(const Table& table) {
  auto keys = Json::array();
  for (const auto& key : table.foreign_keys) {
    keys.push_back({{"name", key.name},
                    {"columns", key.columns},
                    {"referenced", json_of(key.referenced)},
                    {"referenced_columns", key.referenced_columns}});
  }
  return dump({{"name", json_of(table.name)},
               {"owner", table.owner},
               {"owner_id", table.owner_id},
               {"comment", table.comment},
               {"view_sql", table.view_sql},
               {"location", table.location},
               {"columns", json_of(table.columns)},
               {"primary_key", table.primary_key},
               {"primary_key_name", table.primary_key_name},
               {"foreign_keys", std::move(keys)},
               {"properties", json_of(table.properties)},
               {"options", json_of(table.options)},
               {"partitioned_by", table.partitioned_by}});
}

Table table_from_json(std::string_view text) {
  const auto json = parse(text);
  Table table;
  if (!json.is_object()) return table;
  table.name = name_of(member(json, "name"));
  table.owner = text_at(json, "owner");
  table.owner_id = json.value("owner_id", std::int64_t{0});
  table.comment = text_at(json, "comment");
  table.view_sql = text_at(json, "view_sql");
  table.location = text_at(json, "location");
  table.columns = columns_of(member(json, "columns"));
  table.primary_key = texts_of(member(json, "primary_key"));
  table.primary_key_name = text_at(json, "primary_key_name");
  for (const auto& key : member(json, "foreign_keys")) {
    table.foreign_keys.push_back({.name = text_at(key, "name"),
                                  .columns = texts_of(member(key, "columns")),
                                  .referenced = name_of(member(key, "referenced")),
                                  .referenced_columns = texts_of(member(key, "referenced_columns"))});
  }
  table.properties = properties_of(member(json, "properties"));
  table.options = properties_of(member(json, "options"));
  table.partitioned_by = texts_of(member(json, "partitioned_by"));
  return table;
}

}  // namespace lakeport::lakehouse::unity

#include "unity_json.h"

#include <algorithm>

#include "unity_types.h"

namespace lakeport::lakehouse {

namespace {

std::int64_t millis(UtcMillis moment) { return moment.time_since_epoch().count(); }

// What every object has.
template <class T>
Json common(const T& object, const std::string& metastore_id) {
  Json json = {{"owner", object.owner},
               {"metastore_id", metastore_id},
               {"created_at", millis(object.created)},
               {"created_by", object.created_by},
               {"updated_at", millis(object.updated)},
               {"updated_by", object.updated_by}};
  if constexpr (requires { object.comment; }) {
    if (!object.comment.empty()) json["comment"] = object.comment;
  }
  return json;
}

Json map_of(const Properties& properties) {
  Json map = Json::object();
  for (const auto& [name, value] : properties) map[name] = value;
  return map;
}

void put_name(Json& json, const ObjectName& name) {
  json["name"] = name.object;
  json["catalog_name"] = name.catalog;
  json["schema_name"] = name.schema;
  json["full_name"] = rest_name(name);
}

Json columns_of(const Table& table) {
  Json columns = Json::array();
  int position = 0;
  for (const auto& column : table.columns) {
    Json one = type_fields(column.name, column.type, column.nullable);
    one["name"] = column.name;
    one["position"] = position++;
    one["nullable"] = column.nullable;
    if (!column.comment.empty()) one["comment"] = column.comment;
    const auto place =
        std::find_if(table.partitioned_by.begin(), table.partitioned_by.end(),
                     [&](const auto& name) { return name_key(name) == name_key(column.name); });
    if (place != table.partitioned_by.end()) one["partition_index"] = place - table.partitioned_by.begin();
    columns.push_back(std::move(one));
  }
  return columns;
}

std::string key_name(const std::string& name, const Table& table, std::string_view ending) {
  return name.empty() ? table.name.object + std::string(ending) : name;
}

Json constraints_of(const Table& table) {
  Json list = Json::array();
  if (!table.primary_key.empty()) {
    list.push_back(
        {{"primary_key_constraint",
          {{"name", key_name(table.primary_key_name, table, "_pk")}, {"child_columns", table.primary_key}}}});
  }
  for (const auto& key : table.foreign_keys) {
    list.push_back({{"foreign_key_constraint",
                     {{"name", key_name(key.name, table, "_fk")},
                      {"child_columns", key.columns},
                      {"parent_table", rest_name(key.referenced)},
                      {"parent_columns", key.referenced_columns}}}});
  }
  return list;
}

// What Lakeport keeps in its engine's own file is what Databricks keeps in Delta: clients look for that word.
std::string_view format_word(StorageFormat format) {
  switch (format) {
    case StorageFormat::kNative:
    case StorageFormat::kDelta:
      return "DELTA";
    case StorageFormat::kParquet:
      return "PARQUET";
    case StorageFormat::kCsv:
      return "CSV";
    case StorageFormat::kJson:
      return "JSON";
  }
  return "";
}

std::string_view kind_word(TableKind kind) {
  switch (kind) {
    case TableKind::kManaged:
      return "MANAGED";
    case TableKind::kExternal:
      return "EXTERNAL";
    case TableKind::kView:
      return "VIEW";
  }
  return "";
}

Json parameters_of(const std::vector<FunctionParameter>& parameters) {
  Json list = Json::array();
  int position = 0;
  for (const auto& parameter : parameters) {
    Json one = type_fields(parameter.name, parameter.type, true);
    one["name"] = parameter.name;
    one["position"] = position++;
    one["parameter_mode"] = "IN";
    one["parameter_type"] = "PARAM";
    if (!parameter.comment.empty()) one["comment"] = parameter.comment;
    if (parameter.default_sql) one["parameter_default"] = *parameter.default_sql;
    list.push_back(std::move(one));
  }
  return {{"parameters", std::move(list)}};
}

}  // namespace

std::string rest_name(const ObjectName& name) {
  std::string text = name.catalog;
  if (!name.schema.empty()) text.append(".").append(name.schema);
  if (!name.object.empty()) text.append(".").append(name.object);
  return text;
}

std::string rest_name(std::string_view full_name) {
  const auto name = parse_object_name(full_name);
  return name ? rest_name(*name) : std::string(full_name);
}

std::string rest_word(std::string_view words) {
  std::string word(words);
  std::replace(word.begin(), word.end(), ' ', '_');
  return word;
}

Json catalog_json(const CatalogEntry& entry, const std::string& metastore_id) {
  Json json = common(entry, metastore_id);
  json["id"] = entry.uuid;
  json["name"] = entry.name;
  json["full_name"] = entry.name;
  json["catalog_type"] = entry.hive_metastore ? "INTERNAL_CATALOG" : "MANAGED_CATALOG";
  json["securable_type"] = "CATALOG";
  json["securable_kind"] = entry.hive_metastore ? "CATALOG_INTERNAL" : "CATALOG_STANDARD";
  json["isolation_mode"] = entry.isolated ? "ISOLATED" : "OPEN";
  json["properties"] = map_of(entry.properties);
  if (!entry.storage_root.empty()) json["storage_root"] = json["storage_location"] = entry.storage_root;
  return json;
}

Json schema_json(const Schema& schema, const std::string& metastore_id) {
  Json json = common(schema, metastore_id);
  json["schema_id"] = schema.uuid;
  json["name"] = schema.name;
  json["catalog_name"] = schema.catalog;
  json["full_name"] = rest_name(ObjectName{.catalog = schema.catalog, .schema = schema.name});
  json["catalog_type"] =
      name_key(schema.catalog) == "hive_metastore" ? "INTERNAL_CATALOG" : "MANAGED_CATALOG";
  json["properties"] = map_of(schema.properties);
  if (!schema.storage_root.empty()) json["storage_root"] = json["storage_location"] = schema.storage_root;
  return json;
}

Json table_json(const Table& table, const std::string& metastore_id) {
  Json json = common(table, metastore_id);
  put_name(json, table.name);
  json["table_id"] = table.uuid;
  json["table_type"] = kind_word(table.kind);
  json["columns"] = columns_of(table);
  json["properties"] = map_of(table.properties);
  if (table.kind == TableKind::kView) {
    json["view_definition"] = table.view_sql;
  } else {
    json["data_source_format"] = format_word(table.format);
  }
  if (!table.location.empty()) json["storage_location"] = table.location;
  if (auto constraints = constraints_of(table); !constraints.empty()) {
    json["table_constraints"] = std::move(constraints);
  }
  return json;
}

Json table_summary_json(const Table& table) {
  return {{"full_name", rest_name(table.name)}, {"table_type", kind_word(table.kind)}};
}

Json volume_json(const Volume& volume, const std::string& metastore_id) {
  Json json = common(volume, metastore_id);
  put_name(json, volume.name);
  json["volume_id"] = volume.uuid;
  json["volume_type"] = volume.external ? "EXTERNAL" : "MANAGED";
  if (!volume.location.empty()) json["storage_location"] = volume.location;
  return json;
}

Json function_json(const Function& function, const std::string& metastore_id) {
  Json json = common(function, metastore_id);
  put_name(json, function.name);
  json["function_id"] = function.uuid;
  json["specific_name"] = function.name.object;
  json["input_params"] = parameters_of(function.parameters);
  if (function.return_type.empty()) {
    std::vector<FunctionParameter> columns;
    for (const auto& column : function.return_columns) {
      columns.push_back(
          {.name = column.name, .type = column.type, .comment = column.comment, .default_sql = {}});
    }
    json["data_type"] = "TABLE_TYPE";
    json["full_data_type"] = "TABLE_TYPE";
    json["return_params"] = parameters_of(columns);
  } else {
    json["data_type"] = type_fields("", function.return_type, true)["type_name"];
    json["full_data_type"] = function.return_type;
  }
  json["routine_body"] = "SQL";
  json["routine_definition"] = function.body;
  json["parameter_style"] = "S";
  json["is_deterministic"] = function.deterministic;
  json["sql_data_access"] = "CONTAINS_SQL";
  json["is_null_call"] = true;
  json["security_type"] = "DEFINER";
  return json;
}

Json external_location_json(const ExternalLocation& location, const std::string& metastore_id) {
  Json json = common(location, metastore_id);
  json["name"] = location.name;
  json["url"] = location.url;
  json["credential_name"] = location.credential;
  json["read_only"] = location.read_only;
  json["isolation_mode"] = location.isolated ? "ISOLATION_MODE_ISOLATED" : "ISOLATION_MODE_OPEN";
  return json;
}

Json storage_credential_json(const StorageCredential& credential, const std::string& metastore_id) {
  Json json = common(credential, metastore_id);
  json["id"] = credential.uuid;
  json["name"] = credential.name;
  json["full_name"] = credential.name;
  json["read_only"] = credential.read_only;
  json["used_for_managed_storage"] = false;
  json["isolation_mode"] = credential.isolated ? "ISOLATION_MODE_ISOLATED" : "ISOLATION_MODE_OPEN";
  auto details = Json::parse(credential.details, nullptr, false);
  json[credential.kind] = details.is_object() ? std::move(details) : Json::object();
  return json;
}

Json metastore_json(const Metastore& metastore) {
  Json json = common(metastore, metastore.uuid);
  json["name"] = metastore.name;
  json["cloud"] = "lakeport";
  json["region"] = "local";
  json["global_metastore_id"] = "lakeport:local:" + metastore.uuid;
  json["privilege_model_version"] = "1.0";
  json["delta_sharing_scope"] = "INTERNAL";
  json["external_access_enabled"] = false;
  if (!metastore.storage_root.empty()) json["storage_root"] = metastore.storage_root;
  return json;
}

Json binding_json(const WorkspaceBinding& binding) {
  return {{"workspace_id", binding.workspace_id},
          {"binding_type", binding.read_only ? "BINDING_TYPE_READ_ONLY" : "BINDING_TYPE_READ_WRITE"}};
}

}  // namespace lakeport::lakehouse

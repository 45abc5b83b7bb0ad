#include <array>

#include "unity_endpoints.h"
#include "unity_json.h"
#include "unity_types.h"

namespace lakeport::lakehouse {

namespace {

Result<ObjectName> name_in_body(const Fields& body) {
  ObjectName name;
  LAKEPORT_ASSIGN_OR_RETURN(name.object, body.non_empty_text("name"));
  LAKEPORT_ASSIGN_OR_RETURN(name.catalog, body.non_empty_text("catalog_name"));
  LAKEPORT_ASSIGN_OR_RETURN(name.schema, body.non_empty_text("schema_name"));
  return name;
}

// The schema that a list is asked for.
Result<ObjectName> schema_in_query(const Call& call) {
  ObjectName name;
  LAKEPORT_ASSIGN_OR_RETURN(name.catalog, call.query("catalog_name"));
  LAKEPORT_ASSIGN_OR_RETURN(name.schema, call.query("schema_name"));
  LAKEPORT_RETURN_IF_ERROR(check_name("schema", name.schema));
  return name;
}

Result<Answer> shown(Catalog& catalog, const Caller& caller, const Volume& volume) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto metastore, metastore_uuid(catalog, caller));
  return volume_json(volume, metastore);
}

Result<Answer> shown(Catalog& catalog, const Caller& caller, const Function& function) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto metastore, metastore_uuid(catalog, caller));
  return function_json(function, metastore);
}

Result<Answer> create_volume(Catalog& catalog, const Call& call) {
  constexpr std::array<std::pair<std::string_view, bool>, 2> kTypes = {
      {{"MANAGED", false}, {"EXTERNAL", true}}};
  Volume wanted;
  LAKEPORT_ASSIGN_OR_RETURN(wanted.name, name_in_body(call.body()));
  LAKEPORT_ASSIGN_OR_RETURN(wanted.external, call.body().one_of("volume_type", kTypes));
  LAKEPORT_ASSIGN_OR_RETURN(wanted.comment, call.body().text_or("comment", ""));
  if (wanted.external) {
    LAKEPORT_ASSIGN_OR_RETURN(wanted.location, call.body().non_empty_text("storage_location"));
  }
  LAKEPORT_ASSIGN_OR_RETURN(const auto made, catalog.create_volume(call.caller(), wanted));
  return shown(catalog, call.caller(), made);
}

Result<std::vector<FunctionParameter>> read_parameters(const Fields& body, std::string_view name) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto holder, body.optional_object(name));
  std::vector<FunctionParameter> parameters;
  if (!holder) return parameters;
  LAKEPORT_ASSIGN_OR_RETURN(const auto list, holder->objects("parameters"));
  for (const auto& one : list) {
    FunctionParameter parameter;
    LAKEPORT_ASSIGN_OR_RETURN(parameter.name, one.non_empty_text("name"));
    LAKEPORT_ASSIGN_OR_RETURN(parameter.type, type_text_of(one));
    LAKEPORT_ASSIGN_OR_RETURN(parameter.comment, one.text_or("comment", ""));
    LAKEPORT_ASSIGN_OR_RETURN(parameter.default_sql, one.optional_text("parameter_default"));
    parameters.push_back(std::move(parameter));
  }
  return parameters;
}

Result<Answer> create_function(Catalog& catalog, const Call& call) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto body, call.body().object("function_info"));
  Function wanted;
  LAKEPORT_ASSIGN_OR_RETURN(wanted.name, name_in_body(body));
  LAKEPORT_ASSIGN_OR_RETURN(const auto language, body.text_or("routine_body", "SQL"));
  if (language != "SQL") {
    return fail(ErrorKind::kUnsupported, "functions of language " + language + " are not supported", "",
                "Write the function in SQL.");
  }
  LAKEPORT_ASSIGN_OR_RETURN(wanted.parameters, read_parameters(body, "input_params"));
  LAKEPORT_ASSIGN_OR_RETURN(wanted.body, body.non_empty_text("routine_definition"));
  LAKEPORT_ASSIGN_OR_RETURN(wanted.deterministic, body.boolean_or("is_deterministic", true));
  LAKEPORT_ASSIGN_OR_RETURN(wanted.comment, body.text_or("comment", ""));
  LAKEPORT_ASSIGN_OR_RETURN(const auto data_type, body.text_or("data_type", ""));
  if (data_type == "TABLE_TYPE") {
    LAKEPORT_ASSIGN_OR_RETURN(const auto columns, read_parameters(body, "return_params"));
    for (const auto& one : columns) {
      wanted.return_columns.push_back(
          {.name = one.name, .type = one.type, .comment = one.comment, .default_sql = {}});
    }
  } else {
    LAKEPORT_ASSIGN_OR_RETURN(
        wanted.return_type, type_text_of(Fields({{"type_text", body.json().value("full_data_type", Json(""))},
                                                 {"type_name", data_type}},
                                                "function_info")));
  }
  LAKEPORT_ASSIGN_OR_RETURN(const auto made, catalog.create_function(call.caller(), wanted, false));
  return shown(catalog, call.caller(), made);
}

void add_volumes(UnityEndpoints& endpoints) {
  auto& catalog = endpoints.catalog();
  endpoints.add("GET", "/volumes", [&catalog](Call& call) -> Result<Answer> {
    LAKEPORT_ASSIGN_OR_RETURN(const auto in, schema_in_query(call));
    LAKEPORT_ASSIGN_OR_RETURN(const auto metastore, metastore_uuid(catalog, call.caller()));
    LAKEPORT_ASSIGN_OR_RETURN(auto all, catalog.volumes(call.caller(), in.catalog, in.schema));
    return listed(
        call, "volumes", std::move(all), [](const Volume& one) { return name_key(one.name.object); },
        [&](const Volume& one) { return volume_json(one, metastore); });
  });
  endpoints.add("POST", "/volumes", [&catalog](Call& call) { return create_volume(catalog, call); });
  endpoints.add("GET", "/volumes/{full_name}", [&catalog](Call& call) -> Result<Answer> {
    LAKEPORT_ASSIGN_OR_RETURN(const auto name, name_in_path(call, "full_name"));
    LAKEPORT_ASSIGN_OR_RETURN(const auto volume, catalog.volume(call.caller(), name));
    return shown(catalog, call.caller(), volume);
  });
  endpoints.add("PATCH", "/volumes/{full_name}", [&catalog](Call& call) -> Result<Answer> {
    LAKEPORT_ASSIGN_OR_RETURN(auto name, name_in_path(call, "full_name"));
    LAKEPORT_ASSIGN_OR_RETURN(const auto update, read_update(call.body()));
    LAKEPORT_RETURN_IF_ERROR(catalog.update(call.caller(), SecurableKind::kVolume, name.full(), update));
    if (update.name) name.object = *update.name;
    LAKEPORT_ASSIGN_OR_RETURN(const auto volume, catalog.volume(call.caller(), name));
    return shown(catalog, call.caller(), volume);
  });
  endpoints.add("DELETE", "/volumes/{full_name}", [&catalog](Call& call) -> Result<Answer> {
    LAKEPORT_ASSIGN_OR_RETURN(const auto name, name_in_path(call, "full_name"));
    LAKEPORT_RETURN_IF_ERROR(catalog.drop_volume(call.caller(), name));
    return Json::object();
  });
}

void add_functions(UnityEndpoints& endpoints) {
  auto& catalog = endpoints.catalog();
  endpoints.add("GET", "/functions", [&catalog](Call& call) -> Result<Answer> {
    LAKEPORT_ASSIGN_OR_RETURN(const auto in, schema_in_query(call));
    LAKEPORT_ASSIGN_OR_RETURN(const auto metastore, metastore_uuid(catalog, call.caller()));
    LAKEPORT_ASSIGN_OR_RETURN(auto all, catalog.functions(call.caller(), in.catalog, in.schema));
    return listed(
        call, "functions", std::move(all), [](const Function& one) { return name_key(one.name.object); },
        [&](const Function& one) { return function_json(one, metastore); });
  });
  endpoints.add("POST", "/functions", [&catalog](Call& call) { return create_function(catalog, call); });
  endpoints.add("GET", "/functions/{full_name}", [&catalog](Call& call) -> Result<Answer> {
    LAKEPORT_ASSIGN_OR_RETURN(const auto name, name_in_path(call, "full_name"));
    LAKEPORT_ASSIGN_OR_RETURN(const auto function, catalog.function(call.caller(), name));
    return shown(catalog, call.caller(), function);
  });
  endpoints.add("PATCH", "/functions/{full_name}", [&catalog](Call& call) -> Result<Answer> {
    LAKEPORT_ASSIGN_OR_RETURN(const auto name, name_in_path(call, "full_name"));
    LAKEPORT_ASSIGN_OR_RETURN(const auto update, read_update(call.body()));
    LAKEPORT_RETURN_IF_ERROR(catalog.update(call.caller(), SecurableKind::kFunction, name.full(), update));
    LAKEPORT_ASSIGN_OR_RETURN(const auto function, catalog.function(call.caller(), name));
    return shown(catalog, call.caller(), function);
  });
  endpoints.add("DELETE", "/functions/{full_name}", [&catalog](Call& call) -> Result<Answer> {
    LAKEPORT_ASSIGN_OR_RETURN(const auto name, name_in_path(call, "full_name"));
    LAKEPORT_RETURN_IF_ERROR(catalog.drop_function(call.caller(), name));
    return Json::object();
  });
}

}  // namespace

void add_volume_and_function_routes(UnityEndpoints& endpoints) {
  add_volumes(endpoints);
  add_functions(endpoints);
}

}  // namespace lakeport::lakehouse

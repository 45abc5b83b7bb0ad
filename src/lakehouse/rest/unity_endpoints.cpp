#include "unity_endpoints.h"

#include <array>

namespace lakeport::lakehouse {

namespace {

// The catalog's error classes are those of SQL; REST has other words for the same.
constexpr std::array<std::pair<std::string_view, std::string_view>, 14> kCodes = {{
    {"NO_SUCH_CATALOG_EXCEPTION", "CATALOG_DOES_NOT_EXIST"},
    {"SCHEMA_NOT_FOUND", "SCHEMA_DOES_NOT_EXIST"},
    {"TABLE_OR_VIEW_NOT_FOUND", "TABLE_DOES_NOT_EXIST"},
    {"UNRESOLVED_ROUTINE", "FUNCTION_DOES_NOT_EXIST"},
    {"VOLUME_NOT_FOUND", "VOLUME_DOES_NOT_EXIST"},
    {"EXTERNAL_LOCATION_NOT_FOUND", "EXTERNAL_LOCATION_DOES_NOT_EXIST"},
    {"STORAGE_CREDENTIAL_NOT_FOUND", "STORAGE_CREDENTIAL_DOES_NOT_EXIST"},
    {"METASTORE_DOES_NOT_EXIST", "METASTORE_DOES_NOT_EXIST"},
    {"PRINCIPAL_DOES_NOT_EXIST", "PRINCIPAL_DOES_NOT_EXIST"},
    {"CATALOG_ALREADY_EXISTS", "CATALOG_ALREADY_EXISTS"},
    {"SCHEMA_ALREADY_EXISTS", "SCHEMA_ALREADY_EXISTS"},
    {"TABLE_OR_VIEW_ALREADY_EXISTS", "TABLE_ALREADY_EXISTS"},
    {"LOCATION_ALREADY_EXISTS", "EXTERNAL_LOCATION_ALREADY_EXISTS"},
    {"ROUTINE_ALREADY_EXISTS", "FUNCTION_ALREADY_EXISTS"},
}};

bool is_error_class(std::string_view text) {
  return !text.empty() &&
         text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789") == std::string_view::npos;
}

// The error as Unity Catalog words it: its class goes into the code and out of the message.
Result<Answer> in_unity_codes(Result<Answer> answer) {
  if (answer || !is_error_class(answer.error().where())) return answer;
  const auto& error = answer.error();
  ErrorCodes codes;
  for (const auto& [known, code] : kCodes) {
    if (known == error.where()) codes = {.not_found = code, .exists = code};
  }
  const Error worded(error.kind(), error.what(), "", error.next_step());
  // Unity Catalog answers 400 where other APIs answer 409; clients catch BadRequest.
  if (error.kind() == ErrorKind::kExists)
    return Answer(error_response(400, codes.exists, worded.to_string()));
  return Answer(error_response(worded, codes));
}

}  // namespace

void UnityEndpoints::add(std::string_view method, std::string_view pattern, CallHandler handler) {
  endpoints_.add(method, "/api/2.1/unity-catalog" + std::string(pattern),
                 [handler = std::move(handler)](Call& call) { return in_unity_codes(handler(call)); });
}

Result<ObjectName> name_in_path(const Call& call, std::string_view parameter) {
  return parse_object_name(call.path(parameter));
}

Result<std::string> metastore_uuid(Catalog& catalog, const Caller& caller) {
  return catalog.metastore(caller).map([](Metastore&& metastore) { return std::move(metastore.uuid); });
}

Result<Catalog::Update> read_update(const Fields& body) {
  Catalog::Update update;
  LAKEPORT_ASSIGN_OR_RETURN(update.name, body.optional_text("new_name"));
  LAKEPORT_ASSIGN_OR_RETURN(update.owner, body.optional_text("owner"));
  LAKEPORT_ASSIGN_OR_RETURN(update.comment, body.optional_text("comment"));
  if (body.has("properties")) {
    LAKEPORT_ASSIGN_OR_RETURN(update.properties, body.text_map("properties"));
  }
  constexpr std::array<std::pair<std::string_view, bool>, 4> kModes = {{
      {"OPEN", false},
      {"ISOLATED", true},
      {"ISOLATION_MODE_OPEN", false},
      {"ISOLATION_MODE_ISOLATED", true},
  }};
  LAKEPORT_ASSIGN_OR_RETURN(update.isolated, body.optional_one_of("isolation_mode", kModes));
  return update;
}

void add_catalog_routes(net::Router& router, Identity& identity, Catalog& catalog, TableStorage storage) {
  UnityEndpoints endpoints(router, identity, catalog);
  add_metastore_routes(endpoints);
  add_namespace_routes(endpoints, storage);
  add_table_routes(endpoints, storage);
  add_volume_and_function_routes(endpoints);
  add_storage_routes(endpoints);
  add_grant_routes(endpoints);
}

}  // namespace lakeport::lakehouse

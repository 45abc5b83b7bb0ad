// /api/2.0/workspace: import, export, get-status, list, mkdirs, delete.
#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <utility>

#include "lakeport/base/base64.h"
#include "lakeport/lakehouse/endpoint.h"
#include "lakeport/lakehouse/rest.h"

#include "workspace_files.h"

namespace lakeport::lakehouse {
namespace {

struct Language {
  std::string_view name, extension, comment;
};
constexpr std::array<Language, 4> kLanguages = {
    {{"PYTHON", ".py", "#"}, {"SQL", ".sql", "--"}, {"SCALA", ".scala", "//"}, {"R", ".r", "#"}}};

constexpr std::array<std::string_view, 7> kFormats = {"SOURCE", "AUTO", "RAW",       "JUPYTER",
                                                      "HTML",   "DBC",  "R_MARKDOWN"};

Json object_json(const WorkspaceObject& object) {
  Json json = {{"object_type", object.kind}, {"path", object.path}, {"object_id", object.id}};
  if (object.kind == "NOTEBOOK") json["language"] = object.language;
  if (object.kind == "FILE") json["size"] = object.size;
  if (object.id != 0) {
    json["created_at"] = object.created.time_since_epoch().count();
    json["modified_at"] = object.modified.time_since_epoch().count();
    json["resource_id"] = std::to_string(object.id);
  }
  return json;
}

// Sources of notebooks begin with this line, in a comment of their language.
bool has_notebook_header(std::string_view content) {
  return std::ranges::any_of(kLanguages, [&](const Language& language) {
    return content.starts_with(std::string(language.comment) + " Databricks notebook source");
  });
}

// What an import makes: a notebook from a source in a language, a file from everything else.
Result<WorkspaceObject> imported_object(const Fields& body, std::string_view content) {
  WorkspaceObject object;
  LAKEPORT_ASSIGN_OR_RETURN(object.path, body.non_empty_text("path"));
  LAKEPORT_ASSIGN_OR_RETURN(const std::string format, body.text_or("format", "SOURCE"));
  LAKEPORT_ASSIGN_OR_RETURN(object.language, body.text_or("language", ""));
  if (std::ranges::find(kFormats, format) == kFormats.end())
    return fail(body.invalid(
        "format", "\"" + format + "\" is not one of SOURCE, AUTO, RAW, JUPYTER, HTML, DBC, R_MARKDOWN"));
  if (format == "DBC" || format == "HTML" || format == "R_MARKDOWN")
    return fail(ErrorKind::kUnsupported, "imports of format " + format + " are not supported",
                "field `format`", "Use SOURCE, JUPYTER, AUTO or RAW");
  if (!object.language.empty() &&
      std::ranges::find(kLanguages, object.language, &Language::name) == kLanguages.end())
    return fail(body.invalid("language", "\"" + object.language + "\" is not one of PYTHON, SQL, SCALA, R"));
  if (format == "SOURCE" && object.language.empty())
    return fail(body.invalid("language", "is needed with format SOURCE"));
  object.kind = "FILE";
  if (format == "SOURCE" || format == "JUPYTER") object.kind = "NOTEBOOK";
  if (format == "JUPYTER" && object.language.empty()) object.language = "PYTHON";
  if (format == "AUTO") {
    const auto* language = std::ranges::find_if(
        kLanguages, [&](const Language& known) { return object.path.ends_with(known.extension); });
    if (language != kLanguages.end() && has_notebook_header(content)) {
      object.kind = "NOTEBOOK";
      object.language = language->name;
      object.path.resize(object.path.size() - language->extension.size());
    }
  }
  if (object.kind == "FILE") object.language.clear();
  return object;
}

Result<Answer> export_object(const Call& call, WorkspaceFiles& files) {
  LAKEPORT_ASSIGN_OR_RETURN(const std::string path, call.query("path"));
  LAKEPORT_ASSIGN_OR_RETURN(const bool direct, call.query_boolean_or("direct_download", false));
  LAKEPORT_ASSIGN_OR_RETURN(const WorkspaceObject object, files.get(call.caller(), path));
  LAKEPORT_ASSIGN_OR_RETURN(std::string content, files.content(call.caller(), path));
  if (direct)
    return net::Response{
        .status = 200,
        .headers = {{"Content-Type", "application/octet-stream"}, {"X-Content-Type-Options", "nosniff"}},
        .body = std::move(content)};
  const auto* language = std::ranges::find(kLanguages, object.language, &Language::name);
  const std::string type = language == kLanguages.end() ? "" : std::string(language->extension.substr(1));
  return Json{{"content", base64_encode(content)}, {"file_type", type}};
}

}  // namespace

void add_workspace_file_routes(net::Router& router, Identity& identity, store::Metadata& metadata) {
  const auto files = std::make_shared<WorkspaceFiles>(metadata);
  Endpoints endpoints(router, identity);
  const auto audited = [](std::string_view action) {
    return RouteOptions{.codes = {}, .action = AuditedAction{.service = "workspace", .action = action}};
  };
  endpoints.add(
      "POST", "/api/2.0/workspace/import",
      [files](Call& call) -> Result<Answer> {
        const Fields& body = call.body();
        LAKEPORT_ASSIGN_OR_RETURN(const std::string encoded, body.text_or("content", ""));
        LAKEPORT_ASSIGN_OR_RETURN(const bool overwrite, body.boolean_or("overwrite", false));
        const auto content = base64_decode(encoded);
        if (!content) return fail(body.invalid("content", "must be base64"));
        LAKEPORT_ASSIGN_OR_RETURN(const WorkspaceObject object, imported_object(body, *content));
        call.about(object.path);
        LAKEPORT_RETURN_IF_ERROR(files->write(call.caller(), object, *content, overwrite));
        return Json::object();
      },
      audited("import"));
  endpoints.add(
      "GET", "/api/2.0/workspace/export", [files](Call& call) { return export_object(call, *files); },
      RouteOptions{
          .codes = {},
          .action = AuditedAction{.service = "workspace", .action = "export", .denials_only = true}});
  endpoints.add("GET", "/api/2.0/workspace/get-status", [files](Call& call) -> Result<Answer> {
    LAKEPORT_ASSIGN_OR_RETURN(const std::string path, call.query("path"));
    LAKEPORT_ASSIGN_OR_RETURN(const WorkspaceObject object, files->get(call.caller(), path));
    return object_json(object);
  });
  endpoints.add("GET", "/api/2.0/workspace/list", [files](Call& call) -> Result<Answer> {
    LAKEPORT_ASSIGN_OR_RETURN(const std::string path, call.query("path"));
    LAKEPORT_ASSIGN_OR_RETURN(const auto all, files->list(call.caller(), path));
    Json list = Json::array();
    for (const WorkspaceObject& object : all) list.push_back(object_json(object));
    return list.empty() ? Json::object() : Json{{"objects", std::move(list)}};
  });
  endpoints.add(
      "POST", "/api/2.0/workspace/mkdirs",
      [files](Call& call) -> Result<Answer> {
        LAKEPORT_ASSIGN_OR_RETURN(const std::string path, call.body().non_empty_text("path"));
        call.about(path);
        LAKEPORT_RETURN_IF_ERROR(files->make_folder(call.caller(), path));
        return Json::object();
      },
      audited("mkdirs"));
  endpoints.add(
      "POST", "/api/2.0/workspace/delete",
      [files](Call& call) -> Result<Answer> {
        LAKEPORT_ASSIGN_OR_RETURN(const std::string path, call.body().non_empty_text("path"));
        LAKEPORT_ASSIGN_OR_RETURN(const bool recursive, call.body().boolean_or("recursive", false));
        call.about(path);
        LAKEPORT_RETURN_IF_ERROR(files->remove(call.caller(), path, recursive));
        return Json::object();
      },
      audited("delete"));
}

}  // namespace lakeport::lakehouse

#include "workspace_files.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "lakeport/base/seal.h"

namespace lakeport::lakehouse {
namespace {

constexpr std::size_t kLongestPath = 4'096;
constexpr std::int64_t kLargestId = (1LL << 53U) - 1;
constexpr std::string_view kSelect =
    "select id, path, kind, language, size, created_ms, modified_ms from workspace_object where workspace_id "
    "= ?";

// Folders that are there without a row.
bool built_in(std::string_view path) { return path == "/" || path == "/Users" || path == "/Shared"; }

Result<std::string> checked(std::string_view path) {
  if (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  const auto bad = [&](std::string what) {
    return fail(ErrorKind::kInvalidInput, std::move(what), std::string(path.substr(0, 200)));
  };
  if (path.empty() || path.front() != '/') return bad("a path must begin with \"/\"");
  if (path.size() > kLongestPath) return bad("a path has at most 4096 bytes");
  for (std::size_t at = 1; at <= path.size() && path.size() > 1;) {
    const std::size_t end = std::min(path.find('/', at), path.size());
    const std::string_view part = path.substr(at, end - at);
    if (part.empty() || part == "." || part == "..")
      return bad("a path must not have empty parts, \".\" or \"..\"");
    at = end + 1;
  }
  const bool control =
      std::ranges::any_of(path, [](char letter) { return static_cast<unsigned char>(letter) < 0x20; });
  if (control) return bad("a path must not have control characters");
  return std::string(path);
}

std::string parent_of(std::string_view path) {
  const auto slash = path.rfind('/');
  return slash == 0 ? "/" : std::string(path.substr(0, slash));
}

bool within(std::string_view path, std::string_view folder) {
  return path == folder || (path.starts_with(folder) && path.substr(folder.size()).starts_with('/'));
}

Status may_read(const Caller& caller, std::string_view path) {
  if (caller.admin || !path.starts_with("/Users/") || within(path, "/Users/" + caller.principal.name))
    return {};
  return fail(ErrorKind::kPermission, "you may not read " + std::string(path));
}

Status may_write(const Caller& caller, std::string_view path) {
  if (caller.admin || within(path, "/Users/" + caller.principal.name) || within(path, "/Shared")) return {};
  return fail(ErrorKind::kPermission, "you may not write " + std::string(path), "",
              "Use /Shared or /Users/" + caller.principal.name);
}

Error missing(std::string_view path) {
  return {ErrorKind::kNotFound, "Path (" + std::string(path) + ") doesn't exist."};
}

WorkspaceObject read(const store::Row& row) {
  return {.id = row.integer(0),
          .path = row.text(1),
          .kind = row.text(2),
          .language = row.text(3),
          .size = row.integer(4),
          .created = UtcMillis(std::chrono::milliseconds(row.integer(5))),
          .modified = UtcMillis(std::chrono::milliseconds(row.integer(6)))};
}

// Nothing when there is none. Works in a transaction and outside of one.
template <class Reader>
Result<std::optional<WorkspaceObject>> find(Reader& reader, std::int64_t workspace, const std::string& path) {
  if (path == "/" || path == "/Users" || path == "/Shared")
    return WorkspaceObject{.path = path, .kind = "DIRECTORY"};
  LAKEPORT_ASSIGN_OR_RETURN(const auto rows,
                            reader.query(std::string(kSelect) + " and path = ?", {workspace, path}));
  return rows.empty() ? std::nullopt : std::optional(read(rows.front()));
}

Status insert(store::Session& session, std::int64_t workspace, const WorkspaceObject& object,
              std::optional<std::string_view> content) {
  const std::int64_t now = utc_now().time_since_epoch().count();
  LAKEPORT_RETURN_IF_ERROR(
      session.execute("insert into workspace_object (id, workspace_id, path, parent, kind, language, "
                      "content, size, created_ms, "
                      "modified_ms) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                      {random_between(1, kLargestId), workspace, object.path, parent_of(object.path),
                       object.kind, object.language, store::Bytes{std::string(content.value_or(""))},
                       static_cast<std::int64_t>(content.value_or("").size()), now, now}));
  return {};
}

// Those below too, deepest or not. `path` is quoted for LIKE.
std::string like_below(std::string_view path) {
  std::string pattern;
  for (const char letter : path) {
    if (letter == '%' || letter == '_' || letter == '\\') pattern += '\\';
    pattern += letter;
  }
  return pattern + "/%";
}

}  // namespace

Result<WorkspaceObject> WorkspaceFiles::get(const Caller& caller, std::string_view text) {
  LAKEPORT_ASSIGN_OR_RETURN(const std::string path, checked(text));
  LAKEPORT_RETURN_IF_ERROR(may_read(caller, path));
  LAKEPORT_ASSIGN_OR_RETURN(auto found, find(metadata_, caller.workspace_id, path));
  if (!found) return fail(missing(path));
  return *std::move(found);
}

Result<std::string> WorkspaceFiles::content(const Caller& caller, std::string_view path) {
  LAKEPORT_ASSIGN_OR_RETURN(const WorkspaceObject object, get(caller, path));
  if (object.kind == "DIRECTORY")
    return fail(ErrorKind::kInvalidInput, "a folder has no content", object.path, "Export the objects in it");
  LAKEPORT_ASSIGN_OR_RETURN(
      const auto rows,
      metadata_.query("select content from workspace_object where workspace_id = ? and path = ?",
                      {caller.workspace_id, object.path}));
  if (rows.empty()) return fail(missing(path));
  return rows.front().bytes(0);
}

Result<std::vector<WorkspaceObject>> WorkspaceFiles::list(const Caller& caller, std::string_view path) {
  LAKEPORT_ASSIGN_OR_RETURN(const WorkspaceObject object, get(caller, path));
  if (object.kind != "DIRECTORY") return std::vector{object};
  LAKEPORT_ASSIGN_OR_RETURN(const auto rows,
                            metadata_.query(std::string(kSelect) + " and parent = ? order by path",
                                            {caller.workspace_id, object.path}));
  std::vector<WorkspaceObject> all;
  if (object.path == "/")
    for (const char* folder : {"/Shared", "/Users"}) all.push_back({.path = folder, .kind = "DIRECTORY"});
  for (const auto& row : rows) {
    WorkspaceObject entry = read(row);
    if (may_read(caller, entry.path)) all.push_back(std::move(entry));
  }
  return all;
}

Status WorkspaceFiles::make_folder(const Caller& caller, std::string_view text) {
  LAKEPORT_ASSIGN_OR_RETURN(const std::string path, checked(text));
  if (built_in(path)) return {};
  LAKEPORT_RETURN_IF_ERROR(may_write(caller, path));
  return metadata_.write([&](store::Session& session) -> Status {
    for (std::string folder = path; !built_in(folder); folder = parent_of(folder)) {
      LAKEPORT_ASSIGN_OR_RETURN(const auto found, find(session, caller.workspace_id, folder));
      if (found && found->kind != "DIRECTORY")
        return fail(ErrorKind::kExists, "there is a " + found->kind + " already", folder);
      if (found) break;
      LAKEPORT_RETURN_IF_ERROR(
          insert(session, caller.workspace_id, {.path = folder, .kind = "DIRECTORY"}, std::nullopt));
    }
    return {};
  });
}

Status WorkspaceFiles::write(const Caller& caller, const WorkspaceObject& object, std::string_view content,
                             bool overwrite) {
  LAKEPORT_ASSIGN_OR_RETURN(const std::string path, checked(object.path));
  LAKEPORT_RETURN_IF_ERROR(may_write(caller, path));
  if (content.size() > kLargestObject)
    return fail(ErrorKind::kInvalidInput, "the content is larger than 10 MB", path,
                "MAX_NOTEBOOK_SIZE_EXCEEDED");
  return metadata_.write([&](store::Session& session) -> Status {
    LAKEPORT_ASSIGN_OR_RETURN(const auto existing, find(session, caller.workspace_id, path));
    if (existing && (!overwrite || existing->kind != object.kind))
      return fail(ErrorKind::kExists, "there is a " + existing->kind + " already", path,
                  "Choose another path, or overwrite an object of the same kind");
    if (existing) {
      LAKEPORT_RETURN_IF_ERROR(session.execute(
          "update workspace_object set language = ?, content = ?, size = ?, modified_ms = ? where "
          "workspace_id = ? "
          "and path = ?",
          {object.language, store::Bytes{std::string(content)}, static_cast<std::int64_t>(content.size()),
           utc_now().time_since_epoch().count(), caller.workspace_id, path}));
      return {};
    }
    const std::string parent = parent_of(path);
    // A user's own folder needs no mkdirs.
    if (parent != "/Users/" + caller.principal.name) {
      LAKEPORT_ASSIGN_OR_RETURN(const auto folder, find(session, caller.workspace_id, parent));
      if (!folder || folder->kind != "DIRECTORY")
        return fail(ErrorKind::kNotFound, "The parent folder (" + parent + ") does not exist.");
    } else {
      LAKEPORT_ASSIGN_OR_RETURN(const auto folder, find(session, caller.workspace_id, parent));
      if (!folder)
        LAKEPORT_RETURN_IF_ERROR(
            insert(session, caller.workspace_id, {.path = parent, .kind = "DIRECTORY"}, std::nullopt));
    }
    WorkspaceObject made = object;
    made.path = path;
    return insert(session, caller.workspace_id, made, content);
  });
}

Status WorkspaceFiles::remove(const Caller& caller, std::string_view text, bool recursive) {
  LAKEPORT_ASSIGN_OR_RETURN(const std::string path, checked(text));
  if (built_in(path)) return fail(ErrorKind::kInvalidInput, "this folder cannot be deleted", path);
  LAKEPORT_RETURN_IF_ERROR(may_write(caller, path));
  return metadata_.write([&](store::Session& session) -> Status {
    LAKEPORT_ASSIGN_OR_RETURN(const auto found, find(session, caller.workspace_id, path));
    if (!found) return fail(missing(path));
    LAKEPORT_ASSIGN_OR_RETURN(
        const auto below,
        session.query(
            "select id from workspace_object where workspace_id = ? and path like ? escape '\\' limit 1",
            {caller.workspace_id, like_below(path)}));
    if (!below.empty() && !recursive)
      return fail(ErrorKind::kInvalidInput, "the folder is not empty", path, "Delete it with recursive=true");
    LAKEPORT_RETURN_IF_ERROR(session.execute(
        "delete from workspace_object where workspace_id = ? and (path = ? or path like ? escape '\\')",
        {caller.workspace_id, path, like_below(path)}));
    return {};
  });
}

}  // namespace lakeport::lakehouse

// The workspace's tree of folders, notebooks and files, as records of the store.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lakeport/base/result.h"
#include "lakeport/base/time.h"
#include "lakeport/lakehouse/identity.h"
#include "lakeport/store/metadata.h"

namespace lakeport::lakehouse {

struct WorkspaceObject {
  std::int64_t id = 0;
  std::string path;
  std::string kind;      // DIRECTORY, NOTEBOOK, FILE
  std::string language;  // of notebooks
  std::int64_t size = 0;
  UtcMillis created{}, modified{};
};

// Paths are absolute ("/Users/a@b.c/x"). Everybody may read /Shared and write in it; below /Users/NAME only
// that user and admins may; the rest belongs to admins and may be read by everybody: kPermission.
class WorkspaceFiles {
 public:
  static constexpr std::size_t kLargestObject = 10UL << 20;  // bytes, Databricks' limit of an import

  explicit WorkspaceFiles(store::Metadata& metadata) : metadata_(metadata) {}

  // kNotFound; kInvalidInput for a path that is none.
  Result<WorkspaceObject> get(const Caller& caller, std::string_view path);
  Result<std::string> content(const Caller& caller, std::string_view path);  // kInvalidInput for a folder
  Result<std::vector<WorkspaceObject>> list(const Caller& caller, std::string_view path);
  // With every folder above; fine when it is there. kExists when a file is in the way.
  Status make_folder(const Caller& caller, std::string_view path);
  // The folder must be there (kNotFound). kExists unless `overwrite`, or when the kinds differ.
  Status write(const Caller& caller, const WorkspaceObject& object, std::string_view content, bool overwrite);
  // kInvalidInput for a folder with something in it, unless `recursive`.
  Status remove(const Caller& caller, std::string_view path, bool recursive);

 private:
  store::Metadata& metadata_;
};

}  // namespace lakeport::lakehouse

// What a Database and its Connections share.
#pragma once

#include <memory>

#include "lakeport/duckdb/duckdb.h"

#include "arrow_scan.h"
#include "handles.h"
#include "open_files.h"

namespace lakeport::duckdb {

struct Database::Impl {
  // In the order of construction: the file is given back after the engine has closed it.
  std::unique_ptr<OpenFile> file;  // null in memory
  std::shared_ptr<ScanRegistry> registry = std::make_shared<ScanRegistry>();
  DatabaseHandle handle;
};

struct Connection::Impl {
  std::shared_ptr<Database::Impl> database;
  // Shared with the readers of streamed results, which use it.
  std::shared_ptr<ConnectionHandle> handle = std::make_shared<ConnectionHandle>();
};

}  // namespace lakeport::duckdb

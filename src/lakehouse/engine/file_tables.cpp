#include "file_tables.h"

namespace lakeport::lakehouse {

Result<::duckdb::unique_ptr<::duckdb::TableRef>> file_table(const Table& table) {
  return fail(ErrorKind::kUnsupported, "files at " + table.location + " are not read yet");
}

}  // namespace lakeport::lakehouse

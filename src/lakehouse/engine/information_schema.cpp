#include "information_schema.h"

namespace lakeport::lakehouse {

Result<::duckdb::unique_ptr<::duckdb::TableRef>> information_schema_table(Catalog&, const Caller&,
                                                                          const ObjectName& name) {
  return fail(ErrorKind::kNotFound, "There is no view " + name.full(), "TABLE_OR_VIEW_NOT_FOUND");
}

}  // namespace lakeport::lakehouse

// `information_schema` of each catalog, and `system.information_schema` over all of them.
#pragma once

#include <duckdb.hpp>
#include <duckdb/parser/tableref.hpp>

#include "lakeport/base/result.h"
#include "lakeport/lakehouse/catalog.h"

namespace lakeport::lakehouse {

// The rows that the caller may see, of the view that `name` names. kNotFound when there is no such view.
Result<::duckdb::unique_ptr<::duckdb::TableRef>> information_schema_table(Catalog& catalog,
                                                                          const Caller& caller,
                                                                          const ObjectName& name);

}  // namespace lakeport::lakehouse

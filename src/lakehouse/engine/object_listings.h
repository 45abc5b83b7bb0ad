// The answers of SHOW … IN CATALOG, SHOW KEYS and SHOW TABLE_TYPES: how drivers without metadata calls list
// things.
#pragma once

#include "lakeport/lakehouse/object_statements.h"

#include "catalog_statements.h"

namespace lakeport::lakehouse {

Result<StatementRows> list_objects(const statement::ShowObjects& what, const Caller& caller,
                                   Catalog& catalog);
Result<StatementRows> table_types();

}  // namespace lakeport::lakehouse

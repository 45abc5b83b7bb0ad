// What a query of a lakehouse gives, as Arrow.
#pragma once

#include <memory>
#include <string>

#include <arrow/api.h>

#include "lakeport/lakehouse/securable.h"

namespace lakeport::lakehouse {
class Lakehouse;
}

namespace lakeport::destinations {

// All rows of a table, in one chunk, as `user` reads them; null, and a failed test, when he cannot.
std::shared_ptr<arrow::Table> rows_of(lakehouse::Lakehouse& lakehouse, const std::string& user,
                                      const lakehouse::ObjectName& table);

}  // namespace lakeport::destinations

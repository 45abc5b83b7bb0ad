// What a view remembers of the day it was made, in the table's properties under the names that Spark uses.
#pragma once

#include <string>
#include <vector>

#include "lakeport/lakehouse/catalog.h"

namespace lakeport::lakehouse {

struct ViewContext {
  std::string catalog, schema;             // what short names in its text mean
  std::vector<std::string> query_columns;  // the query's own names of its columns; empty: by position
};

void set_view_context(Table& view, const ViewContext& context);
// Without properties: the view's own catalog and schema.
ViewContext view_context(const Table& view);

}  // namespace lakeport::lakehouse

// A table's layout as the contract's schema.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "lakeport/base/result.h"
#include "lakeport/wire/schema.h"

#include "layout.h"
#include "listing.h"
#include "reader.h"
#include "settings.h"

namespace lakeport::sources::files {

// The layout's columns but `left_out` ones, then `_file`, `_line` and `_modified`. Fails when a key column is
// missing or a file has a column of one of these names.
Result<wire::TableSchema> table_schema(const Settings& settings, const std::string& table,
                                       const TableLayout& layout, const std::set<std::string>& left_out);

// The layout that the first rows of a table's files give. Of many files, kSampledFiles spread over all are
// looked at.
inline constexpr std::size_t kSampledFiles = 50;
Result<TableLayout> sample_layout(const Settings& settings, const std::vector<InputFile>& files,
                                  Session& session);

}  // namespace lakeport::sources::files

// Table schemas as the JSON that the state keeps.
#pragma once

#include <string>

#include "lakeport/base/result.h"
#include "lakeport/sync/catalog.h"
#include "lakeport/wire/schema.h"

namespace lakeport::sync {

// kSourceFailed for names that are not UTF-8.
Result<std::string> to_json(const wire::TableSchema& table);
Result<std::string> to_json(const SourceTable& table);

// kInvalidInput for anything that to_json did not write.
Result<wire::TableSchema> table_from_json(const std::string& text);
Result<SourceTable> source_table_from_json(const std::string& text);

}  // namespace lakeport::sync

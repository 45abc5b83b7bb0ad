// What a source says it has: its answer to Schema, in our own types.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lakeport/base/result.h"
#include "lakeport/wire/schema.h"

namespace fivetran_sdk::v2 {
class SchemaChange;
class SchemaList;
class SchemaResponse;
class TableList;
}  // namespace fivetran_sdk::v2

namespace lakeport::sync {

struct SourceTable {
  std::optional<std::string> schema;  // nothing for a source without schemas
  wire::TableSchema table;            // maybe without columns, or without a key

  std::string to_string() const { return schema ? *schema + "." + table.name : table.name; }
};

struct SourceCatalog {
  enum class Shape { kNotDeclared, kWithSchemas, kWithoutSchemas };  // SchemaResponse.response
  Shape shape = Shape::kNotDeclared;
  bool selection_supported = true;  // SchemaResponse.selection_not_supported, turned round
  std::vector<SourceTable> tables;
};

// kSourceFailed for a table without a name, a table or column told twice, or a type that the contract lacks.
Result<SourceCatalog> catalog_from_proto(const fivetran_sdk::v2::SchemaResponse& response);
// The tables of a SchemaChange, with the same errors.
Result<std::vector<SourceTable>> tables_from_proto(const fivetran_sdk::v2::SchemaChange& change);

}  // namespace lakeport::sync

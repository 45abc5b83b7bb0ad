// A table as it is in DuckDB.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lakeport/merge/engine_types.h"
#include "lakeport/wire/schema.h"

namespace lakeport::destinations {

struct StoredColumn {
  wire::Column contract;  // name, the contract's type and params, key
  std::string engine;     // DuckDB's name of its type
};

// A column that is to be made as `wanted` says. Decimals without params get some; byte lengths go, because
// DuckDB's texts have none, and a destination that reports none is not asked to widen them (contract,
// DataTypeParams). In a lakehouse the contract's types that Databricks lacks go too: the column is a STRING.
StoredColumn new_column(const wire::Column& wanted, TypeSet types = TypeSet::kDuckdb);

struct StoredTable {
  wire::TableId id;
  std::string sql_name;  // quoted, with database and schema
  std::vector<StoredColumn> columns;

  const StoredColumn* find(std::string_view name) const;
  StoredColumn* find(std::string_view name);
  std::vector<const StoredColumn*> keys() const;
  wire::TableSchema schema() const;
};

// Letters A–Z made small: what DuckDB compares names by.
std::string fold_case(std::string_view name);

}  // namespace lakeport::destinations

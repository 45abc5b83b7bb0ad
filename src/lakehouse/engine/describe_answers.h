// The answers of DESCRIBE.
#pragma once

#include <vector>

#include "catalog_statements.h"
#include "statement_rows.h"

namespace lakeport::lakehouse {

Result<StatementRows> describe(const statement::Describe& what, const StatementContext& context,
                               const CatalogStatementServices& services);
Result<StatementRows> describe(const statement::DescribeSchema& what, const StatementContext& context,
                               const CatalogStatementServices& services);
Result<StatementRows> describe(const statement::DescribeCatalog& what, const StatementContext& context,
                               const CatalogStatementServices& services);

// What DESCRIBE EXTENDED says below "# Detailed Table Information": name, value, empty.
std::vector<TextRow> detail_rows(const Table& table);

}  // namespace lakeport::lakehouse

// The answers of SHOW.
#pragma once

#include "catalog_statements.h"

namespace lakeport::lakehouse {

using Services = CatalogStatementServices;

Result<StatementRows> show(const statement::ShowCatalogs& what, const StatementContext& context,
                           const Services& services);
Result<StatementRows> show(const statement::ShowSchemas& what, const StatementContext& context,
                           const Services& services);
Result<StatementRows> show(const statement::ShowTables& what, const StatementContext& context,
                           const Services& services);
Result<StatementRows> show(const statement::ShowColumns& what, const StatementContext& context,
                           const Services& services);
Result<StatementRows> show(const statement::ShowGrants& what, const StatementContext& context,
                           const Services& services);
Result<StatementRows> show(const statement::ShowCreateTable& what, const StatementContext& context,
                           const Services& services);
Result<StatementRows> show(const statement::ShowTableProperties& what, const StatementContext& context,
                           const Services& services);
Result<StatementRows> show(const statement::ShowFunctions& what, const StatementContext& context,
                           const Services& services);

}  // namespace lakeport::lakehouse

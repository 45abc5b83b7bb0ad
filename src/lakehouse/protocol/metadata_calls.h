// The answers of metadata calls: what the caller may see, in the columns that JDBC and ODBC drivers expect.
#pragma once

#include "lakeport/base/result.h"

#include "TCLIService_types.h"
#include "metadata_rows.h"

namespace lakeport::lakehouse {

Result<MetadataRows> catalog_rows(Catalog& catalog, const Caller& caller,
                                  const tcli::TGetCatalogsReq& request);
Result<MetadataRows> schema_rows(Catalog& catalog, const Caller& caller, const tcli::TGetSchemasReq& request);
Result<MetadataRows> table_rows(Catalog& catalog, const Caller& caller, const tcli::TGetTablesReq& request);
Result<MetadataRows> table_type_rows(Catalog& catalog, const Caller& caller,
                                     const tcli::TGetTableTypesReq& request);
Result<MetadataRows> column_rows(Catalog& catalog, const Caller& caller, const tcli::TGetColumnsReq& request);
Result<MetadataRows> function_rows(Catalog& catalog, const Caller& caller,
                                   const tcli::TGetFunctionsReq& request);
Result<MetadataRows> primary_key_rows(Catalog& catalog, const Caller& caller,
                                      const tcli::TGetPrimaryKeysReq& request);
Result<MetadataRows> cross_reference_rows(Catalog& catalog, const Caller& caller,
                                          const tcli::TGetCrossReferenceReq& request);
Result<MetadataRows> type_rows(Catalog& catalog, const Caller& caller, const tcli::TGetTypeInfoReq& request);

}  // namespace lakeport::lakehouse

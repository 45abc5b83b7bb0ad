// The catalog's objects as Unity Catalog's REST interface shows them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lakeport/lakehouse/catalog.h"
#include "lakeport/lakehouse/fields.h"

namespace lakeport::lakehouse {

// `metastore_id` is its UUID. Moments are milliseconds since 1970.
Json catalog_json(const CatalogEntry& entry, const std::string& metastore_id);
Json schema_json(const Schema& schema, const std::string& metastore_id);
Json table_json(const Table& table, const std::string& metastore_id);
Json table_summary_json(const Table& table);
Json volume_json(const Volume& volume, const std::string& metastore_id);
Json function_json(const Function& function, const std::string& metastore_id);
Json external_location_json(const ExternalLocation& location, const std::string& metastore_id);
Json storage_credential_json(const StorageCredential& credential, const std::string& metastore_id);
Json metastore_json(const Metastore& metastore);
Json binding_json(const WorkspaceBinding& binding);

// "a.b.c" without quotes.
std::string rest_name(const ObjectName& name);
// Of a full name as grants carry it.
std::string rest_name(std::string_view full_name);
// "USE_CATALOG", "EXTERNAL_LOCATION".
std::string rest_word(std::string_view words);

}  // namespace lakeport::lakehouse

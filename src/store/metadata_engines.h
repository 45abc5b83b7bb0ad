// Both engines of the metadata store, with the migrations as a parameter for the tests.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "lakeport/store/metadata.h"

#include "migrations.h"

namespace lakeport::store {

Result<std::unique_ptr<Metadata>> open_sqlite_metadata(const std::string& file,
                                                       std::span<const Migration> migrations);
Result<std::unique_ptr<Metadata>> open_postgres_metadata(const std::string& url,
                                                         std::span<const Migration> migrations);

// For both: text that PostgreSQL cannot hold.
Status check_parameters(const std::vector<Value>& parameters);

}  // namespace lakeport::store

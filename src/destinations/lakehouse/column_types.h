// The contract's types as Databricks'.
#pragma once

#include <string>

#include "lakeport/wire/schema.h"

namespace lakeport::destinations {

// BOOLEAN boolean | SHORT smallint | INT int | LONG bigint | FLOAT float | DOUBLE double
// DECIMAL decimal(p,s) | NAIVE_DATE date | NAIVE_DATETIME timestamp_ntz | UTC_DATETIME timestamp
// BINARY binary | STRING, JSON, XML, NAIVE_TIME, UNSPECIFIED string
// In the form of lakehouse::Column::type.
std::string databricks_type(const wire::Column& column);

}  // namespace lakeport::destinations

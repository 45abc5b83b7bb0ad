// The values of `?` and `:name`, typed; they never become part of a statement's text.
#pragma once

#include <vector>

#include <duckdb.hpp>

#include "lakeport/base/result.h"
#include "lakeport/lakehouse/engine.h"

namespace lakeport::lakehouse {

using ParameterValues = ::duckdb::case_insensitive_map_t<::duckdb::BoundParameterData>;

// Those that `statement` names. kInvalidInput for one without a value, and for a value that its type does not
// hold. `context`: whose time zone TIMESTAMP texts without an offset are in.
Result<ParameterValues> bind_parameters(const ::duckdb::SQLStatement& statement,
                                        const std::vector<Parameter>& parameters,
                                        ::duckdb::ClientContext& context);

}  // namespace lakeport::lakehouse

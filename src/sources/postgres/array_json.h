// A PostgreSQL array's text as JSON.
#pragma once

#include <string>
#include <string_view>

#include "column_type.h"

namespace lakeport::sources::postgres {

// `{1,NULL,"a b"}` → `[1,null,"a b"]`, nested for several dimensions; lower bounds are left out. Numbers that
// JSON lacks (NaN, Infinity) are strings. False when the text is no array; `out` then holds a part.
bool append_array_as_json(std::string& out, std::string_view array, ElementForm element, char delimiter);

}  // namespace lakeport::sources::postgres

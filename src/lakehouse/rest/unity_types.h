// Types of columns as the REST interface writes them: the DDL text, a word for its kind, and Spark's JSON.
#pragma once

#include <string>
#include <string_view>

#include "lakeport/lakehouse/fields.h"

namespace lakeport::lakehouse {

// {"type_text", "type_name", "type_json", "type_precision", "type_scale"} of a column or parameter. A text
// that is no known type is its own Spark name, and USER_DEFINED_TYPE.
Json type_fields(std::string_view name, std::string_view type_text, bool nullable);

// The DDL text of what a client sent: "type_text", else made from "type_name" with precision and scale.
// kInvalidInput when it has neither.
Result<std::string> type_text_of(const Fields& column);

}  // namespace lakeport::lakehouse

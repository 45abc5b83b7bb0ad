// Arrow values in Databricks SQL's text forms.
#pragma once

#include <cstdint>
#include <string>

namespace arrow {
class Array;
}

namespace lakeport::lakehouse {

// Appends the value at `row`, which is not NULL, as CAST(… AS STRING) gives it: "2024-05-17", "2024-05-17
// 09:30:00.5", "12.50", "1.0E10", "true"; nested values as JSON. Bytes are given as they are.
void append_text(std::string& out, const arrow::Array& array, std::int64_t row);

// Appends the value, or null, as JSON: moments and dates as strings, bytes in base64, maps as objects.
void append_json(std::string& out, const arrow::Array& array, std::int64_t row);

}  // namespace lakeport::lakehouse

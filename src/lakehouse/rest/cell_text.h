// Values as text, the way statement execution's JSON_ARRAY and CSV give them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace arrow {
class Array;
}

namespace lakeport::lakehouse {

// Appends the text of one value that is not NULL: "true", "-12", "1.0", "1.0E10", "NaN", "12.50",
// "2024-02-29", "2024-02-29T12:00:00.000Z" (six digits where there are microseconds; without Z for
// TIMESTAMP_NTZ), binary in hexadecimal digits; arrays, maps and structs as JSON.
void append_cell_text(const arrow::Array& column, std::int64_t row, std::string& out);

// As a JSON string, with its quotes. Bytes that are no UTF-8 become U+FFFD.
void append_json_string(std::string_view text, std::string& out);

}  // namespace lakeport::lakehouse

// JSON strings written straight into a text, for where values are many and a document in between would cost.
#pragma once

#include <string>
#include <string_view>

namespace lakeport {

// Appends `text` with quotes around it, and escapes what JSON wants escaped (RFC 8259, section 7). Bytes of
// other characters stay as they are, so that UTF-8 in is UTF-8 out.
void append_json_string(std::string& out, std::string_view text);

}  // namespace lakeport

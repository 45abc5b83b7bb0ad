// The members of a JSON object as its text has them.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace lakeport::sources::files {

enum class JsonKind { kNull, kString, kScalar, kNested };

struct JsonMember {
  std::string_view key;    // as written, without quotes, escapes not resolved
  std::string_view value;  // as written; of a string, what is between the quotes
  JsonKind kind = JsonKind::kNull;
};

// Calls `take` for each member of `object`, a valid JSON text. False when the text is no object.
bool for_each_member(std::string_view object, const std::function<void(const JsonMember&)>& take);

// A string's text with its escapes resolved; nothing when one of them is none (half a surrogate pair).
std::optional<std::string> unescape_json(std::string_view text);

// Valid JSON from DuckDB's: NaN and the infinities, which it writes bare, as strings. Nothing when there are
// none.
std::optional<std::string> quote_non_finite(std::string_view json);

}  // namespace lakeport::sources::files

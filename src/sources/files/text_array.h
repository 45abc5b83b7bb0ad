// The text of any of Arrow's text arrays.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace arrow {
class Array;
}

namespace lakeport::sources::files {

// Nothing for NULL and for arrays that are no text. The view is into the array.
std::optional<std::string_view> text_at(const arrow::Array& array, std::int64_t row);

}  // namespace lakeport::sources::files

// PostgreSQL's binary numbers as the text that PostgreSQL itself prints.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace lakeport::sources::postgres {

// Room that the text of this binary numeric may need; 0 when the bytes are no numeric.
std::size_t numeric_text_room(std::span<const std::uint8_t> binary);
// Writes the text ("-12.340", "NaN", "Infinity") into memory with that much room; returns its end.
char* write_numeric(char* out, std::span<const std::uint8_t> binary);

// `units` / 10^`digits`, as a numeric with that many digits after the point; room: kMoneyRoom.
inline constexpr std::size_t kMoneyRoom = 48;
char* write_money(char* out, std::int64_t units, std::int32_t digits);

// 36 characters out of 16 bytes.
void write_uuid(char* out, const std::uint8_t* binary);

}  // namespace lakeport::sources::postgres

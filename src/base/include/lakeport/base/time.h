// Moments as Lakeport stores, sends and prints them.
#pragma once

#include <chrono>
#include <string>

namespace lakeport {

// Milliseconds since 1970 in UTC: the precision of `_fivetran_synced` and of Truncate (contract,
// TruncateRequest.utc_delete_before).
using UtcMillis = std::chrono::sys_time<std::chrono::milliseconds>;

// The system clock's now; it may go back between two calls.
UtcMillis utc_now();

// "2024-05-17T09:30:00.125Z".
std::string to_iso8601(UtcMillis moment);

// For people: "850 ms", "12.3 s", "4 min 10 s", "2 h 5 min".
std::string to_human(std::chrono::milliseconds duration);

}  // namespace lakeport

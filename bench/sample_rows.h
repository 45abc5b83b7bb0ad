// The rows that the wire benches send: 10 columns of the usual types, made from their number.
#pragma once

#include <cstdint>
#include <memory>

#include <arrow/api.h>

#include "lakeport/wire/schema.h"

namespace lakeport::bench {

inline constexpr std::int64_t kRows = 2'000'000;
inline constexpr std::int64_t kRowsAtATime = 200'000;  // what one flush holds
inline constexpr std::int64_t kRowsAMessage = 100;

wire::TableSchema sample_table();
// Rows `first` to `first` + `count`, columns as wire::arrow_schema(sample_table()) has them.
std::shared_ptr<arrow::RecordBatch> sample_rows(std::int64_t first, std::int64_t count);

// CPU seconds of this thread: other programs on the machine do not count.
double cpu_seconds();

// One row of a bench's outcome, as a JSON line. Met when `measured` is at least `goal`.
void print_outcome(const char* name, double measured, double goal, const char* detail);

}  // namespace lakeport::bench

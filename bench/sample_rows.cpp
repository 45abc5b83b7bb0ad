#include "sample_rows.h"

#include <ctime>

#include <fmt/core.h>

namespace lakeport::bench {
namespace {

// Numbers that look random and are the same in every run.
std::uint64_t scattered(std::uint64_t number) {
  number = (number ^ (number >> 30)) * 0xbf58476d1ce4e5b9ULL;
  number = (number ^ (number >> 27)) * 0x94d049bb133111ebULL;
  return number ^ (number >> 31);
}

template <class Builder, class Make>
std::shared_ptr<arrow::Array> column(Builder&& builder, std::int64_t first, std::int64_t count, Make make) {
  for (std::int64_t row = first; row < first + count; ++row) {
    if (!builder.Append(make(row, scattered(static_cast<std::uint64_t>(row)))).ok()) std::abort();
  }
  return *builder.Finish();
}

}  // namespace

wire::TableSchema sample_table() {
  using enum wire::DataType;
  const auto column = [](const char* name, wire::DataType type, bool key = false) {
    return wire::Column{name, type, key, std::nullopt, std::nullopt};
  };
  wire::TableSchema table{
      "orders",
      {column("order_id", kLong, true), column("customer_id", kInt), column("amount", kDecimal),
       column("discount", kDouble), column("paid", kBoolean), column("status", kString),
       column("comment", kString), column("ordered_at", kUtcDatetime), column("shipped_on", kNaiveDate),
       column("details", kJson)}};
  table.columns[2].decimal = wire::DecimalParams{18, 2};
  return table;
}

std::shared_ptr<arrow::RecordBatch> sample_rows(std::int64_t first, std::int64_t count) {
  using std::int64_t;
  auto* pool = arrow::default_memory_pool();
  const char* const statuses[] = {"new", "paid", "packed", "shipped", "returned"};
  const auto table = sample_table();
  arrow::ArrayVector columns;
  columns.push_back(column(arrow::Int64Builder(), first, count, [](int64_t row, auto) { return row; }));
  columns.push_back(column(arrow::Int32Builder(), first, count, [](int64_t, std::uint64_t n) {
    return static_cast<std::int32_t>(n % 1'000'000);
  }));
  columns.push_back(column(
      arrow::Decimal128Builder(arrow::decimal128(18, 2)), first, count,
      [](int64_t, std::uint64_t n) { return arrow::Decimal128(static_cast<int64_t>(n % 10'000'000)); }));
  columns.push_back(column(arrow::DoubleBuilder(), first, count,
                           [](int64_t, std::uint64_t n) { return static_cast<double>(n % 1000) / 1000; }));
  columns.push_back(
      column(arrow::BooleanBuilder(), first, count, [](int64_t, std::uint64_t n) { return n % 3 != 0; }));
  columns.push_back(column(arrow::StringBuilder(), first, count,
                           [&](int64_t, std::uint64_t n) { return statuses[n % 5]; }));
  columns.push_back(column(arrow::StringBuilder(), first, count, [](int64_t row, std::uint64_t n) {
    return fmt::format("order {} of customer {}", row, n % 1'000'000);
  }));
  columns.push_back(column(arrow::TimestampBuilder(arrow::timestamp(arrow::TimeUnit::MICRO, "UTC"), pool),
                           first, count, [](int64_t row, std::uint64_t n) {
                             return 1'600'000'000'000'000 + row * 1'000'000 +
                                    static_cast<int64_t>(n % 1'000'000);
                           }));
  columns.push_back(column(arrow::Date32Builder(), first, count, [](int64_t, std::uint64_t n) {
    return static_cast<std::int32_t>(18'000 + n % 1000);
  }));
  columns.push_back(column(arrow::StringBuilder(), first, count, [](int64_t, std::uint64_t n) {
    return fmt::format(R"({{"items": {}, "gift": {}}})", n % 9, n % 2 == 0);
  }));
  return arrow::RecordBatch::Make(wire::arrow_schema(table), count, columns);
}

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

void print_outcome(const char* name, double measured, double goal, const char* detail) {
  fmt::print(R"({{"name": "{}", "measured": {:.2f}, "goal": ">= {:.3g}", "met": {}, "detail": "{}"}})"
             "\n",
             name, measured, goal, measured >= goal, detail);
  std::fflush(stdout);
}

}  // namespace lakeport::bench

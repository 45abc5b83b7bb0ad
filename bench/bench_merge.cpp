// How long a merge of 100,000 changes (80 % to existing rows all over the table, 20 % new ones) takes in
// tables of 10 and of 20 million rows, and what loading 1,000,000 rows × 12 columns costs: through the direct
// loader, commits included. One JSON line a row.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <sys/resource.h>

#include <arrow/api.h>
#include <unistd.h>

#include "lakeport/destinations/duckdb.h"

namespace {

using namespace lakeport;

constexpr std::int64_t kChanges = 100'000;

template <class T>
T must(Result<T> result) {
  if (!result) {
    std::fprintf(stderr, "%s\n", result.error().to_string().c_str());
    std::exit(1);
  }
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

void must_ok(const arrow::Status& status) {
  if (!status.ok()) {
    std::fprintf(stderr, "%s\n", status.ToString().c_str());
    std::exit(1);
  }
}

wire::TableSchema orders() {
  using wire::DataType;
  return {"orders",
          {{"id", DataType::kLong, true},
           {"customer", DataType::kInt},
           {"reference", DataType::kLong},
           {"weight", DataType::kDouble},
           {"city", DataType::kString},
           {"note", DataType::kString},
           {"created", DataType::kNaiveDatetime},
           {"amount", DataType::kDecimal, false, wire::DecimalParams{18, 2}},
           {"due", DataType::kNaiveDate},
           {"paid", DataType::kBoolean},
           {"_fivetran_synced", DataType::kUtcDatetime},
           {"_fivetran_deleted", DataType::kBoolean}}};
}

// Rows of the table `orders` for the given ids.
std::shared_ptr<arrow::RecordBatch> rows_for(const std::vector<std::int64_t>& ids, std::int64_t synced) {
  const auto schema = wire::arrow_schema(orders());
  std::vector<std::shared_ptr<arrow::Array>> columns;
  // Fills one column; `value` makes a value from the row's id and its random number.
  const auto add = [&]<class Builder>(Builder builder, auto value) {
    std::mt19937_64 random(static_cast<std::uint64_t>(synced));
    must_ok(builder.Reserve(static_cast<std::int64_t>(ids.size())));
    for (const auto id : ids) must_ok(builder.Append(value(id, random())));
    columns.push_back(builder.Finish().ValueOrDie());
  };
  auto* pool = arrow::default_memory_pool();
  using Id = std::int64_t;
  using Random = std::uint64_t;
  add(arrow::Int64Builder(), [](Id id, Random) { return id; });
  add(arrow::Int32Builder(), [](Id, Random r) { return static_cast<std::int32_t>(r % 50'000); });
  add(arrow::Int64Builder(), [](Id, Random r) { return static_cast<std::int64_t>(r >> 8); });
  add(arrow::DoubleBuilder(), [](Id, Random r) { return static_cast<double>(r % 100'000) / 7; });
  add(arrow::StringBuilder(), [](Id, Random r) { return "city " + std::to_string(r % 5'000); });
  add(arrow::StringBuilder(), [](Id, Random r) { return "note of order " + std::to_string(r); });
  add(arrow::TimestampBuilder(arrow::timestamp(arrow::TimeUnit::MICRO), pool), [](Id, Random r) {
    return static_cast<std::int64_t>(1'600'000'000'000'000 + r % 100'000'000'000'000);
  });
  add(arrow::Decimal128Builder(arrow::decimal128(18, 2)),
      [](Id, Random r) { return arrow::Decimal128(static_cast<std::int64_t>(r % 10'000'000)); });
  add(arrow::Date32Builder(), [](Id, Random r) { return static_cast<std::int32_t>(18'000 + r % 3'000); });
  add(arrow::BooleanBuilder(), [](Id, Random r) { return r % 3 == 0; });
  add(arrow::TimestampBuilder(arrow::timestamp(arrow::TimeUnit::MICRO, "UTC"), pool),
      [&](Id, Random) { return synced; });
  add(arrow::BooleanBuilder(), [](Id, Random) { return false; });
  return arrow::RecordBatch::Make(schema, static_cast<std::int64_t>(ids.size()), std::move(columns));
}

std::vector<std::int64_t> range(std::int64_t from, std::int64_t count) {
  std::vector<std::int64_t> ids(static_cast<std::size_t>(count));
  for (std::int64_t i = 0; i < count; ++i) ids[static_cast<std::size_t>(i)] = from + i;
  return ids;
}

// 80 % existing rows spread over the whole table, 20 % new ones; each id once.
std::vector<std::int64_t> mixed_ids(std::int64_t table_rows, std::int64_t first_new, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<std::int64_t> ids = range(first_new, kChanges / 5);
  std::vector<std::int64_t> old;
  while (static_cast<std::int64_t>(ids.size() + old.size()) < kChanges) {
    while (static_cast<std::int64_t>(ids.size() + old.size()) < kChanges) {
      old.push_back(static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(table_rows)));
    }
    std::sort(old.begin(), old.end());
    old.erase(std::unique(old.begin(), old.end()), old.end());
  }
  ids.insert(ids.end(), old.begin(), old.end());
  std::shuffle(ids.begin(), ids.end(), random);
  return ids;
}

double seconds(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  auto of = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return of(usage.ru_utime) + of(usage.ru_stime);
}

long peak_megabytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss / 1024;
}

// A line of the bench's table.
void print(const std::string& name, double measured, double goal) {
  std::printf(R"({"name":"%s","measured":%.3f,"goal":%.3f,"met":%s})"
              "\n",
              name.c_str(), measured, goal, measured <= goal ? "true" : "false");
  std::fflush(stdout);
}

// What helps to understand the lines.
void note(const std::string& what, double measured) {
  std::fprintf(stderr, "%s: %.3f\n", what.c_str(), measured);
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

wire::TableChanges upserts(const std::vector<std::int64_t>& ids, std::int64_t synced) {
  return {{"shop", "orders"}, orders(), rows_for(ids, synced), {}};
}

// A table of 12 columns in a file, for merges.
class Table {
 public:
  Table(const std::filesystem::path& folder, std::int64_t rows)
      : file_(folder / ("merge-" + std::to_string(rows) + ".duckdb")), rows_(rows), next_(rows) {
    {
      auto loader = must(destinations::open_duckdb_loader({.database = file_}));
      must(loader->create({"shop", "orders"}, orders()));
      constexpr std::int64_t kBatch = 500'000;
      for (std::int64_t from = 0; from < rows; from += kBatch) {
        must(loader->write(upserts(range(from, std::min(kBatch, rows - from)), 1)));
        must(loader->commit());
      }
    }
    loader_ = must(destinations::open_duckdb_loader({.database = file_}));
  }

  // Merges 100,000 changes, commits, and gives the time of both.
  double merge() {
    const auto round = static_cast<std::int64_t>(times_.size()) + 1;
    const auto changes = upserts(mixed_ids(rows_, next_, static_cast<std::uint64_t>(round)), 1 + round);
    next_ += kChanges / 5;
    const double cpu = cpu_seconds();
    const double time = seconds([&] {
      must(loader_->write(changes));
      must(loader_->commit());
    });
    cpu_.push_back(cpu_seconds() - cpu);
    times_.push_back(time);
    return time;
  }

  void report() {
    const auto label = std::to_string(rows_ / 1'000'000) + " million rows";
    note("first merge after opening, " + label + ", s", times_.front());
    note("median of CPU, " + label + ", s", median(cpu_));
    print("merge 100,000 changes into " + label + ", median, s", median(times_), 3.0);
    print("merge 100,000 changes into " + label + ", longest (with checkpoint), s",
          *std::max_element(times_.begin(), times_.end()), 3.0);
    note("closing (checkpoint), " + label + ", s", seconds([&] { loader_.reset(); }));
    std::filesystem::remove(file_);
  }

  double typical() const { return median(times_); }

 private:
  std::filesystem::path file_;
  std::int64_t rows_;
  std::int64_t next_;
  std::unique_ptr<sync::Destination> loader_;
  std::vector<double> times_;
  std::vector<double> cpu_;
};

void initial_load(const std::filesystem::path& folder, std::int64_t batch_rows) {
  constexpr std::int64_t kRows = 1'000'000;
  const auto file = folder / "load.duckdb";
  std::vector<wire::TableChanges> batches;
  for (std::int64_t from = 0; from < kRows; from += batch_rows) {
    batches.push_back(upserts(range(from, std::min(batch_rows, kRows - from)), 1));
  }
  auto loader = must(destinations::open_duckdb_loader({.database = file}));
  must(loader->create({"shop", "orders"}, orders()));
  must(loader->commit());
  const double cpu = cpu_seconds();
  const double wall = seconds([&] {
    for (const auto& batch : batches) must(loader->write(batch));
    must(loader->commit());
    loader.reset();
  });
  const auto label = "load 1,000,000 x 12 directly, " + std::to_string(batch_rows) + " a flush";
  note(label + ", wall, s", wall);
  print(label + ", CPU s", cpu_seconds() - cpu, 1.0);
  std::filesystem::remove(file);
}

}  // namespace

// bench_merge [--json] [--rows N] [--folder DIR]
int main(int argc, char** argv) {
  std::filesystem::path folder = std::filesystem::temp_directory_path();
  std::int64_t rows = 10'000'000;
  for (int i = 1; i + 1 < argc; ++i) {
    if (std::string_view(argv[i]) == "--rows") rows = std::atoll(argv[i + 1]);
    if (std::string_view(argv[i]) == "--folder") folder = argv[i + 1];
  }
  folder /= "lakeport-bench-merge-" + std::to_string(::getpid());
  std::filesystem::create_directories(folder);
  for (const std::int64_t batch_rows : {1'000'000, 100'000, 30'000}) initial_load(folder, batch_rows);
  {
    // Turn by turn, so that whatever else the machine does befalls both.
    Table once(folder, rows);
    Table twice(folder, 2 * rows);
    for (int round = 0; round < 9; ++round) {
      once.merge();
      twice.merge();
    }
    once.report();
    twice.report();
    print("merge into twice the table / into the table", twice.typical() / once.typical(), 1.2);
  }
  note("peak memory, MB", static_cast<double>(peak_megabytes()));
  std::filesystem::remove_all(folder);
  return 0;
}

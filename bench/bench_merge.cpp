// How long a merge of 100,000 changes takes in tables of 10 and of 20 million rows, and the initial load of
// 1,000,000 rows × 12 columns, all through the direct loader, commits included. One JSON line a result.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <random>
#include <string>
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
  auto schema = wire::arrow_schema(orders());
  std::vector<std::unique_ptr<arrow::ArrayBuilder>> builders;
  for (const auto& field : schema->fields()) {
    builders.push_back(arrow::MakeBuilder(field->type()).ValueOrDie());
    must_ok(builders.back()->Reserve(static_cast<std::int64_t>(ids.size())));
  }
  auto at = [&]<class Builder>(int column, Builder*) {
    return static_cast<Builder*>(builders[column].get());
  };
  std::mt19937_64 random(static_cast<std::uint64_t>(synced));
  for (const auto id : ids) {
    const auto value = random();
    must_ok(at(0, (arrow::Int64Builder*)nullptr)->Append(id));
    must_ok(at(1, (arrow::Int32Builder*)nullptr)->Append(static_cast<std::int32_t>(value % 50000)));
    must_ok(at(2, (arrow::Int64Builder*)nullptr)->Append(static_cast<std::int64_t>(value >> 8)));
    must_ok(at(3, (arrow::DoubleBuilder*)nullptr)->Append(static_cast<double>(value % 100000) / 7));
    must_ok(at(4, (arrow::StringBuilder*)nullptr)->Append("city " + std::to_string(value % 5000)));
    must_ok(at(5, (arrow::StringBuilder*)nullptr)->Append("note of order " + std::to_string(value)));
    must_ok(at(6, (arrow::TimestampBuilder*)nullptr)
                ->Append(1'600'000'000'000'000 + static_cast<std::int64_t>(value % 100'000'000'000'000)));
    must_ok(at(7, (arrow::Decimal128Builder*)nullptr)
                ->Append(arrow::Decimal128(static_cast<std::int64_t>(value % 10'000'000))));
    must_ok(at(8, (arrow::Date32Builder*)nullptr)->Append(static_cast<std::int32_t>(18000 + value % 3000)));
    must_ok(at(9, (arrow::BooleanBuilder*)nullptr)->Append(value % 3 == 0));
    must_ok(at(10, (arrow::TimestampBuilder*)nullptr)->Append(synced));
    must_ok(at(11, (arrow::BooleanBuilder*)nullptr)->Append(false));
  }
  arrow::ArrayVector arrays;
  for (auto& builder : builders) arrays.push_back(builder->Finish().ValueOrDie());
  return arrow::RecordBatch::Make(schema, static_cast<std::int64_t>(ids.size()), std::move(arrays));
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

void write(sync::Destination& loader, const std::vector<std::int64_t>& ids, std::int64_t synced) {
  must(loader.write({{"shop", "orders"}, orders(), rows_for(ids, synced), {}}));
}

void print(const std::string& name, double measured, const char* unit, double goal) {
  std::printf(R"({"name":"%s","measured":%.3f,"unit":"%s")", name.c_str(), measured, unit);
  if (goal > 0) std::printf(R"(,"goal":%.3f,"met":%s)", goal, measured <= goal ? "true" : "false");
  std::printf("}\n");
  std::fflush(stdout);
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

// Loads a table, then merges into it several times; gives the median. The first merge is told apart: it reads
// the table's keys from the disk.
double merge_into(const std::filesystem::path& folder, std::int64_t rows, int rounds) {
  const auto file = folder / ("merge-" + std::to_string(rows) + ".duckdb");
  {
    auto loader = must(destinations::open_duckdb_loader({.database = file}));
    must(loader->create({"shop", "orders"}, orders()));
    constexpr std::int64_t kBatch = 500'000;
    for (std::int64_t from = 0; from < rows; from += kBatch) {
      write(*loader, range(from, std::min(kBatch, rows - from)), 1);
      must(loader->commit());
    }
  }
  auto loader = must(destinations::open_duckdb_loader({.database = file}));
  std::vector<double> times;
  std::int64_t next = rows;
  const auto label = std::to_string(rows / 1'000'000) + "M rows";
  for (int round = 0; round < rounds; ++round) {
    const auto ids = mixed_ids(rows, next, static_cast<std::uint64_t>(round) + 1);
    next += kChanges / 5;
    wire::TableChanges changes{{"shop", "orders"}, orders(), rows_for(ids, 2 + round), {}};
    const double time = seconds([&] {
      must(loader->write(changes));
      must(loader->commit());
    });
    if (round == 0) print("merge 100,000 changes into " + label + ", first after opening", time, "s", 3.0);
    times.push_back(time);
  }
  times.erase(times.begin());
  print("merge 100,000 changes into " + label + ", longest", *std::max_element(times.begin(), times.end()),
        "s", 3.0);
  const double typical = median(times);
  print("merge 100,000 changes into " + label, typical, "s", 3.0);
  print("close after the merges (checkpoint), " + label, seconds([&] { loader.reset(); }), "s", 0);
  std::filesystem::remove(file);
  return typical;
}

void initial_load(const std::filesystem::path& folder, std::int64_t batch_rows) {
  constexpr std::int64_t kRows = 1'000'000;
  const auto file = folder / "load.duckdb";
  std::vector<wire::TableChanges> batches;
  for (std::int64_t from = 0; from < kRows; from += batch_rows) {
    batches.push_back(
        {{"shop", "orders"}, orders(), rows_for(range(from, std::min(batch_rows, kRows - from)), 1), {}});
  }
  auto loader = must(destinations::open_duckdb_loader({.database = file}));
  must(loader->create({"shop", "orders"}, orders()));
  must(loader->commit());
  const double cpu = cpu_seconds();
  const double wall = seconds([&] {
    for (const auto& batch : batches) must(loader->write(batch));
    must(loader->commit());
  });
  const auto label = "initial load, 1,000,000 x 12, batches of " + std::to_string(batch_rows);
  print(label + ", wall", wall, "s", 0);
  print(label + ", cpu", cpu_seconds() - cpu, "s", 0.5);
  const double close_cpu = cpu_seconds();
  loader.reset();
  print(label + ", cpu of closing", cpu_seconds() - close_cpu, "s", 0);
  std::filesystem::remove(file);
}

}  // namespace

int main(int argc, char** argv) {
  std::filesystem::path folder = std::filesystem::temp_directory_path();
  std::int64_t rows = 10'000'000;
  if (argc > 1) rows = std::atoll(argv[1]);
  if (argc > 2) folder = argv[2];
  folder /= "lakeport-bench-merge-" + std::to_string(::getpid());
  std::filesystem::create_directories(folder);
  initial_load(folder, 1'000'000);
  initial_load(folder, 100'000);
  initial_load(folder, 30'000);
  const double once = merge_into(folder, rows, 9);
  const double twice = merge_into(folder, 2 * rows, 9);
  print("merge into twice the table, ratio", twice / once, "x", 1.2);
  print("peak memory", static_cast<double>(peak_megabytes()), "MB", 0);
  std::filesystem::remove_all(folder);
  return 0;
}

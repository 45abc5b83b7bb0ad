// Batches for tests, from a seed: every type of the contract, with its extremes.
#pragma once

#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <arrow/api.h>

#include "lakeport/wire/schema.h"

namespace lakeport::destinations {

class SampleRows {
 public:
  explicit SampleRows(std::uint64_t seed) : random_(seed) {}

  std::uint64_t below(std::uint64_t bound) { return random_() % bound; }

  // A value of the column's type, often an extreme one, sometimes NULL (never in keys).
  void append(arrow::ArrayBuilder& builder, const wire::Column& column);

  // Rows with every column of `schema`; the key columns have the values of `keys`, each once. `synced_micros`
  // goes to
  // `_fivetran_synced`, false to `_fivetran_deleted`.
  std::shared_ptr<arrow::RecordBatch> rows(const wire::TableSchema& schema,
                                           const std::vector<std::int64_t>& keys, std::int64_t synced_micros,
                                           bool deleted = false);

  // `count` different numbers below `bound`, in any order.
  std::vector<std::int64_t> numbers(std::size_t count, std::int64_t bound);

 private:
  std::mt19937_64 random_;
};

// The table's columns, of every type of the contract, with the key columns and the system columns.
wire::TableSchema every_type_table(const std::string& name);

// `batch` with only the named columns.
std::shared_ptr<arrow::RecordBatch> only(const arrow::RecordBatch& batch,
                                         const std::vector<std::string>& columns);

}  // namespace lakeport::destinations

// The table function through which Arrow rows enter a statement: lakeport_rows(N) stands for what was put in
// the registry under N. Vectors refer to the Arrow buffers (nothing is copied but booleans and short
// strings); every vector keeps its batch alive, so a batch goes as soon as the engine has let go of all its
// vectors.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include <duckdb.h>

#include "lakeport/base/result.h"

namespace arrow {
class RecordBatchReader;
class Table;
}  // namespace arrow

namespace lakeport::duckdb {

class ScanSource;

// The sources of one database, by number. Any thread.
class ScanRegistry {
 public:
  // Scanned once: a second scan in the same statement is an error. `connection` is the one whose statements
  // scan it; it must live until remove().
  std::uint64_t add(duckdb_connection connection, std::shared_ptr<arrow::RecordBatchReader> reader);
  // Scanned as often as wished.
  std::uint64_t add(duckdb_connection connection, std::shared_ptr<arrow::Table> table);
  void remove(std::uint64_t number);
  std::shared_ptr<ScanSource> find(std::uint64_t number) const;

 private:
  std::uint64_t add(std::shared_ptr<ScanSource> source);

  mutable std::mutex mutex_;
  std::uint64_t last_ = 0;
  std::unordered_map<std::uint64_t, std::shared_ptr<ScanSource>> sources_;
};

// The SQL that stands for the rows of `number`.
std::string scan_expression(std::uint64_t number);

// Makes lakeport_rows known to the database of `connection`.
Status register_scan(duckdb_connection connection, std::shared_ptr<ScanRegistry> registry);

}  // namespace lakeport::duckdb

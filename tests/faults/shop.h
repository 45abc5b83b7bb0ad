// The database that the fault tests keep changing, and the comparison of its whole content with what was
// synced.
#pragma once

#include <filesystem>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "private_postgres.h"

namespace lakeport::faults {

// Rows as text, NULL as nothing, in the order of their values.
using Rows = std::vector<fixtures::SqlRow>;

// A database with tables of several shapes: a key of one column, a key of two, no key at all, large values.
class Shop {
 public:
  explicit Shop(std::string connection_string);

  void create(int rows) const;
  // One transaction each: inserts, updates (also of keys), deletes, now and then a truncate of a small table.
  void change(std::mt19937& random) const;

  // Every table's name.
  static std::vector<std::string> tables();
  // Every column of every row in PostgreSQL, in a text form that `rows_in_duckdb` gives too.
  Rows rows(const std::string& table) const;

 private:
  std::string connection_string_;
};

// The rows not marked deleted, of a destination file that nobody has open.
Rows rows_in_duckdb(const std::filesystem::path& database, const std::string& table);

}  // namespace lakeport::faults

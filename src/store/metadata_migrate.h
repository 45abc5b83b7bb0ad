// Brings a metadata database up to this program's schema.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "lakeport/base/result.h"

#include "metadata_sql.h"
#include "migrations.h"

namespace lakeport::store {

// The one connection that migrates; no other process does at the same time.
class MigratingConnection {
 public:
  virtual ~MigratingConnection() = default;
  virtual Dialect dialect() const = 0;
  virtual std::string place() const = 0;
  // Several statements, without parameters.
  virtual Status run(const std::string& sql) = 0;
  // The first column of all rows.
  virtual Result<std::vector<std::int64_t>> numbers(const std::string& sql) = 0;
};

// Applies the migrations that are missing, each in a transaction. kInvalidInput, before anything is changed,
// when the database has one that this program does not know, or holds tables of something else.
Status migrate(MigratingConnection& connection, std::span<const Migration> known);

}  // namespace lakeport::store

// Reads one file with DuckDB: which columns it has, and its rows as a table's layout wants them.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lakeport/base/result.h"
#include "lakeport/duckdb/duckdb.h"

#include "layout.h"
#include "listing.h"
#include "settings.h"

namespace arrow {
class RecordBatch;
}

namespace lakeport::sources::files {

// Rows that are looked at to find a file's types before it is read.
inline constexpr std::int64_t kSampleRows = 20'480;
inline constexpr std::int64_t kAllRows = -1;

enum class ReadOutcome : std::uint8_t {
  kWhole,    // the file was read to its end
  kRestart,  // a value does not fit the layout, or a row is longer than thought: merge columns(kAllRows),
             // read again
};

// DuckDB, in memory, for one call after the other: opening it costs more than reading a small file. Used by
// one reader at a time.
class Session {
 public:
  // `long_rows`: with room for rows up to kLongestRow.
  Result<duckdb::Connection*> open(bool long_rows);

 private:
  std::optional<duckdb::Connection> usual_;
  std::optional<duckdb::Connection> long_rows_;
};

inline constexpr std::int64_t kLongestRow = 128 << 20;  // bytes

// Batches with the file's columns, typed as the layout says (decimals may be text).
using TakeRows = std::function<Status(std::shared_ptr<arrow::RecordBatch>)>;

// Errors name the file, and the line where there is one; nothing that cannot be read is left out.
class FileReader {
 public:
  // The settings and the session must outlive the reader.
  static std::unique_ptr<FileReader> create(const InputFile& file, const Settings& settings,
                                            Session& session);
  virtual ~FileReader() = default;
  // Types as the first `rows` rows have them, or all (kAllRows).
  virtual Result<std::vector<LayoutColumn>> columns(std::int64_t rows) = 0;
  virtual Result<ReadOutcome> read(const TableLayout& layout, const TakeRows& take) = 0;
  // What the user should know about how the file was read.
  virtual std::vector<std::string> warnings() const { return {}; }
};

std::unique_ptr<FileReader> make_csv_reader(const InputFile& file, const Settings& settings,
                                            Session& session);
std::unique_ptr<FileReader> make_json_reader(const InputFile& file, Session& session);
std::unique_ptr<FileReader> make_parquet_reader(const InputFile& file, Session& session);

// The file's path as DuckDB takes it, quoted: characters that it would take for a pattern are escaped.
std::string quoted_path(const InputFile& file);
// 'uncompressed', 'gzip' or 'zstd'.
std::string quoted_compression(const InputFile& file);

}  // namespace lakeport::sources::files

#include "reader.h"

#include <utility>

namespace lakeport::sources::files {

std::unique_ptr<FileReader> FileReader::create(const InputFile& file, const Settings& settings,
                                               Session& session) {
  switch (file.format) {
    case FileFormat::kJson:
      return make_json_reader(file, session);
    case FileFormat::kParquet:
      return make_parquet_reader(file, session);
    case FileFormat::kCsv:
      break;
  }
  return make_csv_reader(file, settings, session);
}

Result<duckdb::Connection*> Session::open(bool long_rows) {
  std::optional<duckdb::Connection>& connection = long_rows ? long_rows_ : usual_;
  if (connection) return &*connection;
  duckdb::DatabaseOptions options;
  if (long_rows) options.memory_limit_bytes = 8 * kLongestRow;
  LAKEPORT_ASSIGN_OR_RETURN(auto database, duckdb::Database::open_in_memory(options));
  LAKEPORT_ASSIGN_OR_RETURN(auto opened, database.connect());
  connection.emplace(std::move(opened));
  return &*connection;
}

std::string quoted_path(const InputFile& file) {
  std::string escaped;
  for (char c : file.path.string()) {
    if (c == '*' || c == '?' || c == '[') {
      escaped += '[';
      escaped += c;
      escaped += ']';
    } else {
      escaped += c;
    }
  }
  return duckdb::quote_literal(escaped);
}

std::string quoted_compression(const InputFile& file) {
  switch (file.compression) {
    case Compression::kGzip:
      return "'gzip'";
    case Compression::kZstd:
      return "'zstd'";
    case Compression::kNone:
      break;
  }
  return "'uncompressed'";
}

}  // namespace lakeport::sources::files

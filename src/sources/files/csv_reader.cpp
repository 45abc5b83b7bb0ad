#include <memory>
#include <regex>
#include <utility>

#include <arrow/api.h>

#include "content.h"
#include "csv_header.h"
#include "text_array.h"
#include "text_reader.h"

namespace lakeport::sources::files {
namespace {

constexpr std::int64_t kHeadBytes = 4 << 20;

class CsvReader final : public TextReader {
 public:
  CsvReader(const InputFile& file, const Settings& settings, Session& session)
      : TextReader(file, session), settings_(settings) {}

 protected:
  Result<std::string> query(bool long_rows) override {
    LAKEPORT_ASSIGN_OR_RETURN(const std::string head, read_head(file(), kHeadBytes));
    if (head.empty()) return std::string();
    auto header = read_csv_header(head, static_cast<std::int64_t>(head.size()) < kHeadBytes,
                                  settings_.csv_delimiter, settings_.csv_header);
    if (!header) {
      return fail(ErrorKind::kInvalidInput, "the first line does not end within 4 MiB", file().name,
                  "Check its quotes, and that this is a CSV file.");
    }
    names_ = std::move(header->names);
    // Nothing is left for DuckDB to guess: with guessing on, it reads some broken files as something else.
    std::string sql = "SELECT * FROM read_csv(" + quoted_path(file()) + ", auto_detect = false, columns = {";
    for (const std::string& name : names_) sql += duckdb::quote_literal(name) + ": 'VARCHAR', ";
    sql += "}, delim = " + duckdb::quote_literal(std::string(1, header->delimiter));
    sql += std::string(", header = ") + (settings_.csv_header ? "true" : "false");
    sql += ", quote = '\"', escape = '\"', comment = '', skip = 0, hive_partitioning = false";
    sql += ", nullstr = " + duckdb::quote_literal(settings_.csv_null) + ", allow_quoted_nulls = false";
    sql += ", compression = " + quoted_compression(file());
    if (long_rows) {
      const std::string limit = std::to_string(kLongestRow);
      sql += ", max_line_size = " + limit + ", buffer_size = " + limit;
    }
    return sql + ")";
  }

  Result<RawBatch> to_raw(std::shared_ptr<arrow::RecordBatch> batch, std::int64_t first_row) override {
    (void)first_row;
    RawBatch raw;
    raw.rows = batch->num_rows();
    for (int i = 0; i < batch->num_columns(); ++i) {
      RawBatch::Column column{names_.at(static_cast<std::size_t>(i)), {}};
      column.cells.reserve(static_cast<std::size_t>(raw.rows));
      const arrow::Array& texts = *batch->column(i);
      for (std::int64_t row = 0; row < raw.rows; ++row) {
        const auto text = text_at(texts, row);
        column.cells.push_back(text ? Cell{*text, CellKind::kText} : Cell{});
      }
      raw.columns.push_back(std::move(column));
    }
    raw.keep = std::move(batch);
    return raw;
  }

  std::vector<std::string> names() const override { return names_; }

  Error explain(const Error& error) const override {
    const std::string& text = error.what();
    std::smatch match;
    std::string where = file().name;
    static const std::regex kLine("CSV Error on Line: (\\d+)");
    if (std::regex_search(text, match, kLine)) {
      where += ", line " + match[1].str() + " (a row with line breaks counts as one)";
    }
    static const std::regex kColumns("Expected Number of Columns: (\\d+) Found: (\\d+)");
    if (std::regex_search(text, match, kColumns)) {
      return {ErrorKind::kInvalidInput,
              "has " + match[2].str() + " values where the first line has " + match[1].str(), where,
              "Correct the file, or set the CSV delimiter if that was taken wrongly."};
    }
    if (text.find("unterminated quote") != std::string::npos) {
      return {ErrorKind::kInvalidInput, "a quoted value does not end, or goes on after its closing quote",
              where, "Quotes within a quoted value must be doubled."};
    }
    if (text.find("not utf-8") != std::string::npos) {
      return {ErrorKind::kInvalidInput, "is not UTF-8", where, "Convert the file to UTF-8."};
    }
    if (text.find("state machine") != std::string::npos) {
      return {ErrorKind::kInvalidInput,
              "is no CSV: some lines end in CR LF and others in LF, or quotes are wrong", where,
              "Make all lines end alike and double the quotes within quoted values."};
    }
    return {error.kind(), text.substr(0, text.find('\n')), where};
  }

  bool is_row_too_long(const Error& error) const override {
    return error.what().find("Maximum line size") != std::string::npos;
  }

 private:
  const Settings& settings_;
  std::vector<std::string> names_;
};

}  // namespace

std::unique_ptr<FileReader> make_csv_reader(const InputFile& file, const Settings& settings,
                                            Session& session) {
  return std::make_unique<CsvReader>(file, settings, session);
}

}  // namespace lakeport::sources::files

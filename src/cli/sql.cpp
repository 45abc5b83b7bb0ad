// `lakeport sql`: looks into a DuckDB database that a sync has filled. Reads only.
#include <algorithm>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>
#include <arrow/api.h>

#include "lakeport/base/result.h"
#include "lakeport/duckdb/duckdb.h"

#include "commands.h"
#include "exit_code.h"

namespace lakeport::cli {
namespace {

struct SqlOptions {
  std::string database;
  std::string query;
  bool json = false;
};

// Code points: near enough to the width on a terminal.
std::size_t width(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

// Line breaks and tabs would tear the table.
std::string on_one_line(std::string_view text) {
  std::string line;
  for (char c : text) {
    if (c == '\n') {
      line += "\\n";
    } else if (c == '\r') {
      line += "\\r";
    } else if (c == '\t') {
      line += "\\t";
    } else {
      line += c;
    }
  }
  return line;
}

std::string cell(const arrow::Array& texts, std::int64_t row) {
  if (texts.IsNull(row)) return "NULL";
  const auto scalar = texts.GetScalar(row);
  return scalar.ok() ? on_one_line((*scalar)->ToString()) : scalar.status().ToString();
}

void print_row(const std::vector<std::string>& cells, const std::vector<std::size_t>& widths) {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) line += "  ";
    line += cells[i];
    if (i + 1 < cells.size()) line.append(widths[i] - width(cells[i]), ' ');
  }
  std::cout << line << '\n';
}

Status print_table(arrow::RecordBatchReader& reader) {
  std::vector<std::vector<std::string>> rows{reader.schema()->field_names()};
  std::vector<std::size_t> widths;
  for (const std::string& name : rows.front()) widths.push_back(width(name));
  while (true) {
    std::shared_ptr<arrow::RecordBatch> batch;
    if (const auto status = reader.ReadNext(&batch); !status.ok())
      return fail(ErrorKind::kInvalidInput, status.message());
    if (!batch) break;
    for (std::int64_t row = 0; row < batch->num_rows(); ++row) {
      std::vector<std::string>& cells = rows.emplace_back();
      for (int i = 0; i < batch->num_columns(); ++i) {
        cells.push_back(cell(*batch->column(i), row));
        std::size_t& widest = widths[static_cast<std::size_t>(i)];
        widest = std::max(widest, width(cells.back()));
      }
    }
  }
  for (const auto& cells : rows) print_row(cells, widths);
  std::cout << "(" << rows.size() - 1 << (rows.size() == 2 ? " row)\n" : " rows)\n");
  return {};
}

Status print_lines(arrow::RecordBatchReader& reader) {
  while (true) {
    std::shared_ptr<arrow::RecordBatch> batch;
    if (const auto status = reader.ReadNext(&batch); !status.ok())
      return fail(ErrorKind::kInvalidInput, status.message());
    if (!batch) return {};
    for (std::int64_t row = 0; row < batch->num_rows(); ++row) {
      const auto line = batch->column(0)->GetScalar(row);
      if (!line.ok()) return fail(ErrorKind::kInternal, line.status().message());
      std::cout << (*line)->ToString() << '\n';
    }
  }
}

Status run_sql(const SqlOptions& options) {
  if (!std::filesystem::exists(options.database)) {
    return fail(ErrorKind::kNotFound, "there is no such file", options.database,
                "Name the database that a sync filled.");
  }
  duckdb::DatabaseOptions read_only;
  read_only.settings["access_mode"] = "READ_ONLY";
  LAKEPORT_ASSIGN_OR_RETURN(auto database, duckdb::Database::open(options.database, read_only));
  LAKEPORT_ASSIGN_OR_RETURN(auto connection, database.connect());
  std::string query = options.query;
  query.erase(query.find_last_not_of("; \t\n") + 1);
  // DuckDB turns every value into its text itself; the line break ends a comment at the query's end.
  const std::string columns = options.json ? "to_json(result)" : "CAST(COLUMNS(*) AS VARCHAR)";
  LAKEPORT_ASSIGN_OR_RETURN(auto reader,
                            connection.stream("SELECT " + columns + " FROM (" + query + "\n) AS result"));
  return options.json ? print_lines(*reader) : print_table(*reader);
}

}  // namespace

void add_sql_command(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("sql", "Run a SELECT on a DuckDB database file and print the rows");
  auto options = std::make_shared<SqlOptions>();
  command->add_option("--database", options->database, "The database file; it is only read")->required();
  command->add_flag("--json", options->json, "One JSON object a line");
  command->add_option("query", options->query, "The SELECT")->required();
  command->callback([&action, options] {
    action = [options] {
      const Status done = run_sql(*options);
      if (done) return 0;
      std::cerr << "lakeport: " << done.error().to_string() << '\n';
      return exit_code(done.error().kind());
    };
  });
}

}  // namespace lakeport::cli

#include "file_tables.h"

#include <filesystem>
#include <system_error>

#include <duckdb/parser/parsed_data/copy_info.hpp>
#include <duckdb/parser/parser.hpp>
#include <duckdb/parser/query_node/select_node.hpp>
#include <duckdb/parser/statement/copy_statement.hpp>
#include <duckdb/parser/statement/select_statement.hpp>
#include <duckdb/parser/tableref/subqueryref.hpp>

#include "lakeport/base/seal.h"

#include "result_types.h"
#include "statement_runner.h"

namespace lakeport::lakehouse {

namespace duck = ::duckdb;
namespace fs = std::filesystem;

namespace {

// Spark's option, DuckDB's parameter of read_csv, and whether the value is true or false.
struct CsvOption {
  std::string_view spark, duckdb;
  bool boolean;
};
constexpr CsvOption kCsvOptions[] = {
    {"header", "header", true},
    {"delimiter", "delim", false},
    {"sep", "delim", false},
    {"quote", "quote", false},
    {"escape", "escape", false},
    {"nullvalue", "nullstr", false},
    {"comment", "comment", false},
    {"dateformat", "dateformat", false},
    {"timestampformat", "timestampformat", false},
    {"encoding", "encoding", false},
    {"charset", "encoding", false},
};
// Read the same whatever they say.
constexpr std::string_view kIgnored[] = {"inferschema",   "mergeschema",   "multiline",
                                         "path",          "mode",          "recursivefilelookup",
                                         "enforceschema", "samplingratio", "serialization.format"};

// Spark's patterns of dates are Java's.
std::string strftime_pattern(std::string pattern) {
  constexpr std::pair<std::string_view, std::string_view> kParts[] = {
      {"yyyy", "%Y"},   {"MM", "%m"},  {"dd", "%d"}, {"HH", "%H"},  {"mm", "%M"}, {"ss", "%S"},
      {"SSSSSS", "%f"}, {"SSS", "%g"}, {"'T'", "T"}, {"XXX", "%z"}, {"yy", "%y"}};
  for (const auto& [java, c] : kParts) {
    for (auto at = pattern.find(java); at != std::string::npos; at = pattern.find(java, at + c.size()))
      pattern.replace(at, java.size(), c);
  }
  return pattern;
}

Result<std::string> csv_options(const FileOptions& options) {
  std::string text;
  bool header = false;
  for (const auto& [written, value] : options) {
    const auto name = duck::StringUtil::Lower(written);
    if (std::find(std::begin(kIgnored), std::end(kIgnored), name) != std::end(kIgnored)) continue;
    const auto* option = std::find_if(std::begin(kCsvOptions), std::end(kCsvOptions),
                                      [&](const CsvOption& known) { return known.spark == name; });
    if (option == std::end(kCsvOptions)) {
      return fail(ErrorKind::kUnsupported, "The option '" + written + "' of CSV files is not supported",
                  "UNSUPPORTED_FEATURE");
    }
    if (option->duckdb == "header") header = true;
    const bool truth = duck::StringUtil::CIEquals(value, "true");
    if (option->boolean && !truth && !duck::StringUtil::CIEquals(value, "false"))
      return fail(ErrorKind::kInvalidInput,
                  "The option '" + written + "' is true or false, not '" + value + "'");
    text += ", " + std::string(option->duckdb) + " = ";
    if (option->boolean) {
      text += truth ? "true" : "false";
    } else {
      text += quoted_text(option->duckdb.ends_with("format") ? strftime_pattern(value) : value);
    }
  }
  return header ? text : text + ", header = false";
}

Result<std::string> typed_columns(const std::vector<Column>& columns) {
  std::string text = "{";
  for (const auto& column : columns) {
    LAKEPORT_ASSIGN_OR_RETURN(const auto type, logical_type(column.type));
    if (text.size() > 1) text += ", ";
    text += quoted_text(column.name) + ": " + quoted_text(type.ToString());
  }
  return text + "}";
}

// Also those that CREATE TABLE … OPTIONS put among the properties.
FileOptions file_options(const Table& table) {
  constexpr std::string_view kPrefix = "option.";
  auto options = table.options;
  for (const auto& [name, value] : table.properties) {
    if (name.starts_with(kPrefix)) options.emplace_back(name.substr(kPrefix.size()), value);
  }
  return options;
}

duck::unique_ptr<duck::SelectStatement> parse_query(const std::string& sql) {
  duck::Parser parser;
  parser.ParseQuery(sql);
  return duck::unique_ptr_cast<duck::SQLStatement, duck::SelectStatement>(std::move(parser.statements.at(0)));
}

std::string cast_list(const std::vector<Column>& columns, const std::vector<std::string>& values) {
  std::string text;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (i > 0) text += ", ";
    const auto type = logical_type(columns[i].type);
    text += "CAST(" + values[i] + " AS " + (type ? type->ToString() : "VARCHAR") + ") AS " +
            quoted_name(columns[i].name);
  }
  return text;
}

std::string_view extension(StorageFormat format) {
  switch (format) {
    case StorageFormat::kParquet:
      return "parquet";
    case StorageFormat::kCsv:
      return "csv";
    case StorageFormat::kJson:
      return "json";
    default:
      return "";
  }
}

}  // namespace

Result<std::string> reader_call(StorageFormat format, const std::vector<std::string>& files,
                                const std::vector<Column>& columns, const FileOptions& options) {
  std::string list = "[";
  for (const auto& file : files) list += (list.size() > 1 ? ", " : "") + quoted_text(file);
  list += "]";
  switch (format) {
    case StorageFormat::kParquet:
      return "read_parquet(" + list + ", union_by_name = true, hive_partitioning = false)";
    case StorageFormat::kCsv: {
      LAKEPORT_ASSIGN_OR_RETURN(const auto settings, csv_options(options));
      auto call = "read_csv(" + list + settings + ", hive_partitioning = false";
      if (!columns.empty()) {
        LAKEPORT_ASSIGN_OR_RETURN(const auto typed, typed_columns(columns));
        call += ", auto_detect = false, columns = " + typed;
      }
      return call + ")";
    }
    case StorageFormat::kJson: {
      auto call = "read_json(" + list + ", union_by_name = true, hive_partitioning = false";
      if (!columns.empty()) {
        LAKEPORT_ASSIGN_OR_RETURN(const auto typed, typed_columns(columns));
        call += ", columns = " + typed;
      }
      return call + ")";
    }
    default:
      return fail(ErrorKind::kUnsupported, "Files of this format are not read yet", "UNSUPPORTED_FEATURE",
                  "There are PARQUET, CSV and JSON.");
  }
}

Result<duck::unique_ptr<duck::TableRef>> file_table(const Table& table) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto files, list_files(table.location));
  std::vector<std::string> values;
  for (const auto& column : table.columns)
    values.push_back(files.empty() ? "NULL" : quoted_name(column.name));
  std::string sql = "SELECT " + cast_list(table.columns, values);
  if (files.empty()) {
    // A location where nothing was written yet.
    sql += " WHERE false";
  } else {
    const bool by_name = table.format == StorageFormat::kParquet;
    LAKEPORT_ASSIGN_OR_RETURN(
        const auto reader, reader_call(table.format, files, by_name ? std::vector<Column>() : table.columns,
                                       file_options(table)));
    sql += " FROM " + reader;
  }
  try {
    return duck::make_uniq_base<duck::TableRef, duck::SubqueryRef>(parse_query(sql), "__files");
  } catch (const std::exception& failure) {
    return fail(engine_error(failure).at(table.name.full()));
  }
}

Result<std::vector<Column>> file_columns(const Table& table, ConnectionLease& connection) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto files, list_files(table.location));
  if (files.empty()) {
    return fail(ErrorKind::kInvalidInput, "There are no files at " + table.location, table.name.full(),
                "Name the columns of the table.");
  }
  LAKEPORT_ASSIGN_OR_RETURN(const auto reader, reader_call(table.format, files, {}, file_options(table)));
  try {
    ParameterValues none;
    LAKEPORT_ASSIGN_OR_RETURN(auto planned,
                              plan_columns(connection, *parse_query("SELECT * FROM " + reader), none, {}));
    return std::move(planned.columns);
  } catch (const std::exception& failure) {
    return fail(engine_error(failure).at(table.location));
  }
}

Result<std::int64_t> write_files(ConnectionLease& connection, const Table& table, CheckedStatement& query,
                                 ParameterValues& parameters, const Run& run) {
  const auto format = extension(table.format);
  if (format.empty())
    return fail(ErrorKind::kUnsupported, "Files of this format are not written yet", table.name.full());
  const fs::path folder = table.location.starts_with("file://") ? table.location.substr(7) : table.location;
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return fail(ErrorKind::kIo, error.message(), folder.string());
  const auto name = "part-" + random_uuid() + "." + std::string(format);
  const auto unfinished = folder / ("." + name);
  try {
    auto named_parameters = query.statement->named_param_map;
    std::vector<std::string> values;
    for (std::size_t i = 0; i < table.columns.size(); ++i)
      values.push_back(quoted_name("__" + std::to_string(i)));
    auto rows = duck::make_uniq<duck::SubqueryRef>(
        duck::unique_ptr_cast<duck::SQLStatement, duck::SelectStatement>(std::move(query.statement)),
        "__rows");
    for (std::size_t i = 0; i < table.columns.size(); ++i)
      rows->column_name_alias.push_back("__" + std::to_string(i));
    auto select = parse_query("SELECT " + cast_list(table.columns, values) + " FROM __rows");
    select->node->Cast<duck::SelectNode>().from_table = std::move(rows);
    auto info = duck::make_uniq<duck::CopyInfo>();
    info->is_from = false;
    info->format = std::string(format);
    info->is_format_auto_detected = false;
    info->file_path = unfinished.string();
    info->select_statement = std::move(select->node);
    if (table.format == StorageFormat::kCsv) {
      for (const auto& [option, value] : file_options(table)) {
        const auto lower = duck::StringUtil::Lower(option);
        if (lower == "delimiter" || lower == "sep") info->options["delim"] = {duck::Value(value)};
        if (lower == "header")
          info->options["header"] = {duck::Value::BOOLEAN(duck::StringUtil::CIEquals(value, "true"))};
      }
      if (!info->options.contains("header")) info->options["header"] = {duck::Value::BOOLEAN(false)};
    }
    auto copy = duck::make_uniq<duck::CopyStatement>();
    copy->named_param_map = std::move(named_parameters);
    copy->info = std::move(info);
    const auto count =
        run_counted(connection, std::move(copy), parameters, query.outcome.names, *run.cancellation);
    if (!count) {
      fs::remove(unfinished, error);
      return fail(count.error());
    }
    // Readers see the file when it is whole.
    fs::rename(unfinished, folder / name, error);
    if (error) return fail(ErrorKind::kIo, error.message(), (folder / name).string());
    return *count;
  } catch (const std::exception& failure) {
    fs::remove(unfinished, error);
    return fail(engine_error(failure, query.outcome.names));
  }
}

}  // namespace lakeport::lakehouse

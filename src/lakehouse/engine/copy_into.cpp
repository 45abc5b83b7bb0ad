#include "copy_into.h"

#include <algorithm>
#include <filesystem>
#include <unordered_set>

#include <duckdb/parser/parser.hpp>
#include <fnmatch.h>

#include "file_tables.h"
#include "result_types.h"

namespace lakeport::lakehouse {

namespace duck = ::duckdb;

namespace {

// Which files each table has.
constexpr const char* kLoadedFiles = "lake.loaded_files";

Result<StorageFormat> format_of(const std::string& name) {
  if (duck::StringUtil::CIEquals(name, "parquet")) return StorageFormat::kParquet;
  if (duck::StringUtil::CIEquals(name, "csv")) return StorageFormat::kCsv;
  if (duck::StringUtil::CIEquals(name, "json")) return StorageFormat::kJson;
  return fail(ErrorKind::kUnsupported, "COPY INTO reads CSV, JSON and PARQUET, not " + name,
              "UNSUPPORTED_FEATURE");
}

bool option(const std::vector<std::pair<std::string, std::string>>& options, const char* name) {
  return std::any_of(options.begin(), options.end(), [&](const auto& one) {
    return duck::StringUtil::CIEquals(one.first, name) && duck::StringUtil::CIEquals(one.second, "true");
  });
}

// What FILES and PATTERN leave of the location's files.
Result<std::vector<std::string>> wanted_files(const statement::CopyInto& copy, const std::string& url) {
  LAKEPORT_ASSIGN_OR_RETURN(auto files, list_files(url));
  if (!copy.files.empty()) {
    std::vector<std::string> chosen;
    for (const auto& name : copy.files) {
      const auto found = std::find_if(files.begin(), files.end(), [&](const std::string& file) {
        return file == name || file.ends_with("/" + name);
      });
      if (found == files.end())
        return fail(ErrorKind::kNotFound, "There is no file " + name, url, "Check FILES.");
      chosen.push_back(*found);
    }
    return chosen;
  }
  if (!copy.pattern.empty()) {
    std::erase_if(files, [&](const std::string& file) {
      const auto name = std::filesystem::path(file).filename().string();
      return fnmatch(copy.pattern.c_str(), name.c_str(), 0) != 0 &&
             fnmatch(copy.pattern.c_str(), file.c_str(), 0) != 0;
    });
  }
  return files;
}

Status drop_loaded(ConnectionLease& connection, const Table& table, std::vector<std::string>& files) {
  const auto result = connection->Query(std::string("SELECT file FROM ") + kLoadedFiles +
                                        " WHERE physical_table = " + quoted_text(table.physical_name));
  if (result->HasError()) return fail(engine_error(result->GetErrorObject()));
  std::unordered_set<std::string> loaded;
  for (const auto& row : *result) loaded.insert(row.GetValue<std::string>(0));
  std::erase_if(files, [&](const std::string& file) { return loaded.contains(file); });
  return {};
}

// The table's columns that the statement fills, in its order.
Result<std::vector<Column>> target_columns(const Table& table, const statement::CopyInto& copy) {
  if (copy.columns.empty()) return table.columns;
  std::vector<Column> columns;
  for (const auto& name : copy.columns) {
    const auto found = std::find_if(table.columns.begin(), table.columns.end(), [&](const Column& column) {
      return name_key(column.name) == name_key(name);
    });
    if (found == table.columns.end())
      return fail(ErrorKind::kInvalidInput, "There is no column `" + name + "` in " + table.name.full(),
                  "UNRESOLVED_COLUMN");
    columns.push_back(*found);
  }
  return columns;
}

// INSERT INTO the table from the reader, column by column.
Result<std::string> insert_sql(ConnectionLease& connection, const Table& table,
                               const statement::CopyInto& copy, StorageFormat format,
                               const std::vector<std::string>& files) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto targets, target_columns(table, copy));
  // Everything a CSV file says is text until it meets its column.
  const auto text = format == StorageFormat::kCsv ? ", all_varchar = true)" : ")";
  LAKEPORT_ASSIGN_OR_RETURN(auto reader, reader_call(format, files, {}, copy.format_options));
  reader.pop_back();
  reader += text;
  duck::Parser parser;
  parser.ParseQuery("SELECT * FROM " + reader);
  ParameterValues none;
  LAKEPORT_ASSIGN_OR_RETURN(const auto planned, plan_columns(connection, *parser.statements.at(0), none, {}));
  const bool by_position = format == StorageFormat::kCsv && !option(copy.format_options, "header");
  if (by_position && planned.columns.size() != targets.size()) {
    return fail(ErrorKind::kInvalidInput,
                "The files have " + std::to_string(planned.columns.size()) + " columns, the table has " +
                    std::to_string(targets.size()),
                "COPY_INTO_SCHEMA_MISMATCH",
                "With a first line of names, set FORMAT_OPTIONS ('header' = 'true').");
  }
  std::string names;
  std::string values;
  std::unordered_set<std::string> used;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    const auto found =
        by_position ? planned.columns.begin() + static_cast<std::ptrdiff_t>(i)
                    : std::find_if(planned.columns.begin(), planned.columns.end(), [&](const Column& column) {
                        return name_key(column.name) == name_key(targets[i].name);
                      });
    if (found == planned.columns.end()) continue;
    used.insert(found->name);
    LAKEPORT_ASSIGN_OR_RETURN(const auto type, logical_type(targets[i].type));
    if (!names.empty()) names += ", ";
    if (!values.empty()) values += ", ";
    names += quoted_name(targets[i].name);
    values += "CAST(" + quoted_name(found->name) + " AS " + type.ToString() + ")";
  }
  for (const auto& column : planned.columns) {
    if (used.contains(column.name)) continue;
    return fail(ErrorKind::kInvalidInput,
                "The files have a column `" + column.name + "` that the table does not have",
                "COPY_INTO_SCHEMA_MISMATCH", "Add it to the table, or name the columns to load.");
  }
  return "INSERT INTO " + physical_table(table) + " (" + names + ") SELECT " + values + " FROM " + reader;
}

}  // namespace

Result<std::unique_ptr<Execution>> copy_into(const Run& run, const statement::CopyInto& copy) {
  if (!copy.query.empty()) {
    return fail(ErrorKind::kUnsupported, "COPY INTO from a query is not supported", "UNSUPPORTED_FEATURE",
                "Load the files into a table, then use INSERT INTO with the query.");
  }
  const auto name = full_name(run.context, copy.table);
  LAKEPORT_ASSIGN_OR_RETURN(const auto table,
                            run.parts.catalog.resolve(run.context.caller, name, Privilege::kModify));
  if (table->physical_name.empty())
    return fail(ErrorKind::kInvalidInput, name.full() + " is not a table that files can be loaded into",
                "EXPECT_TABLE_NOT_VIEW");
  LAKEPORT_ASSIGN_OR_RETURN(const auto format, format_of(copy.format));
  LAKEPORT_ASSIGN_OR_RETURN(const auto url, run.parts.catalog.require_path(
                                                run.context.caller, Privilege::kReadFiles, copy.location));
  LAKEPORT_ASSIGN_OR_RETURN(auto files, wanted_files(copy, url));
  // Two loads of the same files must not both find them new.
  LAKEPORT_ASSIGN_OR_RETURN(const auto lock, run.parts.locks.exclusive(table->id, *run.cancellation));
  LAKEPORT_ASSIGN_OR_RETURN(auto connection, run.parts.database->connect(run.context.time_zone));
  const Attached attached(run, connection);
  if (!option(copy.copy_options, "force")) LAKEPORT_RETURN_IF_ERROR(drop_loaded(connection, *table, files));
  std::int64_t rows = 0;
  if (!files.empty()) {
    std::string sql;
    try {
      LAKEPORT_ASSIGN_OR_RETURN(sql, insert_sql(connection, *table, copy, format, files));
    } catch (const std::exception& failure) {
      return fail(engine_error(failure).at(url));
    }
    LAKEPORT_RETURN_IF_ERROR(in_transaction(connection, run, [&]() -> Status {
      auto loaded = run_sql(connection, sql, run);
      if (!loaded) return fail(std::move(loaded).error().at(url));
      rows = *loaded;
      std::string record = std::string("INSERT INTO ") + kLoadedFiles + " VALUES ";
      for (const auto& file : files) {
        if (!record.ends_with(' ')) record += ", ";
        record += "(" + quoted_text(table->physical_name) + ", " + quoted_text(file) + ")";
      }
      return run_sql(connection, record, run).map([](auto) {});
    }));
  }
  return counted(
      {{"num_affected_rows", rows}, {"num_inserted_rows", rows}, {"num_skipped_corrupt_files", 0}});
}

}  // namespace lakeport::lakehouse

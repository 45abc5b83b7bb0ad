#include <map>
#include <memory>
#include <regex>
#include <utility>

#include <arrow/api.h>

#include "json_object.h"
#include "reader.h"
#include "text_array.h"

namespace lakeport::sources::files {
namespace {

using wire::DataType;

// A column as DuckDB describes it.
struct ParquetColumn {
  std::string name;
  std::string type;
  bool nested() const {
    return type.ends_with(']') || type.starts_with("STRUCT") || type.starts_with("MAP") ||
           type.starts_with("UNION") || type.starts_with("VARIANT") || type == "JSON";
  }
};

// The contract's type for DuckDB's (docs/sources/files.md has the table). What has no type of its own is
// text.
LayoutColumn to_layout(const ParquetColumn& column) {
  static const std::map<std::string_view, DataType> kTypes{
      {"BOOLEAN", DataType::kBoolean},
      {"TINYINT", DataType::kShort},
      {"SMALLINT", DataType::kShort},
      {"UTINYINT", DataType::kShort},
      {"INTEGER", DataType::kInt},
      {"USMALLINT", DataType::kInt},
      {"BIGINT", DataType::kLong},
      {"UINTEGER", DataType::kLong},
      {"FLOAT", DataType::kFloat},
      {"DOUBLE", DataType::kDouble},
      {"DATE", DataType::kNaiveDate},
      {"TIME", DataType::kNaiveTime},
      {"TIMESTAMP", DataType::kNaiveDatetime},
      {"TIMESTAMP_S", DataType::kNaiveDatetime},
      {"TIMESTAMP_MS", DataType::kNaiveDatetime},
      {"TIMESTAMP_NS", DataType::kNaiveDatetime},
      {"TIMESTAMP WITH TIME ZONE", DataType::kUtcDatetime},
      {"BLOB", DataType::kBinary},
      {"\"NULL\"", DataType::kUnspecified}};
  if (column.nested()) return {column.name, DataType::kJson, {}, {}, {}};
  if (column.type == "UBIGINT") return {column.name, DataType::kDecimal, wire::DecimalParams{20, 0}, {}, {}};
  static const std::regex kDecimal("DECIMAL\\((\\d+),(\\d+)\\)");
  std::smatch match;
  if (std::regex_match(column.type, match, kDecimal)) {
    const wire::DecimalParams params{std::stoi(match[1]), std::stoi(match[2])};
    return {column.name, DataType::kDecimal, params, {}, {}};
  }
  const auto found = kTypes.find(column.type);
  return {column.name, found == kTypes.end() ? DataType::kString : found->second, {}, {}, {}};
}

std::string sql_type(const LayoutColumn& column, const ParquetColumn& from) {
  switch (column.type) {
    case DataType::kBoolean:
      return "BOOLEAN";
    case DataType::kShort:
      return "SMALLINT";
    case DataType::kInt:
      return "INTEGER";
    case DataType::kLong:
      return "BIGINT";
    case DataType::kDecimal: {
      const auto params = column.decimal.value_or(wire::DecimalParams{});
      return "DECIMAL(" + std::to_string(params.precision) + "," + std::to_string(params.scale) + ")";
    }
    case DataType::kFloat:
      return "FLOAT";
    case DataType::kDouble:
      return "DOUBLE";
    case DataType::kNaiveDate:
      return "DATE";
    case DataType::kNaiveTime:
      return "TIME";
    case DataType::kNaiveDatetime:
      return from.type == "TIMESTAMP_NS" ? from.type : "TIMESTAMP";
    case DataType::kUtcDatetime:
      return "TIMESTAMP WITH TIME ZONE";
    case DataType::kBinary:
      return "BLOB";
    default:
      return "VARCHAR";
  }
}

class ParquetReader final : public FileReader {
 public:
  ParquetReader(InputFile file, Session& session) : file_(std::move(file)), session_(session) {}

  Result<std::vector<LayoutColumn>> columns(std::int64_t rows) override {
    (void)rows;  // the types are in the file
    LAKEPORT_ASSIGN_OR_RETURN(duckdb::Connection* const connection, session_.open(false));
    LAKEPORT_RETURN_IF_ERROR(describe(*connection));
    std::vector<LayoutColumn> columns;
    columns.reserve(columns_.size());
    for (const ParquetColumn& column : columns_) columns.push_back(to_layout(column));
    return columns;
  }

  Result<ReadOutcome> read(const TableLayout& layout, const TakeRows& take) override {
    LAKEPORT_ASSIGN_OR_RETURN(duckdb::Connection* const connection, session_.open(false));
    LAKEPORT_RETURN_IF_ERROR(describe(*connection));
    std::string select;
    for (const ParquetColumn& column : columns_) {
      const LayoutColumn* wanted = layout.find(column.name);
      if (wanted == nullptr) return ReadOutcome::kRestart;
      const std::string name = duckdb::quote_identifier(column.name);
      const std::string value = column.nested() ? "to_json(" + name + ")" : name;
      select += select.empty() ? "SELECT CAST(" : ", CAST(";
      select += value;
      select += " AS " + sql_type(*wanted, column) + ") AS " + name;
    }
    auto reader = connection->stream(select + " FROM " + scan());
    if (!reader) return fail(explain(reader.error().what()));
    while (true) {
      std::shared_ptr<arrow::RecordBatch> batch;
      if (const auto status = (*reader)->ReadNext(&batch); !status.ok())
        return fail(explain(status.message()));
      if (!batch) return ReadOutcome::kWhole;
      LAKEPORT_ASSIGN_OR_RETURN(auto mended, quote_non_finite_columns(std::move(batch)));
      LAKEPORT_RETURN_IF_ERROR(take(std::move(mended)));
    }
  }

  std::vector<std::string> warnings() const override { return warnings_; }

 private:
  std::string scan() const { return "read_parquet(" + quoted_path(file_) + ", hive_partitioning = false)"; }

  Error explain(const std::string& text) const {
    return {ErrorKind::kInvalidInput, "cannot be read as Parquet: " + text.substr(0, text.find('\n')),
            file_.name, "Check that the file is whole."};
  }

  Status describe(duckdb::Connection& connection) {
    auto described =
        connection.query("SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM " + scan() + ")");
    if (!described) return fail(explain(described.error().what()));
    columns_.clear();
    for_each_row(**described, [&](std::string_view name, std::string_view type) {
      columns_.push_back({std::string(name), std::string(type)});
    });
    // What DuckDB reads less exactly than the file has it.
    auto inexact = connection.query(
        "SELECT name, CASE WHEN precision > 38 THEN 'its digits beyond 17' ELSE 'its nanoseconds' END FROM "
        "parquet_schema(" +
        quoted_path(file_) +
        ") WHERE precision > 38 OR (logical_type LIKE 'TimestampType(isAdjustedToUTC=1%' AND "
        "logical_type LIKE '%NANOS=NanoSeconds%')");
    if (!inexact) return fail(explain(inexact.error().what()));
    warnings_.clear();
    for_each_row(**inexact, [&](std::string_view name, std::string_view what) {
      warnings_.push_back(file_.name + ": column " + std::string(name) + " is read without " +
                          std::string(what) + ", which DuckDB does not keep");
    });
    return {};
  }

  static void for_each_row(const arrow::Table& table,
                           const std::function<void(std::string_view, std::string_view)>& take) {
    arrow::TableBatchReader batches(table);
    std::shared_ptr<arrow::RecordBatch> batch;
    while (batches.ReadNext(&batch).ok() && batch) {
      for (std::int64_t row = 0; row < batch->num_rows(); ++row) {
        take(text_at(*batch->column(0), row).value_or(""), text_at(*batch->column(1), row).value_or(""));
      }
    }
  }

  Result<std::shared_ptr<arrow::RecordBatch>> quote_non_finite_columns(
      std::shared_ptr<arrow::RecordBatch> batch) const {
    for (int i = 0; i < batch->num_columns(); ++i) {
      const ParquetColumn& column = columns_[static_cast<std::size_t>(i)];
      const bool has_floats =
          column.type.find("FLOAT") != std::string::npos || column.type.find("DOUBLE") != std::string::npos;
      if (!column.nested() || !has_floats) continue;
      arrow::StringBuilder builder;
      bool changed = false;
      for (std::int64_t row = 0; row < batch->num_rows(); ++row) {
        const auto text = text_at(*batch->column(i), row);
        const auto quoted = text ? quote_non_finite(*text) : std::nullopt;
        changed = changed || quoted.has_value();
        const auto appended =
            text ? builder.Append(quoted ? std::string_view(*quoted) : *text) : builder.AppendNull();
        if (!appended.ok()) return fail(ErrorKind::kInternal, appended.message(), file_.name);
      }
      if (!changed) continue;
      auto array = builder.Finish();
      if (!array.ok()) return fail(ErrorKind::kInternal, array.status().message(), file_.name);
      auto replaced = batch->SetColumn(i, arrow::field(column.name, arrow::utf8()), *array);
      if (!replaced.ok()) return fail(ErrorKind::kInternal, replaced.status().message(), file_.name);
      batch = *replaced;
    }
    return batch;
  }

  InputFile file_;
  Session& session_;
  std::vector<ParquetColumn> columns_;
  std::vector<std::string> warnings_;
};

}  // namespace

std::unique_ptr<FileReader> make_parquet_reader(const InputFile& file, Session& session) {
  return std::make_unique<ParquetReader>(file, session);
}

}  // namespace lakeport::sources::files

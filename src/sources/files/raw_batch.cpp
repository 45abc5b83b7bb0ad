#include "raw_batch.h"

#include <limits>
#include <optional>
#include <utility>

#include <arrow/api.h>

namespace lakeport::sources::files {
namespace {

using wire::DataType;

TextValue value_of(const Cell& cell) {
  return cell.kind == CellKind::kJsonString ? classify_json_string(cell.text) : classify(cell.text);
}

// A JSON string never counts as a number, boolean or time, whatever it looks like; a CSV text may.
bool may_be(const Cell& cell, DataType type) {
  if (cell.kind == CellKind::kJsonNested) return type == DataType::kString || type == DataType::kJson;
  if (type == DataType::kJson) return false;
  if (cell.kind != CellKind::kJsonString) return true;
  return type == DataType::kString || type == DataType::kNaiveDate || type == DataType::kNaiveDatetime ||
         type == DataType::kUtcDatetime;
}

template <class Builder>
std::shared_ptr<arrow::Array> finish(Builder& builder) {
  return builder.Finish().ValueOr(nullptr);
}

// Appends `parse(text)` of every cell. Null when one of them is nothing.
template <class Builder, class Parse>
std::shared_ptr<arrow::Array> build(Builder& builder, const std::vector<Cell>& cells, DataType type,
                                    Parse parse) {
  if (!builder.Reserve(static_cast<std::int64_t>(cells.size())).ok()) return nullptr;
  for (const Cell& cell : cells) {
    if (cell.kind == CellKind::kNull || (cell.kind == CellKind::kText && cell.text.empty())) {
      builder.UnsafeAppendNull();
      continue;
    }
    if (!may_be(cell, type)) return nullptr;
    const auto value = parse(cell.text);
    if (!value) return nullptr;
    builder.UnsafeAppend(*value);
  }
  return finish(builder);
}

std::shared_ptr<arrow::Array> build_text(const std::vector<Cell>& cells, DataType type) {
  arrow::StringBuilder builder;
  for (const Cell& cell : cells) {
    if (cell.kind != CellKind::kNull && !may_be(cell, type)) return nullptr;
    const auto appended = cell.kind == CellKind::kNull
                              ? builder.AppendNull()
                              : builder.Append(cell.text.data(), static_cast<std::int32_t>(cell.text.size()));
    if (!appended.ok()) return nullptr;
  }
  return finish(builder);
}

// Decimals travel as text (wire/encoder.h); 38 digits are checked against the column here.
std::shared_ptr<arrow::Array> build_decimal(const std::vector<Cell>& cells,
                                            const wire::DecimalParams& params) {
  arrow::StringBuilder builder;
  for (const Cell& cell : cells) {
    if (cell.kind == CellKind::kNull || (cell.kind == CellKind::kText && cell.text.empty())) {
      if (!builder.AppendNull().ok()) return nullptr;
      continue;
    }
    const TextValue value = value_of(cell);
    if (value.kind != TextKind::kInteger && value.kind != TextKind::kNumber) return nullptr;
    if (value.shape.has_exponent || value.shape.fraction_digits > params.scale ||
        value.shape.integer_digits > params.precision - params.scale) {
      return nullptr;
    }
    std::string text(cell.text);
    const std::size_t point = text.find('.');
    if (point != std::string::npos && point + 1 == text.size()) text.pop_back();        // "5."
    if (point == 0 || (point == 1 && text.front() == '-')) text.insert(point, 1, '0');  // ".5", "-.5"
    if (!builder.Append(text).ok()) return nullptr;
  }
  return finish(builder);
}

// timestamp[us], or [ns] when a value has digits below a microsecond and all of them have room in it.
std::shared_ptr<arrow::Array> build_datetime(const std::vector<Cell>& cells, DataType type) {
  const bool utc = type == DataType::kUtcDatetime;
  std::vector<std::optional<Moment>> moments;
  moments.reserve(cells.size());
  bool nanoseconds = false;
  for (const Cell& cell : cells) {
    if (cell.kind == CellKind::kNull || (cell.kind == CellKind::kText && cell.text.empty())) {
      moments.emplace_back();
      continue;
    }
    if (!may_be(cell, type)) return nullptr;
    moments.push_back(utc ? parse_utc_datetime(cell.text) : parse_naive_datetime(cell.text));
    if (!moments.back()) return nullptr;
    nanoseconds = nanoseconds || moments.back()->nanoseconds % 1000 != 0;
  }
  constexpr std::int64_t kMaxNanosecondSeconds = std::numeric_limits<std::int64_t>::max() / 1'000'000'000 - 1;
  arrow::TimestampBuilder builder(
      arrow::timestamp(nanoseconds ? arrow::TimeUnit::NANO : arrow::TimeUnit::MICRO, utc ? "UTC" : ""),
      arrow::default_memory_pool());
  for (const auto& moment : moments) {
    arrow::Status appended;
    if (!moment) {
      appended = builder.AppendNull();
    } else if (nanoseconds) {
      if (std::abs(moment->seconds) > kMaxNanosecondSeconds) return nullptr;
      appended = builder.Append(moment->seconds * 1'000'000'000 + moment->nanoseconds);
    } else {
      appended = builder.Append(moment->seconds * 1'000'000 + moment->nanoseconds / 1000);
    }
    if (!appended.ok()) return nullptr;
  }
  return finish(builder);
}

std::shared_ptr<arrow::Array> all_null(const std::vector<Cell>& cells) {
  for (const Cell& cell : cells) {
    if (cell.kind != CellKind::kNull) return nullptr;
  }
  return arrow::MakeArrayOfNull(arrow::utf8(), static_cast<std::int64_t>(cells.size())).ValueOr(nullptr);
}

std::shared_ptr<arrow::Array> build_column(const std::vector<Cell>& cells, const LayoutColumn& column) {
  switch (column.type) {
    case DataType::kBoolean: {
      arrow::BooleanBuilder builder;
      return build(builder, cells, column.type, parse_boolean);
    }
    case DataType::kLong: {
      arrow::Int64Builder builder;
      return build(builder, cells, column.type, [](std::string_view text) {
        const bool plain = classify(text).kind == TextKind::kInteger;
        return plain ? parse_integer(text) : std::nullopt;
      });
    }
    case DataType::kDouble: {
      arrow::DoubleBuilder builder;
      return build(builder, cells, column.type, [](std::string_view text) -> std::optional<double> {
        const TextValue value = classify(text);
        const bool number = value.kind == TextKind::kInteger || value.kind == TextKind::kNumber;
        if (number ? !value.shape.exact_as_double : value.kind != TextKind::kNonFinite) return std::nullopt;
        return parse_number(text);
      });
    }
    case DataType::kDecimal:
      return build_decimal(cells, column.decimal.value_or(wire::DecimalParams{}));
    case DataType::kNaiveDate: {
      arrow::Date32Builder builder;
      return build(builder, cells, column.type, parse_date);
    }
    case DataType::kNaiveDatetime:
    case DataType::kUtcDatetime:
      return build_datetime(cells, column.type);
    case DataType::kNaiveTime: {
      arrow::Time64Builder builder(arrow::time64(arrow::TimeUnit::MICRO), arrow::default_memory_pool());
      return build(builder, cells, column.type, parse_time);
    }
    case DataType::kString:
    case DataType::kJson:
      return build_text(cells, column.type);
    default:  // types that only Parquet files give a table: a text file has room there for NULL alone
      return all_null(cells);
  }
}

}  // namespace

void BatchSummary::add(const RawBatch& batch) {
  for (const RawBatch::Column& column : batch.columns) {
    const auto [summary, added] = summaries_.try_emplace(column.name);
    if (added) order_.push_back(column.name);
    for (const Cell& cell : column.cells) {
      if (cell.kind == CellKind::kNull) continue;
      if (cell.kind == CellKind::kJsonNested) {
        summary->second.add_nested();
      } else {
        summary->second.add(value_of(cell));
      }
    }
  }
}

void BatchSummary::add_name(const std::string& name) {
  if (summaries_.try_emplace(name).second) order_.push_back(name);
}

std::vector<LayoutColumn> BatchSummary::columns() const {
  std::vector<LayoutColumn> columns;
  columns.reserve(order_.size());
  for (const std::string& name : order_) columns.push_back(summaries_.at(name).column(name));
  return columns;
}

std::shared_ptr<arrow::RecordBatch> to_typed(const RawBatch& batch, const TableLayout& layout) {
  arrow::FieldVector fields;
  arrow::ArrayVector arrays;
  for (const RawBatch::Column& column : batch.columns) {
    const LayoutColumn* wanted = layout.find(column.name);
    if (wanted == nullptr) return nullptr;
    auto array = build_column(column.cells, *wanted);
    if (!array) return nullptr;
    fields.push_back(arrow::field(column.name, array->type()));
    arrays.push_back(std::move(array));
  }
  return arrow::RecordBatch::Make(arrow::schema(std::move(fields)), batch.rows, std::move(arrays));
}

}  // namespace lakeport::sources::files

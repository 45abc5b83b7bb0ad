#include "lakeport/merge/batch_columns.h"

#include <algorithm>
#include <limits>

#include <arrow/array.h>
#include <arrow/record_batch.h>
#include <arrow/table.h>
#include <arrow/util/decimal.h>

#include "lakeport/merge/engine_types.h"

#include "plain_text.h"

namespace lakeport::destinations {

using duckdb::quote_identifier;
using duckdb::quote_literal;
using wire::DataType;

namespace {

// UTC nanoseconds are scanned as TIMESTAMP_NS, for want of such a type with a zone; engine_types.h says what
// becomes of them.
bool is_utc_nanos(const arrow::DataType& type) {
  if (type.id() != arrow::Type::TIMESTAMP) return false;
  const auto& timestamp = static_cast<const arrow::TimestampType&>(type);
  return timestamp.unit() == arrow::TimeUnit::NANO && !timestamp.timezone().empty();
}

std::shared_ptr<arrow::ChunkedArray> without_zone(const arrow::ChunkedArray& values) {
  const auto naive = arrow::timestamp(arrow::TimeUnit::NANO);
  arrow::ArrayVector chunks;
  for (const auto& chunk : values.chunks()) {
    auto data = chunk->data()->Copy();
    data->type = naive;
    chunks.push_back(arrow::MakeArray(std::move(data)));
  }
  return std::make_shared<arrow::ChunkedArray>(std::move(chunks), naive);
}

// Whether all finite microseconds are within what TIMESTAMP_NS reaches.
bool nanoseconds_reach(const arrow::Array& array) {
  constexpr std::int64_t kReach = std::numeric_limits<std::int64_t>::max() / 1000;
  constexpr std::int64_t kInfinite = std::numeric_limits<std::int64_t>::max();
  const auto& values = static_cast<const arrow::TimestampArray&>(array);
  for (std::int64_t i = 0; i < values.length(); ++i) {
    if (values.IsNull(i)) continue;
    const auto value = values.Value(i);
    if ((value >= kReach || value <= -kReach) && value != kInfinite && value != -kInfinite) return false;
  }
  return true;
}

// Whether every value has room in DECIMAL(precision, scale).
bool decimals_fit(const arrow::Array& array, const wire::DecimalParams& room) {
  const auto& type = static_cast<const arrow::Decimal128Type&>(*array.type());
  if (type.precision() - type.scale() <= room.precision - room.scale && type.scale() <= room.scale)
    return true;
  if (type.scale() > room.scale) return false;
  const auto& values = static_cast<const arrow::Decimal128Array&>(array);
  const std::int32_t digits = room.precision - room.scale + type.scale();  // that a value may have, unscaled
  for (std::int64_t i = 0; i < values.length(); ++i) {
    if (!values.IsNull(i) && !arrow::Decimal128(values.GetValue(i)).FitsInPrecision(digits)) return false;
  }
  return true;
}

// Whether a text has digits other than zeros below the microsecond.
bool has_nanoseconds(const arrow::Array& array) {
  const auto& texts = static_cast<const arrow::StringArray&>(array);
  for (std::int64_t i = 0; i < texts.length(); ++i) {
    if (texts.IsNull(i)) continue;
    const auto text = texts.GetView(i);
    if (text.size() <= 15) continue;  // the shortest with seven digits after the point is a time of 16
    const auto point = text.find('.');
    if (point == std::string_view::npos || point < 3 || text[point - 3] != ':') continue;
    for (std::size_t digit = point + 7; digit < text.size() && text[digit] >= '0' && text[digit] <= '9';
         ++digit) {
      if (text[digit] != '0') return true;
    }
  }
  return false;
}

// Values from here on count for the engine's memory.
constexpr std::int64_t kLongValue = 2 << 20;

// The bytes of the longest value; 0 when all are short.
std::int64_t longest_value(const arrow::ChunkedArray& column) {
  if (column.type()->id() != arrow::Type::STRING && column.type()->id() != arrow::Type::BINARY) return 0;
  std::int64_t longest = 0;
  for (const auto& chunk : column.chunks()) {
    const auto& values = static_cast<const arrow::BinaryArray&>(*chunk);
    if (values.total_values_length() <= kLongValue) continue;
    for (std::int64_t i = 0; i < values.length(); ++i)
      longest = std::max<std::int64_t>(longest, values.value_length(i));
  }
  return longest > kLongValue ? longest : 0;
}

// The type that the column must have for the values of `array`; the one that it has when they fit.
std::string needed_type(const StoredColumn& column, const arrow::Array& array) {
  const auto& type = *array.type();
  const auto& engine = column.engine;
  if (type.id() == arrow::Type::TIMESTAMP) {
    const bool nanos = static_cast<const arrow::TimestampType&>(type).unit() == arrow::TimeUnit::NANO;
    if (nanos && engine == kTimestamp) return std::string(kTimestampNs);
    if (nanos && engine == kTimestampTz) return std::string(kVarchar);
    if (!nanos && engine == kTimestampNs && !nanoseconds_reach(array)) return std::string(kVarchar);
  } else if (type.id() == arrow::Type::DECIMAL128) {
    if (engine.starts_with("DECIMAL(") && !decimals_fit(array, *column.contract.decimal))
      return std::string(kVarchar);
  } else if (type.id() == arrow::Type::STRING) {
    // As text the values stay as they are, whatever years they have.
    if ((engine == kTimestamp || engine == kTimestampTz || engine == "TIME") && has_nanoseconds(array)) {
      return std::string(kVarchar);
    }
  }
  return engine;
}

std::string value_expression(const StoredColumn& column, const arrow::DataType& type,
                             const std::string& name) {
  const auto value = "s." + quote_identifier(name);
  if (is_utc_nanos(type)) {
    const auto text = text_expression(value, kTimestampNs);
    return "CASE WHEN isinf(" + value + ") THEN " + text + " ELSE " + text + " || 'Z' END";
  }
  return cast_expression(value, scanned_type(type), column.engine, name);
}

// Makes the column wide enough for the values; gives the table as it is then.
Result<const StoredTable*> widen_for(Session& session, const StoredTable& table, const std::string& name,
                                     const arrow::ChunkedArray& values) {
  const auto id = table.id;
  const auto* column = table.find(name);
  if (column == nullptr) {
    return fail(ErrorKind::kDestinationFailed,
                "the rows have a column " + quote_identifier(name) + " that the table lacks", id.to_string());
  }
  if (scanned_type(*values.type()).empty()) {
    return fail(ErrorKind::kDestinationFailed,
                "Arrow type " + values.type()->ToString() + " is none that rows have",
                id.to_string() + ": column " + quote_identifier(name));
  }
  for (const auto& chunk : values.chunks()) {
    const auto needed = needed_type(*column, *chunk);
    if (needed == column->engine) continue;
    auto contract = column->contract;
    if (needed == kVarchar) {
      contract.type = DataType::kString;
      contract.decimal.reset();
    }
    LAKEPORT_RETURN_IF_ERROR(session.tables().change_type(id, name, contract, needed));
    LAKEPORT_ASSIGN_OR_RETURN(const auto* widened, session.tables().get(id));
    column = widened->find(name);
  }
  return session.tables().get(id);
}

// Texts as typed values where all of a column are plain.
std::shared_ptr<arrow::Table> with_typed_texts(const std::shared_ptr<arrow::Table>& rows,
                                               const StoredTable& table) {
  arrow::FieldVector fields;
  arrow::ChunkedArrayVector columns;
  for (int i = 0; i < rows->num_columns(); ++i) {
    fields.push_back(rows->field(i));
    columns.push_back(rows->column(i));
    const auto* column = table.find(rows->field(i)->name());
    if (column == nullptr) continue;
    if (auto typed = typed_texts(*rows->column(i), *column)) {
      fields.back() = fields.back()->WithType(typed->type());
      columns.back() = std::move(typed);
    }
  }
  return arrow::Table::Make(arrow::schema(std::move(fields)), std::move(columns), rows->num_rows());
}

}  // namespace

Result<BoundRows> bind_rows(Session& session, const wire::TableId& id,
                            const std::shared_ptr<arrow::Table>& given, const BatchText& text) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto* table, session.tables().get(id));
  const auto rows = with_typed_texts(given, *table);
  for (int i = 0; i < rows->num_columns(); ++i) {
    LAKEPORT_ASSIGN_OR_RETURN(table, widen_for(session, *table, rows->field(i)->name(), *rows->column(i)));
  }
  std::int64_t longest = 0;
  for (const auto& values : rows->columns()) longest = std::max(longest, longest_value(*values));
  LAKEPORT_RETURN_IF_ERROR(session.make_room(static_cast<std::int64_t>(table->columns.size()), longest));

  arrow::FieldVector fields;
  arrow::ChunkedArrayVector columns;
  ChangedRows changed{"", rows->num_rows(), {}};
  for (int i = 0; i < rows->num_columns(); ++i) {
    auto field = rows->field(i);
    auto values = rows->column(i);
    const auto* column = table->find(field->name());
    ColumnSource source{column, value_expression(*column, *field->type(), field->name()), std::nullopt,
                        values->null_count() > 0, std::nullopt};
    if (column->contract.primary_key && scanned_type(*field->type()) == column->engine)
      source.range = range_of(*values);
    if (text.unmodified && field->type()->id() == arrow::Type::STRING) {
      source.unmodified = "coalesce(s." + quote_identifier(field->name()) + " = " +
                          quote_literal(*text.unmodified) + ", false)";
    }
    changed.columns.push_back(std::move(source));
    if (is_utc_nanos(*field->type())) {
      values = without_zone(*values);
      field = field->WithType(values->type());
    }
    fields.push_back(std::move(field));
    columns.push_back(std::move(values));
  }
  auto bare = arrow::Table::Make(arrow::schema(std::move(fields)), std::move(columns), rows->num_rows());
  LAKEPORT_ASSIGN_OR_RETURN(auto bound, session.connection().bind(std::move(bare)));
  changed.relation = bound.sql();
  return BoundRows{std::move(bound), std::move(changed), table};
}

Result<BoundRows> bind_batch(Session& session, const wire::TableId& table,
                             const std::shared_ptr<arrow::RecordBatch>& batch) {
  auto rows = arrow::Table::FromRecordBatches(batch->schema(), {batch});
  if (!rows.ok()) return fail(ErrorKind::kInternal, rows.status().message(), table.to_string());
  return bind_rows(session, table, *rows);
}

}  // namespace lakeport::destinations

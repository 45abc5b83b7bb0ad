#include "sample_rows.h"

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <set>

namespace lakeport::destinations {

using wire::DataType;

namespace {

void must(const arrow::Status& status) {
  if (!status.ok()) std::abort();
}

template <class Builder, class Value>
void put(arrow::ArrayBuilder& builder, Value value) {
  must(static_cast<Builder&>(builder).Append(value));
}

template <class Value>
Value pick(std::mt19937_64& random, const std::vector<Value>& values) {
  return values[random() % values.size()];
}

// A key column's value for a number: different numbers give different values.
void append_key(arrow::ArrayBuilder& builder, const wire::Column& column, std::int64_t number) {
  switch (column.type) {
    case DataType::kShort:
      return put<arrow::Int16Builder>(builder, static_cast<std::int16_t>(number));
    case DataType::kInt:
      return put<arrow::Int32Builder>(builder, static_cast<std::int32_t>(number));
    case DataType::kLong:
      return put<arrow::Int64Builder>(builder, number);
    default:
      return put<arrow::StringBuilder>(builder, "key '" + std::to_string(number) + "\" ü");
  }
}

}  // namespace

void SampleRows::append(arrow::ArrayBuilder& builder, const wire::Column& column) {
  if (below(6) == 0) return must(builder.AppendNull());
  constexpr std::int64_t kYear1 = -62135596800000000;
  constexpr std::int64_t kYear9999 = 253402300799999999;
  switch (column.type) {
    case DataType::kBoolean:
      return put<arrow::BooleanBuilder>(builder, below(2) == 1);
    case DataType::kShort:
      return put<arrow::Int16Builder>(builder, pick<std::int16_t>(random_, {INT16_MIN, -1, 0, 1, INT16_MAX}));
    case DataType::kInt:
      return put<arrow::Int32Builder>(builder, pick<std::int32_t>(random_, {INT32_MIN, -1, 0, 7, INT32_MAX}));
    case DataType::kLong:
      return put<arrow::Int64Builder>(builder,
                                      pick<std::int64_t>(random_, {INT64_MIN, -1, 0, 1L << 53, INT64_MAX}));
    case DataType::kFloat:
      return put<arrow::FloatBuilder>(
          builder, pick<float>(random_, {0.5F, -1.25F, 3.4e38F, 1e-45F, -0.0F, NAN, INFINITY}));
    case DataType::kDouble:
      return put<arrow::DoubleBuilder>(
          builder, pick<double>(random_, {0.5, -1.25, 1e308, 5e-324, 0.1, NAN, -INFINITY}));
    case DataType::kDecimal: {
      const auto params = column.decimal.value_or(wire::kUnconstrainedDecimal);
      const auto largest =
          arrow::Decimal128::FromString(std::string(static_cast<std::size_t>(params.precision), '9'))
              .ValueOrDie();
      return put<arrow::Decimal128Builder>(builder,
                                           pick<arrow::Decimal128>(random_, {largest, -largest, 0, 1, -12}));
    }
    case DataType::kNaiveDate:
      return put<arrow::Date32Builder>(
          builder, pick<std::int32_t>(random_, {-719162, 0, 19000, 2932896, INT32_MAX, -INT32_MAX}));
    case DataType::kNaiveTime:
      return put<arrow::Time64Builder>(
          builder, pick<std::int64_t>(random_, {0, 1, 36930000000, 36930100000, 86399999999}));
    case DataType::kNaiveDatetime:
    case DataType::kUtcDatetime:
      return put<arrow::TimestampBuilder>(
          builder, pick<std::int64_t>(random_, {kYear1, -1, 0, 1200000, 1196676930123456, kYear9999,
                                                INT64_MAX, -INT64_MAX}));
    case DataType::kBinary:
      return put<arrow::BinaryBuilder>(
          builder, pick<std::string>(random_, {"", std::string("\0\xff\0", 3), std::string(300, '\x80')}));
    case DataType::kJson:
      return put<arrow::StringBuilder>(
          builder,
          pick<std::string>(random_, {"null", " 5 ", R"({"a": 1, "a":2 })", R"("x")", "[]", "1.50"}));
    case DataType::kXml:
      return put<arrow::StringBuilder>(builder, pick<std::string>(random_, {"<a/>", "<a>ü &amp; \"b\"</a>"}));
    default:
      return put<arrow::StringBuilder>(
          builder, pick<std::string>(random_, {"", "NULL", "a,\"b\"\n", std::string("nul\0byte", 8),
                                               "'ünï' \\ 表", std::string(5000, 'x')}));
  }
}

std::shared_ptr<arrow::RecordBatch> SampleRows::rows(const wire::TableSchema& schema,
                                                     const std::vector<std::int64_t>& keys,
                                                     std::int64_t synced_micros, bool deleted) {
  const auto types = wire::arrow_schema(schema);
  arrow::ArrayVector arrays;
  for (std::size_t c = 0; c < schema.columns.size(); ++c) {
    const auto& column = schema.columns[c];
    auto builder = arrow::MakeBuilder(types->field(static_cast<int>(c))->type()).ValueOrDie();
    for (const auto key : keys) {
      if (column.primary_key) {
        append_key(*builder, column, key);
      } else if (column.name == wire::kSyncedColumn) {
        put<arrow::TimestampBuilder>(*builder, synced_micros);
      } else if (column.name == wire::kDeletedColumn) {
        put<arrow::BooleanBuilder>(*builder, deleted);
      } else {
        append(*builder, column);
      }
    }
    arrays.push_back(builder->Finish().ValueOrDie());
  }
  return arrow::RecordBatch::Make(types, static_cast<std::int64_t>(keys.size()), std::move(arrays));
}

std::vector<std::int64_t> SampleRows::numbers(std::size_t count, std::int64_t bound) {
  std::set<std::int64_t> picked;
  count = std::min(count, static_cast<std::size_t>(bound));
  while (picked.size() < count)
    picked.insert(static_cast<std::int64_t>(below(static_cast<std::uint64_t>(bound))));
  std::vector<std::int64_t> numbers(picked.begin(), picked.end());
  std::shuffle(numbers.begin(), numbers.end(), random_);
  return numbers;
}

wire::TableSchema every_type_table(const std::string& name) {
  wire::TableSchema schema{name, {{"id", DataType::kLong, true}, {"Ünï \"key\"", DataType::kString, true}}};
  auto add = [&](const char* column, DataType type) { schema.columns.push_back({column, type}); };
  add("bool", DataType::kBoolean);
  add("short", DataType::kShort);
  add("int", DataType::kInt);
  add("long", DataType::kLong);
  add("float", DataType::kFloat);
  add("double", DataType::kDouble);
  schema.columns.push_back({"small decimal", DataType::kDecimal, false, wire::DecimalParams{5, 2}});
  schema.columns.push_back({"decimal_38", DataType::kDecimal, false, wire::DecimalParams{38, 37}});
  add("dec.unconstrained", DataType::kDecimal);
  add("date", DataType::kNaiveDate);
  add("time", DataType::kNaiveTime);
  add("datetime", DataType::kNaiveDatetime);
  add("utc", DataType::kUtcDatetime);
  add("binary", DataType::kBinary);
  add("xml", DataType::kXml);
  add("string", DataType::kString);
  add("json", DataType::kJson);
  add("`select`", DataType::kUnspecified);
  schema.columns.push_back({std::string(wire::kSyncedColumn), DataType::kUtcDatetime});
  schema.columns.push_back({std::string(wire::kDeletedColumn), DataType::kBoolean});
  return schema;
}

std::shared_ptr<arrow::RecordBatch> only(const arrow::RecordBatch& batch,
                                         const std::vector<std::string>& columns) {
  arrow::FieldVector fields;
  arrow::ArrayVector arrays;
  for (const auto& name : columns) {
    fields.push_back(batch.schema()->GetFieldByName(name));
    arrays.push_back(batch.GetColumnByName(name));
  }
  return arrow::RecordBatch::Make(arrow::schema(fields), batch.num_rows(), arrays);
}

}  // namespace lakeport::destinations

#include "protobuf_rows.h"

#include <cstdlib>
#include <unordered_map>
#include <vector>

#include "connector_sdk.pb.h"
#include "sample_rows.h"

namespace lakeport::bench {
namespace {

namespace pb = fivetran_sdk::v2;

void check(const arrow::Status& status) {
  if (!status.ok()) std::abort();
}

template <class Builder>
Builder& as(arrow::ArrayBuilder& builder) {
  return static_cast<Builder&>(builder);
}

void append_decimal(const std::string& text, arrow::ArrayBuilder& builder) {
  arrow::Decimal128 value;
  std::int32_t precision = 0;
  std::int32_t scale = 0;
  check(arrow::Decimal128::FromString(text, &value, &precision, &scale));
  const auto wanted = static_cast<const arrow::Decimal128Type&>(*builder.type()).scale();
  check(as<arrow::Decimal128Builder>(builder).Append(*value.Rescale(scale, wanted)));
}

std::int64_t micros(const google::protobuf::Timestamp& time) {
  return time.seconds() * 1'000'000 + time.nanos() / 1000;
}

void append(const pb::ValueType& value, arrow::ArrayBuilder& builder) {
  switch (value.inner_case()) {
    case pb::ValueType::kBool:
      return check(as<arrow::BooleanBuilder>(builder).Append(value.bool_()));
    case pb::ValueType::kInt:
      return check(as<arrow::Int32Builder>(builder).Append(value.int_()));
    case pb::ValueType::kLong:
      return check(as<arrow::Int64Builder>(builder).Append(value.long_()));
    case pb::ValueType::kDouble:
      return check(as<arrow::DoubleBuilder>(builder).Append(value.double_()));
    case pb::ValueType::kNaiveDate:
      return check(as<arrow::Date32Builder>(builder).Append(
          static_cast<std::int32_t>(value.naive_date().seconds() / 86400)));
    case pb::ValueType::kUtcDatetime:
      return check(as<arrow::TimestampBuilder>(builder).Append(micros(value.utc_datetime())));
    case pb::ValueType::kDecimal:
      return append_decimal(value.decimal(), builder);
    case pb::ValueType::kString:
      return check(as<arrow::StringBuilder>(builder).Append(value.string()));
    case pb::ValueType::kJson:
      return check(as<arrow::StringBuilder>(builder).Append(value.json()));
    default:
      return check(builder.AppendNull());
  }
}

void set_time(google::protobuf::Timestamp* out, std::int64_t micros) {
  out->set_seconds(micros / 1'000'000);
  out->set_nanos(static_cast<std::int32_t>(micros % 1'000'000 * 1000));
}

void set_value(const wire::Column& column, const arrow::Array& array, std::int64_t row,
               pb::ValueType& value) {
  using enum wire::DataType;
  if (array.IsNull(row)) return value.set_null(true);
  switch (column.type) {
    case kBoolean:
      return value.set_bool_(static_cast<const arrow::BooleanArray&>(array).Value(row));
    case kInt:
      return value.set_int_(static_cast<const arrow::Int32Array&>(array).Value(row));
    case kLong:
      return value.set_long_(static_cast<const arrow::Int64Array&>(array).Value(row));
    case kDouble:
      return value.set_double_(static_cast<const arrow::DoubleArray&>(array).Value(row));
    case kNaiveDate:
      return value.mutable_naive_date()->set_seconds(
          std::int64_t{static_cast<const arrow::Date32Array&>(array).Value(row)} * 86400);
    case kUtcDatetime:
      return set_time(value.mutable_utc_datetime(),
                      static_cast<const arrow::TimestampArray&>(array).Value(row));
    case kDecimal:
      return value.set_decimal(static_cast<const arrow::Decimal128Array&>(array).FormatValue(row));
    case kString:
      return value.set_string(static_cast<const arrow::StringArray&>(array).GetString(row));
    case kJson:
      return value.set_json(static_cast<const arrow::StringArray&>(array).GetString(row));
    default:
      std::abort();
  }
}

}  // namespace

struct ProtobufDecoder::Impl {
  std::shared_ptr<arrow::Schema> schema;
  std::unique_ptr<arrow::RecordBatchBuilder> builder;
  std::unordered_map<std::string, int> columns;
  std::vector<bool> present;
};

ProtobufDecoder::ProtobufDecoder(const wire::TableSchema& table) : impl_(std::make_unique<Impl>()) {
  impl_->schema = wire::arrow_schema(table);
  impl_->builder = *arrow::RecordBatchBuilder::Make(impl_->schema, arrow::default_memory_pool());
  for (int i = 0; i < impl_->schema->num_fields(); ++i) impl_->columns[impl_->schema->field(i)->name()] = i;
}
ProtobufDecoder::~ProtobufDecoder() = default;

void ProtobufDecoder::decode(std::span<const std::uint8_t> message) {
  pb::UpdateResponse response;
  if (!response.ParseFromArray(message.data(), static_cast<int>(message.size()))) std::abort();
  for (const pb::Record& record : response.records().records()) {
    impl_->present.assign(static_cast<std::size_t>(impl_->schema->num_fields()), false);
    for (const auto& [name, value] : record.data()) {
      const int column = impl_->columns.at(name);
      append(value, *impl_->builder->GetField(column));
      impl_->present[static_cast<std::size_t>(column)] = true;
    }
    for (int i = 0; i < impl_->schema->num_fields(); ++i) {
      if (!impl_->present[static_cast<std::size_t>(i)]) check(impl_->builder->GetField(i)->AppendNull());
    }
  }
}

std::shared_ptr<arrow::RecordBatch> ProtobufDecoder::take() { return *impl_->builder->Flush(); }

void protobuf_encode(const wire::TableSchema& table, const arrow::RecordBatch& rows,
                     const std::function<void(const std::string&)>& emit) {
  for (std::int64_t first = 0; first < rows.num_rows(); first += kRowsAMessage) {
    pb::UpdateResponse response;
    for (std::int64_t row = first; row < std::min(first + kRowsAMessage, rows.num_rows()); ++row) {
      pb::Record* record = response.mutable_records()->add_records();
      record->set_schema_name("shop");
      record->set_table_name(table.name);
      record->set_type(pb::UPSERT);
      for (int i = 0; i < rows.num_columns(); ++i) {
        const wire::Column& column = table.columns[static_cast<std::size_t>(i)];
        set_value(column, *rows.column(i), row, (*record->mutable_data())[column.name]);
      }
    }
    emit(response.SerializeAsString());
  }
}

}  // namespace lakeport::bench

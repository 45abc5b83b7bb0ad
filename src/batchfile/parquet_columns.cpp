#include "parquet_columns.h"

#include <array>
#include <string_view>

#include <arrow/array.h>
#include <arrow/builder.h>
#include <arrow/type.h>

#include "markers.h"
#include "text_value.h"

namespace lakeport::batchfile {
namespace {

Status checked(const arrow::Status& status) {
  if (status.ok()) return {};
  return fail(ErrorKind::kInternal, "Arrow: " + status.ToString());
}

template <class Builder>
Result<std::shared_ptr<arrow::Array>> finished(Builder& builder) {
  std::shared_ptr<arrow::Array> array;
  LAKEPORT_RETURN_IF_ERROR(checked(builder.Finish(&array)));
  return array;
}

Result<std::shared_ptr<arrow::Array>> repeated(std::string_view text, std::int64_t rows) {
  arrow::StringBuilder builder;
  LAKEPORT_RETURN_IF_ERROR(checked(builder.Reserve(rows)));
  LAKEPORT_RETURN_IF_ERROR(checked(builder.ReserveData(rows * static_cast<std::int64_t>(text.size()))));
  for (std::int64_t row = 0; row < rows; ++row) builder.UnsafeAppend(text);
  return finished(builder);
}

Result<std::shared_ptr<arrow::Array>> as_int32(const arrow::Int16Array& array) {
  arrow::Int32Builder builder;
  LAKEPORT_RETURN_IF_ERROR(checked(builder.Reserve(array.length())));
  for (std::int64_t row = 0; row < array.length(); ++row) {
    if (array.IsNull(row)) {
      builder.UnsafeAppendNull();
    } else {
      builder.UnsafeAppend(array.Value(row));
    }
  }
  return finished(builder);
}

Result<std::shared_ptr<arrow::Array>> as_text(const arrow::Array& array) {
  LAKEPORT_ASSIGN_OR_RETURN(const ValueColumn values, value_column(array));
  arrow::StringBuilder builder;
  LAKEPORT_RETURN_IF_ERROR(checked(builder.Reserve(array.length())));
  LAKEPORT_RETURN_IF_ERROR(
      checked(builder.ReserveData(array.length() * static_cast<std::int64_t>(kMaxValueText))));
  std::array<char, kMaxValueText> text;
  for (std::int64_t row = 0; row < array.length(); ++row) {
    if (values.is_null(row)) {
      builder.UnsafeAppendNull();
    } else {
      const char* const end = write_value(text.data(), values, row);
      builder.UnsafeAppend(text.data(), static_cast<std::int32_t>(end - text.data()));
    }
  }
  return finished(builder);
}

Status check_texts(const arrow::StringArray& array, const FileParams& params) {
  for (std::int64_t row = 0; row < array.length(); ++row) {
    if (array.IsNull(row)) continue;
    if (is_marker(array.GetView(row), params)) return marker_collision();
  }
  return {};
}

}  // namespace

std::shared_ptr<arrow::DataType> parquet_type(const wire::Column& column, const arrow::DataType* type) {
  if (type == nullptr) return arrow::utf8();
  switch (type->id()) {
    case arrow::Type::NA: {
      const auto usual = wire::arrow_type(column);
      return parquet_type(column, usual.get());
    }
    case arrow::Type::INT16:
      return arrow::int32();
    case arrow::Type::DECIMAL128: {
      const auto& decimal = static_cast<const arrow::Decimal128Type&>(*type);
      return arrow::decimal128(decimal.precision(), decimal.scale());
    }
    case arrow::Type::BOOL:
      return arrow::boolean();
    case arrow::Type::INT32:
      return arrow::int32();
    case arrow::Type::INT64:
      return arrow::int64();
    case arrow::Type::FLOAT:
      return arrow::float32();
    case arrow::Type::DOUBLE:
      return arrow::float64();
    case arrow::Type::BINARY:
      return arrow::binary();
    default:
      return arrow::utf8();
  }
}

Result<std::shared_ptr<arrow::Array>> parquet_array(const std::shared_ptr<arrow::DataType>& type,
                                                    const arrow::Array* array, std::int64_t rows,
                                                    const FileParams& params) {
  if (array == nullptr) return repeated(params.unmodified_string, rows);
  switch (array->type_id()) {
    case arrow::Type::NA: {
      auto nulls = arrow::MakeArrayOfNull(type, rows);
      LAKEPORT_RETURN_IF_ERROR(checked(nulls.status()));
      return *std::move(nulls);
    }
    case arrow::Type::INT16:
      return as_int32(static_cast<const arrow::Int16Array&>(*array));
    case arrow::Type::STRING:
      LAKEPORT_RETURN_IF_ERROR(check_texts(static_cast<const arrow::StringArray&>(*array), params));
      return arrow::MakeArray(array->data());
    case arrow::Type::DATE32:
    case arrow::Type::TIME64:
    case arrow::Type::TIMESTAMP: {
      LAKEPORT_ASSIGN_OR_RETURN(auto texts, as_text(*array));
      LAKEPORT_RETURN_IF_ERROR(check_texts(static_cast<const arrow::StringArray&>(*texts), params));
      return texts;
    }
    default:
      return arrow::MakeArray(array->data());
  }
}

}  // namespace lakeport::batchfile

#include "metadata_rows.h"

#include <arrow/array.h>
#include <arrow/array/builder_binary.h>
#include <arrow/array/builder_primitive.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

namespace lakeport::lakehouse {
namespace {

// Builders fail only without memory.
void must(const arrow::Status& status) { status.Abort("building a metadata table"); }

void must_succeed(const arrow::Status& status) {
  if (!status.ok()) must(status);
}

template <class Builder>
std::shared_ptr<arrow::Array> number_column(const MetadataRows& rows, std::size_t column) {
  Builder builder;
  for (const auto& row : rows.rows) {
    const auto* number = std::get_if<std::int64_t>(&row[column]);
    must_succeed(number == nullptr ? builder.AppendNull()
                                   : builder.Append(static_cast<typename Builder::value_type>(*number)));
  }
  std::shared_ptr<arrow::Array> array;
  must_succeed(builder.Finish(&array));
  return array;
}

std::shared_ptr<arrow::Array> text_column(const MetadataRows& rows, std::size_t column) {
  arrow::StringBuilder builder;
  for (const auto& row : rows.rows) {
    const auto* text = std::get_if<std::string>(&row[column]);
    must_succeed(text == nullptr ? builder.AppendNull() : builder.Append(*text));
  }
  std::shared_ptr<arrow::Array> array;
  must_succeed(builder.Finish(&array));
  return array;
}

std::shared_ptr<arrow::Array> column_array(const MetadataRows& rows, std::size_t column) {
  const auto& type = rows.columns[column].type;
  if (type == "bigint") return number_column<arrow::Int64Builder>(rows, column);
  if (type == "int") return number_column<arrow::Int32Builder>(rows, column);
  if (type == "smallint") return number_column<arrow::Int16Builder>(rows, column);
  if (type == "tinyint") return number_column<arrow::Int8Builder>(rows, column);
  if (type == "boolean") return number_column<arrow::BooleanBuilder>(rows, column);
  return text_column(rows, column);
}

}  // namespace

std::shared_ptr<arrow::RecordBatch> metadata_batch(const MetadataRows& rows) {
  arrow::FieldVector fields;
  arrow::ArrayVector arrays;
  for (std::size_t column = 0; column < rows.columns.size(); ++column) {
    arrays.push_back(column_array(rows, column));
    fields.push_back(arrow::field(rows.columns[column].name, arrays.back()->type()));
  }
  return arrow::RecordBatch::Make(arrow::schema(std::move(fields)),
                                  static_cast<std::int64_t>(rows.rows.size()), std::move(arrays));
}

}  // namespace lakeport::lakehouse

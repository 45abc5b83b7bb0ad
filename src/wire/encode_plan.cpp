#include "encode_plan.h"

#include <algorithm>
#include <optional>

#include <arrow/type.h>

#include "wire_writer.h"

namespace lakeport::wire {
namespace {

struct ValueForm {
  EncodeKind kind;
  DataType type;       // the contract's kind of value that the array holds
  std::uint8_t field;  // of ValueType
  WireType wire = WireType::kVarint;
};

constexpr std::uint8_t kStringField = 13;

std::uint8_t text_field(DataType column) {
  switch (column) {
    case DataType::kDecimal:
      return 11;
    case DataType::kJson:
      return 14;
    case DataType::kXml:
      return 15;
    default:
      return kStringField;
  }
}

std::optional<ValueForm> datetime_form(const arrow::TimestampType& type) {
  if (type.unit() != arrow::TimeUnit::MICRO && type.unit() != arrow::TimeUnit::NANO) return std::nullopt;
  const EncodeKind kind =
      type.unit() == arrow::TimeUnit::MICRO ? EncodeKind::kDatetimeMicros : EncodeKind::kDatetimeNanos;
  if (type.timezone().empty()) return ValueForm{kind, DataType::kNaiveDatetime, 9, WireType::kBytes};
  return ValueForm{kind, DataType::kUtcDatetime, 10, WireType::kBytes};
}

std::optional<ValueForm> form_of(const arrow::DataType& type, DataType column) {
  switch (type.id()) {
    case arrow::Type::NA:
      return ValueForm{EncodeKind::kNothing, column, 1};
    case arrow::Type::BOOL:
      return ValueForm{EncodeKind::kBool, DataType::kBoolean, 2};
    case arrow::Type::INT8:
      return ValueForm{EncodeKind::kInt8, DataType::kShort, 3};
    case arrow::Type::INT16:
      return ValueForm{EncodeKind::kInt16, DataType::kShort, 3};
    case arrow::Type::INT32:
      return ValueForm{EncodeKind::kInt32, DataType::kInt, 4};
    case arrow::Type::INT64:
      return ValueForm{EncodeKind::kInt64, DataType::kLong, 5};
    case arrow::Type::FLOAT:
      return ValueForm{EncodeKind::kFloat, DataType::kFloat, 6, WireType::kFixed32};
    case arrow::Type::DOUBLE:
      return ValueForm{EncodeKind::kDouble, DataType::kDouble, 7, WireType::kFixed64};
    case arrow::Type::DATE32:
      return ValueForm{EncodeKind::kDate, DataType::kNaiveDate, 8, WireType::kBytes};
    case arrow::Type::TIMESTAMP:
      return datetime_form(static_cast<const arrow::TimestampType&>(type));
    case arrow::Type::DECIMAL128:
      if (static_cast<const arrow::Decimal128Type&>(type).scale() < 0) return std::nullopt;
      return ValueForm{EncodeKind::kDecimal, DataType::kDecimal, 11, WireType::kBytes};
    case arrow::Type::TIME64:
      if (static_cast<const arrow::Time64Type&>(type).unit() != arrow::TimeUnit::MICRO) return std::nullopt;
      return ValueForm{EncodeKind::kTime, DataType::kNaiveTime, 16, WireType::kBytes};
    case arrow::Type::BINARY:
      return ValueForm{EncodeKind::kBytes, DataType::kBinary, 12, WireType::kBytes};
    case arrow::Type::LARGE_BINARY:
      return ValueForm{EncodeKind::kLargeBytes, DataType::kBinary, 12, WireType::kBytes};
    case arrow::Type::STRING:
      return ValueForm{EncodeKind::kBytes, column, text_field(column), WireType::kBytes};
    case arrow::Type::LARGE_STRING:
      return ValueForm{EncodeKind::kLargeBytes, column, text_field(column), WireType::kBytes};
    default:
      return std::nullopt;
  }
}

bool is_integer(DataType type) {
  return type == DataType::kShort || type == DataType::kInt || type == DataType::kLong;
}

// Whether receivers can be expected to take values of this kind for the column.
bool goes_into(DataType value, DataType column) {
  return column == DataType::kUnspecified || (is_integer(value) && is_integer(column)) ||
         (widen(column, value) == column && column != DataType::kString) || value == column;
}

// A whole map entry around the bytes of a ValueType.
std::string entry_of(const std::string& prefix, std::string_view value) {
  std::string body = prefix;
  append_varint(body, value.size());
  body += value;
  std::string entry;
  append_field(entry, 4, body);
  return entry;
}

void pad(std::string& text) { text.resize((text.size() / kTemplateBlock + 1) * kTemplateBlock, '\0'); }

EncodedColumn encoded_column(const std::string& name, const ValueForm& form) {
  EncodedColumn column;
  column.kind = form.kind;
  append_varint(column.tag,
                (static_cast<std::uint64_t>(form.field) << 3) | static_cast<std::uint64_t>(form.wire));
  append_field(column.prefix, 1, name);
  column.prefix += static_cast<char>(tag_byte(2, WireType::kBytes));
  column.entry = entry_of(column.prefix, column.tag);
  column.entry_size = column.entry.size();
  column.value_length_at = column.entry_size - column.tag.size() - 1;
  column.short_entry = column.prefix.size() + column.tag.size() + 1 + kMaxSmallValue < 0x80;
  pad(column.entry);

  std::string null_value;
  null_value += static_cast<char>(tag_byte(1, WireType::kVarint));
  null_value += '\x01';
  column.null_entry = entry_of(column.prefix, null_value);
  column.null_size = column.null_entry.size();
  pad(column.null_entry);
  return column;
}

}  // namespace

Result<EncodePlan> plan_encoding(const TableSchema& table, const std::shared_ptr<arrow::Schema>& schema) {
  EncodePlan plan;
  plan.schema = schema;
  for (const auto& field : schema->fields()) {
    const Column* column = table.find(field->name());
    if (column == nullptr) {
      return fail(ErrorKind::kInternal, "the table has no column " + field->name(), "table " + table.name);
    }
    const auto form = form_of(*field->type(), column->type);
    if (!form || !goes_into(form->type, column->type)) {
      return fail(ErrorKind::kInternal,
                  "Arrow type " + field->type()->ToString() + " does not go into a column of type " +
                      std::string(to_string(column->type)),
                  "table " + table.name + ": column " + field->name());
    }
    EncodedColumn encoded = encoded_column(field->name(), *form);
    if (form->kind == EncodeKind::kDecimal) {
      encoded.scale = static_cast<const arrow::Decimal128Type&>(*field->type()).scale();
    }
    plan.fixed_room += encoded.prefix.size() + kMaxSmallValue + 2 * kTemplateBlock + 32;
    plan.columns.push_back(std::move(encoded));
  }
  return plan;
}

}  // namespace lakeport::wire

// Decodes messages into table buffers and shows what they hand over, cell by cell.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <arrow/api.h>
#include <gtest/gtest.h>

#include "lakeport/wire/decoder.h"
#include "lakeport/wire/table_buffer.h"

#include "connector_sdk.pb.h"

namespace lakeport::wire::testing {

namespace pb = fivetran_sdk::v2;

inline Column column(std::string name, DataType type, bool key = false) {
  return {std::move(name), type, key, std::nullopt, std::nullopt};
}
inline Column decimal_column(std::string name, std::int32_t precision, std::int32_t scale) {
  return {std::move(name), DataType::kDecimal, false, DecimalParams{precision, scale}, std::nullopt};
}

// Keeps a buffer for each table that it is asked for, and a log of everything else.
class Tables : public UpdateHandler {
 public:
  // Tables not declared are made up without columns, unless `refuse` has their name.
  TableBuffer& declare(TableSchema schema, const ColumnSelection* selection = nullptr) {
    auto& buffer = buffers_[schema.name];
    const std::string name = schema.name;
    buffer = std::make_unique<TableBuffer>(TableId{"s", name}, std::move(schema), selection);
    return *buffer;
  }
  TableBuffer& operator[](const std::string& name) {
    auto& buffer = buffers_[name];
    if (!buffer) buffer = std::make_unique<TableBuffer>(TableId{"s", name}, TableSchema{name, {}}, nullptr);
    return *buffer;
  }

  Status decode(const std::string& bytes) {
    // A copy of its very size: reads past the end are seen by AddressSanitizer.
    const std::vector<std::uint8_t> exact(bytes.begin(), bytes.end());
    return decode_update(exact, *this);
  }
  Status decode(const pb::UpdateResponse& message) { return decode(message.SerializeAsString()); }
  void expect_decodes(const pb::UpdateResponse& message) {
    const Status status = decode(message);
    EXPECT_TRUE(status) << status.error().to_string();
  }

  Result<TableBuffer*> table(std::optional<std::string_view> schema, std::string_view table) override {
    log.push_back("table " + (schema ? std::string(*schema) + "." : std::string()) + std::string(table));
    if (table == refuse) return nullptr;
    return &(*this)[std::string(table)];
  }
  Status truncate(std::optional<std::string_view> schema, std::string_view table, bool deferred) override {
    log.push_back("truncate " + (schema ? std::string(*schema) + "." : std::string()) + std::string(table) +
                  (deferred ? " deferred" : ""));
    return {};
  }
  Status checkpoint(std::string_view state_json) override {
    log.push_back("checkpoint " + std::string(state_json));
    return {};
  }
  Status schema_change(const pb::SchemaChange& change) override {
    log.push_back("schema_change " + change.ShortDebugString());
    return {};
  }
  Status warning(std::string_view message) override {
    log.push_back("warning " + std::string(message));
    return {};
  }
  Status task(std::string_view message) override { return fail(ErrorKind::kTask, std::string(message)); }
  Status file_chunk(const FileChunk& chunk) override {
    log.push_back("file " + std::string(chunk.schema.value_or("-")) + " " + std::string(chunk.storage) + " " +
                  std::string(chunk.path) + " " + std::string(chunk.data) + " " +
                  (chunk.expected_bytes ? std::to_string(*chunk.expected_bytes) : "-") +
                  (chunk.last ? " last" : ""));
    return {};
  }

  std::vector<std::string> log;
  std::string refuse;

 private:
  std::map<std::string, std::unique_ptr<TableBuffer>> buffers_;
};

// A cell as text: NULL, or what Arrow says; decimals in plain digits.
inline std::string cell(const arrow::Array& array, std::int64_t row) {
  if (array.IsValid(row) && array.type_id() == arrow::Type::DECIMAL128) {
    const auto scale =
        static_cast<std::size_t>(static_cast<const arrow::Decimal128Type&>(*array.type()).scale());
    const arrow::Decimal128 value(static_cast<const arrow::Decimal128Array&>(array).GetValue(row));
    std::string digits = arrow::Decimal128(arrow::Decimal128::Abs(value)).ToIntegerString();
    if (digits.size() <= scale) digits.insert(0, scale + 1 - digits.size(), '0');
    if (scale > 0) digits.insert(digits.size() - scale, ".");
    return (value < 0 ? "-" : "") + digits;
  }
  return array.IsNull(row) ? "NULL" : (*array.GetScalar(row))->ToString();
}

// All rows of a batch, "name=value" of each column, in the batch's order.
inline std::vector<std::string> shown(const std::shared_ptr<arrow::RecordBatch>& batch,
                                      bool system_columns = true) {
  std::vector<std::string> rows;
  if (!batch) return rows;
  const arrow::Status valid = batch->ValidateFull();
  EXPECT_TRUE(valid.ok()) << valid.ToString();
  for (std::int64_t row = 0; row < batch->num_rows(); ++row) {
    std::string text;
    for (int i = 0; i < batch->num_columns(); ++i) {
      const std::string& name = batch->schema()->field(i)->name();
      if (!system_columns && name.starts_with("_fivetran_")) continue;
      if (!text.empty()) text += ' ';
      text += name + "=" + cell(*batch->column(i), row);
    }
    rows.push_back(text);
  }
  return rows;
}

// Everything that a table hands over; each update batch's rows after the word "update".
inline std::vector<std::string> taken(TableBuffer& buffer, bool system_columns = false) {
  auto changes = buffer.take();
  EXPECT_TRUE(changes) << changes.error().to_string();
  std::vector<std::string> rows = shown(changes->upserts, system_columns);
  for (const auto& batch : changes->updates) {
    const auto deleted =
        std::static_pointer_cast<arrow::BooleanArray>(batch->GetColumnByName("_fivetran_deleted"));
    const auto lines = shown(batch, system_columns);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      rows.push_back((deleted->Value(static_cast<std::int64_t>(i)) ? "delete " : "update ") + lines[i]);
    }
  }
  EXPECT_EQ(buffer.rows(), 0);
  return rows;
}

// Builds messages of records.
class Message {
 public:
  using Set = std::function<void(pb::ValueType&)>;
  struct Entry {
    std::string name;
    Set set;
  };

  Message& record(const std::string& table, pb::RecordType type, const std::vector<Entry>& entries) {
    pb::Record* record = message_.mutable_records()->add_records();
    record->set_table_name(table);
    record->set_type(type);
    for (const Entry& entry : entries) entry.set((*record->mutable_data())[entry.name]);
    return *this;
  }
  operator const pb::UpdateResponse&() const { return message_; }  // NOLINT(google-explicit-constructor)

 private:
  pb::UpdateResponse message_;
};

inline Message::Set null() {
  return [](pb::ValueType& value) { value.set_null(true); };
}
inline Message::Set of_bool(bool v) {
  return [=](pb::ValueType& value) { value.set_bool_(v); };
}
inline Message::Set of_short(std::int32_t v) {
  return [=](pb::ValueType& value) { value.set_short_(v); };
}
inline Message::Set of_int(std::int32_t v) {
  return [=](pb::ValueType& value) { value.set_int_(v); };
}
inline Message::Set of_long(std::int64_t v) {
  return [=](pb::ValueType& value) { value.set_long_(v); };
}
inline Message::Set of_float(float v) {
  return [=](pb::ValueType& value) { value.set_float_(v); };
}
inline Message::Set of_double(double v) {
  return [=](pb::ValueType& value) { value.set_double_(v); };
}
inline Message::Set of_decimal(std::string v) {
  return [=](pb::ValueType& value) { value.set_decimal(v); };
}
inline Message::Set of_string(std::string v) {
  return [=](pb::ValueType& value) { value.set_string(v); };
}
inline Message::Set of_json(std::string v) {
  return [=](pb::ValueType& value) { value.set_json(v); };
}
inline Message::Set of_xml(std::string v) {
  return [=](pb::ValueType& value) { value.set_xml(v); };
}
inline Message::Set of_binary(std::string v) {
  return [=](pb::ValueType& value) { value.set_binary(v); };
}
inline void set_time(google::protobuf::Timestamp* out, std::int64_t seconds, std::int32_t nanos) {
  out->set_seconds(seconds);
  out->set_nanos(nanos);
}
inline Message::Set of_date(std::int64_t seconds, std::int32_t nanos = 0) {
  return [=](pb::ValueType& value) { set_time(value.mutable_naive_date(), seconds, nanos); };
}
inline Message::Set of_naive(std::int64_t seconds, std::int32_t nanos = 0) {
  return [=](pb::ValueType& value) { set_time(value.mutable_naive_datetime(), seconds, nanos); };
}
inline Message::Set of_utc(std::int64_t seconds, std::int32_t nanos = 0) {
  return [=](pb::ValueType& value) { set_time(value.mutable_utc_datetime(), seconds, nanos); };
}
inline Message::Set of_time(std::int64_t seconds, std::int32_t nanos = 0) {
  return [=](pb::ValueType& value) { set_time(value.mutable_naive_time(), seconds, nanos); };
}
// A ValueType without any member.
inline Message::Set of_nothing() {
  return [](pb::ValueType& value) { value.Clear(); };
}

}  // namespace lakeport::wire::testing

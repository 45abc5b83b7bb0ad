#include "lakeport/wire/encoder.h"

#include <cmath>
#include <limits>

#include <arrow/api.h>
#include <gtest/gtest.h>

#include "lakeport/wire/text.h"

#include "connector_sdk.pb.h"

namespace lakeport::wire {
namespace {

namespace pb = fivetran_sdk::v2;
using enum DataType;

Column column(std::string name, DataType type) {
  return {std::move(name), type, false, std::nullopt, std::nullopt};
}

template <class Builder, class... Values>
std::shared_ptr<arrow::Array> built(Builder&& builder, const Values&... values) {
  const auto add = [&](const auto& value) {
    if constexpr (std::is_same_v<std::decay_t<decltype(value)>, std::nullptr_t>) {
      EXPECT_TRUE(builder.AppendNull().ok());
    } else {
      EXPECT_TRUE(builder.Append(value).ok());
    }
  };
  (add(values), ...);
  return *builder.Finish();
}

std::shared_ptr<arrow::RecordBatch> batch_of(
    const std::vector<std::pair<std::string, std::shared_ptr<arrow::Array>>>& columns) {
  arrow::FieldVector fields;
  arrow::ArrayVector arrays;
  for (const auto& [name, array] : columns) {
    fields.push_back(arrow::field(name, array->type()));
    arrays.push_back(array);
  }
  return arrow::RecordBatch::Make(arrow::schema(fields), arrays.front()->length(), arrays);
}

std::vector<pb::UpdateResponse> encoded(RecordEncoder& encoder, const arrow::RecordBatch& rows,
                                        RecordType type = RecordType::kUpsert) {
  std::vector<pb::UpdateResponse> messages;
  const Status status = encoder.encode(rows, type, [&](std::span<const std::uint8_t> bytes) -> Status {
    EXPECT_TRUE(messages.emplace_back().ParseFromArray(bytes.data(), static_cast<int>(bytes.size())));
    return {};
  });
  EXPECT_TRUE(status) << status.error().to_string();
  return messages;
}

TEST(Encoder, EveryTypeReadsBackAsProtobufSays) {
  const auto us = arrow::TimeUnit::MICRO;
  const auto ns = arrow::TimeUnit::NANO;
  auto* pool = arrow::default_memory_pool();
  const auto dec = arrow::decimal128(38, 10);
  const auto rows = batch_of({
      {"b", built(arrow::BooleanBuilder(), true, false, nullptr)},
      {"s", built(arrow::Int16Builder(), std::int16_t{-32768}, std::int16_t{0}, nullptr)},
      {"i", built(arrow::Int32Builder(), std::numeric_limits<std::int32_t>::min(), 7, nullptr)},
      {"l",
       built(arrow::Int64Builder(), std::numeric_limits<std::int64_t>::max(), std::int64_t{-1}, nullptr)},
      {"f", built(arrow::FloatBuilder(), 1.5F, -0.0F, nullptr)},
      {"d", built(arrow::DoubleBuilder(), std::nan(""), HUGE_VAL, nullptr)},
      {"n", built(arrow::Decimal128Builder(dec), arrow::Decimal128("-12345678901234567890.0123456789"),
                  arrow::Decimal128(0), nullptr)},
      {"day", built(arrow::Date32Builder(), -1, std::numeric_limits<std::int32_t>::max(), nullptr)},
      {"time", built(arrow::Time64Builder(arrow::time64(us), pool), std::int64_t{86'399'999'999},
                     std::int64_t{0}, nullptr)},
      {"naive", built(arrow::TimestampBuilder(arrow::timestamp(us), pool), std::int64_t{-1},
                      std::numeric_limits<std::int64_t>::max(), nullptr)},
      {"utc", built(arrow::TimestampBuilder(arrow::timestamp(ns, "UTC"), pool), std::int64_t{1'000'000'001},
                    std::numeric_limits<std::int64_t>::max(), nullptr)},
      {"bin", built(arrow::BinaryBuilder(), std::string("\0\x80", 2), std::string(), nullptr)},
      {"t", built(arrow::StringBuilder(), std::string("zoë"), std::string(500, 'x'), nullptr)},
      {"j", built(arrow::StringBuilder(), std::string("{ }"), std::string(47, 'j'), nullptr)},
      {"x", built(arrow::LargeStringBuilder(), std::string("<a/>"), std::string(48, 'x'), nullptr)},
      {"text in an int", built(arrow::StringBuilder(), std::string("many"), std::string(), nullptr)},
      {"text in a decimal", built(arrow::StringBuilder(), std::string("1e100"), std::string("NaN"), nullptr)},
  });
  const TableSchema table{
      "ta`ble",
      {column("b", kBoolean), column("s", kShort), column("i", kInt), column("l", kLong), column("f", kFloat),
       column("d", kDouble), column("n", kDecimal), column("day", kNaiveDate), column("time", kNaiveTime),
       column("naive", kNaiveDatetime), column("utc", kUtcDatetime), column("bin", kBinary),
       column("t", kString), column("j", kJson), column("x", kXml), column("text in an int", kInt),
       column("text in a decimal", kDecimal), column("not sent", kInt)}};
  RecordEncoder encoder("sch\"ema", table);
  const auto messages = encoded(encoder, *rows);
  ASSERT_EQ(messages.size(), 1);
  ASSERT_EQ(messages[0].records().records_size(), 3);
  for (const auto& record : messages[0].records().records()) {
    EXPECT_TRUE(record.has_schema_name());
    EXPECT_EQ(record.schema_name(), "sch\"ema");
    EXPECT_EQ(record.table_name(), "ta`ble");
    EXPECT_EQ(record.type(), pb::UPSERT);
    EXPECT_EQ(record.data_size(), 17);
  }
  const auto& first = messages[0].records().records(0).data();
  const auto& second = messages[0].records().records(1).data();
  EXPECT_EQ(first.at("b").inner_case(), pb::ValueType::kBool);
  EXPECT_TRUE(first.at("b").bool_());
  EXPECT_EQ(second.at("b").inner_case(), pb::ValueType::kBool);
  EXPECT_FALSE(second.at("b").bool_());
  EXPECT_EQ(first.at("s").inner_case(), pb::ValueType::kShort);
  EXPECT_EQ(first.at("s").short_(), -32768);
  EXPECT_EQ(second.at("s").inner_case(), pb::ValueType::kShort);
  EXPECT_EQ(first.at("i").int_(), std::numeric_limits<std::int32_t>::min());
  EXPECT_EQ(second.at("i").int_(), 7);
  EXPECT_EQ(first.at("l").long_(), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(second.at("l").long_(), -1);
  EXPECT_EQ(first.at("f").float_(), 1.5F);
  EXPECT_TRUE(std::signbit(second.at("f").float_()));
  EXPECT_TRUE(std::isnan(first.at("d").double_()));
  EXPECT_EQ(second.at("d").double_(), HUGE_VAL);
  EXPECT_EQ(first.at("n").decimal(), "-12345678901234567890.0123456789");
  EXPECT_EQ(second.at("n").decimal(), "0.0000000000");
  EXPECT_EQ(first.at("day").naive_date().seconds(), -86400);
  EXPECT_EQ(second.at("day").naive_date().seconds(),
            std::int64_t{std::numeric_limits<std::int32_t>::max()} * 86400);
  EXPECT_EQ(first.at("time").naive_time().seconds(), 86399);
  EXPECT_EQ(first.at("time").naive_time().nanos(), 999'999'000);
  EXPECT_EQ(second.at("time").inner_case(), pb::ValueType::kNaiveTime);
  EXPECT_EQ(first.at("naive").naive_datetime().seconds(), -1);
  EXPECT_EQ(first.at("naive").naive_datetime().nanos(), 999'999'000);
  EXPECT_EQ(second.at("naive").naive_datetime().seconds(), 9'223'372'036'854);
  EXPECT_EQ(second.at("naive").naive_datetime().nanos(), 775'807'000);
  EXPECT_EQ(first.at("utc").utc_datetime().seconds(), 1);
  EXPECT_EQ(first.at("utc").utc_datetime().nanos(), 1);
  EXPECT_EQ(second.at("utc").utc_datetime().seconds(), 9'223'372'036'854);
  EXPECT_EQ(first.at("bin").binary(), std::string("\0\x80", 2));
  EXPECT_EQ(second.at("bin").inner_case(), pb::ValueType::kBinary);
  EXPECT_EQ(first.at("t").string(), "zoë");
  EXPECT_EQ(second.at("t").string(), std::string(500, 'x'));
  EXPECT_EQ(first.at("j").json(), "{ }");
  EXPECT_EQ(second.at("j").json(), std::string(47, 'j'));
  EXPECT_EQ(first.at("x").xml(), "<a/>");
  EXPECT_EQ(second.at("x").xml(), std::string(48, 'x'));
  EXPECT_EQ(first.at("text in an int").string(), "many");
  EXPECT_EQ(second.at("text in an int").inner_case(), pb::ValueType::kString);
  EXPECT_EQ(first.at("text in a decimal").decimal(), "1e100");
  EXPECT_EQ(second.at("text in a decimal").decimal(), "NaN");
  for (const auto& [name, value] : messages[0].records().records(2).data()) {
    EXPECT_EQ(value.inner_case(), pb::ValueType::kNull) << name;
    EXPECT_TRUE(value.null()) << name;
  }
}

TEST(Encoder, SlicesAndLongNamesAndSubsets) {
  const std::string long_name(300, 'n');
  RecordEncoder encoder(std::nullopt,
                        {"t", {column(long_name, kInt), column("k", kLong), column("b", kBoolean)}});
  const auto whole =
      batch_of({{"k", built(arrow::Int64Builder(), std::int64_t{1}, std::int64_t{2}, std::int64_t{300})},
                {long_name, built(arrow::Int32Builder(), 5, nullptr, -6)},
                {"b", built(arrow::BooleanBuilder(), true, true, false)}});
  auto messages = encoded(encoder, *whole->Slice(1), RecordType::kUpdate);
  ASSERT_EQ(messages.size(), 1);
  ASSERT_EQ(messages[0].records().records_size(), 2);
  const auto& record = messages[0].records().records(1);
  EXPECT_FALSE(record.has_schema_name());
  EXPECT_EQ(record.type(), pb::UPDATE);
  EXPECT_EQ(messages[0].records().records(0).data().at(long_name).inner_case(), pb::ValueType::kNull);
  EXPECT_EQ(messages[0].records().records(0).data().at("k").long_(), 2);
  EXPECT_TRUE(messages[0].records().records(0).data().at("b").bool_());
  EXPECT_EQ(record.data().at(long_name).int_(), -6);
  EXPECT_EQ(record.data().at("k").long_(), 300);
  EXPECT_FALSE(record.data().at("b").bool_());

  const auto keys = batch_of({{"k", built(arrow::Int64Builder(), std::int64_t{9})}});
  messages = encoded(encoder, *keys, RecordType::kDelete);
  ASSERT_EQ(messages.size(), 1);
  EXPECT_EQ(messages[0].records().records(0).type(), pb::DELETE);
  EXPECT_EQ(messages[0].records().records(0).data_size(), 1);
  EXPECT_EQ(encoded(encoder, *whole).size(), 1);  // and the first plan is still right
}

TEST(Encoder, SplitsByRecordsAndByBytes) {
  RecordEncoder encoder(std::nullopt, {"t", {column("k", kInt), column("v", kString)}});
  arrow::Int32Builder keys;
  arrow::StringBuilder values;
  for (int i = 0; i < 250; ++i) {
    ASSERT_TRUE(keys.Append(i).ok());
    ASSERT_TRUE(values.Append(i == 120 ? std::string(3 << 20, 'v') : "v").ok());
  }
  const auto rows = batch_of({{"k", *keys.Finish()}, {"v", *values.Finish()}});
  int next = 0;
  std::size_t messages = 0;
  const Status status =
      encoder.encode(*rows, RecordType::kUpsert, [&](std::span<const std::uint8_t> bytes) -> Status {
        pb::UpdateResponse message;
        EXPECT_TRUE(message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())));
        EXPECT_LE(message.records().records_size(), 100);
        for (const auto& record : message.records().records()) {
          EXPECT_EQ(record.data().at("k").int_(), next);
          EXPECT_EQ(record.data().at("v").string().size(), next == 120 ? std::size_t{3 << 20} : 1U);
          ++next;
        }
        ++messages;
        return {};
      });
  ASSERT_TRUE(status) << status.error().to_string();
  EXPECT_EQ(next, 250);
  EXPECT_EQ(messages, 5);  // 100 records, 20, the large one, 100, 29
}

TEST(Encoder, RefusesWhatItCannotSend) {
  RecordEncoder encoder(std::nullopt, {"t", {column("k", kInt), column("v", kBinary)}});
  const EmitMessage none = [](std::span<const std::uint8_t>) -> Status { return {}; };
  const auto strange = batch_of({{"q", built(arrow::Int32Builder(), 1)}});
  auto status = encoder.encode(*strange, RecordType::kUpsert, none);
  ASSERT_FALSE(status);
  EXPECT_NE(status.error().to_string().find("no column q"), std::string::npos);

  const auto mistyped = batch_of({{"k", built(arrow::BooleanBuilder(), true)}});
  status = encoder.encode(*mistyped, RecordType::kUpsert, none);
  ASSERT_FALSE(status);
  EXPECT_NE(status.error().to_string().find("column k"), std::string::npos);

  const auto huge = batch_of({{"v", built(arrow::BinaryBuilder(), std::string(128 << 20, 'h'))}});
  status = encoder.encode(*huge, RecordType::kUpsert, none);
  ASSERT_FALSE(status);
  EXPECT_NE(status.error().to_string().find("128 MiB"), std::string::npos);

  const auto good = batch_of({{"k", built(arrow::Int32Builder(), 1)}});
  status = encoder.encode(*good, RecordType::kUpsert, [](std::span<const std::uint8_t>) -> Status {
    return fail(ErrorKind::kCancelled, "stopped");
  });
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind(), ErrorKind::kCancelled);
  EXPECT_EQ(encoded(encoder, *good).size(), 1);
}

TEST(Encoder, CheckpointAndTruncateReadBack) {
  pb::UpdateResponse message;
  ASSERT_TRUE(message.ParseFromString(encode_checkpoint(R"({"cursor":"é"})")));
  EXPECT_EQ(message.checkpoint().state_json(), R"({"cursor":"é"})");
  ASSERT_TRUE(message.ParseFromString(encode_truncate("s", "t")));
  ASSERT_EQ(message.records().records_size(), 1);
  EXPECT_EQ(message.records().records(0).schema_name(), "s");
  EXPECT_EQ(message.records().records(0).table_name(), "t");
  EXPECT_EQ(message.records().records(0).type(), pb::TRUNCATE);
  ASSERT_TRUE(message.ParseFromString(encode_truncate(std::nullopt, "t")));
  EXPECT_FALSE(message.records().records(0).has_schema_name());
}

}  // namespace
}  // namespace lakeport::wire

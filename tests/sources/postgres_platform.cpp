#include "postgres_platform.h"

#include <array>
#include <charconv>
#include <set>

#include <gtest/gtest.h>

namespace lakeport::sources::testing {
namespace {

namespace sdk = fivetran_sdk::v2;

std::string padded(std::int64_t number, int width) {
  std::string text = std::to_string(number);
  return text.size() < static_cast<std::size_t>(width) ? std::string(width - text.size(), '0') + text : text;
}

// The calendar walked by years and months, on purpose not by the formula that the source has.
std::string date_text(std::int64_t days, bool& bc) {
  std::int64_t year = 1970 + days / 146097 * 400;
  days %= 146097;
  const auto leap = [](std::int64_t y) { return (y % 4 == 0 && y % 100 != 0) || y % 400 == 0; };
  while (days < 0) days += leap(--year) ? 366 : 365;
  while (days >= (leap(year) ? 366 : 365)) days -= leap(year++) ? 366 : 365;
  const int lengths[] = {31, leap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  int month = 0;
  while (days >= lengths[month]) days -= lengths[month++];
  bc = year <= 0;
  return padded(bc ? 1 - year : year, 4) + "-" + padded(month + 1, 2) + "-" + padded(days + 1, 2);
}

std::string clock_text(std::int64_t seconds, std::int32_t nanos) {
  std::string text =
      padded(seconds / 3600, 2) + ":" + padded(seconds / 60 % 60, 2) + ":" + padded(seconds % 60, 2);
  if (nanos != 0) {
    std::string fraction = padded(nanos / 1000, 6);
    fraction.resize(fraction.find_last_not_of('0') + 1);
    text += "." + fraction;
  }
  return text;
}

template <class Float>
std::string float_text(Float value) {
  std::array<char, 64> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  return {text.data(), end};
}

std::string datetime_text(const google::protobuf::Timestamp& moment, bool utc) {
  constexpr std::int64_t kInfinity = 9223372036854;
  if (moment.seconds() == kInfinity && moment.nanos() == 775807000) return "infinity";
  if (moment.seconds() == -kInfinity - 1) return "-infinity";
  std::int64_t days = moment.seconds() / 86400;
  std::int64_t seconds = moment.seconds() % 86400;
  if (seconds < 0) {
    seconds += 86400;
    --days;
  }
  bool bc = false;
  const std::string date = date_text(days, bc);
  return date + " " + clock_text(seconds, moment.nanos()) + (utc ? "+00" : "") + (bc ? " BC" : "");
}

std::string hex_text(const std::string& bytes) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string text = "\\x";
  for (const unsigned char byte : bytes) {
    text += kHex[byte >> 4];
    text += kHex[byte & 15];
  }
  return text;
}

// Empty for NULL.
std::string cell(const sdk::ValueType& value) {
  switch (value.inner_case()) {
    case sdk::ValueType::kNull:
    case sdk::ValueType::INNER_NOT_SET:
      return {};
    case sdk::ValueType::kBool:
      return value.bool_() ? "bool:t" : "bool:f";
    case sdk::ValueType::kShort:
      return "short:" + std::to_string(value.short_());
    case sdk::ValueType::kInt:
      return "int:" + std::to_string(value.int_());
    case sdk::ValueType::kLong:
      return "long:" + std::to_string(value.long_());
    case sdk::ValueType::kFloat:
      return "float:" + float_text(value.float_());
    case sdk::ValueType::kDouble:
      return "double:" + float_text(value.double_());
    case sdk::ValueType::kNaiveDate: {
      const std::int64_t days = value.naive_date().seconds() / 86400;
      if (days == 2147483647) return "naive_date:infinity";
      if (days == -2147483647) return "naive_date:-infinity";
      bool bc = false;
      const std::string text = date_text(days, bc);
      return "naive_date:" + text + (bc ? " BC" : "");
    }
    case sdk::ValueType::kNaiveDatetime:
      return "naive_datetime:" + datetime_text(value.naive_datetime(), false);
    case sdk::ValueType::kUtcDatetime:
      return "utc_datetime:" + datetime_text(value.utc_datetime(), true);
    case sdk::ValueType::kDecimal:
      return "decimal:" + value.decimal();
    case sdk::ValueType::kBinary:
      return "binary:" + hex_text(value.binary());
    case sdk::ValueType::kString:
      return "string:" + value.string();
    case sdk::ValueType::kJson:
      return "json:" + value.json();
    case sdk::ValueType::kXml:
      return "xml:" + value.xml();
    case sdk::ValueType::kNaiveTime:
      return "naive_time:" + clock_text(value.naive_time().seconds(), value.naive_time().nanos());
  }
  return {};
}

// PostgreSQL's text of a value as `cell` has it for a column of the type.
std::string cell_of_text(sdk::DataType type, const std::string& text) {
  switch (type) {
    case sdk::BOOLEAN:
      return "bool:" + text;
    case sdk::SHORT:
      return "short:" + text;
    case sdk::INT:
      return "int:" + text;
    case sdk::LONG:
      return "long:" + text;
    case sdk::FLOAT: {
      float value = 0;
      std::from_chars(text.data(), text.data() + text.size(), value);
      return "float:" + float_text(value);
    }
    case sdk::DOUBLE: {
      double value = 0;
      std::from_chars(text.data(), text.data() + text.size(), value);
      return "double:" + float_text(value);
    }
    case sdk::NAIVE_DATE:
      return "naive_date:" + text;
    case sdk::NAIVE_DATETIME:
      return "naive_datetime:" + text;
    case sdk::UTC_DATETIME:
      return "utc_datetime:" + text;
    case sdk::NAIVE_TIME:
      return "naive_time:" + text;
    case sdk::DECIMAL:
      return "decimal:" + text;
    case sdk::BINARY:
      return "binary:" + text;
    case sdk::JSON:
      return "json:" + text;
    case sdk::XML:
      return "xml:" + text;
    default:
      return "string:" + text;
  }
}

std::string quoted(const std::string& name) {
  std::string out = "\"";
  for (const char c : name) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + "\"";
}

std::string key_of(const PlatformTable& table, const PlatformRow& row) {
  std::string key;
  if (table.key.empty()) {
    for (const auto& [name, value] : row) key += name + "=" + value + "|";
    return key;
  }
  for (const std::string& name : table.key) key += (row.contains(name) ? row.at(name) : "") + "|";
  return key;
}

}  // namespace

Platform::Platform(Configuration configuration)
    : configuration_(std::move(configuration)), source_(make_postgres_source()) {}

const PlatformTable& Platform::table(const std::string& name) const {
  static const PlatformTable kNone;
  const auto found = tables_.find(name);
  if (found == tables_.end()) {
    ADD_FAILURE() << "no table " << name;
    return kNone;
  }
  return found->second;
}

void Platform::cut_off_after(int messages, bool keep_unstored) {
  cut_off_ = messages;
  keep_unstored_ = keep_unstored;
}

Status Platform::sync() {
  records_ = messages_ = checkpoints_ = truncates_ = 0;
  LAKEPORT_ASSIGN_OR_RETURN(const auto schema, source_->schema(configuration_));
  declare(schema.with_schema());
  if (!keep_unstored_) stored_tables_ = tables_;
  request_.mutable_configuration()->clear();
  for (const auto& [name, value] : configuration_) (*request_.mutable_configuration())[name] = value;
  request_.clear_state_json();
  if (!stored_state_.empty()) request_.set_state_json(stored_state_);
  auto done = source_->update(request_, *this);
  if (!done && !keep_unstored_) tables_ = stored_tables_;
  cut_off_.reset();
  keep_unstored_ = true;
  return done;
}

Status Platform::count_message() {
  ++messages_;
  if (cut_off_ && messages_ > *cut_off_) return fail(ErrorKind::kCancelled, "cut off");
  return {};
}

void Platform::declare(const sdk::SchemaList& schemas) {
  for (const auto& schema : schemas.schemas()) {
    for (const auto& table : schema.tables()) {
      PlatformTable& known = tables_[schema.name() + "." + table.name()];
      known.key.clear();
      for (const auto& column : table.columns()) {
        known.columns[column.name()] = column;
        if (column.primary_key()) known.key.push_back(column.name());
      }
    }
  }
}

void Platform::apply(const sdk::Record& record) {
  ++records_;
  const auto found = tables_.find(record.schema_name() + "." + record.table_name());
  if (found == tables_.end()) {
    ADD_FAILURE() << "record of undeclared table " << record.schema_name() << "." << record.table_name();
    return;
  }
  PlatformTable& table = found->second;
  if (record.type() == sdk::TRUNCATE) {
    ++truncates_;
    table.rows.clear();
    return;
  }
  PlatformRow row;
  std::set<std::string> nulls;
  for (const auto& [name, value] : record.data()) {
    EXPECT_TRUE(table.columns.contains(name)) << found->first << " has no column " << name;
    std::string text = cell(value);
    if (text.empty()) {
      nulls.insert(name);
    } else {
      row[name] = std::move(text);
    }
  }
  for (const std::string& name : table.key)
    EXPECT_TRUE(row.contains(name)) << found->first << ": no key column " << name;
  const std::string key = key_of(table, row);
  switch (record.type()) {
    case sdk::UPSERT:
      table.rows[key] = std::move(row);
      break;
    case sdk::UPDATE: {
      const auto existing = table.rows.find(key);
      if (existing == table.rows.end()) break;
      for (auto& [name, value] : row) existing->second[name] = std::move(value);
      for (const std::string& name : nulls) existing->second.erase(name);
      break;
    }
    case sdk::DELETE:
      table.rows.erase(key);
      break;
    default:
      ADD_FAILURE() << "record of type " << record.type();
  }
}

Status Platform::message(std::span<const std::uint8_t> bytes) {
  LAKEPORT_RETURN_IF_ERROR(count_message());
  sdk::UpdateResponse response;
  if (!response.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    ADD_FAILURE() << "bytes that are no message";
  }
  if (response.has_record()) apply(response.record());
  EXPECT_LE(response.records().records_size(), 100);
  for (const auto& record : response.records().records()) apply(record);
  return {};
}

Status Platform::checkpoint(std::string_view state_json) {
  LAKEPORT_RETURN_IF_ERROR(count_message());
  ++checkpoints_;
  stored_state_ = state_json;
  if (!keep_unstored_) stored_tables_ = tables_;
  return {};
}

Status Platform::warning(std::string_view text) {
  warnings_.emplace_back(text);
  return {};
}

Status Platform::task(std::string_view text) { return fail(ErrorKind::kTask, std::string(text)); }

Status Platform::schema_change(const sdk::SchemaChange& change) {
  declare(change.with_schema());
  return count_message();
}

std::vector<PlatformRow> Platform::rows_in(fixtures::SqlSession& sql, const std::string& table,
                                           const PlatformTable& like) {
  std::string list;
  std::vector<const sdk::Column*> columns;
  for (const auto& [name, column] : like.columns) {
    columns.push_back(&column);
    list += (list.empty() ? "" : ", ") + quoted(name);
  }
  sql.execute(
      "SET TimeZone = 'UTC'; SET DateStyle = 'ISO, YMD'; SET extra_float_digits = 1; SET bytea_output = "
      "'hex'; SET IntervalStyle = 'postgres'");
  std::vector<PlatformRow> rows;
  for (const auto& values : sql.query("SELECT " + list + " FROM " + table)) {
    PlatformRow row;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (values[i]) row[columns[i]->name()] = cell_of_text(columns[i]->type(), *values[i]);
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

namespace {

std::string shown(const PlatformRow& row) {
  std::string text;
  for (const auto& [name, value] : row) {
    text += name + "=" + (value.size() > 100 ? value.substr(0, 100) + "…" : value) + " ";
  }
  return text.substr(0, 2000);
}

}  // namespace

void Platform::expect_same(fixtures::SqlSession& sql, const std::string& schema, const std::string& name) {
  SCOPED_TRACE(schema + "." + name);
  const PlatformTable& here = table(schema + "." + name);
  // Rows that are equal in all columns count once: a table without key cannot tell them apart.
  std::map<std::string, PlatformRow> there;
  for (PlatformRow& row : rows_in(sql, quoted(schema) + "." + quoted(name), here)) {
    there[key_of(here, row)] = std::move(row);
  }
  int failures = 0;
  for (const auto& [key, row] : there) {
    const auto found = here.rows.find(key);
    if (found == here.rows.end()) {
      if (++failures < 5) ADD_FAILURE() << "missing: " << shown(row);
    } else if (found->second != row) {
      if (++failures < 5) {
        ADD_FAILURE() << "differs: " << shown(found->second) << "\nin PostgreSQL: " << shown(row);
      }
    }
  }
  for (const auto& [key, row] : here.rows) {
    if (!there.contains(key) && ++failures < 5) ADD_FAILURE() << "too many: " << shown(row);
  }
  EXPECT_EQ(here.rows.size(), there.size());
}

}  // namespace lakeport::sources::testing

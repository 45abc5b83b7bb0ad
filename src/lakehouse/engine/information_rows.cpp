#include "information_rows.h"

#include <duckdb/common/allocator.hpp>
#include <duckdb/parser/tableref/column_data_ref.hpp>

namespace lakeport::lakehouse {

namespace duck = ::duckdb;

namespace {

duck::LogicalType logical(InformationRows::Type type) {
  switch (type) {
    case InformationRows::Type::kInt:
      return duck::LogicalType::INTEGER;
    case InformationRows::Type::kLong:
      return duck::LogicalType::BIGINT;
    case InformationRows::Type::kTimestamp:
      return duck::LogicalType::TIMESTAMP_TZ;
    case InformationRows::Type::kText:
      break;
  }
  return duck::LogicalType::VARCHAR;
}

}  // namespace

InformationRows::InformationRows(const Columns& columns) {
  for (const auto& [name, type] : columns) {
    names_.emplace_back(name);
    types_.push_back(logical(type));
  }
  rows_ = duck::make_shared_ptr<duck::ColumnDataCollection>(duck::Allocator::DefaultAllocator(), types_);
  chunk_.Initialize(duck::Allocator::DefaultAllocator(), types_);
}

InformationRows& InformationRows::put(duck::Value value) {
  chunk_.SetValue(column_, chunk_.size(), value);
  if (++column_ < types_.size()) return *this;
  column_ = 0;
  chunk_.SetCardinality(chunk_.size() + 1);
  if (chunk_.size() == STANDARD_VECTOR_SIZE) {
    rows_->Append(chunk_);
    chunk_.Reset();
  }
  return *this;
}

InformationRows& InformationRows::text(const std::string& value) { return put(duck::Value(value)); }
InformationRows& InformationRows::text_or_null(const std::string& value) {
  return value.empty() ? null() : text(value);
}
InformationRows& InformationRows::integer(std::int32_t value) { return put(duck::Value::INTEGER(value)); }
InformationRows& InformationRows::long_integer(std::int64_t value) { return put(duck::Value::BIGINT(value)); }
InformationRows& InformationRows::moment(UtcMillis value) {
  return put(duck::Value::TIMESTAMPTZ(duck::timestamp_tz_t(value.time_since_epoch().count() * 1000)));
}
InformationRows& InformationRows::null() { return put(duck::Value(types_[column_])); }

duck::unique_ptr<duck::TableRef> InformationRows::finish() {
  if (chunk_.size() > 0) rows_->Append(chunk_);
  duck::vector<std::string> names(names_.begin(), names_.end());
  return duck::make_uniq<duck::ColumnDataRef>(duck::optionally_owned_ptr<duck::ColumnDataCollection>(rows_),
                                              std::move(names));
}

}  // namespace lakeport::lakehouse

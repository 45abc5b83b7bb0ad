#include "random_changes.h"

namespace lakeport::destinations {

using wire::DataType;

namespace {

constexpr DataType kTypes[] = {DataType::kBoolean,       DataType::kShort,       DataType::kInt,
                               DataType::kLong,          DataType::kFloat,       DataType::kDouble,
                               DataType::kDecimal,       DataType::kNaiveDate,   DataType::kNaiveTime,
                               DataType::kNaiveDatetime, DataType::kUtcDatetime, DataType::kBinary,
                               DataType::kXml,           DataType::kString,      DataType::kJson};

// A type that holds all values of the other, as sources widen columns; the same when there is none but text.
DataType wider(DataType type) {
  switch (type) {
    case DataType::kShort:
      return DataType::kInt;
    case DataType::kInt:
      return DataType::kLong;
    case DataType::kNaiveDate:
      return DataType::kNaiveDatetime;
    case DataType::kFloat:
    case DataType::kDouble:
      return DataType::kDouble;
    default:
      return DataType::kString;
  }
}

}  // namespace

RandomChanges::RandomChanges(std::uint64_t seed, wire::TableId table)
    : sample_(seed), table_(std::move(table)), schema_{table_.table, {}}, model_({}) {
  schema_.columns.push_back({"id", sample_.below(2) == 0 ? DataType::kLong : DataType::kString, true});
  std::vector<std::string> keys{"id"};
  if (sample_.below(3) == 0) {
    schema_.columns.push_back({"second key", DataType::kInt, true});
    keys.emplace_back("second key");
  }
  model_ = TableModel(keys);
  const auto count = 1 + sample_.below(6);
  for (std::uint64_t i = 0; i < count; ++i)
    schema_.columns.push_back({"c" + std::to_string(columns_++), kTypes[sample_.below(15)]});
  schema_.columns.push_back({std::string(wire::kSyncedColumn), DataType::kUtcDatetime});
  schema_.columns.push_back({std::string(wire::kDeletedColumn), DataType::kBoolean});
}

Status RandomChanges::write(sync::Destination* destination) {
  synced_ += 1000;
  wire::TableChanges changes{table_, schema_, nullptr, {}};
  // Each key once among all: upserts take even places of the draw, updates odd ones.
  const auto keys = sample_.numbers(1 + sample_.below(300), next_key_ + 200);
  std::vector<std::int64_t> upserts;
  std::vector<std::int64_t> updates;
  std::vector<std::int64_t> deletes;
  for (const auto key : keys) {
    const auto kind = sample_.below(10);
    (kind < 6 ? upserts : kind < 8 ? updates : deletes).push_back(key);
  }
  next_key_ += static_cast<std::int64_t>(sample_.below(100));
  changes.upserts = upserts.empty() ? nullptr : sample_.rows(schema_, upserts, synced_);
  if (!updates.empty()) {
    std::vector<std::string> columns;
    for (const auto& column : schema_.columns) {
      if (column.primary_key || column.name.starts_with("_fivetran") || sample_.below(2) == 0)
        columns.push_back(column.name);
    }
    changes.updates.push_back(only(*sample_.rows(schema_, updates, synced_), columns));
  }
  if (!deletes.empty()) {
    std::vector<std::string> columns = schema_.key_names();
    columns.emplace_back(wire::kSyncedColumn);
    columns.emplace_back(wire::kDeletedColumn);
    changes.updates.push_back(only(*sample_.rows(schema_, deletes, synced_, true), columns));
  }
  if (destination != nullptr) LAKEPORT_RETURN_IF_ERROR(destination->write(changes));
  if (changes.upserts) model_.upsert(*changes.upserts);
  for (const auto& update : changes.updates) model_.update(*update);
  return {};
}

Status RandomChanges::add_column(sync::Destination* destination) {
  schema_.columns.insert(schema_.columns.end() - 2,
                         {"c" + std::to_string(columns_++), kTypes[sample_.below(15)]});
  if (destination != nullptr) LAKEPORT_RETURN_IF_ERROR(destination->alter(table_, schema_));
  return {};
}

Status RandomChanges::widen_column(sync::Destination* destination) {
  auto& column = schema_.columns[sample_.below(schema_.columns.size() - 2)];
  const bool pick_floating = column.type == DataType::kFloat || column.type == DataType::kDouble;
  if (!column.primary_key && !pick_floating) column.type = wider(column.type);
  if (destination != nullptr) LAKEPORT_RETURN_IF_ERROR(destination->alter(table_, schema_));
  return {};
}

Status RandomChanges::step(sync::Destination* destination) {
  if (!created_) {
    created_ = true;
    return destination != nullptr ? destination->create(table_, schema_) : Status{};
  }
  const auto kind = sample_.below(20);
  if (kind == 0) return add_column(destination);
  if (kind == 1) return widen_column(destination);
  if (kind == 2) {
    const auto before = synced_ - static_cast<std::int64_t>(sample_.below(4)) * 1000;
    if (destination != nullptr) {
      LAKEPORT_RETURN_IF_ERROR(
          destination->soft_truncate(table_, sync::UtcMillis(std::chrono::milliseconds(before / 1000))));
    }
    model_.soft_truncate(before / 1000 * 1000);
    return {};
  }
  return write(destination);
}

}  // namespace lakeport::destinations

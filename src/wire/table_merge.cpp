// What UPSERT, UPDATE and DELETE do to the row that their key has already (table_buffer.h).
#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

#include <xxhash.h>

#include "table_rows.h"

namespace lakeport::wire {
namespace {

// Rows are indexed so many at a time: their places in the index are fetched together.
constexpr std::int64_t kIndexBlock = 64;
// Dead rows that are worth moving all others for.
constexpr std::int64_t kManyDeadRows = 65536;
constexpr std::int64_t kMaxRows = std::int64_t{KeyIndex::kNone} - 1;

std::uint64_t mix(std::uint64_t hash) {
  hash *= 0x9e3779b97f4a7c15ULL;
  return hash ^ (hash >> 32);
}

// -0 is 0, and all NaNs are one, as for engines that compare keys.
template <class Floating>
Floating comparable(Floating value) {
  if (std::isnan(value)) return std::numeric_limits<Floating>::quiet_NaN();
  return value == 0 ? Floating{0} : value;
}

std::uint64_t hash_value(const TableColumn& column, std::int64_t row) {
  const ColumnBuffer& buffer = column.buffer();
  if (buffer.is_null(row)) return 0x6e756c6c;
  if (column.type() == DataType::kFloat)
    return std::bit_cast<std::uint32_t>(comparable(buffer.at<float>(row)));
  if (column.type() == DataType::kDouble)
    return std::bit_cast<std::uint64_t>(comparable(buffer.at<double>(row)));
  switch (buffer.layout()) {
    case Layout::kBits:
      return buffer.bool_at(row) ? 1 : 0;
    case Layout::kFixed2:
      return static_cast<std::uint64_t>(std::int64_t{buffer.at<std::int16_t>(row)});
    case Layout::kFixed4:
      return static_cast<std::uint64_t>(std::int64_t{buffer.at<std::int32_t>(row)});
    case Layout::kFixed8:
      return buffer.at<std::uint64_t>(row);
    case Layout::kFixed16: {
      const auto digits = buffer.at<unsigned __int128>(row);
      return static_cast<std::uint64_t>(digits) ^ mix(static_cast<std::uint64_t>(digits >> 64));
    }
    case Layout::kBytes: {
      const std::string_view bytes = buffer.bytes_at(row);
      return XXH3_64bits(bytes.data(), bytes.size());
    }
  }
  return 0;
}

bool same_value(const TableColumn& column, std::int64_t a, std::int64_t b) {
  const ColumnBuffer& buffer = column.buffer();
  const bool null = buffer.is_null(a);
  if (null || buffer.is_null(b)) return null && buffer.is_null(b);
  if (column.type() == DataType::kFloat) {
    return std::bit_cast<std::uint32_t>(comparable(buffer.at<float>(a))) ==
           std::bit_cast<std::uint32_t>(comparable(buffer.at<float>(b)));
  }
  if (column.type() == DataType::kDouble) {
    return std::bit_cast<std::uint64_t>(comparable(buffer.at<double>(a))) ==
           std::bit_cast<std::uint64_t>(comparable(buffer.at<double>(b)));
  }
  switch (buffer.layout()) {
    case Layout::kBits:
      return buffer.bool_at(a) == buffer.bool_at(b);
    case Layout::kFixed2:
      return buffer.at<std::int16_t>(a) == buffer.at<std::int16_t>(b);
    case Layout::kFixed4:
      return buffer.at<std::int32_t>(a) == buffer.at<std::int32_t>(b);
    case Layout::kFixed8:
      return buffer.at<std::int64_t>(a) == buffer.at<std::int64_t>(b);
    case Layout::kFixed16:
      return buffer.at<__int128>(a) == buffer.at<__int128>(b);
    case Layout::kBytes:
      return buffer.bytes_at(a) == buffer.bytes_at(b);
  }
  return false;
}

}  // namespace

bool TableBuffer::Impl::end_row(RecordType type) {
  if (rows_ >= kMaxRows)
    return fail_at({}, "over 4,000,000,000 rows between two flushes", "Use a smaller --memory");
  if (keyless()) {
    hash_row_id();
    if (type == RecordType::kUpdate) type = RecordType::kUpsert;
  }
  ++operations_;
  const bool ended = type == RecordType::kUpsert ? end_whole_row() : end_changed_row(type);
  ++record_;
  if (ended && dead_ > kManyDeadRows && dead_ > rows_ / 2) compact();
  return ended;
}

bool TableBuffer::Impl::end_whole_row() {
  commit_row({});
  if (rows_ - indexed_ >= kIndexBlock) index_rows();
  return true;
}

bool TableBuffer::Impl::end_changed_row(RecordType type) {
  if (!check_keys_present(type)) return false;
  index_rows();
  const std::uint32_t earlier = find_row(rows_);
  if (earlier != KeyIndex::kNone) {
    return type == RecordType::kUpdate ? merge_into_row(earlier) : delete_row(earlier);
  }
  RowState state;
  if (type == RecordType::kDelete) {
    for (const Slot* slot : columns_) {
      ColumnBuffer& buffer = slot->column->buffer();
      if (!is_key(*slot) && buffer.length() > rows_) buffer.pop();
    }
    state.deleted = true;
  }
  state.columns = sets_.number_of(present_columns());
  commit_row(state);
  index_rows();
  return true;
}

void TableBuffer::Impl::commit_row(RowState state) {
  if (runs_.empty() || runs_.back().synced != synced_) runs_.push_back({rows_, synced_});
  ++rows_;
  if (!states_.empty()) {
    states_.push_back(state);
  } else if (state.columns != 0 || state.deleted) {
    states_.resize(static_cast<std::size_t>(rows_));
    states_.back() = state;
  }
}

void TableBuffer::Impl::hash_row_id() {
  for (const Slot* slot : by_name_) {
    if (slot->value_record == record_) hasher_.add(slot->name, slot->value);
  }
  ids_.append(hasher_.finish());
}

bool TableBuffer::Impl::check_keys_present(RecordType type) {
  for (const Slot* slot : keys_) {
    if (slot->column->buffer().length() <= rows_) {
      return fail_at(slot->name,
                     std::string(type == RecordType::kUpdate ? "an UPDATE" : "a DELETE") +
                         " record lacks this key column",
                     "The source connector is faulty: tell its author");
    }
  }
  return true;
}

// Columns other than keys that the row being built has.
ColumnSets::Bits TableBuffer::Impl::present_columns() const {
  ColumnSets::Bits bits;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const TableColumn& column = *columns_[i]->column;
    if (!column.described().primary_key && column.buffer().length() > rows_) ColumnSets::add(bits, i);
  }
  return bits;
}

// The row being built takes from the earlier one what it lacks, and takes its place.
bool TableBuffer::Impl::merge_into_row(std::int64_t earlier) {
  RowState state = read_state(earlier);
  state.deleted = false;
  if (state.columns != 0) {
    ColumnSets::Bits bits = sets_.bits(state.columns);
    const ColumnSets::Bits changed = present_columns();
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (ColumnSets::has(changed, i)) ColumnSets::add(bits, i);
    }
    state.columns = sets_.number_of(std::move(bits));
  }
  for (const Slot* slot : columns_) {
    ColumnBuffer& buffer = slot->column->buffer();
    if (buffer.length() > rows_ || buffer.is_null(earlier)) continue;
    buffer.pad_to(rows_);
    if (!buffer.append_copy(earlier)) return fail_stored(*slot, Stored::kTooMuch);
  }
  commit_row(state);
  index_rows();
  return true;
}

bool TableBuffer::Impl::delete_row(std::int64_t earlier) {
  if (synced_of(earlier) == synced_) {
    drop_row();
    state_of(earlier).deleted = true;
    return true;
  }
  // A later time of sync is a row's own: the row moves to the end.
  for (const Slot* slot : columns_) {
    ColumnBuffer& buffer = slot->column->buffer();
    if (buffer.length() > rows_) buffer.pop();
    if (buffer.is_null(earlier)) continue;
    buffer.pad_to(rows_);
    if (!buffer.append_copy(earlier)) return fail_stored(*slot, Stored::kTooMuch);
  }
  RowState& state = state_of(earlier);
  state.deleted = true;
  commit_row(RowState{state});
  index_rows();
  return true;
}

RowState& TableBuffer::Impl::state_of(std::int64_t row) {
  if (states_.empty()) states_.resize(static_cast<std::size_t>(rows_));
  return states_[static_cast<std::size_t>(row)];
}

TableBuffer::Impl::Millis TableBuffer::Impl::synced_of(std::int64_t row) const {
  const auto after =
      std::upper_bound(runs_.begin(), runs_.end(), row,
                       [](std::int64_t at, const SyncedRun& run) { return at < run.first_row; });
  return std::prev(after)->synced;
}

std::uint64_t TableBuffer::Impl::key_hash(std::int64_t row) const {
  if (keyless()) return static_cast<std::uint64_t>(ids_.at<unsigned __int128>(row));
  std::uint64_t hash = 0;
  for (const Slot* slot : keys_) hash = mix(hash ^ hash_value(*slot->column, row));
  return mix(hash);
}

bool TableBuffer::Impl::same_key(std::int64_t a, std::int64_t b) const {
  if (keyless()) return ids_.at<unsigned __int128>(a) == ids_.at<unsigned __int128>(b);
  return std::all_of(keys_.begin(), keys_.end(),
                     [&](const Slot* slot) { return same_value(*slot->column, a, b); });
}

// The row that has the key of the row being built.
std::uint32_t TableBuffer::Impl::find_row(std::int64_t row) {
  if (rows_ == 0) return KeyIndex::kNone;
  if (ordered_) {
    const bool known = keys_can_be_ordered() && !keys_.front()->column->buffer().is_null(row);
    if (known && ordered_key(row) > ordered_key(rows_ - 1)) return KeyIndex::kNone;
    index_all_rows();
  }
  return index_.find(key_hash(row), [&](std::uint32_t candidate) { return same_key(candidate, row); });
}

bool TableBuffer::Impl::keys_can_be_ordered() const {
  if (keys_.size() != 1) return false;
  switch (keys_.front()->column->type()) {
    case DataType::kShort:
    case DataType::kInt:
    case DataType::kLong:
    case DataType::kNaiveDate:
    case DataType::kNaiveDatetime:
    case DataType::kUtcDatetime:
      return true;
    default:
      return false;
  }
}

std::int64_t TableBuffer::Impl::ordered_key(std::int64_t row) const {
  const ColumnBuffer& buffer = keys_.front()->column->buffer();
  switch (buffer.layout()) {
    case Layout::kFixed2:
      return buffer.at<std::int16_t>(row);
    case Layout::kFixed4:
      return buffer.at<std::int32_t>(row);
    default:
      return buffer.at<std::int64_t>(row);
  }
}

// Whether the rows that are not indexed yet go on in the order of those before.
bool TableBuffer::Impl::next_rows_are_ordered() const {
  if (!keys_can_be_ordered() || keys_.front()->column->buffer().length() < rows_ ||
      keys_.front()->column->buffer().nulls() > 0) {
    return false;
  }
  std::int64_t row = indexed_;
  std::int64_t before = row > 0 ? ordered_key(row - 1) : ordered_key(row++);
  for (; row < rows_; ++row) {
    const std::int64_t key = ordered_key(row);
    if (key <= before) return false;
    before = key;
  }
  return true;
}

// When a key column has changed its form, hashes that the index knows are no longer those of the rows.
void TableBuffer::Impl::reindex_if_keys_changed() {
  int form = 0;
  for (const Slot* slot : keys_) form += slot->column->form();
  if (form == key_form_) return;
  key_form_ = form;
  if (!ordered_) index_all_rows();
}

void TableBuffer::Impl::index_all_rows() {
  const std::int64_t known = std::exchange(indexed_, 0);
  ordered_ = false;
  index_.clear();
  index_rows_to(known);
}

void TableBuffer::Impl::index_rows() {
  reindex_if_keys_changed();
  if (indexed_ == rows_) return;
  if (ordered_) {
    if (next_rows_are_ordered()) {
      indexed_ = rows_;
      return;
    }
    index_all_rows();
  }
  index_rows_to(rows_);
}

void TableBuffer::Impl::index_rows_to(std::int64_t end_row) {
  std::array<std::uint64_t, kIndexBlock> hashes;
  while (indexed_ < end_row) {
    const std::int64_t first = indexed_;
    const std::int64_t end = std::min(end_row, first + kIndexBlock);
    for (std::int64_t row = first; row < end; ++row) {
      const std::uint64_t hash = key_hash(row);
      index_.prefetch(hash);
      hashes[static_cast<std::size_t>(row - first)] = hash;
    }
    for (std::int64_t row = first; row < end; ++row) {
      if (!read_state(row).dead) index_row(row, hashes[static_cast<std::size_t>(row - first)]);
    }
    indexed_ = end;
  }
}

void TableBuffer::Impl::index_row(std::int64_t row, std::uint64_t hash) {
  const std::uint32_t earlier = index_.put(hash, static_cast<std::uint32_t>(row),
                                           [&](std::uint32_t candidate) { return same_key(candidate, row); });
  if (earlier != KeyIndex::kNone) kill_row(earlier);
}

void TableBuffer::Impl::kill_row(std::int64_t row) {
  RowState& state = state_of(row);
  if (keyless() && !state.deleted) ++duplicates_;
  state.dead = true;
  ++dead_;
}

// Gives back the memory of dead rows.
void TableBuffer::Impl::compact() {
  index_rows();
  std::vector<std::uint32_t> live;
  live.reserve(static_cast<std::size_t>(rows_ - dead_));
  std::vector<RowState> states;
  std::vector<SyncedRun> runs;
  for (std::int64_t row = 0; row < rows_; ++row) {
    const RowState state = read_state(row);
    if (state.dead) continue;
    const Millis synced = synced_of(row);
    if (runs.empty() || runs.back().synced != synced)
      runs.push_back({static_cast<std::int64_t>(live.size()), synced});
    live.push_back(static_cast<std::uint32_t>(row));
    states.push_back(state);
  }
  for (const Slot* slot : columns_) {
    ColumnBuffer& buffer = slot->column->buffer();
    buffer.pad_to(rows_);
    buffer = buffer.gather(live);
  }
  if (keyless()) ids_ = ids_.gather(live);
  states_ = std::move(states);
  runs_ = std::move(runs);
  rows_ = static_cast<std::int64_t>(live.size());
  dead_ = 0;
  indexed_ = rows_;
  index_all_rows();
}

}  // namespace lakeport::wire

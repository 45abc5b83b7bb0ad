#include "query_history.h"

#include <algorithm>
#include <ranges>

namespace lakeport::lakehouse {
namespace {

constexpr std::size_t kTextBytes = 64UL << 10U;     // of one statement
constexpr std::size_t kAllTextBytes = 64UL << 20U;  // together

// Cuts at a character's border, so that the text stays UTF-8.
void shorten(std::string& text) {
  if (text.size() <= kTextBytes) return;
  std::size_t end = kTextBytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  text.resize(end);
}

template <class T>
bool matches(const std::vector<T>& wanted, const T& value) {
  return wanted.empty() || std::ranges::find(wanted, value) != wanted.end();
}

bool matches(const QueryFilter& filter, const QueryRecord& record) {
  return matches(filter.compute_ids, record.compute_id) && matches(filter.user_ids, record.user.id) &&
         matches(filter.states, record.state) && matches(filter.ids, record.id) &&
         (!filter.queued_from || record.queued >= *filter.queued_from) &&
         (!filter.queued_until || record.queued <= *filter.queued_until);
}

}  // namespace

std::shared_ptr<QueryHistoryEntry> QueryHistory::add(QueryRecord record) {
  shorten(record.text);
  const std::size_t bytes = record.text.size();
  auto entry = std::make_shared<QueryHistoryEntry>(std::move(record));
  const std::scoped_lock lock(mutex_);
  entries_.push_back({entry, bytes});
  bytes_ += bytes;
  while (entries_.size() > limit_ || (bytes_ > kAllTextBytes && entries_.size() > 1)) {
    bytes_ -= entries_.front().bytes;
    entries_.pop_front();
  }
  return entry;
}

std::vector<QueryRecord> QueryHistory::find(const QueryFilter& filter,
                                            const std::function<bool(const QueryRecord&)>& visible) const {
  std::vector<std::shared_ptr<QueryHistoryEntry>> entries;
  {
    const std::scoped_lock lock(mutex_);
    for (const Kept& kept : std::views::reverse(entries_)) entries.push_back(kept.entry);
  }
  std::vector<QueryRecord> found;
  bool reached = !filter.after_id;
  for (const auto& entry : entries) {
    if (found.size() >= filter.limit) break;
    QueryRecord record = entry->read();
    if (!reached) {
      reached = record.id == *filter.after_id;
      continue;
    }
    if (matches(filter, record) && visible(record)) found.push_back(std::move(record));
  }
  return found;
}

}  // namespace lakeport::lakehouse

#include "translation_cache.h"

#include <utility>

namespace lakeport::lakehouse {

std::optional<std::string> TranslationCache::find(std::string_view text) {
  const std::lock_guard lock(mutex_);
  const auto found = by_text_.find(text);
  if (found == by_text_.end()) return std::nullopt;
  by_use_.splice(by_use_.begin(), by_use_, found->second);
  return found->second->translation;
}

void TranslationCache::put(std::string text, std::string translation) {
  const std::lock_guard lock(mutex_);
  if (by_text_.contains(text)) return;
  by_use_.push_front({std::move(text), std::move(translation)});
  by_text_.emplace(by_use_.front().text, by_use_.begin());
  bytes_ += by_use_.front().bytes();
  while (!by_use_.empty() && (by_use_.size() > most_entries_ || bytes_ > most_bytes_)) {
    bytes_ -= by_use_.back().bytes();
    by_text_.erase(by_use_.back().text);
    by_use_.pop_back();
  }
}

}  // namespace lakeport::lakehouse

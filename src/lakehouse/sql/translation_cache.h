// Translations by text, the least used going first.
#pragma once

#include <cstddef>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace lakeport::lakehouse {

// Thread-safe.
class TranslationCache {
 public:
  // At most `entries`, and at most `bytes` of text in them.
  TranslationCache(std::size_t entries, std::size_t bytes) : most_entries_(entries), most_bytes_(bytes) {}

  std::optional<std::string> find(std::string_view text);
  void put(std::string text, std::string translation);

 private:
  struct Entry {
    std::string text, translation;
    std::size_t bytes() const { return text.size() + translation.size(); }
  };

  std::size_t most_entries_;
  std::size_t most_bytes_;
  std::mutex mutex_;
  std::list<Entry> by_use_;  // the last used first
  std::unordered_map<std::string_view, std::list<Entry>::iterator> by_text_;
  std::size_t bytes_ = 0;
};

}  // namespace lakeport::lakehouse

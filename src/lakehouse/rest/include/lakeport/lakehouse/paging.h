// Lists a page at a time, by keys rather than positions: what is made or deleted meanwhile neither repeats
// nor hides an entry.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lakeport/base/result.h"

namespace lakeport::lakehouse {

struct Page {
  std::size_t limit = 0;             // entries wanted
  std::optional<std::string> after;  // key of the last entry that the client has
};

// Opaque to clients; of no secret. kInvalidInput for a text that is none of ours.
std::string page_token(std::string_view last_key);
Result<std::string> last_key_of(std::string_view page_token);

template <class T>
struct PageOf {
  std::vector<T> entries;
  std::optional<std::string> next_page_token;
};

// The page of `all` that `page` asks for. `key` gives an entry's key (std::string), unique in the list; the
// list comes out sorted by it. Keys that are numbers: pad them.
template <class T, class Key>
PageOf<T> cut_page(std::vector<T> all, const Page& page, Key key) {
  std::sort(all.begin(), all.end(), [&](const T& left, const T& right) { return key(left) < key(right); });
  PageOf<T> cut;
  for (T& entry : all) {
    if (page.after && key(entry) <= *page.after) continue;
    if (cut.entries.size() == page.limit) {
      cut.next_page_token = page_token(key(cut.entries.back()));
      break;
    }
    cut.entries.push_back(std::move(entry));
  }
  return cut;
}

}  // namespace lakeport::lakehouse

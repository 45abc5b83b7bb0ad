// What a sync remembers of the files that it has read: the checkpoint's `state_json`.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "lakeport/base/result.h"

#include "layout.h"
#include "listing.h"

namespace lakeport::sources::files {

inline constexpr std::int64_t kIncomplete = -1;

struct FileState {
  std::int64_t size =
      kIncomplete;  // kIncomplete: its rows at the destination may be of a file that failed half-way
  std::int64_t modified = 0;  // nanoseconds since 1970
  std::string hash;           // content.h; empty when not known
  std::int64_t rows = 0;      // no row at the destination has a higher `_line`
};

// A large file that is being read: its first `rows` rows are at the destination.
struct ReadingState {
  std::string file;
  std::int64_t size = 0;
  std::int64_t modified = 0;
  std::int64_t rows = 0;
};

struct TableState {
  std::string fingerprint;  // Settings::fingerprint
  TableLayout layout;
  std::set<std::string> left_out;  // columns that were not selected
  std::map<std::string, FileState> files;
  std::optional<ReadingState> reading;
};

struct State {
  std::map<std::string, TableState> tables;

  // The empty text and `{}` are the start. kInvalidInput for any other text that write() does not make.
  static Result<State> parse(std::string_view json);
  std::string write() const;
};

}  // namespace lakeport::sources::files

// CSV text to fields, strictly as RFC 4180 has it: nothing is guessed. (Arrow's parser takes a file that ends
// within quotes, text after a closing quote, and an empty line in place of a row.)
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lakeport/base/result.h"

#include "byte_stream.h"

namespace lakeport::batchfile {

class CsvParser {
 public:
  struct Field {
    std::string_view text;  // without the quotes around it
    bool quoted = false;
    bool has_quotes = false;  // doubled ones, inside `text`
  };
  // A field longer than this is an error.
  static constexpr std::size_t kMaxRowBytes = std::size_t{1} << 30;

  explicit CsvParser(std::unique_ptr<ByteSource> source);

  // The next row's fields, valid until the next call; none at the end. `expected`: how many there must be, 0
  // for any number. Rows end with LF or CRLF; the last one may end with the file.
  Result<std::optional<std::span<const Field>>> next(std::size_t expected);

  // "line 4 (row 3)": where the row that next() gave, or failed on, begins. The header is line 1, row 0.
  std::string place() const;
  // Rows that next() gave, header included.
  std::int64_t rows() const { return rows_; }

 private:
  enum class Outcome { kRow, kNeedsMore, kEnd };
  // Parses a row from `at_`; fails only for what more bytes cannot mend.
  Result<Outcome> parse_row();
  void add(Field field) {
    if (count_ == fields_.size()) fields_.resize(2 * count_ + 16);
    fields_[count_++] = field;
  }
  Result<const char*> parse_quoted(const char* at, const char* end);
  Status read_more();

  std::unique_ptr<ByteSource> source_;
  std::string buffer_;
  std::size_t at_ = 0;           // where the next row begins
  std::size_t end_ = 0;          // of what has been read
  bool ended_ = false;           // nothing more to read
  std::int64_t lines_ = 0;       // line ends inside fields before the last row
  std::int64_t next_lines_ = 0;  // and before the next one
  std::int64_t rows_ = 0;
  std::vector<Field> fields_;  // the first `count_` are the row's
  std::size_t count_ = 0;
};

}  // namespace lakeport::batchfile

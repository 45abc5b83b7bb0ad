// `_fivetran_id`: the identity of a row in a table without a key (table_buffer.h).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "value.h"

namespace lakeport::wire {

// Takes the columns of one row after the other, in the order of their names, and gives the hash of it all.
// What is hashed depends on the values as they came, never on the type that a column has by now.
class RowIdHasher {
 public:
  // NULLs do not count.
  void add(std::string_view name, const Value& value);
  // The id of what was added since the last call.
  unsigned __int128 finish();

 private:
  struct Stream;
  struct FreeStream {
    void operator()(Stream* stream) const;
  };
  void add_bytes(std::string_view bytes);

  std::string pending_;
  std::unique_ptr<Stream, FreeStream> stream_;
  bool streaming_ = false;
};

// As it stands in the column: 32 hexadecimal digits.
void append_row_id(std::uint8_t* out, unsigned __int128 id);
inline constexpr std::size_t kRowIdText = 32;

}  // namespace lakeport::wire

// The first line of a CSV file: which delimiter it uses and what its columns are called.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lakeport::sources::files {

struct CsvHeader {
  char delimiter = ',';
  std::vector<std::string> names;  // never empty, all different (also without regard to case)
};

// `head`: the file's first bytes. Without `delimiter`, the one of , ; tab | that the first line has most of
// outside quotes. Without `named`, or where a name is empty, columns are called column_1, column_2…; a name
// that is there already gets _2, _3… Nothing when the first line does not end within `head` and `head` is not
// the whole file.
std::optional<CsvHeader> read_csv_header(std::string_view head, bool whole_file,
                                         std::optional<char> delimiter, bool named);

}  // namespace lakeport::sources::files

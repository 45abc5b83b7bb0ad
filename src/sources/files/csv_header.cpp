#include "csv_header.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace lakeport::sources::files {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
constexpr std::array kDelimiters{',', ';', '\t', '|'};

// Where the first record ends; npos when it does not.
std::size_t end_of_record(std::string_view text) {
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') quoted = !quoted;
    if (!quoted && (text[i] == '\n' || text[i] == '\r')) return i;
  }
  return std::string_view::npos;
}

char most_frequent_delimiter(std::string_view record) {
  std::array<int, kDelimiters.size()> counts{};
  bool quoted = false;
  for (char c : record) {
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    const auto* found = std::ranges::find(kDelimiters, c);
    if (found != kDelimiters.end()) ++counts.at(static_cast<std::size_t>(found - kDelimiters.begin()));
  }
  return kDelimiters.at(static_cast<std::size_t>(std::ranges::max_element(counts) - counts.begin()));
}

std::vector<std::string> split_record(std::string_view record, char delimiter) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  for (std::size_t i = 0; i < record.size(); ++i) {
    const char c = record[i];
    if (quoted && c == '"' && i + 1 < record.size() && record[i + 1] == '"') {
      fields.back() += c;
      ++i;
    } else if (c == '"' && (quoted || fields.back().empty())) {
      quoted = !quoted;
    } else if (c == delimiter && !quoted) {
      fields.emplace_back();
    } else {
      fields.back() += c;
    }
  }
  return fields;
}

std::string lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

}  // namespace

std::optional<CsvHeader> read_csv_header(std::string_view head, bool whole_file,
                                         std::optional<char> delimiter, bool named) {
  if (head.starts_with(kByteOrderMark)) head.remove_prefix(kByteOrderMark.size());
  const std::size_t end = end_of_record(head);
  if (end == std::string_view::npos && !whole_file) return std::nullopt;
  const std::string_view record = head.substr(0, end);
  CsvHeader header;
  header.delimiter = delimiter.value_or(most_frequent_delimiter(record));
  std::set<std::string> taken;
  for (std::string& field : split_record(record, header.delimiter)) {
    const std::string number = std::to_string(header.names.size() + 1);
    const std::string wanted = named && !field.empty() ? std::move(field) : "column_" + number;
    std::string name = wanted;
    for (int suffix = 2; !taken.insert(lower(name)).second; ++suffix)
      name = wanted + "_" + std::to_string(suffix);
    header.names.push_back(std::move(name));
  }
  return header;
}

}  // namespace lakeport::sources::files

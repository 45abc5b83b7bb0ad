#include <algorithm>
#include <memory>
#include <regex>
#include <unordered_map>
#include <utility>

#include <arrow/api.h>

#include "json_object.h"
#include "text_array.h"
#include "text_reader.h"

namespace lakeport::sources::files {
namespace {

class JsonReader final : public TextReader {
 public:
  JsonReader(const InputFile& file, Session& session) : TextReader(file, session) {}

 protected:
  Result<std::string> query(bool long_rows) override {
    if (file().size == 0) return std::string();
    // Whole objects as text: DuckDB's own columns are those of a sample, and members met later would be lost.
    std::string sql = "SELECT json FROM read_json_objects(" + quoted_path(file()) + ", format = 'auto'";
    sql += ", hive_partitioning = false, compression = " + quoted_compression(file());
    if (long_rows) sql += ", maximum_object_size = " + std::to_string(kLongestRow);
    return sql + ")";
  }

  Result<RawBatch> to_raw(std::shared_ptr<arrow::RecordBatch> batch, std::int64_t first_row) override {
    RawBatch raw;
    raw.rows = batch->num_rows();
    const auto rows = static_cast<std::size_t>(raw.rows);
    std::unordered_map<std::string_view, std::size_t> places;  // by key as written
    std::unordered_map<std::string, std::size_t> columns;      // by key as meant
    std::optional<std::string> problem;
    for (std::size_t row = 0; row < rows && !problem; ++row) {
      const auto text = text_at(*batch->column(0), static_cast<std::int64_t>(row));
      std::vector<bool> seen(raw.columns.size());
      const bool is_object = text && for_each_member(*text, [&](const JsonMember& member) {
                               auto place = places.find(member.key);
                               if (place == places.end()) {
                                 const auto key = unescape_json(member.key);
                                 if (!key) {
                                   problem = "a name has half a surrogate pair";
                                   return;
                                 }
                                 const auto [column, added] = columns.try_emplace(*key, raw.columns.size());
                                 if (added) raw.columns.push_back({*key, std::vector<Cell>(rows)});
                                 place = places.emplace(member.key, column->second).first;
                               }
                               const std::size_t column = place->second;
                               seen.resize(raw.columns.size());
                               if (seen[column])
                                 problem = "the object has \"" + raw.columns[column].name + "\" twice";
                               seen[column] = true;
                               if (!set_cell(member, raw, raw.columns[column].cells[row]))
                                 problem = "a string has half a surrogate pair";
                             });
      if (!is_object) problem = "is no JSON object";
      if (problem) {
        return fail(ErrorKind::kInvalidInput, *problem,
                    file().name + ", line " + std::to_string(first_row + static_cast<std::int64_t>(row) + 1),
                    "Every line must be one JSON object.");
      }
    }
    raw.keep = std::move(batch);
    return raw;
  }

  Error explain(const Error& error) const override {
    static const std::regex kMalformed(
        "Malformed JSON in file .*, at byte (\\d+) in ([a-z/]+) (\\d+): ([^.\\n]*)");
    std::smatch match;
    if (std::regex_search(error.what(), match, kMalformed)) {
      // DuckDB names the place behind the bad one.
      const std::int64_t number = std::max(1LL, std::stoll(match[3].str()) - 1);
      const std::string what = match[2].str() == "line" ? ", line " : ", value ";
      return {ErrorKind::kInvalidInput, "is no valid JSON at byte " + match[1].str() + ": " + match[4].str(),
              file().name + what + std::to_string(number)};
    }
    const std::string& text = error.what();
    return {error.kind(), text.substr(0, text.find('\n')), file().name};
  }

  bool is_row_too_long(const Error& error) const override {
    return error.what().find("maximum_object_size") != std::string::npos;
  }

 private:
  static bool set_cell(const JsonMember& member, RawBatch& raw, Cell& cell) {
    cell.text = member.value;
    switch (member.kind) {
      case JsonKind::kNull:
        cell = Cell{};
        return true;
      case JsonKind::kScalar:
        cell.kind = CellKind::kJsonScalar;
        return true;
      case JsonKind::kNested:
        cell.kind = CellKind::kJsonNested;
        return true;
      case JsonKind::kString:
        break;
    }
    cell.kind = CellKind::kJsonString;
    if (member.value.find('\\') == std::string_view::npos) return true;
    auto text = unescape_json(member.value);
    if (!text) return false;
    cell.text = raw.unescaped.emplace_back(std::move(*text));
    return true;
  }
};

}  // namespace

std::unique_ptr<FileReader> make_json_reader(const InputFile& file, Session& session) {
  return std::make_unique<JsonReader>(file, session);
}

}  // namespace lakeport::sources::files

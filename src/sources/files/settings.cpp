#include "settings.h"

#include <algorithm>
#include <utility>

#include "common.pb.h"

namespace lakeport::sources::files {
namespace {

namespace sdk = fivetran_sdk::v2;

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\n") - first + 1);
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (true) {
    const std::size_t end = text.find(separator);
    if (const auto part = trimmed(text.substr(0, end)); !part.empty()) parts.emplace_back(part);
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

// "id" for every table, or "orders=id; order_lines=order_id,line".
Result<std::map<std::string, std::vector<std::string>>> parse_keys(std::string_view text) {
  std::map<std::string, std::vector<std::string>> keys;
  for (const std::string& part : split(text, ';')) {
    const std::size_t equals = part.find('=');
    const std::string table(equals == std::string::npos ? ""
                                                        : trimmed(std::string_view(part).substr(0, equals)));
    auto columns = split(std::string_view(part).substr(equals == std::string::npos ? 0 : equals + 1), ',');
    if (columns.empty() || (equals != std::string::npos && table.empty()) ||
        !keys.emplace(table, columns).second) {
      return fail(
          ErrorKind::kInvalidInput, "\"" + part + "\" is no primary key", "primary_key",
          "Write columns for all tables (id), or table=columns parts: orders=id; lines=order_id,line.");
    }
  }
  return keys;
}

Result<std::string> one_of(const Configuration& configuration, const std::string& field,
                           std::string_view standard, std::initializer_list<std::string_view> choices) {
  const auto found = configuration.find(field);
  std::string value(found == configuration.end() || found->second.empty() ? standard : found->second);
  if (std::ranges::find(choices, value) != choices.end()) return value;
  std::string list;
  for (std::string_view choice : choices) list += (list.empty() ? "" : ", ") + std::string(choice);
  return fail(ErrorKind::kInvalidInput, "\"" + value + "\" is not a choice", field,
              "Choose one of: " + list + ".");
}

Result<std::optional<char>> parse_delimiter(const std::string& text) {
  if (text.empty()) return std::optional<char>();
  if (text == "tab" || text == "\\t") return std::optional('\t');
  const bool usable = text.size() == 1 && text != "\"" && text != "\n" && text != "\r";
  if (usable) return std::optional(text.front());
  return fail(ErrorKind::kInvalidInput, "the delimiter must be one character, or tab", "csv_delimiter");
}

std::string text_of(const Configuration& configuration, const std::string& field) {
  const auto found = configuration.find(field);
  return found == configuration.end() ? std::string() : found->second;
}

sdk::FormField* add_field(sdk::ConfigurationFormResponse& form, const std::string& name,
                          const std::string& label, const std::string& description) {
  sdk::FormField* field = form.add_fields();
  field->set_name(name);
  field->set_label(label);
  field->set_description(description);
  field->set_required(false);
  return field;
}

void add_choices(sdk::FormField* field, std::initializer_list<std::string_view> choices) {
  field->set_default_value(std::string(*choices.begin()));
  for (std::string_view choice : choices)
    field->mutable_dropdown_field()->add_dropdown_field(std::string(choice));
}

}  // namespace

std::string_view to_string(FileFormat format) {
  switch (format) {
    case FileFormat::kCsv:
      return "csv";
    case FileFormat::kJson:
      return "json";
    case FileFormat::kParquet:
      return "parquet";
  }
  return "";
}

Result<Settings> Settings::parse(const Configuration& configuration) {
  Settings settings;
  settings.path = text_of(configuration, "path");
  if (settings.path.empty()) {
    return fail(ErrorKind::kInvalidInput, "no path is given", "path",
                "Name a folder, a file, or a pattern such as /data/**/*.csv.");
  }
  LAKEPORT_ASSIGN_OR_RETURN(const std::string format,
                            one_of(configuration, "format", "auto", {"auto", "csv", "json", "parquet"}));
  if (format == "csv") settings.format = FileFormat::kCsv;
  if (format == "json") settings.format = FileFormat::kJson;
  if (format == "parquet") settings.format = FileFormat::kParquet;
  settings.table = text_of(configuration, "table");
  settings.table_pattern_text = text_of(configuration, "table_pattern");
  if (!settings.table_pattern_text.empty()) {
    try {
      settings.table_pattern = std::regex(settings.table_pattern_text);
    } catch (const std::regex_error& error) {
      return fail(ErrorKind::kInvalidInput, std::string("not a regular expression: ") + error.what(),
                  "table_pattern");
    }
    if (settings.table_pattern->mark_count() != 1) {
      return fail(ErrorKind::kInvalidInput, "needs exactly one group in round brackets: the table's name",
                  "table_pattern", "For example ^(\\w+)_\\d{4}-\\d{2}\\.csv$.");
    }
  }
  LAKEPORT_ASSIGN_OR_RETURN(settings.keys, parse_keys(text_of(configuration, "primary_key")));
  LAKEPORT_ASSIGN_OR_RETURN(const std::string removed,
                            one_of(configuration, "removed_rows", "keep", {"keep", "delete"}));
  settings.delete_removed = removed == "delete";
  LAKEPORT_ASSIGN_OR_RETURN(settings.csv_delimiter, parse_delimiter(text_of(configuration, "csv_delimiter")));
  LAKEPORT_ASSIGN_OR_RETURN(const std::string header,
                            one_of(configuration, "csv_header", "yes", {"yes", "no"}));
  settings.csv_header = header == "yes";
  settings.csv_null = text_of(configuration, "csv_null");
  return settings;
}

const std::vector<std::string>& Settings::key_of(const std::string& table) const {
  static const std::vector<std::string> kNone;
  if (const auto found = keys.find(table); found != keys.end()) return found->second;
  if (const auto found = keys.find(""); found != keys.end()) return found->second;
  return kNone;
}

std::string Settings::fingerprint(const std::string& table) const {
  std::string text = "key=";
  for (const std::string& column : key_of(table)) text += column + ",";
  text += ";delimiter=";
  if (csv_delimiter) text += *csv_delimiter;
  text += ";header=" + std::to_string(csv_header) + ";null=" + csv_null;
  if (format) text += ";format=" + std::string(to_string(*format));
  return text;
}

sdk::ConfigurationFormResponse form() {
  sdk::ConfigurationFormResponse form;
  form.set_schema_selection_supported(false);
  form.set_table_selection_supported(true);
  sdk::FormField* path =
      add_field(form, "path", "Folder, file or pattern",
                "Everything below a folder is read. Patterns: * and ? within a name, ** for folders.");
  path->set_required(true);
  path->set_text_field(sdk::PlainText);
  path->set_placeholder("/data/exports");
  add_choices(
      add_field(form, "format", "Format",
                "auto goes by the files' endings (.csv .tsv .json .jsonl .ndjson .parquet, CSV and JSON also "
                "with .gz or .zst). Otherwise every file that the path names is read as this format."),
      {"auto", "csv", "json", "parquet"});
  add_field(form, "table", "Table",
            "The one table for all files. Empty: a file in a folder goes into the table named as the folder "
            "just below "
            "the path, any other file into one named as the file.")
      ->set_text_field(sdk::PlainText);
  add_field(form, "table_pattern", "Table pattern",
            "A regular expression on the file's path below the root whose one group is the table's name.")
      ->set_text_field(sdk::PlainText);
  add_field(form, "primary_key", "Primary key",
            "Columns that tell rows apart: id, or per table: orders=id; lines=order_id,line. Empty: file and "
            "line do.")
      ->set_text_field(sdk::PlainText);
  add_choices(add_field(form, "removed_rows", "Rows of deleted files",
                        "keep them, or delete them at the destination."),
              {"keep", "delete"});
  add_field(form, "csv_delimiter", "CSV delimiter",
            "One character, or tab. Empty: found in each file's first line.")
      ->set_text_field(sdk::PlainText);
  add_choices(add_field(form, "csv_header", "CSV files have a header line", ""), {"yes", "no"});
  add_field(form, "csv_null", "CSV text for NULL",
            "Where it is not quoted. Empty: nothing between two delimiters.")
      ->set_text_field(sdk::PlainText);
  for (const auto& [name, label] :
       {std::pair{"path", "The path can be read"}, std::pair{"files", "At least one file is there"},
        std::pair{"parse", "The files can be parsed"}}) {
    sdk::ConfigurationTest* test = form.add_tests();
    test->set_name(name);
    test->set_label(label);
  }
  return form;
}

}  // namespace lakeport::sources::files

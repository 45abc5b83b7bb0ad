#include "statement_rows.h"

#include <algorithm>
#include <cctype>

#include <arrow/api.h>

namespace lakeport::lakehouse {
namespace {

Status checked(const arrow::Status& status) {
  if (status.ok()) return {};
  return fail(ErrorKind::kInternal, status.ToString());
}

std::shared_ptr<arrow::DataType> arrow_type(const Column& column) {
  if (column.type == "boolean") return arrow::boolean();
  return column.type == "int" ? arrow::int32() : arrow::utf8();
}

Status append(arrow::ArrayBuilder& builder, const std::optional<std::string>& text) {
  if (!text) return checked(builder.AppendNull());
  if (auto* flags = dynamic_cast<arrow::BooleanBuilder*>(&builder))
    return checked(flags->Append(*text == "true"));
  if (auto* numbers = dynamic_cast<arrow::Int32Builder*>(&builder))
    return checked(numbers->Append(std::stoi(*text)));
  return checked(dynamic_cast<arrow::StringBuilder&>(builder).Append(*text));
}

bool matches_one(std::string_view name, std::string_view pattern) {
  if (pattern.empty()) return name.empty();
  if (pattern[0] == '*') {
    for (std::size_t skipped = 0; skipped <= name.size(); ++skipped) {
      if (matches_one(name.substr(skipped), pattern.substr(1))) return true;
    }
    return false;
  }
  return !name.empty() &&
         std::tolower(static_cast<unsigned char>(name[0])) ==
             std::tolower(static_cast<unsigned char>(pattern[0])) &&
         matches_one(name.substr(1), pattern.substr(1));
}

}  // namespace

RowsBuilder::RowsBuilder(std::vector<std::string> names, const std::vector<std::string>& booleans,
                         const std::vector<std::string>& integers) {
  const auto has = [](const std::vector<std::string>& all, const std::string& name) {
    return std::find(all.begin(), all.end(), name) != all.end();
  };
  for (std::string& name : names) {
    Column column;
    column.type = has(booleans, name) ? "boolean" : has(integers, name) ? "int" : "string";
    column.name = std::move(name);
    columns_.push_back(std::move(column));
  }
}

Result<StatementRows> RowsBuilder::build() const {
  arrow::FieldVector fields;
  arrow::ArrayVector arrays;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const auto type = arrow_type(columns_[i]);
    fields.push_back(arrow::field(columns_[i].name, type));
    const auto builder = arrow::MakeBuilder(type);
    if (!builder.ok()) return fail(ErrorKind::kInternal, builder.status().ToString());
    for (const TextRow& row : rows_) LAKEPORT_RETURN_IF_ERROR(append(**builder, row[i]));
    std::shared_ptr<arrow::Array> array;
    LAKEPORT_RETURN_IF_ERROR(checked((*builder)->Finish(&array)));
    arrays.push_back(std::move(array));
  }
  StatementRows rows;
  rows.columns = columns_;
  rows.rows = arrow::RecordBatch::Make(arrow::schema(std::move(fields)),
                                       static_cast<std::int64_t>(rows_.size()), std::move(arrays));
  return rows;
}

StatementRows no_rows() {
  StatementRows rows;
  rows.rows = arrow::RecordBatch::Make(arrow::schema({}), 0, arrow::ArrayVector());
  return rows;
}

bool matches_pattern(std::string_view name, const std::optional<std::string>& pattern) {
  if (!pattern) return true;
  std::string_view rest = *pattern;
  while (true) {
    const std::size_t bar = std::min(rest.find('|'), rest.size());
    if (matches_one(name, rest.substr(0, bar))) return true;
    if (bar == rest.size()) return false;
    rest.remove_prefix(bar + 1);
  }
}

std::optional<std::string> text_or_null(const std::string& text) {
  if (text.empty()) return std::nullopt;
  return text;
}

}  // namespace lakeport::lakehouse

#include "statement_request.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <utility>

namespace lakeport::lakehouse {
namespace {

constexpr std::size_t kLongestStatement = 16UL << 20U;
constexpr std::int64_t kShortestWait = 5, kLongestWait = 50;  // seconds; or 0
constexpr std::size_t kMostParameters = 10'000;

constexpr std::array<std::pair<std::string_view, Disposition>, 3> kDispositions = {{
    {"INLINE", Disposition::kInline},
    {"EXTERNAL_LINKS", Disposition::kExternalLinks},
    {"INLINE_OR_EXTERNAL_LINKS", Disposition::kInlineOrExternalLinks},
}};
constexpr std::array<std::pair<std::string_view, RowFormat>, 3> kFormats = {{
    {"JSON_ARRAY", RowFormat::kJsonArray},
    {"ARROW_STREAM", RowFormat::kArrowStream},
    {"CSV", RowFormat::kCsv},
}};
constexpr std::array<std::pair<std::string_view, bool>, 2> kOnWaitTimeout = {
    {{"CONTINUE", false}, {"CANCEL", true}}};
constexpr std::array<std::pair<std::string_view, bool>, 2> kCompressions = {
    {{"NONE", false}, {"LZ4_FRAME", true}}};

std::string upper(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(),
                         [](unsigned char letter) { return static_cast<char>(std::toupper(letter)); });
  return result;
}

Result<std::chrono::seconds> read_wait(const Fields& body) {
  LAKEPORT_ASSIGN_OR_RETURN(const std::string text, body.text_or("wait_timeout", "10s"));
  std::int64_t seconds = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  const bool ends_well = error == std::errc() && std::string_view(end, text.data() + text.size()) == "s";
  if (!ends_well || (seconds != 0 && (seconds < kShortestWait || seconds > kLongestWait)))
    return fail(body.invalid("wait_timeout", "must be \"0s\", or from \"5s\" to \"50s\""));
  return std::chrono::seconds(seconds);
}

Result<std::optional<std::int64_t>> read_limit(const Fields& body, std::string_view name) {
  if (!body.has(name)) return std::optional<std::int64_t>();
  LAKEPORT_ASSIGN_OR_RETURN(const std::int64_t limit, body.integer_or_digits(name));
  if (limit < 1) return fail(body.invalid(name, "must be at least 1"));
  return std::optional(limit);
}

Result<std::vector<Parameter>> read_parameters(const Fields& body) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto fields, body.objects("parameters"));
  if (fields.size() > kMostParameters) return fail(body.invalid("parameters", "there may be at most 10000"));
  std::vector<Parameter> parameters;
  for (const Fields& field : fields) {
    Parameter parameter;
    LAKEPORT_ASSIGN_OR_RETURN(parameter.name, field.text_or("name", ""));
    LAKEPORT_ASSIGN_OR_RETURN(parameter.value, field.optional_text("value"));
    LAKEPORT_ASSIGN_OR_RETURN(parameter.type, field.text_or("type", "STRING"));
    parameters.push_back(std::move(parameter));
  }
  return parameters;
}

Result<ResultWishes> read_wishes(const Fields& body) {
  ResultWishes wishes;
  LAKEPORT_ASSIGN_OR_RETURN(const auto disposition, body.optional_one_of("disposition", kDispositions));
  LAKEPORT_ASSIGN_OR_RETURN(const auto format, body.optional_one_of("format", kFormats));
  LAKEPORT_ASSIGN_OR_RETURN(const auto lz4, body.optional_one_of("result_compression", kCompressions));
  LAKEPORT_ASSIGN_OR_RETURN(wishes.row_limit, read_limit(body, "row_limit"));
  LAKEPORT_ASSIGN_OR_RETURN(wishes.byte_limit, read_limit(body, "byte_limit"));
  wishes.disposition = disposition.value_or(Disposition::kInline);
  wishes.format = format.value_or(RowFormat::kJsonArray);
  wishes.lz4 = lz4.value_or(false) && wishes.format == RowFormat::kArrowStream;
  if (wishes.format == RowFormat::kCsv && wishes.disposition != Disposition::kExternalLinks)
    return fail(body.invalid("format", "CSV needs disposition=EXTERNAL_LINKS"));
  return wishes;
}

// "struct<a:int>" → "STRUCT<a:INT>": names of fields stay as they are.
std::string type_text(std::string_view type) {
  std::string text;
  for (std::size_t at = 0; at < type.size();) {
    std::size_t end = at;
    if (type[at] == '`') {
      end = type.find('`', at + 1);
      end = end == std::string_view::npos ? type.size() : end + 1;
      text += type.substr(at, end - at);
    } else if (std::isalnum(static_cast<unsigned char>(type[at])) != 0 || type[at] == '_') {
      while (end < type.size() &&
             (std::isalnum(static_cast<unsigned char>(type[end])) != 0 || type[end] == '_'))
        ++end;
      const std::string_view word = type.substr(at, end - at);
      text += end < type.size() && type[end] == ':' ? std::string(word) : upper(word);
    } else {
      text += type[end++];
    }
    at = end;
  }
  return text;
}

std::string type_name(std::string_view type) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kNames = {{{"TINYINT", "BYTE"},
                                                                                    {"SMALLINT", "SHORT"},
                                                                                    {"INTEGER", "INT"},
                                                                                    {"BIGINT", "LONG"},
                                                                                    {"REAL", "FLOAT"},
                                                                                    {"VOID", "NULL"},
                                                                                    {"VARCHAR", "STRING"},
                                                                                    {"CHAR", "STRING"}}};
  const std::string word = upper(type.substr(0, type.find_first_of("(< ")));
  for (const auto& [from, to] : kNames)
    if (from == word) return std::string(to);
  return word;
}

}  // namespace

Result<StatementRequest> read_statement_request(const Fields& body) {
  StatementRequest request;
  LAKEPORT_ASSIGN_OR_RETURN(request.statement, body.non_empty_text("statement"));
  if (request.statement.size() > kLongestStatement)
    return fail(body.invalid("statement", "must have at most 16 MB"));
  LAKEPORT_ASSIGN_OR_RETURN(request.session_id, body.optional_text("session_id"));
  LAKEPORT_ASSIGN_OR_RETURN(request.warehouse_id, request.session_id ? body.text_or("warehouse_id", "")
                                                                     : body.non_empty_text("warehouse_id"));
  LAKEPORT_ASSIGN_OR_RETURN(request.catalog, body.text_or("catalog", ""));
  LAKEPORT_ASSIGN_OR_RETURN(request.schema, body.text_or("schema", ""));
  LAKEPORT_ASSIGN_OR_RETURN(request.parameters, read_parameters(body));
  LAKEPORT_ASSIGN_OR_RETURN(request.wait, read_wait(body));
  LAKEPORT_ASSIGN_OR_RETURN(const auto cancel, body.optional_one_of("on_wait_timeout", kOnWaitTimeout));
  request.cancel_after_wait = cancel.value_or(false);
  if (request.cancel_after_wait && request.wait.count() == 0)
    return fail(body.invalid("on_wait_timeout", "CANCEL needs a wait_timeout above \"0s\""));
  LAKEPORT_ASSIGN_OR_RETURN(request.wishes, read_wishes(body));
  return request;
}

Json column_json(const Column& column, std::size_t position) {
  const std::string name = type_name(column.type);
  Json json = {{"name", column.name},
               {"position", position},
               {"type_name", name},
               {"type_text", type_text(column.type)}};
  if (name == "DECIMAL") {
    int precision = 10;
    int scale = 0;
    const auto open = column.type.find('(');
    if (open != std::string::npos) {
      const char* end = column.type.data() + column.type.size();
      const auto first = std::from_chars(column.type.data() + open + 1, end, precision);
      const char* next = first.ptr;
      while (next < end && (*next == ',' || *next == ' ')) ++next;
      std::from_chars(next, end, scale);
    }
    json["type_precision"] = precision;
    json["type_scale"] = scale;
  }
  if (name == "INTERVAL" && column.type.size() > name.size() + 1)
    json["type_interval_type"] = upper(std::string_view(column.type).substr(name.size() + 1));
  return json;
}

}  // namespace lakeport::lakehouse

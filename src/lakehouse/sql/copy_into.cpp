// COPY INTO table FROM files.
#include <algorithm>

#include "statement_readers.h"

namespace lakeport::lakehouse {
namespace {

// FROM 'location' or FROM (SELECT … FROM 'location').
Status read_source(TokenCursor& cursor, statement::CopyInto& copy) {
  LAKEPORT_RETURN_IF_ERROR(cursor.expect("FROM"));
  if (!is_operator(cursor.peek(), "(")) {
    LAKEPORT_ASSIGN_OR_RETURN(copy.location, cursor.string("a location in quotes, or a query in brackets"));
    if (cursor.at_word("WITH")) return fail(cursor.unsupported("COPY INTO … WITH CREDENTIAL"));
    return {};
  }
  const std::size_t begin = cursor.index() + 1;
  LAKEPORT_RETURN_IF_ERROR(cursor.skip_brackets());
  const std::size_t end = cursor.index();
  cursor.rewind(begin);
  const std::size_t query_begin = begin;
  std::size_t strings = 0;
  while (cursor.index() + 1 < end) {
    if (cursor.at_word("FROM") && cursor.peek(1).kind == TokenKind::kString) {
      copy.location = string_value(cursor.peek(1));
      ++strings;
    }
    cursor.take();
  }
  copy.query = cursor.text_since(query_begin);
  cursor.rewind(end);
  if (strings != 1) return fail(cursor.unexpected("a query with one FROM 'location' before"));
  return {};
}

Result<std::string> read_file_format(TokenCursor& cursor) {
  cursor.accept_operator("=");
  const std::size_t offset = cursor.peek().offset;
  LAKEPORT_ASSIGN_OR_RETURN(std::string format, cursor.name("a format"));
  std::transform(format.begin(), format.end(), format.begin(),
                 [](unsigned char c) { return std::toupper(c); });
  if (format != "CSV" && format != "JSON" && format != "PARQUET") {
    return fail(ErrorKind::kUnsupported,
                "COPY INTO from " + format + " files is not supported (" + position(cursor.sql(), offset) +
                    "); there are CSV, JSON and PARQUET",
                "UNSUPPORTED_FEATURE");
  }
  return format;
}

}  // namespace

Result<Statement> read_copy_into(TokenCursor& cursor) {
  LAKEPORT_RETURN_IF_ERROR(cursor.expect("INTO"));
  statement::CopyInto copy;
  LAKEPORT_ASSIGN_OR_RETURN(copy.table, cursor.object_name("a table's name"));
  cursor.accept({"BY", "POSITION"});
  if (is_operator(cursor.peek(), "(")) {
    LAKEPORT_ASSIGN_OR_RETURN(copy.columns, cursor.name_list("a column's name"));
  }
  LAKEPORT_RETURN_IF_ERROR(read_source(cursor, copy));
  LAKEPORT_RETURN_IF_ERROR(cursor.expect("FILEFORMAT"));
  LAKEPORT_ASSIGN_OR_RETURN(copy.format, read_file_format(cursor));
  while (!cursor.at_end() && !is_operator(cursor.peek(), ";")) {
    if (cursor.accept("FILES")) {
      cursor.accept_operator("=");
      LAKEPORT_ASSIGN_OR_RETURN(copy.files, cursor.name_list("a file's name in quotes"));
    } else if (cursor.accept("PATTERN")) {
      cursor.accept_operator("=");
      LAKEPORT_ASSIGN_OR_RETURN(copy.pattern, cursor.string("a pattern in quotes"));
    } else if (cursor.accept("FORMAT_OPTIONS")) {
      LAKEPORT_ASSIGN_OR_RETURN(copy.format_options, cursor.properties());
    } else if (cursor.accept("COPY_OPTIONS")) {
      LAKEPORT_ASSIGN_OR_RETURN(copy.copy_options, cursor.properties());
    } else if (cursor.at_word("VALIDATE")) {
      return fail(cursor.unsupported("COPY INTO … VALIDATE"));
    } else {
      return fail(cursor.unexpected("FILES, PATTERN, FORMAT_OPTIONS or COPY_OPTIONS"));
    }
  }
  return copy;
}

}  // namespace lakeport::lakehouse

#include "statement_fuzz_entry.h"

#include <cstdlib>

#include "lakeport/lakehouse/dialect.h"

#include "lexer.h"
#include "quick_way.h"

namespace lakeport::lakehouse::testing {
namespace {

void check(bool good) {
  if (!good) std::abort();
}

// Quotes of both kinds come in pairs, with doubled ones inside.
bool quotes_close(std::string_view sql) {
  char open = '\0';
  for (const char c : sql) {
    if (open == '\0' && (c == '\'' || c == '"')) {
      open = c;
    } else if (c == open) {
      open = '\0';  // a doubled quote opens again at once
    }
  }
  return open == '\0';
}

}  // namespace

void run_statement(std::string_view input) {
  const auto tokens = lex(input);
  if (tokens) {
    std::size_t end = 0;
    for (const Token& token : *tokens) {
      check(token.offset >= end && token.offset + token.text.size() <= input.size());
      check(token.kind == TokenKind::kEnd || !token.text.empty());
      if (token.kind == TokenKind::kString) string_value(token);
      if (token.kind == TokenKind::kQuotedName) check(!name_value(token).empty());
      end = token.offset + token.text.size();
    }
    check(tokens->back().kind == TokenKind::kEnd);
  } else {
    check(tokens.error().what().find("line ") != std::string::npos);
  }
  const auto statement = read_statement(input);
  if (!statement) check(!statement.error().what().empty());
  if (statement && std::holds_alternative<statement::Query>(*statement)) {
    const auto query = lex(std::get<statement::Query>(*statement).databricks_sql);
    check(query.has_value());
    if (const auto quick = translate_quickly(*query)) check(quotes_close(*quick));
  }
  if (const auto type = duckdb_type(input)) check(databricks_type(*type).has_value());
  if (const auto type = databricks_type(input)) check(!type->empty());
}

}  // namespace lakeport::lakehouse::testing

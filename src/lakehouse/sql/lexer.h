// The tokens of Databricks SQL. Comments and white space lie between tokens and are no tokens.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "lakeport/base/result.h"

namespace lakeport::lakehouse {

enum class TokenKind {
  kWord,        // a keyword or a name without quotes
  kQuotedName,  // `name`, a backtick in it doubled
  kString,      // 'text', "text", r'text', r"text"
  kNumber,      // 1, 1.5, 1e3, and the suffixes L S Y D F BD
  kBinary,      // X'1F'
  kParameter,   // :name
  kPositional,  // ?
  kOperator,    // + <=> :: … and brackets, commas, dots, semicolons
  kEnd          // after the last one; its text is empty
};

struct Token {
  TokenKind kind = TokenKind::kEnd;
  std::string_view text;   // as written, quotes included; points into the statement
  std::size_t offset = 0;  // of its first byte in the statement
};

// The statement's tokens, with one kEnd at the end. They point into `sql`, which must outlive them.
// kInvalidInput ("PARSE_SYNTAX_ERROR", line and column) for a literal, name or comment that does not end,
// bytes that are not UTF-8, an odd X'…', and characters that no token has.
Result<std::vector<Token>> lex(std::string_view sql);

// What a kString stands for (escapes resolved, quotes gone), and what a kQuotedName or kWord names.
std::string string_value(const Token& token);
std::string name_value(const Token& token);

bool is_word(const Token& token, std::string_view upper_case);
bool is_operator(const Token& token, std::string_view text);

// "line 2, column 7", both from 1, counted in characters.
std::string position(std::string_view sql, std::size_t offset);

// kInvalidInput, "PARSE_SYNTAX_ERROR".
Error syntax_error(std::string what, std::string_view sql, std::size_t offset);

}  // namespace lakeport::lakehouse

// A place in a statement's tokens, for reading statements by recursive descent.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lakeport/lakehouse/catalog.h"

#include "lexer.h"

namespace lakeport::lakehouse {

class TokenCursor {
 public:
  // `tokens` of `sql`; both outlive this.
  TokenCursor(std::string_view sql, const std::vector<Token>& tokens) : sql_(sql), tokens_(tokens) {}

  const Token& peek(std::size_t ahead = 0) const {
    return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
  }
  const Token& take();
  bool at_end() const { return peek().kind == TokenKind::kEnd; }
  std::size_t index() const { return at_; }
  void rewind(std::size_t index) { at_ = index; }
  std::string_view sql() const { return sql_; }
  // The statement's text from token `begin` up to here, without white space around it.
  std::string text_since(std::size_t begin) const;
  std::string rest() const;  // the same from here to the end, without a trailing ';'

  bool at_word(std::string_view upper_case, std::size_t ahead = 0) const {
    return is_word(peek(ahead), upper_case);
  }
  bool at_any(std::initializer_list<std::string_view> words) const;
  // Takes the words if they all come next.
  bool accept(std::initializer_list<std::string_view> words);
  bool accept(std::string_view word) { return accept({word}); }
  bool accept_operator(std::string_view text);

  // `expected` describes what should be here: "a table's name", "TO".
  Error unexpected(std::string_view expected) const;
  Error unsupported(std::string_view construct) const;  // kUnsupported, at this place
  Status expect(std::string_view word);
  Status expect_operator(std::string_view text);
  Status expect_end() const;

  Result<std::string> name(std::string_view expected);
  // One or more parts with dots between them, or IDENTIFIER('a.b').
  Result<std::vector<std::string>> name_parts(std::string_view expected);
  Result<ObjectName> object_name(std::string_view expected);
  // At most two parts: catalog (may be empty) and schema.
  Result<std::pair<std::string, std::string>> schema_name(std::string_view expected);
  Result<std::string> string(std::string_view expected);
  // ('a', "b", …) or (a, b, …)
  Result<std::vector<std::string>> name_list(std::string_view expected);
  // (key = value, …): keys are strings or dotted names, values strings, numbers or words; '=' may be missing.
  Result<std::vector<std::pair<std::string, std::string>>> properties();
  Result<std::string> property_key();
  Result<std::string> property_value();
  // Skips a bracket and what is in it; the cursor is on "(".
  Status skip_brackets();

 private:
  std::string_view sql_;
  const std::vector<Token>& tokens_;
  std::size_t at_ = 0;
};

// The token as an error shows it: quoted, shortened.
std::string shown(const Token& token);

// One to three parts; more are an error.
Result<ObjectName> object_name(std::vector<std::string> parts);

// Parts joined by dots, in backticks where a part is no plain word.
std::string joined_name(const std::vector<std::string>& parts);

}  // namespace lakeport::lakehouse

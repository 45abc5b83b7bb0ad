#include "quick_way.h"

#include <algorithm>
#include <array>

#include "function_table.h"
#include "item_names.h"
#include "words.h"

namespace lakeport::lakehouse {
namespace {

constexpr std::size_t kLongestWord = 64;
constexpr std::size_t kMostDigits = 18;  // more may be another type in DuckDB

// A word in upper or lower case without an allocation; too long for any keyword is empty.
class CasedWord {
 public:
  CasedWord(std::string_view word, bool upper) : size_(word.size() > kLongestWord ? 0 : word.size()) {
    for (std::size_t i = 0; i < size_; ++i) {
      const char c = word[i];
      if (upper) {
        letters_[i] = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
      } else {
        letters_[i] = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
      }
    }
  }
  std::string_view view() const { return {letters_.data(), size_}; }

 private:
  std::array<char, kLongestWord> letters_;
  std::size_t size_;
};

class QuickTranslation {
 public:
  explicit QuickTranslation(const std::vector<Token>& tokens) : tokens_(tokens) {}

  std::optional<std::string> run() {
    const Token& last = tokens_.back();
    out_.reserve(last.offset + last.offset / 4 + 16);
    if (!begins_plainly()) return std::nullopt;
    auto names = name_select_items(tokens_);
    if (!names) return std::nullopt;
    names_ = *std::move(names);
    auto named = names_.begin();
    for (at_ = 0; token().kind != TokenKind::kEnd; ++at_) {
      if (is_operator(token(), ";")) continue;  // at the end only: the reader saw to that
      if (at_ > 0 && gap_before()) out_ += ' ';
      if (!append()) return std::nullopt;
      if (named != names_.end() && named->last_token == at_) append_alias((named++)->name);
    }
    return std::move(out_);
  }

 private:
  const Token& token() const { return tokens_[at_]; }
  const Token& next() const { return tokens_[std::min(at_ + 1, tokens_.size() - 1)]; }
  const Token& previous() const {
    static const Token kNone;
    return at_ == 0 ? kNone : tokens_[at_ - 1];
  }
  bool gap_before() const {
    return previous().offset + previous().text.size() != token().offset && out_.back() != ' ';
  }

  void append_alias(std::string_view name) {
    out_ += " AS \"";
    for (const char c : name) out_.append(c == '"' ? 2 : 1, c);
    out_ += '"';
  }

  bool begins_plainly() const {
    const Token& first = tokens_[0];
    if (is_operator(first, "(") || is_word(first, "SELECT") || is_word(first, "WITH")) return true;
    return is_word(first, "INSERT") || is_word(first, "UPDATE") || is_word(first, "DELETE");
  }

  bool append() {
    switch (token().kind) {
      case TokenKind::kWord:
        return append_word();
      case TokenKind::kQuotedName:
        if (is_operator(next(), "(") && !names_target()) return false;
        append_duckdb_name(out_, name_value(token()));
        return true;
      case TokenKind::kString:
        return append_string();
      case TokenKind::kNumber:
        return append_number();
      case TokenKind::kBinary:
        return false;
      case TokenKind::kParameter:
        return append_parameter();
      case TokenKind::kPositional:
        out_ += '?';
        return true;
      case TokenKind::kOperator:
        return append_operator();
      case TokenKind::kEnd:
        return true;
    }
    return false;
  }

  bool append_word() {
    if (stands_for_default()) {
      out_ += "DEFAULT";
      return true;
    }
    if (is_operator(previous(), ".") || is_operator(next(), ".")) {
      const bool target = is_word(previous(), "SET") || is_operator(previous(), ",");
      if (target && is_word(tokens_[0], "UPDATE")) return false;  // DuckDB takes no SET x.a = …
      if (is_operator(next(), "(") && !names_target()) return false;
      append_duckdb_name(out_, token().text);
      return true;
    }
    const CasedWord upper(token().text, true);
    switch (word_class(upper.view())) {
      case WordClass::kParse:
        return false;
      case WordClass::kName:
        if (is_operator(next(), "(")) return names_target() ? append_name() : append_function();
        if (next().kind == TokenKind::kString) return false;  // a literal of some type
        return append_name();
      case WordClass::kExpression:
        return append_expression_word(upper.view());
      case WordClass::kStructure:
        return append_structure_word(upper.view());
    }
    return false;
  }

  bool append_name() {
    append_duckdb_name(out_, token().text);
    return true;
  }

  bool append_expression_word(std::string_view word) {
    if (is_word(previous(), "AS")) return append_name();
    if (word == "DATE") {
      if (next().kind == TokenKind::kString) {
        out_ += "DATE ";
        return true;
      }
      return !is_operator(next(), "(") && append_name();
    }
    out_ += word;
    return true;
  }

  bool append_structure_word(std::string_view word) {
    if (word == "VALUES") return append_values();
    if (word == "WITH" && !(at_ == 0 || is_operator(previous(), "("))) return false;
    if (word == "LIKE" && !plain_pattern_follows()) return false;
    const bool aliases = is_word(previous(), "AS") && word != "SELECT" && word != "WITH";
    if (aliases) return append_name();
    if ((word == "FIRST" || word == "LAST") && !is_word(previous(), "NULLS")) {
      return !is_operator(next(), "(") && append_name();
    }
    if (starts_expression() && !begins_clause(word)) return !is_operator(next(), "(") && append_name();
    if ((word == "LEFT" || word == "RIGHT" || word == "SET") && is_operator(next(), "(")) return false;
    if ((word == "FROM" || word == "JOIN") && !names_relation(next())) return false;
    out_ += word;
    return true;
  }
  // Keywords that may stand where an expression may begin.
  bool begins_clause(std::string_view word) const {
    if (word == "DISTINCT" || word == "ALL") return true;
    return is_operator(previous(), "(") &&
           (word == "SELECT" || word == "WITH" || word == "PARTITION" || word == "ORDER");
  }

  static bool names_relation(const Token& token) {
    return token.kind == TokenKind::kQuotedName || token.kind == TokenKind::kWord || is_operator(token, "(");
  }

  // Rows of VALUES have other column names in DuckDB; as what INSERT takes they have none.
  bool append_values() {
    if (!is_word(tokens_[0], "INSERT")) return false;
    int depth = 0;
    for (std::size_t i = 0; i < at_; ++i) {
      if (is_operator(tokens_[i], "(")) ++depth;
      if (is_operator(tokens_[i], ")")) --depth;
      if (is_word(tokens_[i], "SELECT") || is_word(tokens_[i], "WITH")) return false;
    }
    if (depth != 0) return false;
    out_ += "VALUES";
    return true;
  }

  // LIKE escapes with a backslash, DuckDB with nothing: the same while there is none.
  bool plain_pattern_follows() const {
    if (next().kind != TokenKind::kString) return false;
    return string_value(next()).find('\\') == std::string::npos;
  }

  // Whether an operand comes next, so that a keyword here can only be a name.
  bool starts_expression() const {
    const Token& before = previous();
    if (before.kind == TokenKind::kOperator) return before.text != ")" && before.text != "*";
    if (before.kind != TokenKind::kWord) return false;
    for (const std::string_view word :
         {"SELECT", "WHERE", "AND", "OR", "BY", "HAVING", "WHEN", "THEN", "ELSE"}) {
      if (is_word(before, word)) return true;
    }
    return false;
  }

  // A column's default: VALUES (DEFAULT), SET a = DEFAULT. Elsewhere the word is a name.
  bool stands_for_default() const {
    if (!is_word(token(), "DEFAULT") || is_operator(previous(), ".") || is_operator(next(), "."))
      return false;
    if (is_word(tokens_[0], "UPDATE")) return is_operator(previous(), "=");
    const auto here = tokens_.begin() + static_cast<std::ptrdiff_t>(at_);
    return is_word(tokens_[0], "INSERT") &&
           std::any_of(tokens_.begin(), here, [](const Token& t) { return is_word(t, "VALUES"); });
  }

  // INSERT INTO name (columns): the bracket is no call.
  bool names_target() const {
    if (!is_word(tokens_[0], "INSERT")) return false;
    std::size_t i = at_;
    while (i >= 2 && is_operator(tokens_[i - 1], ".")) i -= 2;
    return i == 2 && is_word(tokens_[1], "INTO");
  }

  bool append_function() {
    const CasedWord lower(token().text, false);
    const SameFunction* function = find_same_function(lower.view());
    if (function == nullptr) return false;
    const auto arguments = count_arguments();
    if (!arguments || *arguments < function->fewest_arguments ||
        (function->most_arguments && *arguments > *function->most_arguments)) {
      return false;
    }
    if (function->overloaded && holds_aggregate()) return false;
    out_ += function->duckdb_name;
    return true;
  }

  // Whether the brackets of the call here hold an aggregate or a window function.
  bool holds_aggregate() const {
    int depth = 0;
    for (std::size_t i = at_ + 1; i < tokens_.size(); ++i) {
      if (is_operator(tokens_[i], "(")) ++depth;
      if (is_operator(tokens_[i], ")") && --depth == 0) return false;
      if (tokens_[i].kind != TokenKind::kWord || !is_operator(tokens_[i + 1], "(")) continue;
      if (is_word(tokens_[i], "OVER")) return true;
      const CasedWord lower(tokens_[i].text, false);
      const SameFunction* function = find_same_function(lower.view());
      if (function != nullptr && function->aggregate) return true;
    }
    return false;
  }

  std::optional<std::size_t> count_arguments() const {
    std::size_t commas = 0;
    int depth = 0;
    for (std::size_t i = at_ + 1; i < tokens_.size(); ++i) {
      if (is_operator(tokens_[i], "(")) ++depth;
      if (is_operator(tokens_[i], ",") && depth == 1) ++commas;
      if (is_word(tokens_[i], "FROM") && depth == 1) return std::nullopt;  // substring(a FROM 1)
      if (is_operator(tokens_[i], ")") && --depth == 0) return i == at_ + 2 ? 0 : commas + 1;
    }
    return std::nullopt;
  }

  bool append_string() {
    // Side by side they are one string; after FROM DuckDB would take it for a file.
    if (next().kind == TokenKind::kString || is_word(previous(), "FROM") || is_word(previous(), "JOIN"))
      return false;
    const std::string value = string_value(token());
    if (value.find('\0') != std::string::npos) return false;
    append_duckdb_string(out_, value);
    return true;
  }

  bool append_number() {
    const std::string_view text = token().text;
    const auto digits = std::count_if(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
    const bool plain = text.find_first_not_of("0123456789.eE+-") == std::string_view::npos;
    if (!plain || static_cast<std::size_t>(digits) > kMostDigits) return false;
    out_ += text;
    return true;
  }

  bool append_parameter() {
    const std::string_view name = token().text.substr(1);
    const bool plain = std::all_of(name.begin(), name.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    });
    if (!plain || (name[0] >= '0' && name[0] <= '9')) return false;
    out_ += '$';
    out_ += name;
    return true;
  }

  bool append_operator() {
    const std::string_view text = token().text;
    static constexpr std::array<std::string_view, 15> kSame = {"+",  "-",  "*",  ",", "(",  ")",  ".", "=",
                                                               "==", "<>", "!=", "<", "<=", ">=", "||"};
    if (text == "||" && (is_word(next(), "NULL") || is_word(previous(), "NULL"))) return false;
    if (text == ">") {
      if (is_operator(next(), ">") || is_operator(next(), ">=")) return false;
    } else if (std::find(kSame.begin(), kSame.end(), text) == kSame.end()) {
      return false;
    }
    out_ += text;
    return true;
  }

  const std::vector<Token>& tokens_;
  std::size_t at_ = 0;
  std::string out_;
  std::vector<ItemName> names_;
};

}  // namespace

std::optional<std::string> translate_quickly(const std::vector<Token>& tokens) {
  return QuickTranslation(tokens).run();
}

void append_duckdb_name(std::string& out, std::string_view name) {
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  const bool bare = !name.empty() && plain(name[0]) &&
                    std::all_of(name.begin(), name.end(), [&](char c) { return plain(c) || digit(c); }) &&
                    !reserved_in_duckdb(CasedWord(name, false).view());
  if (bare) {
    out += name;
    return;
  }
  out += '"';
  for (const char c : name) out.append(c == '"' ? 2 : 1, c);
  out += '"';
}

void append_duckdb_string(std::string& out, std::string_view value) {
  out += '\'';
  for (const char c : value) out.append(c == '\'' ? 2 : 1, c);
  out += '\'';
}

}  // namespace lakeport::lakehouse

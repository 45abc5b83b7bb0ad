#include "item_names.h"

#include <algorithm>
#include <cctype>

#include "words.h"

namespace lakeport::lakehouse {
namespace {

std::string in_case(std::string_view text, int (*change)(int)) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [change](unsigned char c) { return change(c); });
  return out;
}

bool is_name(const Token& token) {
  if (token.kind == TokenKind::kQuotedName) return true;
  return token.kind == TokenKind::kWord && word_class(in_case(token.text, std::toupper)) == WordClass::kName;
}

bool ends_list(const Token& token) {
  if (token.kind == TokenKind::kEnd || is_operator(token, ";")) return true;
  for (const std::string_view word :
       {"FROM", "WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "UNION", "INTERSECT", "EXCEPT"}) {
    if (is_word(token, word)) return true;
  }
  return false;
}

// The items of one SELECT list, one after the other.
class ItemNamer {
 public:
  explicit ItemNamer(const std::vector<Token>& tokens) : tokens_(tokens) {}

  bool name(std::size_t begin, std::size_t end) {
    if (begin == end) return false;
    if (has_name(begin, end)) return true;
    at_ = begin;
    end_ = end;
    auto text = expression();
    if (!text || at_ != end) return false;
    names_.push_back({end - 1, *std::move(text)});
    return true;
  }
  std::vector<ItemName> take() && { return std::move(names_); }

 private:
  // An alias, a column, or a star.
  bool has_name(std::size_t begin, std::size_t end) const {
    const Token& last = tokens_[end - 1];
    if (end - begin >= 2) {
      const Token& before = tokens_[end - 2];
      if (is_word(before, "AS")) return true;
      const bool after_value = is_operator(before, ")") || before.kind == TokenKind::kString ||
                               before.kind == TokenKind::kNumber || before.kind == TokenKind::kParameter ||
                               before.kind == TokenKind::kPositional || is_name(before) ||
                               is_word(before, "END") || is_word(before, "NULL") || is_word(before, "TRUE") ||
                               is_word(before, "FALSE");
      if (is_name(last) && after_value) return true;
    }
    if (end - begin == 1 && (last.kind == TokenKind::kParameter || last.kind == TokenKind::kPositional)) {
      return true;
    }
    for (std::size_t i = begin; i < end; ++i) {
      const bool odd = (i - begin) % 2 == 1;
      if (odd ? !is_operator(tokens_[i], ".") : !(is_column(i) || is_operator(tokens_[i], "*"))) return false;
    }
    return true;
  }
  bool is_column(std::size_t i) const {
    const Token& token = tokens_[i];
    if (is_name(token)) return true;
    if (is_word(token, "DATE") && tokens_[i + 1].kind != TokenKind::kString) return true;
    return token.kind == TokenKind::kWord &&
           (is_operator(tokens_[i + 1], ".") || (i > 0 && is_operator(tokens_[i - 1], ".")));
  }

  const Token& token() const { return tokens_[at_]; }

  std::optional<std::string> expression() {
    if (at_ >= end_) return std::nullopt;
    if (token().kind == TokenKind::kNumber) return std::string(tokens_[at_++].text);
    if (token().kind == TokenKind::kString) return string_value(tokens_[at_++]);
    if (is_word(token(), "NULL")) return ++at_, "NULL";
    if (is_word(token(), "TRUE")) return ++at_, "true";
    if (is_word(token(), "FALSE")) return ++at_, "false";
    if (is_word(token(), "DATE") && tokens_[at_ + 1].kind == TokenKind::kString) {
      at_ += 2;
      return "DATE '" + string_value(tokens_[at_ - 1]) + "'";
    }
    if (!is_column(at_)) return std::nullopt;
    if (is_operator(tokens_[at_ + 1], "(")) return call();
    std::string name = name_value(tokens_[at_++]);
    while (at_ + 1 < end_ && is_operator(token(), ".") && is_column(at_ + 1)) {
      name = name_value(tokens_[at_ + 1]);
      at_ += 2;
    }
    return name;
  }

  std::optional<std::string> call() {
    std::string out = in_case(token().text, std::tolower) + "(";
    at_ += 2;
    if (is_operator(token(), "*") && is_operator(tokens_[at_ + 1], ")")) {
      at_ += 2;
      return out + "1)";
    }
    if (is_operator(token(), ")")) return ++at_, out + ")";
    if (is_word(token(), "DISTINCT")) {
      ++at_;
      out += "DISTINCT ";
    }
    while (true) {
      const auto argument = expression();
      if (!argument || at_ >= end_) return std::nullopt;
      out += *argument;
      if (is_operator(token(), ")")) return ++at_, out + ")";
      if (!is_operator(token(), ",")) return std::nullopt;
      ++at_;
      out += ", ";
    }
  }

  const std::vector<Token>& tokens_;
  std::size_t at_ = 0;
  std::size_t end_ = 0;
  std::vector<ItemName> names_;
};

}  // namespace

std::optional<std::vector<ItemName>> name_select_items(const std::vector<Token>& tokens) {
  ItemNamer namer(tokens);
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (!is_word(tokens[i], "SELECT") || (i > 0 && is_operator(tokens[i - 1], "."))) continue;
    std::size_t begin = i + 1;
    if (is_word(tokens[begin], "DISTINCT") || is_word(tokens[begin], "ALL")) ++begin;
    int depth = 0;
    for (std::size_t end = begin;; ++end) {
      const Token& token = tokens[end];
      if (is_operator(token, "(")) ++depth;
      const bool closes = is_operator(token, ")") && --depth < 0;
      const bool ends = closes || token.kind == TokenKind::kEnd || (depth == 0 && ends_list(token));
      if (!ends && !(depth == 0 && is_operator(token, ","))) continue;
      if (!namer.name(begin, end)) return std::nullopt;
      if (ends) break;
      begin = end + 1;
    }
  }
  auto names = std::move(namer).take();
  std::sort(names.begin(), names.end(),
            [](const ItemName& a, const ItemName& b) { return a.last_token < b.last_token; });
  return names;
}

}  // namespace lakeport::lakehouse

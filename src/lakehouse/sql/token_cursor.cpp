#include "token_cursor.h"

#include <algorithm>

namespace lakeport::lakehouse {
namespace {

bool can_be_name(const Token& token) {
  return token.kind == TokenKind::kWord || token.kind == TokenKind::kQuotedName;
}

bool plain_word(std::string_view part) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  return !part.empty() && !(part[0] >= '0' && part[0] <= '9') && std::all_of(part.begin(), part.end(), plain);
}

}  // namespace

std::string shown(const Token& token) {
  constexpr std::size_t kLongest = 40;
  if (token.kind == TokenKind::kEnd) return "the end of the statement";
  std::string text(token.text.substr(0, kLongest));
  while (!text.empty() && text.size() < token.text.size() &&
         (static_cast<unsigned char>(token.text[text.size()]) & 0xc0) == 0x80) {
    text.pop_back();
  }
  if (text.size() < token.text.size()) text += "…";
  return "'" + text + "'";
}

Result<ObjectName> object_name(std::vector<std::string> parts) {
  if (parts.size() > 3) {
    return fail(ErrorKind::kInvalidInput,
                "the name " + joined_name(parts) + " has more than three parts: catalog, schema, object",
                "PARSE_SYNTAX_ERROR");
  }
  ObjectName name;
  name.object = std::move(parts.back());
  if (parts.size() > 1) name.schema = std::move(parts[parts.size() - 2]);
  if (parts.size() > 2) name.catalog = std::move(parts[0]);
  return name;
}

std::string joined_name(const std::vector<std::string>& parts) {
  std::string out;
  for (const std::string& part : parts) {
    if (!out.empty()) out += '.';
    if (plain_word(part)) {
      out += part;
      continue;
    }
    out += '`';
    for (const char c : part) out.append(c == '`' ? 2 : 1, c);
    out += '`';
  }
  return out;
}

const Token& TokenCursor::take() {
  const Token& token = peek();
  if (token.kind != TokenKind::kEnd) ++at_;
  return token;
}

std::string TokenCursor::text_since(std::size_t begin) const {
  if (begin >= at_) return {};
  const Token& last = tokens_[at_ - 1];
  const std::size_t from = tokens_[begin].offset;
  return std::string(sql_.substr(from, last.offset + last.text.size() - from));
}

std::string TokenCursor::rest() const {
  std::size_t end = tokens_.size() - 1;
  while (end > at_ && is_operator(tokens_[end - 1], ";")) --end;
  if (end <= at_) return {};
  const Token& last = tokens_[end - 1];
  return std::string(sql_.substr(tokens_[at_].offset, last.offset + last.text.size() - tokens_[at_].offset));
}

bool TokenCursor::at_any(std::initializer_list<std::string_view> words) const {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return at_word(word); });
}

bool TokenCursor::accept(std::initializer_list<std::string_view> words) {
  std::size_t ahead = 0;
  for (const std::string_view word : words) {
    if (!at_word(word, ahead++)) return false;
  }
  at_ += ahead;
  return true;
}

bool TokenCursor::accept_operator(std::string_view text) {
  if (!is_operator(peek(), text)) return false;
  ++at_;
  return true;
}

Error TokenCursor::unexpected(std::string_view expected) const {
  return syntax_error("expected " + std::string(expected) + " instead of " + shown(peek()), sql_,
                      peek().offset);
}

Error TokenCursor::unsupported(std::string_view construct) const {
  return {ErrorKind::kUnsupported,
          std::string(construct) + " is not supported (" + position(sql_, peek().offset) + ")",
          "UNSUPPORTED_FEATURE"};
}

Status TokenCursor::expect(std::string_view word) {
  if (!accept(word)) return fail(unexpected(word));
  return {};
}

Status TokenCursor::expect_operator(std::string_view text) {
  if (!accept_operator(text)) return fail(unexpected("'" + std::string(text) + "'"));
  return {};
}

Status TokenCursor::expect_end() const {
  std::size_t ahead = 0;
  while (is_operator(peek(ahead), ";")) ++ahead;
  if (peek(ahead).kind == TokenKind::kEnd) return {};
  if (ahead > 0) {
    return fail(
        syntax_error("there is a second statement after ';': send one at a time", sql_, peek(ahead).offset));
  }
  return fail(unexpected("the end of the statement"));
}

Result<std::string> TokenCursor::name(std::string_view expected) {
  if (!can_be_name(peek())) return fail(unexpected(expected));
  return name_value(take());
}

Result<std::vector<std::string>> TokenCursor::name_parts(std::string_view expected) {
  if (at_word("IDENTIFIER") && is_operator(peek(1), "(")) {
    take();
    take();
    if (peek().kind != TokenKind::kString) return fail(unexpected("a string with a name inside IDENTIFIER"));
    const Token& literal = take();
    const std::string inner = string_value(literal);
    LAKEPORT_RETURN_IF_ERROR(expect_operator(")"));
    auto tokens = lex(inner);
    if (!tokens)
      return fail(syntax_error("IDENTIFIER holds no name: " + shown(literal), sql_, literal.offset));
    TokenCursor cursor(inner, *tokens);
    auto parts = cursor.name_parts(expected);
    if (!parts || !cursor.at_end()) {
      return fail(syntax_error("IDENTIFIER holds no name: " + shown(literal), sql_, literal.offset));
    }
    return parts;
  }
  std::vector<std::string> parts;
  do {
    LAKEPORT_ASSIGN_OR_RETURN(std::string part, name(expected));
    parts.push_back(std::move(part));
  } while (accept_operator("."));
  return parts;
}

Result<ObjectName> TokenCursor::object_name(std::string_view expected) {
  const std::size_t offset = peek().offset;
  LAKEPORT_ASSIGN_OR_RETURN(std::vector<std::string> parts, name_parts(expected));
  if (parts.size() > 3) {
    return fail(syntax_error("the name " + joined_name(parts) + " has more than three parts", sql_, offset));
  }
  return lakehouse::object_name(std::move(parts));
}

Result<std::pair<std::string, std::string>> TokenCursor::schema_name(std::string_view expected) {
  const std::size_t offset = peek().offset;
  LAKEPORT_ASSIGN_OR_RETURN(std::vector<std::string> parts, name_parts(expected));
  if (parts.size() > 2) {
    return fail(syntax_error("the name " + joined_name(parts) + " has more than two parts", sql_, offset));
  }
  if (parts.size() == 1) return std::pair(std::string(), std::move(parts[0]));
  return std::pair(std::move(parts[0]), std::move(parts[1]));
}

Result<std::string> TokenCursor::string(std::string_view expected) {
  if (peek().kind != TokenKind::kString) return fail(unexpected(expected));
  std::string text = string_value(take());
  while (peek().kind == TokenKind::kString) text += string_value(take());
  return text;
}

Result<std::vector<std::string>> TokenCursor::name_list(std::string_view expected) {
  LAKEPORT_RETURN_IF_ERROR(expect_operator("("));
  std::vector<std::string> names;
  do {
    if (peek().kind == TokenKind::kString) {
      names.push_back(string_value(take()));
      continue;
    }
    LAKEPORT_ASSIGN_OR_RETURN(std::string part, name(expected));
    names.push_back(std::move(part));
  } while (accept_operator(","));
  LAKEPORT_RETURN_IF_ERROR(expect_operator(")"));
  return names;
}

Result<std::string> TokenCursor::property_key() {
  if (peek().kind == TokenKind::kString) return string_value(take());
  std::string key;
  do {
    LAKEPORT_ASSIGN_OR_RETURN(const std::string part, name("a property's key"));
    key += key.empty() ? part : "." + part;
  } while (accept_operator("."));
  return key;
}

Result<std::string> TokenCursor::property_value() {
  const Token& token = peek();
  if (token.kind == TokenKind::kString) return string("a property's value");
  if (token.kind == TokenKind::kNumber || token.kind == TokenKind::kWord) return std::string(take().text);
  if (is_operator(token, "-") && peek(1).kind == TokenKind::kNumber) {
    take();
    return "-" + std::string(take().text);
  }
  return fail(unexpected("a property's value"));
}

Result<std::vector<std::pair<std::string, std::string>>> TokenCursor::properties() {
  LAKEPORT_RETURN_IF_ERROR(expect_operator("("));
  std::vector<std::pair<std::string, std::string>> out;
  do {
    LAKEPORT_ASSIGN_OR_RETURN(std::string key, property_key());
    accept_operator("=");
    LAKEPORT_ASSIGN_OR_RETURN(std::string value, property_value());
    out.emplace_back(std::move(key), std::move(value));
  } while (accept_operator(","));
  LAKEPORT_RETURN_IF_ERROR(expect_operator(")"));
  return out;
}

Status TokenCursor::skip_brackets() {
  const std::size_t offset = peek().offset;
  LAKEPORT_RETURN_IF_ERROR(expect_operator("("));
  for (int depth = 1; depth > 0;) {
    if (at_end()) return fail(syntax_error("a bracket ( is not closed", sql_, offset));
    const Token& token = take();
    if (is_operator(token, "(")) ++depth;
    if (is_operator(token, ")")) --depth;
  }
  return {};
}

}  // namespace lakeport::lakehouse

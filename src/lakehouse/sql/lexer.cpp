#include "lexer.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace lakeport::lakehouse {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool is_name_character(char c) {
  return is_letter(c) || is_digit(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}
char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

void append_utf8(std::string& out, std::uint32_t code) {
  if (code < 0x80) {
    out += static_cast<char>(code);
    return;
  }
  if (code < 0x800) {
    out += static_cast<char>(0xc0 | code >> 6);
  } else if (code < 0x10000) {
    out += static_cast<char>(0xe0 | code >> 12);
    out += static_cast<char>(0x80 | (code >> 6 & 0x3f));
  } else {
    out += static_cast<char>(0xf0 | code >> 18);
    out += static_cast<char>(0x80 | (code >> 12 & 0x3f));
    out += static_cast<char>(0x80 | (code >> 6 & 0x3f));
  }
  out += static_cast<char>(0x80 | (code & 0x3f));
}

// The offset of the first byte that is not UTF-8, or npos.
std::size_t first_not_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x80) {
      ++i;
      continue;
    }
    const std::size_t length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    if (byte < 0xc2 || byte > 0xf4 || i + length > text.size()) return i;
    const auto second = static_cast<unsigned char>(text[i + 1]);
    const bool bad_second = (byte == 0xe0 && second < 0xa0) || (byte == 0xed && second > 0x9f) ||
                            (byte == 0xf0 && second < 0x90) || (byte == 0xf4 && second > 0x8f);
    if (bad_second) return i;
    for (std::size_t k = 1; k < length; ++k) {
      if ((static_cast<unsigned char>(text[i + k]) & 0xc0) != 0x80) return i;
    }
    i += length;
  }
  return std::string_view::npos;
}

class Lexer {
 public:
  explicit Lexer(std::string_view sql) : sql_(sql) {}

  Result<std::vector<Token>> run() {
    if (const std::size_t bad = first_not_utf8(sql_); bad != std::string_view::npos) {
      return fail(syntax_error("the statement is not UTF-8", sql_.substr(0, bad), bad));
    }
    tokens_.reserve(sql_.size() / 4 + 2);
    while (true) {
      LAKEPORT_RETURN_IF_ERROR(skip_blank());
      if (at_ == sql_.size()) break;
      const std::size_t begin = at_;
      LAKEPORT_ASSIGN_OR_RETURN(const TokenKind kind, token());
      tokens_.push_back({kind, sql_.substr(begin, at_ - begin), begin});
    }
    tokens_.push_back({TokenKind::kEnd, sql_.substr(at_), at_});
    return std::move(tokens_);
  }

 private:
  char peek(std::size_t ahead = 0) const { return at_ + ahead < sql_.size() ? sql_[at_ + ahead] : '\0'; }

  Status skip_blank() {
    while (at_ < sql_.size()) {
      const char c = sql_[at_];
      if (c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f' || c == '\v') {
        ++at_;
      } else if (sql_.substr(at_, 2) == "\xc2\xa0" || sql_.substr(at_, 3) == "\xe2\x80\xa8" ||
                 sql_.substr(at_, 3) == "\xe3\x80\x80" || sql_.substr(at_, 3) == "\xef\xbb\xbf") {
        at_ += c == '\xc2' ? 2 : 3;  // no-break space, line separator, ideographic space, byte order mark
      } else if (c == '-' && peek(1) == '-') {
        at_ = std::min(sql_.find('\n', at_), sql_.size());
      } else if (c == '/' && peek(1) == '*') {
        LAKEPORT_RETURN_IF_ERROR(bracketed_comment());
      } else {
        break;
      }
    }
    return {};
  }

  Status bracketed_comment() {
    const std::size_t begin = at_;
    int depth = 0;
    do {
      if (at_ >= sql_.size()) return fail(syntax_error("a comment /* is not closed", sql_, begin));
      if (sql_[at_] == '/' && peek(1) == '*') {
        ++depth;
        at_ += 2;
      } else if (sql_[at_] == '*' && peek(1) == '/') {
        --depth;
        at_ += 2;
      } else {
        ++at_;
      }
    } while (depth > 0);
    return {};
  }

  Result<TokenKind> token() {
    const char c = peek();
    if ((c == 'r' || c == 'R') && (peek(1) == '\'' || peek(1) == '"')) {
      ++at_;
      return raw_string();
    }
    if ((c == 'x' || c == 'X') && (peek(1) == '\'' || peek(1) == '"')) return binary();
    if (c == '\'' || c == '"') return string();
    if (c == '`') return quoted_name();
    if (is_digit(c) || (c == '.' && is_digit(peek(1)) && !ends_value())) return number();
    if (is_name_character(c)) return word();
    if (c == '?') {
      ++at_;
      return TokenKind::kPositional;
    }
    if (c == ':' && is_name_character(peek(1)) && !ends_value()) {
      ++at_;
      word();
      return TokenKind::kParameter;
    }
    return operation();
  }

  // Whether the token before touches this place and can carry a `.field` or `:path`.
  bool ends_value() const {
    if (tokens_.empty()) return false;
    const Token& last = tokens_.back();
    if (last.offset + last.text.size() != at_) return false;
    return last.kind == TokenKind::kWord || last.kind == TokenKind::kQuotedName ||
           last.kind == TokenKind::kParameter || is_operator(last, ")") || is_operator(last, "]");
  }

  Result<TokenKind> string() {
    const std::size_t begin = at_;
    const char quote = sql_[at_++];
    while (at_ < sql_.size()) {
      const char c = sql_[at_++];
      if (c == '\\') {
        ++at_;
      } else if (c == quote) {
        if (peek() != quote) return TokenKind::kString;
        ++at_;
      }
    }
    at_ = sql_.size();
    return fail(syntax_error("a string is not closed", sql_, begin));
  }

  Result<TokenKind> raw_string() {
    const std::size_t begin = at_ - 1;
    const std::size_t end = sql_.find(sql_[at_], at_ + 1);
    if (end == std::string_view::npos) return fail(syntax_error("a string is not closed", sql_, begin));
    at_ = end + 1;
    return TokenKind::kString;
  }

  Result<TokenKind> binary() {
    const std::size_t begin = at_;
    const std::size_t end = sql_.find(sql_[at_ + 1], at_ + 2);
    if (end == std::string_view::npos) return fail(syntax_error("a literal X'…' is not closed", sql_, begin));
    const std::string_view digits = sql_.substr(at_ + 2, end - at_ - 2);
    if (digits.size() % 2 != 0 || !std::all_of(digits.begin(), digits.end(), is_hex)) {
      return fail(syntax_error("a literal X'…' takes an even number of hexadecimal digits", sql_, begin));
    }
    at_ = end + 1;
    return TokenKind::kBinary;
  }

  Result<TokenKind> quoted_name() {
    const std::size_t begin = at_++;
    while (at_ < sql_.size()) {
      if (sql_[at_++] != '`') continue;
      if (peek() == '`') {
        ++at_;
      } else if (at_ - begin == 2) {
        return fail(syntax_error("a name in backticks is empty", sql_, begin));
      } else {
        return TokenKind::kQuotedName;
      }
    }
    return fail(syntax_error("a name in backticks is not closed", sql_, begin));
  }

  // Digits that turn out to begin a name ("2024_sales") are one.
  Result<TokenKind> number() {
    const std::size_t begin = at_;
    while (is_digit(peek())) ++at_;
    // A dot before a letter belongs to a path, unless the letter is an exponent or a suffix.
    if (peek() == '.' && !is_name_start_after_dot()) {
      ++at_;
      while (is_digit(peek())) ++at_;
    }
    if (upper(peek()) == 'E') {
      const std::size_t sign = peek(1) == '+' || peek(1) == '-' ? 1 : 0;
      if (is_digit(peek(1 + sign))) {
        at_ += 1 + sign;
        while (is_digit(peek())) ++at_;
      }
    }
    const char suffix = upper(peek());
    if (suffix == 'B' && upper(peek(1)) == 'D' && !is_name_character(peek(2))) {
      at_ += 2;
    } else if (std::string_view("LSYDF").find(suffix) != std::string_view::npos && suffix != '\0' &&
               !is_name_character(peek(1))) {
      ++at_;
    } else if (is_name_character(peek())) {
      if (sql_.substr(begin, at_ - begin).find('.') != std::string_view::npos) {
        return fail(syntax_error("a number runs into a name", sql_, begin));
      }
      return word();
    }
    return TokenKind::kNumber;
  }
  bool is_name_start_after_dot() const {
    const char next = peek(1);
    if (next == '`') return true;
    if (!is_letter(next) && next != '_') return false;
    // `1.e5`, `1.D` and `1.BD` are numbers.
    const char third = peek(2);
    if (upper(next) == 'E' && (is_digit(third) || third == '+' || third == '-')) return false;
    if (upper(next) == 'B' && upper(third) == 'D' && !is_name_character(peek(3))) return false;
    return !(std::string_view("DF").find(upper(next)) != std::string_view::npos && !is_name_character(third));
  }

  TokenKind word() {
    while (is_name_character(peek())) ++at_;
    return TokenKind::kWord;
  }

  Result<TokenKind> operation() {
    // Longest first. `>>` is two tokens, because it also closes nested types.
    static constexpr std::array<std::string_view, 11> kLong = {
        "<=>", "::", "<=", ">=", "<>", "!=", "==", "||", "->", "=>", "|>"};
    for (const std::string_view candidate : kLong) {
      if (sql_.substr(at_, candidate.size()) == candidate) {
        at_ += candidate.size();
        return TokenKind::kOperator;
      }
    }
    if (std::string_view("+-*/%(),.;[]{}<>=!&|^~:@").find(peek()) == std::string_view::npos) {
      return fail(
          syntax_error("unexpected character '" + std::string(1, printable(peek())) + "'", sql_, at_));
    }
    ++at_;
    return TokenKind::kOperator;
  }
  static char printable(char c) { return c > ' ' && c < 0x7f ? c : '?'; }

  std::string_view sql_;
  std::size_t at_ = 0;
  std::vector<Token> tokens_;
};

// One escape, from its character after the backslash; gives how many characters it took.
std::size_t append_escape(std::string& out, std::string_view rest) {
  const char c = rest[0];
  const auto digits = [&](std::size_t count, auto&& accepts) {
    return rest.size() > count && std::all_of(rest.begin() + 1, rest.begin() + 1 + count, accepts);
  };
  const auto hexadecimal = [&](std::size_t count) {
    const auto code = static_cast<std::uint32_t>(std::stoul(std::string(rest.substr(1, count)), nullptr, 16));
    const bool character = code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
    append_utf8(out, character ? code : 0xfffd);
    return count + 1;
  };
  switch (c) {
    case 'n':
      out += '\n';
      return 1;
    case 't':
      out += '\t';
      return 1;
    case 'r':
      out += '\r';
      return 1;
    case 'b':
      out += '\b';
      return 1;
    case 'Z':
      out += '\x1a';
      return 1;
    case '%':  // patterns of LIKE keep their escapes
    case '_':
      out += '\\';
      out += c;
      return 1;
    case 'u':
      if (digits(4, is_hex)) return hexadecimal(4);
      break;
    case 'U':
      if (digits(8, is_hex)) return hexadecimal(8);
      break;
    case '0':
    case '1':
      if (digits(2, [](char d) { return d >= '0' && d <= '7'; })) {
        append_utf8(out, static_cast<std::uint32_t>((c - '0') * 64 + (rest[1] - '0') * 8 + rest[2] - '0'));
        return 3;
      }
      if (c == '0') {
        out += '\0';
        return 1;
      }
      break;
    default:
      break;
  }
  out += c;
  return 1;
}

}  // namespace

Result<std::vector<Token>> lex(std::string_view sql) { return Lexer(sql).run(); }

std::string string_value(const Token& token) {
  std::string_view text = token.text;
  if (text[0] == 'r' || text[0] == 'R') return std::string(text.substr(2, text.size() - 3));
  const char quote = text[0];
  text = text.substr(1, text.size() - 2);
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] == '\\' && i + 1 < text.size()) {
      i += 1 + append_escape(out, text.substr(i + 1));
    } else {
      out += text[i];
      i += text[i] == quote ? 2 : 1;  // a doubled quote
    }
  }
  return out;
}

std::string name_value(const Token& token) {
  if (token.kind != TokenKind::kQuotedName) return std::string(token.text);
  std::string out;
  const std::string_view inner = token.text.substr(1, token.text.size() - 2);
  for (std::size_t i = 0; i < inner.size(); ++i) {
    out += inner[i];
    if (inner[i] == '`') ++i;
  }
  return out;
}

bool is_word(const Token& token, std::string_view upper_case) {
  return token.kind == TokenKind::kWord && token.text.size() == upper_case.size() &&
         std::equal(token.text.begin(), token.text.end(), upper_case.begin(),
                    [](char a, char b) { return upper(a) == b; });
}

bool is_operator(const Token& token, std::string_view text) {
  return token.kind == TokenKind::kOperator && token.text == text;
}

std::string position(std::string_view sql, std::size_t offset) {
  const std::string_view before = sql.substr(0, offset);
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  const std::size_t line_begin = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  const std::string_view in_line = before.substr(line_begin);
  const auto column = std::count_if(in_line.begin(), in_line.end(),
                                    [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; });
  return "line " + std::to_string(line) + ", column " + std::to_string(column + 1);
}

Error syntax_error(std::string what, std::string_view sql, std::size_t offset) {
  return {ErrorKind::kInvalidInput, std::move(what) + " (" + position(sql, offset) + ")",
          "PARSE_SYNTAX_ERROR"};
}

}  // namespace lakeport::lakehouse

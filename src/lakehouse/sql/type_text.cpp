#include "type_text.h"

#include <algorithm>
#include <charconv>
#include <map>

#include "lakeport/lakehouse/dialect.h"

namespace lakeport::lakehouse {
namespace {

constexpr int kDeepest = 100;  // types within types

struct SimpleType {
  std::string_view name, duckdb;  // duckdb empty: there is no match
};

// Every spelling of a type without children.
const std::map<std::string_view, SimpleType, std::less<>>& simple_types() {
  static const std::map<std::string_view, SimpleType, std::less<>> kTypes = {
      {"boolean", {"boolean", "BOOLEAN"}},
      {"tinyint", {"tinyint", "TINYINT"}},
      {"byte", {"tinyint", "TINYINT"}},
      {"smallint", {"smallint", "SMALLINT"}},
      {"short", {"smallint", "SMALLINT"}},
      {"int", {"int", "INTEGER"}},
      {"integer", {"int", "INTEGER"}},
      {"bigint", {"bigint", "BIGINT"}},
      {"long", {"bigint", "BIGINT"}},
      {"float", {"float", "FLOAT"}},
      {"real", {"float", "FLOAT"}},
      {"double", {"double", "DOUBLE"}},
      {"decimal", {"decimal", "DECIMAL"}},
      {"dec", {"decimal", "DECIMAL"}},
      {"numeric", {"decimal", "DECIMAL"}},
      {"string", {"string", "VARCHAR"}},
      {"varchar", {"varchar", "VARCHAR"}},
      {"char", {"char", "VARCHAR"}},
      {"character", {"char", "VARCHAR"}},
      {"binary", {"binary", "BLOB"}},
      {"date", {"date", "DATE"}},
      {"timestamp", {"timestamp", "TIMESTAMP WITH TIME ZONE"}},
      {"timestamp_ltz", {"timestamp", "TIMESTAMP WITH TIME ZONE"}},
      {"timestamp_ntz", {"timestamp_ntz", "TIMESTAMP"}},
      {"void", {"void", "\"NULL\""}},
      {"variant", {"variant", ""}},
      {"object", {"object", ""}},
      {"geometry", {"geometry", ""}},
      {"geography", {"geography", ""}},
  };
  return kTypes;
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return out;
}

class TypeReader {
 public:
  explicit TypeReader(TokenCursor& cursor) : cursor_(cursor) {}

  Result<TypeTree> read(int depth) {
    if (depth > kDeepest) return fail(cursor_.unsupported("a type nested more than 100 deep"));
    if (cursor_.peek().kind != TokenKind::kWord) return fail(cursor_.unexpected("a type"));
    const std::string word = lower(cursor_.peek().text);
    if (word == "array") return array(depth);
    if (word == "map") return map(depth);
    if (word == "struct") return structure(depth);
    if (word == "interval") return interval();
    const auto found = simple_types().find(word);
    if (found == simple_types().end()) {
      return fail(
          syntax_error("there is no type " + shown(cursor_.peek()), cursor_.sql(), cursor_.peek().offset));
    }
    TypeTree type{std::string(found->second.name), {}, {}, {}, {}};
    const std::size_t offset = cursor_.take().offset;
    if (type.name == "decimal") return decimal(std::move(type), offset);
    if (type.name == "varchar" || type.name == "char") return sized(std::move(type), offset);
    if (type.name == "string" && cursor_.accept("COLLATE")) {
      LAKEPORT_ASSIGN_OR_RETURN(const std::string collation, cursor_.name("a collation"));
      if (lower(collation) != "utf8_binary") return fail(cursor_.unsupported("the collation " + collation));
    }
    return type;
  }

 private:
  Result<int> number(std::string_view expected) {
    int value = 0;
    const std::string_view text = cursor_.peek().text;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (cursor_.peek().kind != TokenKind::kNumber || error != std::errc() ||
        end != text.data() + text.size()) {
      return fail(cursor_.unexpected(expected));
    }
    cursor_.take();
    return value;
  }

  Result<TypeTree> decimal(TypeTree type, std::size_t offset) {
    int precision = 10;
    int scale = 0;
    if (cursor_.accept_operator("(")) {
      LAKEPORT_ASSIGN_OR_RETURN(precision, number("a precision"));
      if (cursor_.accept_operator(",")) {
        LAKEPORT_ASSIGN_OR_RETURN(scale, number("a scale"));
      }
      LAKEPORT_RETURN_IF_ERROR(cursor_.expect_operator(")"));
    }
    if (precision < 1 || precision > 38 || scale < 0 || scale > precision) {
      return fail(syntax_error("decimal(" + std::to_string(precision) + "," + std::to_string(scale) +
                                   ") has a precision outside 1 to 38, or a scale above it",
                               cursor_.sql(), offset));
    }
    type.numbers = {precision, scale};
    return type;
  }

  Result<TypeTree> sized(TypeTree type, std::size_t offset) {
    int length = 1;
    if (cursor_.accept_operator("(")) {
      LAKEPORT_ASSIGN_OR_RETURN(length, number("a length"));
      LAKEPORT_RETURN_IF_ERROR(cursor_.expect_operator(")"));
    } else if (type.name == "varchar") {
      return fail(syntax_error("varchar takes a length: varchar(10)", cursor_.sql(), offset));
    }
    if (length < 1) return fail(syntax_error("a length must be at least 1", cursor_.sql(), offset));
    type.numbers = {length};
    return type;
  }

  Result<TypeTree> array(int depth) {
    cursor_.take();
    LAKEPORT_RETURN_IF_ERROR(cursor_.expect_operator("<"));
    LAKEPORT_ASSIGN_OR_RETURN(TypeTree element, read(depth + 1));
    LAKEPORT_RETURN_IF_ERROR(close());
    TypeTree type{"array", {}, {}, {}, {}};
    type.children.push_back(std::move(element));
    return type;
  }

  Result<TypeTree> map(int depth) {
    cursor_.take();
    LAKEPORT_RETURN_IF_ERROR(cursor_.expect_operator("<"));
    LAKEPORT_ASSIGN_OR_RETURN(TypeTree key, read(depth + 1));
    LAKEPORT_RETURN_IF_ERROR(cursor_.expect_operator(","));
    LAKEPORT_ASSIGN_OR_RETURN(TypeTree value, read(depth + 1));
    LAKEPORT_RETURN_IF_ERROR(close());
    TypeTree type{"map", {}, {}, {}, {}};
    type.children.push_back(std::move(key));
    type.children.push_back(std::move(value));
    return type;
  }

  Result<TypeTree> structure(int depth) {
    cursor_.take();
    TypeTree type{"struct", {}, {}, {}, {}};
    if (is_operator(cursor_.peek(), "<>")) {
      return fail(syntax_error("a struct has at least one field", cursor_.sql(), cursor_.peek().offset));
    }
    LAKEPORT_RETURN_IF_ERROR(cursor_.expect_operator("<"));
    do {
      LAKEPORT_RETURN_IF_ERROR(field(type, depth));
    } while (cursor_.accept_operator(","));
    LAKEPORT_RETURN_IF_ERROR(close());
    return type;
  }

  Status field(TypeTree& type, int depth) {
    const std::size_t offset = cursor_.peek().offset;
    LAKEPORT_ASSIGN_OR_RETURN(std::string name, cursor_.name("a field's name"));
    const auto same = [&](const std::string& other) { return lower(other) == lower(name); };
    if (std::any_of(type.fields.begin(), type.fields.end(), same)) {
      return fail(syntax_error("the field " + name + " is there twice", cursor_.sql(), offset));
    }
    cursor_.accept_operator(":");
    LAKEPORT_ASSIGN_OR_RETURN(TypeTree child, read(depth + 1));
    if (cursor_.accept({"NOT", "NULL"})) type.not_null.push_back(name);
    if (cursor_.accept("COMMENT")) {
      LAKEPORT_RETURN_IF_ERROR(cursor_.string("a comment").map([](const auto&) {}));
    }
    type.fields.push_back(std::move(name));
    type.children.push_back(std::move(child));
    return {};
  }

  Result<TypeTree> interval() {
    cursor_.take();
    const auto unit = [&]() -> Result<std::string> {
      for (const std::string_view word : {"YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND"}) {
        if (cursor_.accept(word)) return lower(word);
      }
      return fail(cursor_.unexpected("YEAR, MONTH, DAY, HOUR, MINUTE or SECOND"));
    };
    LAKEPORT_ASSIGN_OR_RETURN(const std::string first, unit());
    TypeTree type{"interval " + first, {}, {}, {}, {}};
    if (cursor_.accept("TO")) {
      LAKEPORT_ASSIGN_OR_RETURN(const std::string last, unit());
      type.name += " to " + last;
    }
    return type;
  }

  Status close() { return cursor_.expect_operator(">"); }

  TokenCursor& cursor_;
};

std::string numbers_text(const std::vector<int>& numbers) {
  std::string out;
  for (const int number : numbers) out += (out.empty() ? "(" : ",") + std::to_string(number);
  return out.empty() ? out : out + ")";
}

std::string duckdb_name(std::string_view name) {
  std::string out = "\"";
  for (const char c : name) out.append(c == '"' ? 2 : 1, c);
  return out + "\"";
}

}  // namespace

Result<TypeTree> read_type(TokenCursor& cursor) { return TypeReader(cursor).read(0); }

std::string databricks_text(const TypeTree& type) {
  if (type.children.empty()) return type.name + numbers_text(type.numbers);
  std::string out = type.name + "<";
  for (std::size_t i = 0; i < type.children.size(); ++i) {
    if (i > 0) out += ",";
    if (!type.fields.empty()) {
      out += joined_name({type.fields[i]}) + ":";
    }
    out += databricks_text(type.children[i]);
    const bool required = !type.fields.empty() && std::find(type.not_null.begin(), type.not_null.end(),
                                                            type.fields[i]) != type.not_null.end();
    if (required) out += " not null";
  }
  return out + ">";
}

Result<std::string> duckdb_text(const TypeTree& type) {
  std::vector<std::string> children;
  for (const TypeTree& child : type.children) {
    LAKEPORT_ASSIGN_OR_RETURN(std::string text, duckdb_text(child));
    children.push_back(std::move(text));
  }
  if (type.name == "array") return children[0] + "[]";
  if (type.name == "map") return "MAP(" + children[0] + ", " + children[1] + ")";
  if (type.name == "struct") {
    std::string out;
    for (std::size_t i = 0; i < children.size(); ++i) {
      out += (i == 0 ? "STRUCT(" : ", ") + duckdb_name(type.fields[i]) + " " + children[i];
    }
    return out + ")";
  }
  if (type.name.starts_with("interval")) return "INTERVAL";
  const std::string_view duckdb = simple_types().find(type.name)->second.duckdb;
  if (duckdb.empty()) {
    return fail(ErrorKind::kUnsupported, "columns of type " + type.name + " are not supported",
                "UNSUPPORTED_DATATYPE");
  }
  if (type.name == "decimal") return std::string(duckdb) + numbers_text(type.numbers);
  return std::string(duckdb);
}

Result<std::string> duckdb_type(std::string_view databricks_type) {
  LAKEPORT_ASSIGN_OR_RETURN(const std::vector<Token> tokens, lex(databricks_type));
  TokenCursor cursor(databricks_type, tokens);
  LAKEPORT_ASSIGN_OR_RETURN(const TypeTree type, read_type(cursor));
  if (!cursor.at_end()) return fail(cursor.unexpected("the end of the type"));
  return duckdb_text(type);
}

}  // namespace lakeport::lakehouse

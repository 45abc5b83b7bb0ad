// DuckDB's type names as Databricks'.
#include <algorithm>
#include <array>
#include <utility>

#include "lakeport/lakehouse/dialect.h"

#include "token_cursor.h"

namespace lakeport::lakehouse {
namespace {

// Types whose values Databricks holds in a wider one, or as text, come as that one. HUGEINT only comes from
// sums of integers, which are BIGINT in Databricks.
constexpr std::array<std::pair<std::string_view, std::string_view>, 34> kTypes = {{
    {"BOOLEAN", "boolean"},
    {"TINYINT", "tinyint"},
    {"SMALLINT", "smallint"},
    {"INTEGER", "int"},
    {"BIGINT", "bigint"},
    {"HUGEINT", "bigint"},
    {"UTINYINT", "smallint"},
    {"USMALLINT", "int"},
    {"UINTEGER", "bigint"},
    {"UBIGINT", "decimal(20,0)"},
    {"UHUGEINT", "decimal(38,0)"},
    {"INTEGER_LITERAL", "int"},
    {"STRING_LITERAL", "string"},
    {"FLOAT", "float"},
    {"DOUBLE", "double"},
    {"DECIMAL", "decimal(18,3)"},
    {"VARCHAR", "string"},
    {"CHAR", "string"},
    {"JSON", "string"},
    {"UUID", "string"},
    {"BIT", "string"},
    {"TIME", "string"},
    {"TIME WITH TIME ZONE", "string"},
    {"BLOB", "binary"},
    {"DATE", "date"},
    {"TIMESTAMP", "timestamp_ntz"},
    {"TIMESTAMP_S", "timestamp_ntz"},
    {"TIMESTAMP_MS", "timestamp_ntz"},
    {"TIMESTAMP_NS", "timestamp_ntz"},
    {"TIMESTAMP WITH TIME ZONE", "timestamp"},
    {"INTERVAL", "interval day to second"},
    {"NULL", "void"},
    {"\"NULL\"", "void"},
    {"SQLNULL", "void"},
}};

constexpr int kDeepest = 100;

class DuckdbTypeReader {
 public:
  explicit DuckdbTypeReader(std::string_view text) : text_(text) {}

  Result<std::string> whole() {
    LAKEPORT_ASSIGN_OR_RETURN(std::string type, read(0));
    skip_space();
    if (at_ != text_.size()) return fail(bad());
    return type;
  }

 private:
  Result<std::string> read(int depth) {
    if (depth > kDeepest) return fail(ErrorKind::kUnsupported, "a type nested more than 100 deep");
    LAKEPORT_ASSIGN_OR_RETURN(std::string type, element(depth));
    while (peek() == '[') {
      const std::size_t close = text_.find(']', at_);
      if (close == std::string_view::npos) return fail(bad());
      at_ = close + 1;
      type = "array<" + type + ">";
    }
    return type;
  }

  Result<std::string> element(int depth) {
    skip_space();
    if (accept("STRUCT(")) return structure(depth);
    if (accept("MAP(")) {
      LAKEPORT_ASSIGN_OR_RETURN(const std::string key, read(depth + 1));
      if (!accept(",")) return fail(bad());
      LAKEPORT_ASSIGN_OR_RETURN(const std::string value, read(depth + 1));
      if (!accept(")")) return fail(bad());
      return "map<" + key + "," + value + ">";
    }
    if (accept("DECIMAL(")) {
      const std::size_t close = text_.find(')', at_);
      if (close == std::string_view::npos) return fail(bad());
      std::string numbers(text_.substr(at_, close - at_));
      std::erase(numbers, ' ');
      at_ = close + 1;
      return "decimal(" + numbers + ")";
    }
    if (accept("ENUM(")) {
      LAKEPORT_RETURN_IF_ERROR(skip_enum());
      return std::string("string");
    }
    return simple();
  }

  Result<std::string> simple() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && std::string_view(",)[").find(text_[at_]) == std::string_view::npos) ++at_;
    const std::string_view name = text_.substr(begin, at_ - begin);
    const auto* found =
        std::find_if(kTypes.begin(), kTypes.end(), [&](const auto& type) { return type.first == name; });
    if (found == kTypes.end()) {
      return fail(ErrorKind::kUnsupported,
                  "Databricks has no type for the engine's " + std::string(text_.substr(begin)),
                  "UNSUPPORTED_DATATYPE");
    }
    return std::string(found->second);
  }

  Result<std::string> structure(int depth) {
    std::string out = "struct<";
    do {
      LAKEPORT_ASSIGN_OR_RETURN(const std::string field, name());
      LAKEPORT_ASSIGN_OR_RETURN(const std::string type, read(depth + 1));
      if (out.back() != '<') out += ",";
      out += joined_name({field}) + ":" + type;
    } while (accept(","));
    if (!accept(")")) return fail(bad());
    return out + ">";
  }

  Result<std::string> name() {
    skip_space();
    std::string out;
    if (peek() != '"') {
      while (at_ < text_.size() && text_[at_] != ' ') out += text_[at_++];
      return out;
    }
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] == '"') {
        ++at_;
        if (peek() != '"') return out;
      }
      out += text_[at_];
    }
    return fail(bad());
  }

  Status skip_enum() {
    bool quoted = false;
    for (; at_ < text_.size(); ++at_) {
      if (text_[at_] == '\'') quoted = !quoted;
      if (text_[at_] == ')' && !quoted) {
        ++at_;
        return {};
      }
    }
    return fail(bad());
  }

  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  void skip_space() {
    while (peek() == ' ') ++at_;
  }
  bool accept(std::string_view word) {
    skip_space();
    if (text_.substr(at_, word.size()) != word) return false;
    at_ += word.size();
    return true;
  }
  Error bad() const {
    return {ErrorKind::kInvalidInput,
            "the engine's type is not understood at byte " + std::to_string(at_) + ": " + std::string(text_)};
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

Result<std::string> databricks_type(std::string_view duckdb_type) {
  return DuckdbTypeReader(duckdb_type).whole();
}

}  // namespace lakeport::lakehouse

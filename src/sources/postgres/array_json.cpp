#include "array_json.h"

#include "lakeport/base/json_text.h"

namespace lakeport::sources::postgres {
namespace {

void append_element(std::string& out, std::string_view text, ElementForm form) {
  switch (form) {
    case ElementForm::kNumber:
      if (text.find_first_of("NI") == std::string_view::npos) {
        out += text;
        return;
      }
      break;
    case ElementForm::kBool:
      out += text == "t" ? "true" : "false";
      return;
    case ElementForm::kJson:
      out += text;
      return;
    case ElementForm::kString:
      break;
  }
  append_json_string(out, text);
}

// "[2:4][1:1]={…}": what stands before the first brace.
std::string_view without_bounds(std::string_view array) {
  if (array.empty() || array[0] != '[') return array;
  const auto equals = array.find('=');
  return equals == std::string_view::npos ? std::string_view() : array.substr(equals + 1);
}

class ArrayText {
 public:
  ArrayText(std::string_view text, char delimiter) : text_(text), delimiter_(delimiter) {}

  bool at_end() const { return at_ == text_.size(); }
  bool take(char c) {
    if (at_end() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  bool at_quote() const { return !at_end() && text_[at_] == '"'; }

  bool quoted(std::string& element) {
    element.clear();
    for (++at_; !at_end(); ++at_) {
      if (text_[at_] == '"') {
        ++at_;
        return true;
      }
      if (text_[at_] == '\\' && ++at_ == text_.size()) return false;
      element += text_[at_];
    }
    return false;
  }

  std::string_view bare() {
    const auto begin = at_;
    while (!at_end() && text_[at_] != delimiter_ && text_[at_] != '}') ++at_;
    return text_.substr(begin, at_ - begin);
  }

 private:
  std::string_view text_;
  char delimiter_;
  std::size_t at_ = 0;
};

}  // namespace

bool append_array_as_json(std::string& out, std::string_view array, ElementForm element, char delimiter) {
  ArrayText text(without_bounds(array), delimiter);
  std::string unescaped;
  int depth = 0;
  bool may_begin = true;  // an element or an inner array, not a delimiter
  while (!text.at_end()) {
    if (text.take('{')) {
      if (!may_begin) return false;
      out += '[';
      ++depth;
    } else if (text.take('}')) {
      if (depth-- == 0) return false;
      out += ']';
      may_begin = false;
      if (depth == 0) return text.at_end();
    } else if (depth == 0) {
      return false;
    } else if (text.take(delimiter)) {
      if (may_begin) return false;
      out += ',';
      may_begin = true;
    } else if (!may_begin) {
      return false;
    } else if (text.at_quote()) {
      if (!text.quoted(unescaped)) return false;
      append_element(out, unescaped, element);
      may_begin = false;
    } else {
      const std::string_view bare = text.bare();
      if (bare == "NULL") {
        out += "null";
      } else {
        append_element(out, bare, element);
      }
      may_begin = false;
    }
  }
  return false;
}

}  // namespace lakeport::sources::postgres

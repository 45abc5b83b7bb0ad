#include "scim_filter.h"

#include <array>
#include <utility>

namespace lakeport::lakehouse {

namespace {

constexpr std::size_t kMostAlternatives = 64;
constexpr int kDeepest = 16;
// A client may write "urn:ietf:params:scim:schemas:core:2.0:User:userName".
constexpr std::string_view kSchemaPrefix = "urn:";

using Alternatives = std::vector<std::vector<ProfileCondition>>;

bool same_word(std::string_view left, std::string_view right) {
  const auto lower = [](char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
  };
  if (left.size() != right.size()) return false;
  for (std::size_t at = 0; at < left.size(); ++at)
    if (lower(left[at]) != lower(right[at])) return false;
  return true;
}

std::string_view without_schema(std::string_view attribute) {
  if (!attribute.starts_with(kSchemaPrefix)) return attribute;
  const std::size_t colon = attribute.rfind(':');
  return attribute.substr(colon + 1);
}

class FilterParser {
 public:
  FilterParser(std::string_view text, PrincipalKind kind) : text_(text), kind_(kind) {}

  Result<Alternatives> whole() {
    LAKEPORT_ASSIGN_OR_RETURN(Alternatives all, disjunction(0));
    skip_spaces();
    if (at_ < text_.size()) return fail(wrong("\"and\", \"or\" or the end was expected"));
    return all;
  }

  Result<std::string> quoted() {
    skip_spaces();
    if (at_ >= text_.size() || text_[at_] != '"') return fail(wrong("a text in double quotes was expected"));
    std::string value;
    for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
      value += text_[at_];
    }
    if (at_ >= text_.size()) return fail(wrong("the text has no closing quote"));
    ++at_;
    return value;
  }

  std::string_view word() {
    skip_spaces();
    const std::size_t start = at_;
    while (at_ < text_.size() && text_[at_] != ' ' && text_[at_] != '(' && text_[at_] != ')' &&
           text_[at_] != '"')
      ++at_;
    return text_.substr(start, at_ - start);
  }

 private:
  void skip_spaces() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }

  Error wrong(std::string_view what) const {
    return {ErrorKind::kInvalidInput, std::string(what) + " at character " + std::to_string(at_ + 1),
            "filter"};
  }

  bool take_word(std::string_view wanted) {
    const std::size_t before = at_;
    if (same_word(word(), wanted)) return true;
    at_ = before;
    return false;
  }

  Result<Alternatives> disjunction(int depth) {
    LAKEPORT_ASSIGN_OR_RETURN(Alternatives all, conjunction(depth));
    while (take_word("or")) {
      LAKEPORT_ASSIGN_OR_RETURN(Alternatives more, conjunction(depth));
      for (auto& alternative : more) all.push_back(std::move(alternative));
      if (all.size() > kMostAlternatives) return fail(wrong("the filter has too many alternatives"));
    }
    return all;
  }

  Result<Alternatives> conjunction(int depth) {
    LAKEPORT_ASSIGN_OR_RETURN(Alternatives all, term(depth));
    while (take_word("and")) {
      LAKEPORT_ASSIGN_OR_RETURN(const Alternatives more, term(depth));
      Alternatives product;
      for (const auto& left : all)
        for (const auto& right : more) {
          auto& both = product.emplace_back(left);
          both.insert(both.end(), right.begin(), right.end());
          if (product.size() > kMostAlternatives) return fail(wrong("the filter has too many alternatives"));
        }
      all = std::move(product);
    }
    return all;
  }

  Result<Alternatives> term(int depth) {
    if (depth > kDeepest) return fail(wrong("the filter has too many parentheses"));
    skip_spaces();
    if (at_ < text_.size() && text_[at_] == '(') {
      ++at_;
      LAKEPORT_ASSIGN_OR_RETURN(Alternatives inner, disjunction(depth + 1));
      skip_spaces();
      if (at_ >= text_.size() || text_[at_] != ')') return fail(wrong("\")\" was expected"));
      ++at_;
      return inner;
    }
    LAKEPORT_ASSIGN_OR_RETURN(ProfileCondition condition, comparison());
    return Alternatives{{std::move(condition)}};
  }

  Result<ProfileCondition> comparison() {
    static constexpr std::array<std::pair<std::string_view, ProfileMatch>, 5> kOperators = {
        {{"eq", ProfileMatch::kEquals},
         {"ne", ProfileMatch::kNotEquals},
         {"co", ProfileMatch::kContains},
         {"sw", ProfileMatch::kStartsWith},
         {"pr", ProfileMatch::kPresent}}};
    const std::string_view attribute = word();
    const auto field = scim_field(attribute, kind_);
    if (!field)
      return fail(wrong(attribute.empty() ? "an attribute was expected"
                                          : "cannot search by \"" + std::string(attribute) + "\""));
    const std::string_view name = word();
    for (const auto& [text, match] : kOperators) {
      if (!same_word(text, name)) continue;
      if (match == ProfileMatch::kPresent) return ProfileCondition{*field, match, {}};
      skip_spaces();
      // true, false and numbers stand without quotes.
      if (at_ < text_.size() && text_[at_] != '"') {
        std::string value(word());
        if (value.empty()) return fail(wrong("a value was expected"));
        return ProfileCondition{*field, match, std::move(value)};
      }
      LAKEPORT_ASSIGN_OR_RETURN(std::string value, quoted());
      return ProfileCondition{*field, match, std::move(value)};
    }
    return fail(wrong("eq, ne, co, sw or pr was expected"));
  }

  std::string_view text_;
  PrincipalKind kind_;
  std::size_t at_ = 0;
};

}  // namespace

std::optional<ProfileField> scim_field(std::string_view attribute, PrincipalKind kind) {
  attribute = without_schema(attribute);
  const auto is = [&](std::string_view name) { return same_word(attribute, name); };
  if (is("id")) return ProfileField::kId;
  if (is("displayName")) return ProfileField::kDisplayName;
  if (is("externalId")) return ProfileField::kExternalId;
  if (kind == PrincipalKind::kGroup) return std::nullopt;
  if (is("active")) return ProfileField::kActive;
  if (kind == PrincipalKind::kServicePrincipal)
    return is("applicationId") ? std::optional(ProfileField::kName) : std::nullopt;
  if (is("userName") || is("emails") || is("emails.value")) return ProfileField::kName;
  if (is("name.givenName")) return ProfileField::kGivenName;
  if (is("name.familyName")) return ProfileField::kFamilyName;
  return std::nullopt;
}

Result<std::vector<std::vector<ProfileCondition>>> parse_scim_filter(std::string_view filter,
                                                                     PrincipalKind kind) {
  return FilterParser(filter, kind).whole();
}

Result<ScimPath> parse_scim_path(std::string_view path) {
  const auto wrong = [&](std::string_view what) {
    return fail(ErrorKind::kInvalidInput, std::string(what), "path \"" + std::string(path) + "\"");
  };
  ScimPath parsed;
  const std::size_t bracket = path.find('[');
  parsed.attribute = without_schema(path.substr(0, bracket));
  if (parsed.attribute.empty()) return wrong("names no attribute");
  if (bracket == std::string_view::npos) return parsed;
  if (!path.ends_with(']')) return wrong("has no closing bracket");
  FilterParser inside(path.substr(bracket + 1, path.size() - bracket - 2), PrincipalKind::kGroup);
  if (!same_word(inside.word(), "value") || !same_word(inside.word(), "eq"))
    return wrong("only [value eq \"…\"] can be chosen");
  LAKEPORT_ASSIGN_OR_RETURN(parsed.value, inside.quoted());
  if (!inside.word().empty()) return wrong("has something after the value");
  return parsed;
}

}  // namespace lakeport::lakehouse

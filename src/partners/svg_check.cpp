#include "svg_check.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <expat.h>

#include "web_address.h"

namespace lakeport::partners {

namespace {

constexpr char kSeparator = '\n';  // between namespace and name, as expat gives them
constexpr std::string_view kSvg = "http://www.w3.org/2000/svg";
constexpr std::string_view kXml = "http://www.w3.org/XML/1998/namespace";
constexpr int kMostElements = 20'000;
constexpr int kDeepest = 100;

constexpr std::array<std::string_view, 55> kElements{"circle",
                                                     "clipPath",
                                                     "defs",
                                                     "desc",
                                                     "ellipse",
                                                     "feBlend",
                                                     "feColorMatrix",
                                                     "feComponentTransfer",
                                                     "feComposite",
                                                     "feConvolveMatrix",
                                                     "feDiffuseLighting",
                                                     "feDisplacementMap",
                                                     "feDistantLight",
                                                     "feDropShadow",
                                                     "feFlood",
                                                     "feFuncA",
                                                     "feFuncB",
                                                     "feFuncG",
                                                     "feFuncR",
                                                     "feGaussianBlur",
                                                     "feMerge",
                                                     "feMergeNode",
                                                     "feMorphology",
                                                     "feOffset",
                                                     "fePointLight",
                                                     "feSpecularLighting",
                                                     "feSpotLight",
                                                     "feTile",
                                                     "feTurbulence",
                                                     "filter",
                                                     "g",
                                                     "image",
                                                     "line",
                                                     "linearGradient",
                                                     "marker",
                                                     "mask",
                                                     "metadata",
                                                     "path",
                                                     "pattern",
                                                     "polygon",
                                                     "polyline",
                                                     "radialGradient",
                                                     "rect",
                                                     "stop",
                                                     "style",
                                                     "svg",
                                                     "switch",
                                                     "symbol",
                                                     "text",
                                                     "textPath",
                                                     "title",
                                                     "tspan",
                                                     "use",
                                                     "view",
                                                     "feImage"};

struct Name {
  std::string_view space, local;
};

Name split(const char* name) {
  const std::string_view text(name);
  const std::size_t at = text.rfind(kSeparator);
  if (at == std::string_view::npos) return {"", text};
  return {text.substr(0, at), text.substr(at + 1)};
}

std::string without_spaces(std::string_view text) {
  std::string dense;
  for (const char c : text)
    if (static_cast<unsigned char>(c) > ' ') dense += c;
  return lower_ascii(dense);
}

// Style sheets and presentation attributes: nothing that is fetched, and no escapes that could hide it.
std::optional<std::string> problem_of_style(std::string_view text) {
  const std::string dense = without_spaces(text);
  if (dense.find('\\') != std::string::npos) return "a backslash in a style";
  if (dense.find("/*") != std::string::npos) return "a comment in a style";
  for (const std::string_view word :
       {"@import", "@font-face", "@namespace", "image-set(", "expression(", "javascript:", "src("}) {
    if (dense.find(word) != std::string::npos) return std::string(word);
  }
  for (std::size_t at = dense.find("url("); at != std::string::npos; at = dense.find("url(", at + 4)) {
    std::size_t target = at + 4;
    if (target < dense.size() && (dense[target] == '"' || dense[target] == '\'')) ++target;
    if (target >= dense.size() || dense[target] != '#') return "a url() that leads out of the drawing";
  }
  return std::nullopt;
}

bool is_embedded_image(std::string_view target) {
  return target.starts_with("data:image/png;base64,") || target.starts_with("data:image/jpeg;base64,");
}

std::optional<std::string> problem_of_attribute(std::string_view element, const Name& name,
                                                std::string_view value) {
  const std::string local = lower_ascii(name.local);
  if (local.starts_with("on")) return "the event attribute " + std::string(name.local);
  if (name.space == kXml && local == "base") return "the attribute xml:base";
  if (local == "href" || local == "src") {
    const bool inside = value.starts_with('#') || (element == "image" && is_embedded_image(value));
    if (!inside) return "a reference out of the drawing (" + std::string(name.local) + ")";
    return std::nullopt;
  }
  if (auto problem = problem_of_style(value);
      problem && (local == "style" || *problem != "a backslash in a style"))
    return *problem + " in the attribute " + std::string(name.local);
  return std::nullopt;
}

struct Length {
  double number = 0;
  std::string unit;
};

// "120", "12.5px"; nothing for percentages and what is no length.
std::optional<Length> parse_length(std::string_view text) {
  Length length;
  while (text.starts_with(' ')) text.remove_prefix(1);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length.number);
  if (error != std::errc() || !(length.number > 0) || !std::isfinite(length.number)) return std::nullopt;
  length.unit = without_spaces(text.substr(static_cast<std::size_t>(end - text.data())));
  if (length.unit == "px") length.unit.clear();
  if (length.unit == "%" || length.unit.size() > 2) return std::nullopt;
  return length;
}

std::optional<SvgSize> parse_view_box(std::string text) {
  std::ranges::replace_if(text, [](char c) { return c == ',' || (c > 0 && c < ' '); }, ' ');
  std::array<double, 4> numbers{};
  std::string_view rest = text;
  for (double& number : numbers) {
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
    if (error != std::errc()) return std::nullopt;
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
  }
  if (!(numbers[2] > 0) || !(numbers[3] > 0) || !std::isfinite(numbers[2]) || !std::isfinite(numbers[3]))
    return std::nullopt;
  return SvgSize{numbers[2], numbers[3]};
}

// Stops at the first thing that is not allowed.
class SvgReader {
 public:
  Result<SvgSize> read(std::string_view bytes) {
    const std::unique_ptr<XML_ParserStruct, decltype(&XML_ParserFree)> parser(
        XML_ParserCreateNS("UTF-8", kSeparator), &XML_ParserFree);
    if (!parser) return fail(ErrorKind::kInternal, "cannot read XML");
    parser_ = parser.get();
    XML_SetUserData(parser_, this);
    XML_SetElementHandler(parser_, &SvgReader::on_start, &SvgReader::on_end);
    XML_SetCharacterDataHandler(parser_, &SvgReader::on_text);
    XML_SetStartDoctypeDeclHandler(parser_, &SvgReader::on_doctype);
    XML_SetProcessingInstructionHandler(parser_, &SvgReader::on_instruction);
    const XML_Status status = XML_Parse(parser_, bytes.data(), static_cast<int>(bytes.size()), 1);
    if (!refused_.empty()) return fail(ErrorKind::kInvalidInput, "the SVG has " + refused_);
    if (status != XML_STATUS_OK) {
      return fail(ErrorKind::kInvalidInput,
                  "this is neither PNG nor SVG: " + std::string(XML_ErrorString(XML_GetErrorCode(parser_))) +
                      " in line " + std::to_string(XML_GetCurrentLineNumber(parser_)));
    }
    return size();
  }

 private:
  static SvgReader& self(void* user) { return *static_cast<SvgReader*>(user); }
  static void XMLCALL on_start(void* user, const char* name, const char** attributes) {
    self(user).start(split(name), attributes);
  }
  static void XMLCALL on_end(void* user, const char* /*name*/) { self(user).end(); }
  static void XMLCALL on_text(void* user, const char* text, int length) {
    SvgReader& reader = self(user);
    if (reader.in_style_) reader.style_.append(text, static_cast<std::size_t>(length));
  }
  static void XMLCALL on_doctype(void* user, const char* /*name*/, const char* /*system*/,
                                 const char* /*public_id*/, int /*has_internal_subset*/) {
    self(user).refuse("a DOCTYPE");
  }
  static void XMLCALL on_instruction(void* user, const char* target, const char* /*data*/) {
    self(user).refuse("the processing instruction " + std::string(target).substr(0, 60));
  }

  void refuse(std::string what) {
    if (refused_.empty()) refused_ = std::move(what);
    XML_StopParser(parser_, XML_FALSE);
  }

  void start(const Name& name, const char** attributes) {
    if (++elements_ > kMostElements) return refuse("more than 20,000 elements");
    if (++depth_ > kDeepest) return refuse("elements more than 100 deep");
    if (name.space != kSvg) return refuse("the foreign element " + std::string(name.local).substr(0, 60));
    if (std::ranges::find(kElements, name.local) == kElements.end())
      return refuse("the element " + std::string(name.local).substr(0, 60) + ", which is not allowed");
    if (depth_ == 1 && name.local != "svg") return refuse("no svg element around it");
    in_style_ = name.local == "style";
    for (std::size_t i = 0; attributes[i] != nullptr; i += 2) {
      const Name attribute = split(attributes[i]);
      if (auto problem = problem_of_attribute(name.local, attribute, attributes[i + 1]))
        return refuse(*std::move(problem));
      if (depth_ == 1 && attribute.space.empty()) note_size(attribute.local, attributes[i + 1]);
    }
  }

  void end() {
    --depth_;
    if (in_style_) {
      if (auto problem = problem_of_style(style_)) refuse(*std::move(problem));
      style_.clear();
    }
    in_style_ = false;
  }

  void note_size(std::string_view attribute, std::string_view value) {
    if (attribute == "width") width_ = parse_length(value);
    if (attribute == "height") height_ = parse_length(value);
    if (attribute == "viewBox") view_box_ = parse_view_box(std::string(value));
  }

  Result<SvgSize> size() const {
    if (width_ && height_ && width_->unit == height_->unit) return SvgSize{width_->number, height_->number};
    if (view_box_) return *view_box_;
    return fail(ErrorKind::kInvalidInput, "the SVG has no size: set width and height, or viewBox");
  }

  XML_Parser parser_ = nullptr;
  std::string refused_;
  std::string style_;
  bool in_style_ = false;
  int elements_ = 0;
  int depth_ = 0;
  std::optional<Length> width_, height_;
  std::optional<SvgSize> view_box_;
};

}  // namespace

Result<SvgSize> check_svg(std::string_view bytes) { return SvgReader().read(bytes); }

}  // namespace lakeport::partners

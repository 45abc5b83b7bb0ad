#include "storage_url.h"

#include <algorithm>
#include <array>
#include <cctype>

#include <fmt/format.h>

namespace lakeport::lakehouse::unity {

namespace {

constexpr std::array<std::string_view, 7> kSchemes = {"file", "s3", "s3a", "gs", "abfss", "abfs", "r2"};

tl::unexpected<Error> refuse(std::string_view text, std::string_view why) {
  return fail(ErrorKind::kInvalidInput, fmt::format("'{}' is not a storage URL: {}", text, why),
              "INVALID_URL", "Write it as file:///folder or s3://bucket/folder.");
}

}  // namespace

Result<std::string> storage_url(std::string_view text) {
  const bool control = std::any_of(text.begin(), text.end(),
                                   [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
  if (control) return refuse(text, "it has a control character");
  std::string scheme = "file";
  std::string_view rest = text;
  if (const auto colon = text.find(':'); colon != std::string_view::npos && !text.starts_with('/')) {
    scheme = text.substr(0, colon);
    std::transform(scheme.begin(), scheme.end(), scheme.begin(),
                   [](unsigned char c) { return std::tolower(c); });
    if (std::find(kSchemes.begin(), kSchemes.end(), scheme) == kSchemes.end()) {
      return refuse(text, fmt::format("the scheme '{}' is not known", scheme));
    }
    rest = text.substr(colon + 1);
    // file:/x means the same as file:///x.
    if (rest.starts_with("//")) {
      rest.remove_prefix(2);
    } else if (scheme != "file") {
      return refuse(text, "'//' is missing after the scheme");
    }
  }
  if (scheme == "file" && !rest.starts_with('/')) return refuse(text, "the path is not absolute");

  std::string url = scheme + "://";
  const auto start = url.size();
  while (!rest.empty()) {
    const auto slash = rest.find('/');
    const auto part = rest.substr(0, slash);
    if (part == "." || part == "..") return refuse(text, fmt::format("it has '{}' as a part", part));
    if (!part.empty()) {
      if (scheme == "file" || url.size() > start) url.push_back('/');
      url.append(part);
    } else if (url.size() == start && scheme != "file") {
      return refuse(text, "the bucket is missing");
    }
    if (slash == std::string_view::npos) break;
    rest.remove_prefix(slash + 1);
  }
  if (url.size() == start) {
    if (scheme != "file") return refuse(text, "the bucket is missing");
    url.push_back('/');
  }
  return url;
}

bool lies_in(std::string_view url, std::string_view place) {
  if (!url.starts_with(place)) return false;
  return url.size() == place.size() || place.ends_with('/') || url[place.size()] == '/';
}

}  // namespace lakeport::lakehouse::unity

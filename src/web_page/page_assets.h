// The files of the built page; web/embed.mjs writes the definition.
#pragma once

#include <span>
#include <string_view>

namespace lakeport::web_page {

struct PageAsset {
  std::string_view path;  // "/index.html", "/assets/index-Bx3f9a.js"
  std::string_view content_type;
  std::string_view etag;  // with its quotes
  bool immutable;         // the name has a hash of the content
  std::string_view plain;
  std::string_view gzip;    // empty where it would save nothing
  std::string_view brotli;  // empty where it would save nothing
};

std::span<const PageAsset> page_assets();

}  // namespace lakeport::web_page

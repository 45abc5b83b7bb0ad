// Logos and icons: what the bytes are (contract, PartnerConfig: logo_file, icon_file).
#include <cmath>
#include <string>
#include <vector>

#include <png.h>

#include "lakeport/partners/partner.h"

#include "svg_check.h"

namespace lakeport::partners {

namespace {

constexpr std::size_t kLargestFile = std::size_t{1} << 20U;  // bytes
constexpr std::uint32_t kLargestSide = 4'096;                // pixels
constexpr std::uint32_t kSmallestIcon = 128;                 // pixels
constexpr std::string_view kPngStart("\x89PNG\r\n\x1a\n", 8);
constexpr std::string_view kPngEnd("\0\0\0\0IEND\xae\x42\x60\x82", 12);

std::string_view name_of(ImageRole role) { return role == ImageRole::kLogo ? "logo" : "icon"; }

tl::unexpected<Error> bad(ImageRole role, const std::string& what) {
  return fail(ErrorKind::kInvalidInput, what, std::string(name_of(role)));
}

std::string rounded(double number) {
  std::string text = std::to_string(std::round(number * 100) / 100);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text;
}

Status check_shape(double width, double height, ImageRole role) {
  const std::string size = rounded(width) + " × " + rounded(height);
  const double ratio = width / height;
  if (role == ImageRole::kLogo && (ratio < 4.0 || ratio > 4.5)) {
    return bad(role, "a logo is 4.0 to 4.5 times as wide as high; this one is " + size);
  }
  // A hundredth, for drawings with odd fractions.
  if (role == ImageRole::kIcon && std::abs(ratio - 1) > 0.01)
    return bad(role, "an icon is square; this one is " + size);
  return {};
}

// Decodes it whole: a header alone does not make an image.
Status check_png(std::string_view bytes, ImageRole role) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  struct Freed {
    png_image& image;
    ~Freed() { png_image_free(&image); }
  } const freed{image};
  if (png_image_begin_read_from_memory(&image, bytes.data(), bytes.size()) == 0) {
    return bad(role, "this is no good PNG: " + std::string(image.message));
  }
  if (image.width > kLargestSide || image.height > kLargestSide)
    return bad(role, "a PNG has at most 4,096 × 4,096 pixels");
  LAKEPORT_RETURN_IF_ERROR(check_shape(image.width, image.height, role));
  if (role == ImageRole::kIcon && image.width < kSmallestIcon) {
    return bad(role, "an icon has at least 128 × 128 pixels; this one has " + std::to_string(image.width));
  }
  image.format = PNG_FORMAT_RGBA;
  std::vector<png_byte> pixels(PNG_IMAGE_SIZE(image));
  if (png_image_finish_read(&image, nullptr, pixels.data(), 0, nullptr) == 0) {
    return bad(role, "this is no good PNG: " + std::string(image.message));
  }
  if (!bytes.ends_with(kPngEnd)) return bad(role, "there is something after the PNG's end");
  return {};
}

}  // namespace

Result<std::string> check_image(std::string_view bytes, ImageRole role) {
  if (bytes.empty()) return bad(role, "the image is missing");
  if (bytes.size() > kLargestFile) return bad(role, "the image is larger than 1 MB");
  if (bytes.starts_with(kPngStart)) {
    LAKEPORT_RETURN_IF_ERROR(check_png(bytes, role));
    return "image/png";
  }
  const auto size = check_svg(bytes);
  if (!size) return bad(role, size.error().what());
  LAKEPORT_RETURN_IF_ERROR(check_shape(size->width, size->height, role));
  return "image/svg+xml";
}

}  // namespace lakeport::partners

// SVG drawings that are drawings only.
#pragma once

#include <string_view>

#include "lakeport/base/result.h"

namespace lakeport::partners {

struct SvgSize {
  double width = 0, height = 0;  // in whatever unit
};

// Well-formed SVG of shapes, text, gradients, filters: elements are taken from a list. Refused: a DOCTYPE,
// processing instructions, scripts, event attributes, animation, foreign elements, and references to anything
// but the drawing's own parts and embedded PNG or JPEG. The size comes from width and height, or from the
// viewBox. kInvalidInput says what is in the way.
Result<SvgSize> check_svg(std::string_view bytes);

}  // namespace lakeport::partners

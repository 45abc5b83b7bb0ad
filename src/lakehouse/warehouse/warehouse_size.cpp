#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "lakeport/lakehouse/warehouse.h"

namespace lakeport::lakehouse {
namespace {

constexpr std::array<std::pair<std::string_view, SizeLimits>, 9> kSizes = {{
    {"2X-Small", {.queries = 10}},
    {"X-Small", {.queries = 12}},
    {"Small", {.queries = 16}},
    {"Medium", {.queries = 24}},
    {"Large", {.queries = 32}},
    {"X-Large", {.queries = 48}},
    {"2X-Large", {.queries = 64}},
    {"3X-Large", {.queries = 96}},
    {"4X-Large", {.queries = 128}},
}};

}  // namespace

Result<SizeLimits> size_limits(std::string_view size) {
  const auto* found = std::ranges::find(kSizes, size, &std::pair<std::string_view, SizeLimits>::first);
  if (found != kSizes.end()) return found->second;
  std::string known;
  for (const auto& [name, limits] : kSizes) known.append(known.empty() ? "" : ", ").append(name);
  return fail(ErrorKind::kInvalidInput, "\"" + std::string(size) + "\" is not one of " + known,
              "cluster_size");
}

}  // namespace lakeport::lakehouse

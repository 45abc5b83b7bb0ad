#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "lakeport/lakehouse/warehouse.h"

namespace lakeport::lakehouse {
namespace {

constexpr std::int64_t kMegabyte = 1LL << 20;
// Each step doubles, as the price does at Databricks.
constexpr std::array<std::pair<std::string_view, SizeLimits>, 9> kSizes = {{
    {"2X-Small", {.queries = 10, .threads = 1, .memory_bytes = 256 * kMegabyte}},
    {"X-Small", {.queries = 12, .threads = 2, .memory_bytes = 512 * kMegabyte}},
    {"Small", {.queries = 16, .threads = 4, .memory_bytes = 1024 * kMegabyte}},
    {"Medium", {.queries = 24, .threads = 8, .memory_bytes = 2048 * kMegabyte}},
    {"Large", {.queries = 32, .threads = 16, .memory_bytes = 4096 * kMegabyte}},
    {"X-Large", {.queries = 48, .threads = 32, .memory_bytes = 8192 * kMegabyte}},
    {"2X-Large", {.queries = 64, .threads = 64, .memory_bytes = 16384 * kMegabyte}},
    {"3X-Large", {.queries = 96, .threads = 128, .memory_bytes = 32768 * kMegabyte}},
    {"4X-Large", {.queries = 128, .threads = 256, .memory_bytes = 65536 * kMegabyte}},
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

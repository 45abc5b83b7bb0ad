#include "nearest_name.h"

#include <algorithm>
#include <cctype>

namespace lakeport::sync {

namespace {

std::string folded(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
  return lower;
}

// Edit distance with swapped neighbours as one edit (optimal string alignment).
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> cost(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) cost[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) cost[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      cost[i][j] = std::min(
          {cost[i - 1][j] + 1, cost[i][j - 1] + 1, cost[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
      }
    }
  }
  return cost[a.size()][b.size()];
}

}  // namespace

std::optional<std::string> nearest_name(std::string_view wanted, const std::vector<std::string>& names) {
  constexpr std::size_t kLongest = 200;  // names longer than that are no slips of the hand
  if (wanted.size() > kLongest) return std::nullopt;
  const std::string wanted_folded = folded(wanted);
  std::optional<std::string> best;
  std::size_t best_distance = std::max<std::size_t>(2, wanted.size() / 3) + 1;
  for (const auto& name : names) {
    if (name.size() > kLongest) continue;
    const std::size_t found = distance(wanted_folded, folded(name));
    if (found < best_distance && found < std::max(wanted.size(), name.size())) {
      best_distance = found;
      best = name;
    }
  }
  return best;
}

std::string did_you_mean(std::string_view wanted, const std::vector<std::string>& names) {
  const auto nearest = nearest_name(wanted, names);
  return nearest ? " (did you mean " + *nearest + "?)" : "";
}

}  // namespace lakeport::sync

#include "partner_metrics.h"

#include <string_view>

#include <fmt/format.h>

namespace lakeport::cli {

std::string render_partner_metrics(const std::vector<partners::PartnerMetrics>& metrics) {
  constexpr std::string_view kTotal = "lakeport_partner_connects_total";
  constexpr std::string_view kSeconds = "lakeport_partner_connect_seconds";
  constexpr std::string_view kOwn = "lakeport_partner_connect_own_seconds_total";
  std::string text = fmt::format("# HELP {0} Attempts to connect, by outcome.\n# TYPE {0} counter\n", kTotal);
  // Ids of partners and outcomes have letters, digits, '-' and '_' only: nothing to escape.
  const auto labels = [](const partners::PartnerMetrics& one) {
    return fmt::format("{{partner=\"{}\",outcome=\"{}\"}}", one.partner_id, one.outcome);
  };
  for (const auto& one : metrics) text += fmt::format("{}{} {}\n", kTotal, labels(one), one.attempts);
  text += fmt::format("# HELP {0} How long attempts took, the partner's time and ours.\n# TYPE {0} summary\n",
                      kSeconds);
  for (const auto& one : metrics) {
    text +=
        fmt::format("{0}_sum{1} {2}\n{0}_count{1} {3}\n", kSeconds, labels(one), one.seconds, one.attempts);
  }
  text += fmt::format("# HELP {0} The part of it that was not the partner's.\n# TYPE {0} counter\n", kOwn);
  for (const auto& one : metrics) text += fmt::format("{}{} {}\n", kOwn, labels(one), one.own_seconds);
  return text;
}

}  // namespace lakeport::cli

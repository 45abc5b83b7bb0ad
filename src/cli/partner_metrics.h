// What the hub counted for each partner, in the text format that Prometheus reads.
#pragma once

#include <string>
#include <vector>

#include "lakeport/partners/hub.h"

namespace lakeport::cli {

// lakeport_partner_connects_total, lakeport_partner_connect_seconds (a summary), and
// lakeport_partner_connect_own_seconds_total, by partner and outcome.
std::string render_partner_metrics(const std::vector<partners::PartnerMetrics>& metrics);

}  // namespace lakeport::cli

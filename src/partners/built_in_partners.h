// The partners that every hub has.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lakeport/partners/registry.h"

namespace lakeport::partners {

struct BuiltInPartner {
  Partner partner;
  PartnerImages images;
};

inline constexpr std::string_view kOwnPartner = "lakeport";

// Lakeport's own connector platform, and desktop products that get a connection file.
std::vector<BuiltInPartner> built_in_partners(const Registry::Options& options);

// What a self-test partner shows.
PartnerImages placeholder_images();

}  // namespace lakeport::partners

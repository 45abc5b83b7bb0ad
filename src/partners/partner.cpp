// The words of the contract.
#include "lakeport/partners/partner.h"

#include <array>

namespace lakeport::partners {

std::string_view to_string(Category category) {
  constexpr std::array<std::string_view, 9> kWords = {
      "INGEST",      "DATA_PREP_AND_TRANSFORM", "SECURITY_AND_GOVERNANCE", "BI_AND_VIZ", "ML", "DATA_QUALITY",
      "REVERSE_ETL", "SEMANTIC_LAYER",          "DATA_GOVERNANCE"};
  return kWords.at(static_cast<std::size_t>(category));
}

}  // namespace lakeport::partners

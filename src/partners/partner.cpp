// The words of the contract.
#include "lakeport/partners/partner.h"

#include "lakeport/partners/words.h"

namespace lakeport::partners {

std::string_view to_string(Category category) { return word_of(kCategories, category); }

std::string_view to_string(IntegrationType type) { return word_of(kIntegrationTypes, type); }

std::optional<IntegrationType> integration_type_from_string(std::string_view text) {
  return value_of(kIntegrationTypes, text);
}

}  // namespace lakeport::partners

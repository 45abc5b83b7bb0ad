#include <utility>

#include "lakeport/destinations/lakehouse.h"
#include "lakeport/merge/session_loader.h"

#include "lakehouse_session.h"

namespace lakeport::destinations {

Result<std::unique_ptr<sync::Destination>> open_lakehouse_destination(lakehouse::Engine& engine,
                                                                      lakehouse::Catalog& catalog,
                                                                      LakehouseOptions options) {
  LAKEPORT_RETURN_IF_ERROR(lakehouse::check_name("catalog", options.catalog));
  LAKEPORT_ASSIGN_OR_RETURN(auto* storage, lakehouse::storage_of(engine));
  return load_through(std::make_unique<LakehouseSession>(*storage, catalog, std::move(options)));
}

}  // namespace lakeport::destinations

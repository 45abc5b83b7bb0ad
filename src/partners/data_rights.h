// Which privileges a partner gets on what was chosen for it (contract, hub rules: integration types and
// PartnerConfig's data_permissions).
#pragma once

#include <string>
#include <vector>

#include "lakeport/lakehouse/securable.h"
#include "lakeport/partners/hub.h"

#include "connection_rows.h"

namespace lakeport::partners {

struct DataRight {
  lakehouse::SecurableKind kind = lakehouse::SecurableKind::kCatalog;
  std::string full_name;  // quoted where it needs it
  std::string shown;      // "catalog main", "schema main.sales"
  std::vector<lakehouse::Privilege> privileges;
};

// In the order in which they are granted. What was chosen decides where, the integration type what at least
// (read: SELECT on the schemas; write: make schemas and tables in the catalog), and data_permissions what
// else: never anything that reads beyond the chosen schemas, except for a partner of the type write that is
// configured to read back what is in its catalog.
std::vector<DataRight> data_rights(const Partner& partner, const StoredChoice& choice);

// "USE CATALOG, CREATE SCHEMA on catalog main".
std::string to_text(const DataRight& right);

}  // namespace lakeport::partners

// The publication that says which tables' changes the slot gives.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "lakeport/base/result.h"

#include "catalog.h"
#include "connection.h"

namespace lakeport::sources::postgres {

struct PublishedTables {
  bool created = false;          // the publication was not there before
  std::set<std::uint32_t> oids;  // of tables whose changes come whole
  std::vector<std::string> warnings;
};

// Makes the publication when it is missing and `may_create`, and adds those tables to it that can be
// followed, as far as the user may. A table without replica identity is never added: PostgreSQL would refuse
// the application's updates of it. kTask when the user has to do something first.
Result<PublishedTables> prepare_publication(Connection& connection, const Settings& settings,
                                            const std::vector<Table>& tables, bool may_create);

// What is wrong with the publication, without changing anything; nothing when it is missing or fine.
Status check_publication(Connection& connection, const Settings& settings, const std::vector<Table>& tables);

// CREATE PUBLICATION for the tables that can be followed.
std::string create_publication_statement(const Connection& connection, const Settings& settings,
                                         const std::vector<Table>& tables);

}  // namespace lakeport::sources::postgres

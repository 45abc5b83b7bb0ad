// The views of `information_schema`, by subject.
#pragma once

#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "lakeport/base/result.h"
#include "lakeport/lakehouse/catalog.h"

#include "information_rows.h"

namespace lakeport::lakehouse {

// Who asks, and of which catalogs.
struct InformationQuestion {
  Catalog& catalog;
  const Caller& caller;
  std::vector<CatalogEntry> catalogs;
};

struct InformationView {
  InformationRows::Columns columns;
  Status (*fill)(InformationQuestion& question, InformationRows& rows);
};
using InformationViews = std::unordered_map<std::string, InformationView>;

// Keys: table_constraints, key_column_usage, referential_constraints, …
const InformationViews& constraint_views();
// Tags, row filters and column masks.
const InformationViews& policy_views();

// The tables of the catalogs that are asked for, as far as the caller may see them.
Status each_table(InformationQuestion& question, const std::function<void(const Table&)>& use);
InformationRows& add_table_name(InformationRows& rows, const Table& table);  // in its three parts

}  // namespace lakeport::lakehouse

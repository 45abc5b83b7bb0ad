// Warehouses as the store keeps them.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "lakeport/lakehouse/warehouse.h"
#include "lakeport/store/metadata.h"

namespace lakeport::lakehouse {

class WarehouseRecords {
 public:
  explicit WarehouseRecords(store::Metadata& metadata) : metadata_(metadata) {}

  Result<std::vector<Warehouse>> all(std::int64_t workspace_id);          // by name
  Result<Warehouse> get(std::int64_t workspace_id, std::string_view id);  // kNotFound
  Status insert(std::int64_t workspace_id, const Warehouse& warehouse);   // kExists: the name is taken
  Status update(std::int64_t workspace_id, const Warehouse& warehouse);
  Status remove(std::int64_t workspace_id, std::string_view id);

 private:
  store::Metadata& metadata_;
};

}  // namespace lakeport::lakehouse

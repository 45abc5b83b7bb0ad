#include <array>

#include "lakeport/lakehouse/permissions.h"

namespace lakeport::lakehouse {

namespace {

// The levels and their order are Databricks' documented ones for each type.
const std::array<ObjectType, 9>& object_types() {
  static const std::array<ObjectType, 9> kTypes = {{
      {"sql/warehouses",
       "warehouses",
       false,
       {{"CAN_VIEW", "See the warehouse"},
        {"CAN_USE", "Run queries on the warehouse"},
        {"CAN_MONITOR", "Run queries and see those of others"},
        {"CAN_MANAGE", "Start, stop, edit and delete the warehouse and change its permissions"},
        {"IS_OWNER", "Own the warehouse"}}},
      {"clusters",
       "cluster",
       false,
       {{"CAN_ATTACH_TO", "Attach to the cluster"},
        {"CAN_RESTART", "Attach to, start and restart the cluster"},
        {"CAN_MANAGE", "Start, stop, edit and delete the cluster and change its permissions"}}},
      {"cluster-policies", "cluster-policy", false, {{"CAN_USE", "Make clusters by the policy"}}},
      {"instance-pools",
       "instance-pool",
       false,
       {{"CAN_ATTACH_TO", "Attach clusters to the pool"},
        {"CAN_MANAGE", "Edit and delete the pool and change its permissions"}}},
      {"authorization/tokens", "tokens", true, {{"CAN_USE", "Make personal access tokens"}}},
      {"directories",
       "directory",
       false,
       {{"CAN_READ", "See what is in the folder"},
        {"CAN_RUN", "See and run what is in the folder"},
        {"CAN_EDIT", "Change what is in the folder"},
        {"CAN_MANAGE", "Change the folder and its permissions"}}},
      {"notebooks",
       "notebook",
       false,
       {{"CAN_READ", "See the notebook"},
        {"CAN_RUN", "See and run the notebook"},
        {"CAN_EDIT", "Change the notebook"},
        {"CAN_MANAGE", "Change the notebook and its permissions"}}},
      {"files",
       "file",
       false,
       {{"CAN_READ", "See the file"},
        {"CAN_RUN", "See and run the file"},
        {"CAN_EDIT", "Change the file"},
        {"CAN_MANAGE", "Change the file and its permissions"}}},
      {"jobs",
       "job",
       false,
       {{"CAN_VIEW", "See the job and its runs"},
        {"CAN_MANAGE_RUN", "Start and stop runs of the job"},
        {"CAN_MANAGE", "Edit and delete the job and change its permissions"},
        {"IS_OWNER", "Own the job"}}},
  }};
  return kTypes;
}

}  // namespace

Result<const ObjectType*> object_type(std::string_view name) {
  if (name == "warehouses") name = "sql/warehouses";
  for (const ObjectType& type : object_types())
    if (type.name == name) return &type;
  return fail(ErrorKind::kInvalidInput,
              "objects of the type \"" + std::string(name) + "\" have no permissions");
}

}  // namespace lakeport::lakehouse

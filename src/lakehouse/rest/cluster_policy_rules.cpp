#include "cluster_policy_rules.h"

#include <string>

namespace lakeport::lakehouse {
namespace {

// "spark_conf.spark.speculation" → the member of `spark_conf`; other names are members of the whole.
Json* holder(Json& specification, std::string& name) {
  const auto dot = name.find('.');
  if (dot == std::string::npos) return &specification;
  const std::string outer = name.substr(0, dot);
  name = name.substr(dot + 1);
  Json& inner = specification[outer];
  if (inner.is_null()) inner = Json::object();
  return inner.is_object() ? &inner : nullptr;
}

}  // namespace

Status apply_policy(const Json& definition, Json& specification) {
  for (const auto& [path, rule] : definition.items()) {
    if (!rule.is_object()) continue;
    const std::string type = rule.value("type", "");
    if (type != "fixed" && type != "forbidden") continue;
    std::string name = path;
    Json* object = holder(specification, name);
    if (object == nullptr)
      return fail(ErrorKind::kInvalidInput, "must be an object: the policy sets a part of it", path);
    const auto given = object->find(name);
    if (type == "forbidden") {
      if (given != object->end())
        return fail(ErrorKind::kInvalidInput, "the cluster's policy forbids it", path);
      continue;
    }
    const Json value = rule.value("value", Json());
    if (given != object->end() && *given != value)
      return fail(ErrorKind::kInvalidInput, "the cluster's policy fixes it to " + value.dump(), path);
    (*object)[name] = value;
  }
  return {};
}

}  // namespace lakeport::lakehouse

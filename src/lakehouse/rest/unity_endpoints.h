// What all Unity Catalog routes share: error codes, names in paths, pages, and the parts of
// add_catalog_routes.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lakeport/lakehouse/endpoint.h"
#include "lakeport/lakehouse/rest.h"

namespace lakeport::lakehouse {

// Endpoints below /api/2.1/unity-catalog whose errors have Unity Catalog's own codes
// (CATALOG_DOES_NOT_EXIST…) and the message alone.
class UnityEndpoints {
 public:
  UnityEndpoints(net::Router& router, Identity& identity, Catalog& catalog)
      : endpoints_(router, identity), catalog_(catalog) {}

  // `pattern` begins behind the prefix: "/catalogs/{name}".
  void add(std::string_view method, std::string_view pattern, CallHandler handler);
  Catalog& catalog() const { return catalog_; }

 private:
  Endpoints endpoints_;
  Catalog& catalog_;
};

// A name of as many parts as the path needs.
Result<ObjectName> name_in_path(const Call& call, std::string_view parameter);
// The metastore's UUID, which every object shows.
Result<std::string> metastore_uuid(Catalog& catalog, const Caller& caller);

// {"LIST": […], "next_page_token": …}. Without max_results everything; 0 means 1,000, the most is 10,000.
template <class T, class Key, class Render>
Result<Answer> listed(const Call& call, std::string_view list, std::vector<T> all, const Key& key,
                      const Render& render) {
  LAKEPORT_ASSIGN_OR_RETURN(auto page, call.page("max_results", 1'000, 10'000));
  if (!call.optional_query("max_results") && !page.after) page.limit = all.size();
  auto cut = cut_page(std::move(all), page, key);
  Json entries = Json::array();
  for (const auto& entry : cut.entries) entries.push_back(render(entry));
  Json answer = {{list, std::move(entries)}};
  if (cut.next_page_token) answer["next_page_token"] = *cut.next_page_token;
  return answer;
}

// Of a PATCH body: new_name, owner, comment, properties, isolation_mode as far as they are there.
Result<Catalog::Update> read_update(const Fields& body);

// In files of their own.
void add_metastore_routes(UnityEndpoints& endpoints);
void add_namespace_routes(UnityEndpoints& endpoints, const TableStorage& storage);  // catalogs, schemas
void add_table_routes(UnityEndpoints& endpoints, const TableStorage& storage);
void add_volume_and_function_routes(UnityEndpoints& endpoints);
void add_storage_routes(UnityEndpoints& endpoints);
void add_grant_routes(UnityEndpoints& endpoints);  // permissions, bindings

}  // namespace lakeport::lakehouse

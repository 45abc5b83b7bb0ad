#include "function_rules.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "engine_errors.h"

namespace lakeport::lakehouse {

namespace {

// Whole families: DuckDB's internals, its catalog, PostgreSQL's catalog functions, plans as JSON.
constexpr std::array<std::string_view, 13> kForbiddenPrefixes{
    "__",    "pg_",          "duckdb_",     "pragma_",        "has_",
    "inet_", "icu_collate_", "collate_",    "json_serialize", "json_deserialize",
    "read_", "sniff_",       "json_execute"};

// Settings, the environment, sequences, other sessions, the log, DuckDB's name of things, and what can only
// be meant for DuckDB itself.
constexpr std::array<std::string_view, 52> kForbidden{"current_setting",
                                                      "getenv",
                                                      "getvariable",
                                                      "setseed",
                                                      "nextval",
                                                      "currval",
                                                      "setval",
                                                      "write_log",
                                                      "sleep_ms",
                                                      "parse_duckdb_log_message",
                                                      "in_search_path",
                                                      "txid_current",
                                                      "current_query",
                                                      "current_query_id",
                                                      "current_connection_id",
                                                      "current_transaction_id",
                                                      "current_schemas",
                                                      "current_role",
                                                      "current_database",
                                                      "current_schema",
                                                      "current_catalog",
                                                      "current_user",
                                                      "session_user",
                                                      "user",
                                                      "version",
                                                      "get_block_size",
                                                      "col_description",
                                                      "obj_description",
                                                      "shobj_description",
                                                      "index_key",
                                                      "stats",
                                                      "vector_type",
                                                      "create_sort_key",
                                                      "query",
                                                      "query_table",
                                                      "glob_files",
                                                      "make_type",
                                                      "get_type",
                                                      "cast_to_type",
                                                      "replace_type",
                                                      "remap_struct",
                                                      "finalize",
                                                      "combine",
                                                      "combine_aggr",
                                                      "to_aggregate_state",
                                                      "format_pg_type",
                                                      "format_type",
                                                      "map_to_pg_oid",
                                                      "variant_to_parquet_variant",
                                                      "variant_bytes_to_variant",
                                                      "hive_partition_component",
                                                      "which_secret"};

// `has_…` that look at values, not at rights.
constexpr std::array<std::string_view, 2> kAllowedAnyway{"has_all", "has_any"};

// What the parser makes of syntax: no functions of the catalog's.
constexpr std::array<std::string_view, 4> kSyntax{"count_star", "row", "unnest", "grouping"};

constexpr std::array<std::string_view, 5> kTableFunctions{"range", "generate_series", "unnest", "repeat",
                                                          "json_each"};

bool forbidden(std::string_view name) {
  if (std::ranges::find(kAllowedAnyway, name) != kAllowedAnyway.end()) return false;
  return std::ranges::find(kForbidden, name) != kForbidden.end() ||
         std::ranges::any_of(kForbiddenPrefixes,
                             [&](std::string_view prefix) { return name.starts_with(prefix); });
}

}  // namespace

Result<FunctionRules> FunctionRules::read(Database& database) {
  LAKEPORT_ASSIGN_OR_RETURN(auto connection, database.connect("UTC"));
  const auto result = connection->Query(
      "SELECT DISTINCT lower(function_name) FROM duckdb_functions() "
      "WHERE function_type IN ('scalar', 'aggregate', 'macro')");
  if (result->HasError()) return fail(engine_error(result->GetErrorObject()));
  FunctionRules rules;
  for (const auto& row : *result) {
    auto name = row.GetValue<std::string>(0);
    if (!forbidden(name)) rules.allowed_.insert(std::move(name));
  }
  for (const auto name : kSyntax) rules.allowed_.emplace(name);
  return rules;
}

bool FunctionRules::allows_table_function(std::string_view lower_name) {
  return std::ranges::find(kTableFunctions, lower_name) != kTableFunctions.end();
}

std::vector<std::string> FunctionRules::names() const {
  std::vector<std::string> names(allowed_.begin(), allowed_.end());
  std::ranges::sort(names);
  return names;
}

}  // namespace lakeport::lakehouse

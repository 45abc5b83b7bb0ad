// What a statement's rewriter shares with those of the views inside it. Private to query_rewriter*.cpp.
#pragma once

#include <optional>
#include <string>

#include "query_rewriter.h"

namespace lakeport::lakehouse {

struct QueryRewriter::Shared {
  const RewriteServices& services;
  const StatementContext& session;
  const Cancellation& cancellation;
  RewriteOutcome outcome;
  std::optional<Error> error;
  std::size_t ctes = 0, views = 0;
  std::size_t changes = 0;  // of expressions
};

// Something in FROM that column references may name. Without an alias of the user's it is known by its full
// name too, which DuckDB does not know.
struct QueryRewriter::Relation {
  ::duckdb::TableRef* ref = nullptr;
  std::string catalog, schema, table;  // empty: only known by the alias
};

}  // namespace lakeport::lakehouse

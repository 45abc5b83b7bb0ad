// What every statement of the engine needs: the way from Databricks SQL to a checked DuckDB statement, and a
// connection to run it on.
#pragma once

#include <memory>
#include <string>

#include "lakeport/base/result.h"
#include "lakeport/lakehouse/catalog.h"
#include "lakeport/lakehouse/dialect.h"
#include "lakeport/lakehouse/engine.h"

#include "cancellation.h"
#include "database.h"
#include "function_rules.h"
#include "query_execution.h"
#include "query_rewriter.h"
#include "table_locks.h"

namespace lakeport::lakehouse {

// The engine's parts, as its statements share them.
struct EngineParts {
  std::shared_ptr<Database> database;
  const FunctionRules& functions;
  Identity& identity;
  Catalog& catalog;
  Translator& translator;
  TableLocks& locks;
  const RewriteServices& services;
};

// One statement on its way.
struct Run {
  EngineParts& parts;
  StatementContext& context;
  std::shared_ptr<Cancellation> cancellation;
};

// A statement that was parsed, and whose names were resolved with the caller's rights.
struct CheckedStatement {
  ::duckdb::unique_ptr<::duckdb::SQLStatement> statement;
  RewriteOutcome outcome;
};

// `databricks_sql` must be one statement. `context`: whose names and rights, mostly run.context.
Result<CheckedStatement> check_statement(const Run& run, const StatementContext& context,
                                         const std::string& databricks_sql);
// The same, and it must be a query.
Result<CheckedStatement> check_query(const Run& run, const StatementContext& context,
                                     const std::string& databricks_sql);

// The name's empty leading parts are the session's current ones.
ObjectName full_name(const StatementContext& context, const ObjectName& name);

// DuckDB's text of names and strings.
std::string quoted_name(const std::string& name);
std::string quoted_text(const std::string& text);
// The table's name in DuckDB, with its schema.
std::string physical_table(const Table& table);

// While it lives, a cancel interrupts this connection.
class Attached {
 public:
  Attached(const Run& run, ConnectionLease& connection);
  ~Attached();
  Attached(const Attached&) = delete;
  Attached& operator=(const Attached&) = delete;

 private:
  Cancellation& cancellation_;
};

// DuckDB SQL of our own making; its one number, if it gives one.
Result<std::int64_t> run_sql(ConnectionLease& connection, const std::string& sql, const Run& run);
// All of `work` or nothing of it.
Status in_transaction(ConnectionLease& connection, const Run& run, const std::function<Status()>& work);

}  // namespace lakeport::lakehouse

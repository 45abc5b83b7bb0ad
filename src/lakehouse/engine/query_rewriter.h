// From names to tables: walks a parsed statement, resolves every name with the caller's rights, and puts
// DuckDB's physical names in their place. What it does not know it refuses, so that nothing reaches DuckDB
// that was not looked at.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include <duckdb.hpp>
#include <duckdb/parser/statement/insert_statement.hpp>
#include <duckdb/parser/tokens.hpp>

#include "lakeport/base/result.h"
#include "lakeport/lakehouse/catalog.h"
#include "lakeport/lakehouse/dialect.h"
#include "lakeport/lakehouse/engine.h"
#include "lakeport/lakehouse/identity.h"

#include "cancellation.h"
#include "engine_errors.h"
#include "function_rules.h"

namespace lakeport::lakehouse {

// What rewriting needs; outlives the rewriter.
struct RewriteServices {
  Catalog& catalog;
  Identity& identity;
  Translator& translator;
  const FunctionRules& functions;
  std::string database;  // DuckDB's name of the metastore's file
};

// What a statement touches, found while rewriting it.
struct RewriteOutcome {
  NameMap names;
  std::vector<std::shared_ptr<const Table>> reads;
  std::shared_ptr<const Table> target;  // of INSERT, UPDATE, DELETE, MERGE
};

class QueryRewriter {
 public:
  // `context` is the session; its caller, catalog and schema are those that names are resolved with.
  QueryRewriter(const RewriteServices& services, const StatementContext& context,
                const Cancellation& cancellation);
  ~QueryRewriter();

  // In place. Only SELECT, INSERT, UPDATE, DELETE, MERGE and EXPLAIN of those: anything else is kUnsupported.
  // Errors of the catalog come through (kPermission, kNotFound).
  Status rewrite(::duckdb::SQLStatement& statement);

  const RewriteOutcome& outcome() const;

 private:
  struct Shared;  // with the rewriters of views inside
  struct Relation;
  using Frame = std::vector<Relation>;
  using Expression = ::duckdb::unique_ptr<::duckdb::ParsedExpression>;
  using CteScope = std::unordered_map<std::string, std::string>;

  QueryRewriter(std::shared_ptr<Shared> shared, Caller caller, std::string catalog, std::string schema,
                std::size_t depth);

  // Each returns at once when an error was met before.
  void statement(::duckdb::SQLStatement& statement);
  void insert(::duckdb::InsertStatement& insert);
  void update(::duckdb::UpdateStatement& update);
  void remove(::duckdb::DeleteStatement& remove);
  void merge(::duckdb::MergeIntoStatement& merge);
  void query(::duckdb::QueryNode& node);
  void select(::duckdb::SelectNode& select);
  void ctes(::duckdb::CommonTableExpressionMap& ctes);
  void from(::duckdb::unique_ptr<::duckdb::TableRef>& ref);
  void base_table(::duckdb::unique_ptr<::duckdb::TableRef>& ref);
  void table_function(::duckdb::TableFunctionRef& ref);
  void pivot(::duckdb::PivotRef& ref);
  void target(::duckdb::TableRef& ref);
  void expression(::duckdb::unique_ptr<::duckdb::ParsedExpression>& expression);
  void expressions(::duckdb::vector<::duckdb::unique_ptr<::duckdb::ParsedExpression>>& list);
  void function(::duckdb::unique_ptr<::duckdb::ParsedExpression>& expression);
  void narrow(::duckdb::unique_ptr<::duckdb::ParsedExpression>& expression);
  void group_membership(::duckdb::unique_ptr<::duckdb::ParsedExpression>& expression);
  // Puts a user's function in place; false when there is none of that name.
  bool user_function(Expression& expression);
  Expression function_body(const Function& function);
  void column(::duckdb::ColumnRefExpression& column);
  void type(const ::duckdb::LogicalType& type);
  void set_info(::duckdb::UpdateSetInfo& info);

  ObjectName full_name(const std::string& catalog, const std::string& schema, const std::string& table) const;
  std::shared_ptr<const Table> resolve(const ObjectName& name, Privilege privilege);
  // The table of a source: physical, a file reader, or a view's query.
  ::duckdb::unique_ptr<::duckdb::TableRef> source(const std::shared_ptr<const Table>& table);
  ::duckdb::unique_ptr<::duckdb::TableRef> view(const ObjectName& name, const std::string& query,
                                                const std::vector<Column>& columns,
                                                const std::vector<std::string>& query_columns, Caller caller,
                                                std::string catalog, std::string schema);
  ::duckdb::unique_ptr<::duckdb::TableRef> persistent_view(const Table& table);
  void add_relation(Relation relation);
  const std::string* find_cte(const std::string& name) const;
  bool failed() const;
  void fail_with(Error error);

  std::shared_ptr<Shared> shared_;
  Caller caller_;
  std::string catalog_, schema_;
  std::size_t depth_ = 0;  // of views inside views
  bool in_pivot_ = false;
  std::vector<Frame> frames_;
  std::vector<CteScope> cte_scopes_;
};

}  // namespace lakeport::lakehouse

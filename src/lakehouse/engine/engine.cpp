#include "lakeport/lakehouse/engine.h"

#include <utility>
#include <variant>

#include <duckdb/parser/parser.hpp>
#include <duckdb/parser/statement/explain_statement.hpp>

#include "catalog_statements.h"
#include "database.h"
#include "parameters.h"
#include "query_execution.h"
#include "query_rewriter.h"

namespace lakeport::lakehouse {

namespace duck = ::duckdb;

namespace {

class DuckEngine final : public Engine {
 public:
  DuckEngine(std::shared_ptr<Database> database, FunctionRules functions, Identity& identity,
             Catalog& catalog, Translator& translator)
      : database_(std::move(database)),
        functions_(std::move(functions)),
        identity_(identity),
        catalog_(catalog),
        translator_(translator),
        services_{catalog, identity, translator, functions_, database_->name()} {}

  Result<std::unique_ptr<Execution>> execute(
      std::string_view databricks_sql, StatementContext& context,
      const std::function<void(std::function<void()> cancel)>& on_start) override {
    auto cancellation = std::make_shared<Cancellation>();
    if (on_start) on_start([cancellation] { cancellation->cancel(); });
    return query(std::string(databricks_sql), context, cancellation);
  }

  Status repair() override { return {}; }

 private:
  Result<std::unique_ptr<Execution>> query(const std::string& sql, StatementContext& context,
                                           const std::shared_ptr<Cancellation>& cancellation) {
    LAKEPORT_ASSIGN_OR_RETURN(const auto translation, translator_.translate(sql));
    LAKEPORT_RETURN_IF_ERROR(cancellation->check());
    duck::unique_ptr<duck::SQLStatement> statement;
    try {
      duck::Parser parser;
      parser.ParseQuery(translation.duckdb_sql);
      if (parser.statements.size() != 1) {
        return fail(ErrorKind::kInvalidInput, "One statement at a time, please", "PARSE_SYNTAX_ERROR",
                    "Send each statement by itself.");
      }
      statement = std::move(parser.statements[0]);
    } catch (const std::exception& failure) {
      return fail(engine_error(failure));
    }
    QueryRewriter rewriter(services_, context, *cancellation);
    LAKEPORT_RETURN_IF_ERROR(rewriter.rewrite(*statement));
    const auto& names = rewriter.outcome().names;
    LAKEPORT_ASSIGN_OR_RETURN(auto connection, database_->connect(context.time_zone));
    LAKEPORT_ASSIGN_OR_RETURN(auto parameters,
                              bind_parameters(*statement, context.parameters, connection.context()));
    if (rewriter.outcome().target) {
      cancellation->attach(connection->context);
      auto count = run_counted(connection, std::move(statement), parameters, names, *cancellation);
      cancellation->detach();
      if (!count) return fail(std::move(count).error());
      return counted({{"num_affected_rows", *count}});
    }
    return run_query(std::move(connection), std::move(statement), std::move(parameters), names, cancellation);
  }

  std::shared_ptr<Database> database_;
  FunctionRules functions_;
  Identity& identity_;
  Catalog& catalog_;
  Translator& translator_;
  RewriteServices services_;
};

}  // namespace

Result<std::unique_ptr<Engine>> Engine::open(const EngineOptions& options, Identity& identity,
                                             Catalog& catalog, Translator& translator) {
  LAKEPORT_ASSIGN_OR_RETURN(auto database, Database::open(options));
  LAKEPORT_ASSIGN_OR_RETURN(auto functions, FunctionRules::read(*database));
  return std::make_unique<DuckEngine>(std::move(database), std::move(functions), identity, catalog,
                                      translator);
}

}  // namespace lakeport::lakehouse

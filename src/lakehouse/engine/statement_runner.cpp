#include "statement_runner.h"

#include <duckdb/parser/keyword_helper.hpp>
#include <duckdb/parser/parser.hpp>

namespace lakeport::lakehouse {

namespace duck = ::duckdb;

Result<CheckedStatement> check_statement(const Run& run, const StatementContext& context,
                                         const std::string& databricks_sql) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto translation,
                            run.parts.translator.translate(databricks_sql, run.cancellation->asking()));
  LAKEPORT_RETURN_IF_ERROR(run.cancellation->check());
  CheckedStatement checked;
  try {
    duck::Parser parser;
    parser.ParseQuery(translation.duckdb_sql);
    if (parser.statements.size() != 1) {
      return fail(ErrorKind::kInvalidInput, "There is more or less than one statement", "PARSE_SYNTAX_ERROR",
                  "Send each statement by itself.");
    }
    checked.statement = std::move(parser.statements[0]);
    QueryRewriter rewriter(run.parts.services, context, *run.cancellation);
    LAKEPORT_RETURN_IF_ERROR(rewriter.rewrite(*checked.statement));
    checked.outcome = rewriter.outcome();
  } catch (const std::exception& failure) {
    return fail(engine_error(failure));
  }
  return checked;
}

Result<CheckedStatement> check_query(const Run& run, const StatementContext& context,
                                     const std::string& databricks_sql) {
  LAKEPORT_ASSIGN_OR_RETURN(auto checked, check_statement(run, context, databricks_sql));
  if (checked.statement->type != duck::StatementType::SELECT_STATEMENT)
    return fail(ErrorKind::kInvalidInput, "A query is expected here, not another statement",
                "PARSE_SYNTAX_ERROR");
  return checked;
}

ObjectName full_name(const StatementContext& context, const ObjectName& name) {
  return {name.catalog.empty() ? context.current_catalog : name.catalog,
          name.schema.empty() ? context.current_schema : name.schema, name.object};
}

std::string quoted_name(const std::string& name) { return duck::KeywordHelper::WriteQuoted(name, '"'); }

std::string quoted_text(const std::string& text) { return duck::KeywordHelper::WriteQuoted(text, '\''); }

std::string physical_table(const Table& table) {
  return std::string(kPhysicalSchema) + "." + quoted_name(table.physical_name);
}

Attached::Attached(const Run& run, ConnectionLease& connection) : cancellation_(*run.cancellation) {
  cancellation_.attach(connection->context);
}

Attached::~Attached() { cancellation_.detach(); }

Result<std::int64_t> run_sql(ConnectionLease& connection, const std::string& sql, const Run& run) {
  try {
    duck::Parser parser;
    parser.ParseQuery(sql);
    ParameterValues none;
    return run_counted(connection, std::move(parser.statements.at(0)), none, {}, *run.cancellation);
  } catch (const std::exception& failure) {
    return fail(engine_error(failure));
  }
}

Status in_transaction(ConnectionLease& connection, const Run& run, const std::function<Status()>& work) {
  try {
    connection->BeginTransaction();
    auto done = work();
    if (done) done = run.cancellation->check();
    if (!done) {
      connection->Rollback();
      return done;
    }
    connection->Commit();
    return {};
  } catch (const std::exception& failure) {
    // The lease rolls back what is still open.
    return fail(engine_error(failure));
  }
}

}  // namespace lakeport::lakehouse

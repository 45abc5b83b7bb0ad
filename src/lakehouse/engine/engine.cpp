#include "lakeport/lakehouse/engine.h"

#include <type_traits>
#include <utility>
#include <variant>

#include "lakeport/lakehouse/engine_storage.h"
#include "lakeport/lakehouse/object_statements.h"

#include "catalog_statements.h"
#include "copy_into.h"
#include "data_changes.h"
#include "database.h"
#include "explain.h"
#include "function_statements.h"
#include "leading_words.h"
#include "object_listings.h"
#include "parameters.h"
#include "query_execution.h"
#include "result_types.h"
#include "statement_runner.h"
#include "storage_connection.h"
#include "table_keys.h"
#include "table_statements.h"

namespace lakeport::lakehouse {

namespace duck = ::duckdb;

namespace {

// Other statements are not read twice: a query may be long.
Result<std::optional<ObjectStatement>> about_objects(std::string_view sql) {
  LeadingWords words(sql);
  for (const std::string_view first : {"SHOW", "ALTER", "CREATE", "DROP", "DESCRIBE", "DESC"}) {
    if (words.accept(first)) return read_object_statement(sql);
  }
  return std::nullopt;
}

Result<std::unique_ptr<Execution>> answer(Result<StatementRows> rows) {
  if (!rows) return fail(std::move(rows).error());
  return finished(std::move(rows->columns), std::move(rows->rows));
}

class DuckEngine final : public Engine, public EngineStorage {
 public:
  DuckEngine(std::shared_ptr<Database> database, FunctionRules functions, Identity& identity,
             Catalog& catalog, Translator& translator)
      : functions_(std::move(functions)),
        services_{catalog, identity, translator, functions_, database->name()},
        parts_{std::move(database), functions_, identity, catalog, translator, locks_, services_} {}

  Result<std::unique_ptr<Execution>> execute(
      std::string_view databricks_sql, StatementContext& context,
      const std::function<void(std::function<void()> cancel)>& on_start) override {
    const Run run{parts_, context, std::make_shared<Cancellation>()};
    if (on_start) on_start([cancellation = run.cancellation] { cancellation->cancel(); });
    LAKEPORT_ASSIGN_OR_RETURN(const auto object_statement, about_objects(databricks_sql));
    try {
      if (object_statement) return dispatch(run, *object_statement);
      LAKEPORT_ASSIGN_OR_RETURN(const auto statement, read_statement(databricks_sql));
      return dispatch(run, statement);
    } catch (const std::exception& failure) {
      // DuckDB's exceptions end here at the latest.
      return fail(engine_error(failure));
    }
  }

  Status create_storage(const Table& table) override {
    StatementContext nobody;
    return create_physical({parts_, nobody, std::make_shared<Cancellation>()}, table);
  }

  Status drop_storage(const Table& table) override {
    StatementContext nobody;
    return drop_unlocked({parts_, nobody, std::make_shared<Cancellation>()})(table);
  }

  Result<std::unique_ptr<StorageConnection>> connect_storage() override {
    return lakehouse::connect_storage(*parts_.database);
  }

  Result<std::unique_ptr<StorageLock>> lock_storage(const Table& table, const void* holder) override {
    return lakehouse::lock_storage(locks_, table, holder);
  }

  std::string storage_name(const Table& table) const override { return physical_table(table); }

  Result<std::vector<std::string>> storage_types(const Table& table) const override {
    std::vector<std::string> types;
    for (const auto& column : table.columns) {
      LAKEPORT_ASSIGN_OR_RETURN(const auto type, logical_type(column.type));
      types.push_back(type.ToString());
    }
    return types;
  }

  Result<std::string> storage_definition(const Table& table) override {
    StatementContext nobody;
    return create_sql({parts_, nobody, std::make_shared<Cancellation>()}, table);
  }

  Status repair() override {
    const auto exists = [this](const Table& table) -> Result<bool> {
      LAKEPORT_ASSIGN_OR_RETURN(const auto columns, physical_columns(*parts_.database, table));
      return columns.has_value();
    };
    const auto matches = [this](const Table& table) -> Result<bool> {
      LAKEPORT_ASSIGN_OR_RETURN(const auto columns, physical_columns(*parts_.database, table));
      return columns && same_columns(*columns, table);
    };
    StatementContext nobody;
    const Run run{parts_, nobody, std::make_shared<Cancellation>()};
    return parts_.catalog.repair(exists, drop_physical(run), matches);
  }

 private:
  Result<std::unique_ptr<Execution>> dispatch(const Run& run, const Statement& statement) {
    return std::visit(
        [&](const auto& kind) -> Result<std::unique_ptr<Execution>> {
          using Kind = std::decay_t<decltype(kind)>;
          if constexpr (std::is_same_v<Kind, statement::Query>) {
            return query(run, kind.databricks_sql);
          } else if constexpr (std::is_same_v<Kind, statement::CreateTable>) {
            return create_table(run, kind);
          } else if constexpr (std::is_same_v<Kind, statement::CreateView>) {
            return create_view(run, kind);
          } else if constexpr (std::is_same_v<Kind, statement::DropTable>) {
            return drop_table(run, kind);
          } else if constexpr (std::is_same_v<Kind, statement::TruncateTable>) {
            return truncate_table(run, kind);
          } else if constexpr (std::is_same_v<Kind, statement::AlterTable>) {
            return alter_table(run, kind);
          } else if constexpr (std::is_same_v<Kind, statement::CopyInto>) {
            return copy_into(run, kind);
          } else {
            return from_catalog(run, statement);
          }
        },
        statement);
  }

  static Result<std::unique_ptr<Execution>> dispatch(const Run& run, const ObjectStatement& statement) {
    return std::visit(
        [&](const auto& kind) -> Result<std::unique_ptr<Execution>> {
          using Kind = std::decay_t<decltype(kind)>;
          if constexpr (std::is_same_v<Kind, statement::CreateFunction>) {
            return create_function(run, kind);
          } else if constexpr (std::is_same_v<Kind, statement::DropFunction>) {
            return drop_function(run, kind);
          } else if constexpr (std::is_same_v<Kind, statement::DescribeFunction>) {
            return describe_function(run, kind);
          } else if constexpr (std::is_same_v<Kind, statement::AddKey>) {
            return add_key(run, kind);
          } else if constexpr (std::is_same_v<Kind, statement::DropKey>) {
            return drop_key(run, kind);
          } else if constexpr (std::is_same_v<Kind, statement::ShowObjects>) {
            return answer(list_objects(kind, run.context.caller, run.parts.catalog));
          } else {
            return answer(table_types());
          }
        },
        statement);
  }

  static Result<std::unique_ptr<Execution>> query(const Run& run, const std::string& sql) {
    if (is_explain(sql)) return explain(run, sql);
    const auto plain = without_overwrite(sql);
    LAKEPORT_ASSIGN_OR_RETURN(auto checked, check_statement(run, run.context, plain ? *plain : sql));
    if (checked.outcome.target) return change_data(run, std::move(checked), plain.has_value());
    LAKEPORT_ASSIGN_OR_RETURN(auto connection, run.parts.database->connect(run.context.time_zone));
    LAKEPORT_ASSIGN_OR_RETURN(
        auto parameters, bind_parameters(*checked.statement, run.context.parameters, connection.context()));
    return run_query(std::move(connection), std::move(checked.statement), std::move(parameters),
                     std::move(checked.outcome.names), run.cancellation);
  }

  // For tables whose lock nobody of us holds.
  EngineChange drop_unlocked(const Run& run) {
    return [this, cancellation = run.cancellation, drop = drop_physical(run)](const Table& table) -> Status {
      LAKEPORT_ASSIGN_OR_RETURN(const auto lock, locks_.exclusive(table.id, *cancellation));
      return drop(table);
    };
  }

  Result<std::unique_ptr<Execution>> from_catalog(const Run& run, const Statement& statement) {
    const CatalogStatementServices services{parts_.catalog, parts_.identity, drop_unlocked(run),
                                            [this] { return functions_.names(); }};
    LAKEPORT_ASSIGN_OR_RETURN(auto rows, execute_catalog_statement(statement, run.context, services));
    return finished(std::move(rows.columns), std::move(rows.rows));
  }

  FunctionRules functions_;
  TableLocks locks_;
  RewriteServices services_;
  EngineParts parts_;
};

}  // namespace

Result<std::unique_ptr<Engine>> Engine::open(const EngineOptions& options, Identity& identity,
                                             Catalog& catalog, Translator& translator) {
  LAKEPORT_ASSIGN_OR_RETURN(auto database, Database::open(options));
  LAKEPORT_ASSIGN_OR_RETURN(auto functions, FunctionRules::read(*database));
  return std::make_unique<DuckEngine>(std::move(database), std::move(functions), identity, catalog,
                                      translator);
}

Result<EngineStorage*> storage_of(Engine& engine) {
  if (auto* storage = dynamic_cast<EngineStorage*>(&engine)) return storage;
  return fail(ErrorKind::kUnsupported, "This engine keeps no tables of its own");
}

}  // namespace lakeport::lakehouse

// What stands behind a table's name: a CTE, a temporary view, a managed table, a view's query, files.
#include <duckdb/parser/expression/columnref_expression.hpp>
#include <duckdb/parser/parser.hpp>
#include <duckdb/parser/query_node/select_node.hpp>
#include <duckdb/parser/statement/select_statement.hpp>
#include <duckdb/parser/tableref/basetableref.hpp>
#include <duckdb/parser/tableref/subqueryref.hpp>

#include "database.h"
#include "file_tables.h"
#include "information_schema.h"
#include "query_rewriter.h"
#include "query_rewriter_shared.h"
#include "view_properties.h"

namespace lakeport::lakehouse {

namespace duck = ::duckdb;

namespace {

// Views inside views, and views inside one statement: more is a mistake or an attack.
constexpr std::size_t kMostNestedViews = 32;
constexpr std::size_t kMostViews = 500;

// What the user said about the place of a table goes to what is put there.
void put_in_place(duck::unique_ptr<duck::TableRef>& ref, duck::unique_ptr<duck::TableRef> replacement) {
  replacement->alias = ref->alias;
  replacement->sample = std::move(ref->sample);
  replacement->column_name_alias = ref->column_name_alias;
  replacement->query_location = ref->query_location;
  ref = std::move(replacement);
}

}  // namespace

ObjectName QueryRewriter::full_name(const std::string& catalog, const std::string& schema,
                                    const std::string& table) const {
  return {catalog.empty() ? catalog_ : catalog, schema.empty() ? schema_ : schema, table};
}

std::shared_ptr<const Table> QueryRewriter::resolve(const ObjectName& name, Privilege privilege) {
  if (failed()) return nullptr;
  auto table = shared_->services.catalog.resolve(caller_, name, privilege);
  if (!table) {
    fail_with(std::move(table).error());
    return nullptr;
  }
  if (!(*table)->physical_name.empty())
    shared_->outcome.names.emplace_back((*table)->physical_name, (*table)->name.full());
  return *table;
}

void QueryRewriter::base_table(duck::unique_ptr<duck::TableRef>& ref) {
  auto& base = ref->Cast<duck::BaseTableRef>();
  if (base.at_clause)
    return fail_with({ErrorKind::kUnsupported, "Time travel is not supported", "UNSUPPORTED_FEATURE"});
  const bool short_name = base.catalog_name.empty() && base.schema_name.empty();
  if (short_name) {
    if (const auto* cte = find_cte(base.table_name)) {
      const auto name = base.table_name;
      base.table_name = *cte;
      return add_relation({ref.get(), {}, {}, name});
    }
    // Temporary views are the session's: a view of the catalog does not see them.
    if (depth_ == 0) {
      for (const auto& temporary : shared_->session.temporary_views) {
        if (!duck::StringUtil::CIEquals(temporary.name, base.table_name)) continue;
        auto query = view({{}, {}, temporary.name}, temporary.query, temporary.columns,
                          temporary.query_columns, caller_, temporary.catalog, temporary.schema);
        if (!query) return;
        const auto name = base.table_name;
        put_in_place(ref, std::move(query));
        return add_relation({ref.get(), {}, {}, name});
      }
    }
  }
  const auto name = full_name(base.catalog_name, base.schema_name, base.table_name);
  duck::unique_ptr<duck::TableRef> replacement;
  if (duck::StringUtil::CIEquals(name.schema, "information_schema")) {
    auto rows = information_schema_table(shared_->services.catalog, caller_, name);
    if (!rows) return fail_with(std::move(rows).error());
    replacement = std::move(*rows);
  } else {
    const auto table = resolve(name, Privilege::kSelect);
    if (!table) return;
    shared_->outcome.reads.push_back(table);
    replacement = source(table);
    if (!replacement) return;
  }
  put_in_place(ref, std::move(replacement));
  add_relation({ref.get(), name.catalog, name.schema, name.object});
}

duck::unique_ptr<duck::TableRef> QueryRewriter::source(const std::shared_ptr<const Table>& table) {
  if (table->kind == TableKind::kView) return persistent_view(*table);
  if (!table->physical_name.empty()) {
    auto physical = duck::make_uniq<duck::BaseTableRef>();
    physical->catalog_name = shared_->services.database;
    physical->schema_name = kPhysicalSchema;
    physical->table_name = table->physical_name;
    return physical;
  }
  auto files = file_table(*table);
  if (!files) {
    fail_with(std::move(files).error());
    return nullptr;
  }
  return std::move(*files);
}

duck::unique_ptr<duck::TableRef> QueryRewriter::persistent_view(const Table& table) {
  auto owner =
      table.owner_id == shared_->session.caller.principal.id
          ? Result<Caller>(shared_->session.caller)
          : shared_->services.identity.caller_for(table.owner_id, shared_->session.caller.workspace_id);
  if (!owner) {
    fail_with({ErrorKind::kPermission,
               "The owner of the view " + table.name.full() + " has no rights any more",
               "INSUFFICIENT_PERMISSIONS", "Give the view another owner."});
    return nullptr;
  }
  const auto context = view_context(table);
  return view(table.name, table.view_sql, table.columns, context.query_columns, *std::move(owner),
              context.catalog, context.schema);
}

duck::unique_ptr<duck::TableRef> QueryRewriter::view(const ObjectName& name, const std::string& query,
                                                     const std::vector<Column>& columns,
                                                     const std::vector<std::string>& query_columns,
                                                     Caller caller, std::string catalog, std::string schema) {
  if (depth_ + 1 > kMostNestedViews || ++shared_->views > kMostViews) {
    fail_with({ErrorKind::kInvalidInput,
               "Too many views inside views, or a view that uses itself: " + name.full(), "RECURSIVE_VIEW"});
    return nullptr;
  }
  auto translation = shared_->services.translator.translate(query, shared_->cancellation.asking());
  if (!translation) {
    fail_with(std::move(translation).error().at("view " + name.full()));
    return nullptr;
  }
  duck::Parser parser;
  try {
    parser.ParseQuery(translation->duckdb_sql);
  } catch (const std::exception& failure) {
    fail_with(engine_error(failure).at("view " + name.full()));
    return nullptr;
  }
  if (parser.statements.size() != 1 || parser.statements[0]->type != duck::StatementType::SELECT_STATEMENT ||
      !parser.statements[0]->named_param_map.empty()) {
    fail_with({ErrorKind::kInvalidInput, "The view " + name.full() + " is not one query without parameters",
               "INVALID_VIEW"});
    return nullptr;
  }
  auto statement =
      duck::unique_ptr_cast<duck::SQLStatement, duck::SelectStatement>(std::move(parser.statements[0]));
  QueryRewriter inside(shared_, std::move(caller), std::move(catalog), std::move(schema), depth_ + 1);
  inside.query(*statement->node);
  if (failed()) {
    const auto kind = shared_->error->kind();
    if (kind == ErrorKind::kPermission || kind == ErrorKind::kNotFound) {
      // What the view is made of is the owner's business.
      shared_->error->at("view " + name.full());
    }
    return nullptr;
  }
  auto definition = duck::make_uniq<duck::SubqueryRef>(std::move(statement), "__view");
  if (columns.empty()) return definition;
  // The columns of the day it was made, also when its tables have got more since.
  if (query_columns.empty()) {
    for (const auto& column : columns) definition->column_name_alias.push_back(column.name);
  }
  auto node = duck::make_uniq<duck::SelectNode>();
  for (std::size_t i = 0; i < columns.size(); ++i) {
    auto column = duck::make_uniq<duck::ColumnRefExpression>(query_columns.empty() ? columns[i].name
                                                                                   : query_columns[i]);
    column->SetAlias(columns[i].name);
    node->select_list.push_back(std::move(column));
  }
  node->from_table = std::move(definition);
  auto outer = duck::make_uniq<duck::SelectStatement>();
  outer->node = std::move(node);
  return duck::make_uniq<duck::SubqueryRef>(std::move(outer));
}

}  // namespace lakeport::lakehouse

#include "catalog_statements.h"

#include <variant>

namespace lakeport::lakehouse {

bool is_catalog_statement(const Statement& statement) {
  return !std::holds_alternative<statement::CreateTable>(statement) &&
         !std::holds_alternative<statement::CreateView>(statement) &&
         !std::holds_alternative<statement::DropTable>(statement) &&
         !std::holds_alternative<statement::TruncateTable>(statement) &&
         !std::holds_alternative<statement::AlterTable>(statement) &&
         !std::holds_alternative<statement::CopyInto>(statement) &&
         !std::holds_alternative<statement::Query>(statement);
}

Result<StatementRows> execute_catalog_statement(const Statement&, StatementContext&,
                                                const CatalogStatementServices&) {
  return fail(ErrorKind::kUnsupported, "this statement is not supported yet");
}

}  // namespace lakeport::lakehouse

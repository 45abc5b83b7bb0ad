#include "lakeport/sync/catalog.h"

#include <set>
#include <utility>

#include "connector_sdk.pb.h"

namespace lakeport::sync {

namespace {

namespace sdk = fivetran_sdk::v2;

class Collector {
 public:
  Status add(std::optional<std::string> schema, const sdk::Table& declared) {
    if (declared.name().empty()) {
      return fail(ErrorKind::kSourceFailed, "the source declares a table without a name",
                  schema.value_or(""));
    }
    SourceTable table{std::move(schema), {}};
    auto converted = wire::table_from_proto(declared);
    if (!converted)
      return fail(Error(ErrorKind::kSourceFailed, converted.error().to_string(), declared.name()));
    table.table = *std::move(converted);
    std::set<std::string_view> columns;
    for (const auto& column : table.table.columns) {
      if (!columns.insert(column.name).second) {
        return fail(ErrorKind::kSourceFailed, "the source declares column " + column.name + " twice",
                    "table " + table.to_string());
      }
    }
    if (!seen_.emplace(table.schema, table.table.name).second) {
      return fail(ErrorKind::kSourceFailed, "the source declares this table twice",
                  "table " + table.to_string());
    }
    tables_.push_back(std::move(table));
    return {};
  }

  Status add(const sdk::SchemaList& list) {
    for (const auto& schema : list.schemas()) {
      for (const auto& table : schema.tables()) LAKEPORT_RETURN_IF_ERROR(add(schema.name(), table));
    }
    return {};
  }

  Status add(const sdk::TableList& list) {
    for (const auto& table : list.tables()) LAKEPORT_RETURN_IF_ERROR(add(std::nullopt, table));
    return {};
  }

  std::vector<SourceTable> take() { return std::move(tables_); }

 private:
  std::vector<SourceTable> tables_;
  std::set<std::pair<std::optional<std::string>, std::string>> seen_;
};

}  // namespace

Result<SourceCatalog> catalog_from_proto(const sdk::SchemaResponse& response) {
  SourceCatalog catalog;
  catalog.selection_supported = !response.selection_not_supported();
  Collector collector;
  switch (response.response_case()) {
    case sdk::SchemaResponse::kWithSchema:
      catalog.shape = SourceCatalog::Shape::kWithSchemas;
      LAKEPORT_RETURN_IF_ERROR(collector.add(response.with_schema()));
      break;
    case sdk::SchemaResponse::kWithoutSchema:
      catalog.shape = SourceCatalog::Shape::kWithoutSchemas;
      LAKEPORT_RETURN_IF_ERROR(collector.add(response.without_schema()));
      break;
    case sdk::SchemaResponse::kSchemaResponseNotSupported:
    case sdk::SchemaResponse::RESPONSE_NOT_SET:
      break;
  }
  catalog.tables = collector.take();
  return catalog;
}

Result<std::vector<SourceTable>> tables_from_proto(const sdk::SchemaChange& change) {
  Collector collector;
  if (change.has_with_schema()) LAKEPORT_RETURN_IF_ERROR(collector.add(change.with_schema()));
  if (change.has_without_schema()) LAKEPORT_RETURN_IF_ERROR(collector.add(change.without_schema()));
  return collector.take();
}

}  // namespace lakeport::sync

#include "view_properties.h"

#include <string_view>

namespace lakeport::lakehouse {

namespace {

constexpr std::string_view kCatalog = "view.catalogAndNamespace.part.0";
constexpr std::string_view kSchema = "view.catalogAndNamespace.part.1";
constexpr std::string_view kColumn = "view.query.out.col.";

}  // namespace

void set_view_context(Table& view, const ViewContext& context) {
  std::erase_if(view.properties, [](const auto& property) {
    return property.first.starts_with("view.catalogAndNamespace.") ||
           property.first.starts_with("view.query.out.");
  });
  view.properties.emplace_back("view.catalogAndNamespace.numParts", "2");
  view.properties.emplace_back(kCatalog, context.catalog);
  view.properties.emplace_back(kSchema, context.schema);
  view.properties.emplace_back("view.query.out.numCols", std::to_string(context.query_columns.size()));
  for (std::size_t i = 0; i < context.query_columns.size(); ++i)
    view.properties.emplace_back(std::string(kColumn) + std::to_string(i), context.query_columns[i]);
}

ViewContext view_context(const Table& view) {
  ViewContext context{view.name.catalog, view.name.schema, std::vector<std::string>(view.columns.size())};
  std::size_t found = 0;
  for (const auto& [name, value] : view.properties) {
    if (name == kCatalog) context.catalog = value;
    if (name == kSchema) context.schema = value;
    if (!name.starts_with(kColumn)) continue;
    const auto index = static_cast<std::size_t>(std::stoul(name.substr(kColumn.size())));
    if (index < context.query_columns.size()) {
      context.query_columns[index] = value;
      ++found;
    }
  }
  if (found != view.columns.size()) context.query_columns.clear();
  return context;
}

}  // namespace lakeport::lakehouse

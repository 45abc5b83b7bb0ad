// Tags, row filters and column masks cannot be set, so that these views have no rows; clients ask them all
// the same.
#include "information_views.h"

namespace lakeport::lakehouse {
namespace {

constexpr auto kText = InformationRows::Type::kText;

Status no_rows(InformationQuestion&, InformationRows&) { return {}; }

}  // namespace

const InformationViews& policy_views() {
  static const InformationViews kViews{
      {"catalog_tags", {{{"catalog_name", kText}, {"tag_name", kText}, {"tag_value", kText}}, no_rows}},
      {"schema_tags",
       {{{"catalog_name", kText}, {"schema_name", kText}, {"tag_name", kText}, {"tag_value", kText}},
        no_rows}},
      {"table_tags",
       {{{"catalog_name", kText},
         {"schema_name", kText},
         {"table_name", kText},
         {"tag_name", kText},
         {"tag_value", kText}},
        no_rows}},
      {"column_tags",
       {{{"catalog_name", kText},
         {"schema_name", kText},
         {"table_name", kText},
         {"column_name", kText},
         {"tag_name", kText},
         {"tag_value", kText}},
        no_rows}},
      {"volume_tags",
       {{{"catalog_name", kText},
         {"schema_name", kText},
         {"volume_name", kText},
         {"tag_name", kText},
         {"tag_value", kText}},
        no_rows}},
      {"row_filters",
       {{{"table_catalog", kText},
         {"table_schema", kText},
         {"table_name", kText},
         {"filter_catalog", kText},
         {"filter_schema", kText},
         {"filter_name", kText},
         {"target_columns", kText}},
        no_rows}},
      {"column_masks",
       {{{"table_catalog", kText},
         {"table_schema", kText},
         {"table_name", kText},
         {"column_name", kText},
         {"mask_catalog", kText},
         {"mask_schema", kText},
         {"mask_name", kText},
         {"using_columns", kText}},
        no_rows}},
  };
  return kViews;
}

}  // namespace lakeport::lakehouse

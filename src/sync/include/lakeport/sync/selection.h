// Which schemas, tables and columns a sync takes (docs/selection.md).
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lakeport/base/result.h"
#include "lakeport/sync/catalog.h"
#include "lakeport/wire/table_buffer.h"

namespace fivetran_sdk::v2 {
class Selection;
}

namespace lakeport::sync {

// What is not named follows the `include_new_…` of its level (contract, Selection).
struct TableChoice {
  bool included = true;
  std::map<std::string, bool, std::less<>> columns;
  bool include_new_columns = true;
};

struct SchemaChoice {
  bool included = true;
  std::map<std::string, TableChoice, std::less<>> tables;
  bool include_new_tables = true;
};

// The default takes everything, what comes new too.
class Selection {
 public:
  // The text of a selection file. Errors are kInvalidInput and name the line.
  static Result<Selection> parse(const std::string& yaml, const std::string& file_name);

  bool takes_everything() const { return !without_schemas_ && !with_schemas_; }

  // Refuses (kInvalidInput) a file of the other shape than the source's, and names that the source does not
  // have, each with the nearest that it has. Columns are checked where the source declares more than the key.
  // `known`: tables seen in earlier syncs, which the source need not declare.
  Status check(const SourceCatalog& catalog, const std::vector<SourceTable>& known) const;

  bool includes(std::optional<std::string_view> schema, std::string_view table) const;
  // Null when all columns are taken.
  std::unique_ptr<wire::ColumnSelection> columns(std::optional<std::string_view> schema,
                                                 std::string_view table) const;

  // What the source is told. Key columns that `catalog` declares are never excluded there.
  void to_proto(const SourceCatalog& catalog, fivetran_sdk::v2::Selection* out) const;

 private:
  struct WithSchemas {
    std::map<std::string, SchemaChoice, std::less<>> schemas;
    bool include_new_schemas = true;
  };
  const TableChoice* find(std::optional<std::string_view> schema, std::string_view table) const;

  // At most one of the two, as the file was written.
  std::optional<SchemaChoice> without_schemas_;
  std::optional<WithSchemas> with_schemas_;
  std::string file_name_;

  friend class SelectionReader;
};

}  // namespace lakeport::sync

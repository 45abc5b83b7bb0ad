// Statements about functions and keys, and those that drivers list things with.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "lakeport/base/result.h"
#include "lakeport/lakehouse/catalog.h"

namespace lakeport::lakehouse {

// As in dialect.h: one- and two-part names have empty leading parts.
namespace statement {
struct CreateFunction {
  Function function;
  bool or_replace = false, if_not_exists = false;
};
struct DropFunction {
  ObjectName name;
  bool if_exists = false;
};
struct DescribeFunction {
  ObjectName name;
  bool extended = false;
};
// ALTER TABLE … ADD [CONSTRAINT name] PRIMARY KEY … | FOREIGN KEY …
struct AddKey {
  ObjectName table;
  std::string name;  // empty: made from the tables' names
  std::vector<std::string> primary_key;
  std::optional<ForeignKey> foreign_key;  // its table as written
};
// ALTER TABLE … DROP CONSTRAINT name | PRIMARY KEY | FOREIGN KEY (columns)
struct DropKey {
  ObjectName table;
  bool if_exists = false;
  std::optional<std::string> name;                  // else the primary key,
  std::optional<std::vector<std::string>> columns;  // or the foreign key of these columns
};
// SHOW SCHEMAS|TABLES|COLUMNS|FUNCTIONS IN CATALOG c or IN ALL CATALOGS, with a pattern for each level, and
// SHOW [FOREIGN] KEYS of one table. The rows say where each thing lies.
struct ShowObjects {
  enum class What { kSchemas, kTables, kColumns, kFunctions, kPrimaryKeys, kForeignKeys };
  What what = What::kTables;
  std::optional<std::string> catalog;  // nothing: all of them
  std::optional<std::string> schema_like, table_like, like;
  ObjectName table;  // whose keys
};
struct ShowTableTypes {};
}  // namespace statement

using ObjectStatement =
    std::variant<statement::CreateFunction, statement::DropFunction, statement::DescribeFunction,
                 statement::AddKey, statement::DropKey, statement::ShowObjects, statement::ShowTableTypes>;

// Nothing when `sql` begins another statement: read_statement() knows it. Errors are those of
// read_statement().
Result<std::optional<ObjectStatement>> read_object_statement(std::string_view sql);

}  // namespace lakeport::lakehouse

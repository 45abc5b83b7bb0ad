// Databricks SQL as text: splitting off what DuckDB cannot know, and translating the rest. Nothing here looks
// at a catalog.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "lakeport/base/result.h"
#include "lakeport/lakehouse/catalog.h"

namespace lakeport::lakehouse {

// Statements about the workspace's own objects: they never reach the engine's parser. One- and two-part names
// have empty leading parts.
namespace statement {
struct UseCatalog {
  std::string catalog;
};
struct UseSchema {
  std::string catalog /* may be empty */, schema;
};
struct ShowCatalogs {
  std::optional<std::string> like;
};
struct ShowSchemas {
  std::string catalog;
  std::optional<std::string> like;
};
struct ShowTables {
  std::string catalog, schema;
  std::optional<std::string> like;
  bool views_only = false;
  bool extended = false;  // SHOW TABLE EXTENDED
};
struct ShowColumns {
  ObjectName table;
};
struct ShowGrants {
  std::optional<std::string> principal;
  SecurableKind kind;
  std::string full_name;
};
struct ShowCreateTable {
  ObjectName table;
};
struct ShowTableProperties {
  ObjectName table;
  std::optional<std::string> key;
};
struct ShowFunctions {
  std::optional<std::string> like;
};
struct Describe {
  ObjectName table;
  bool extended = false, as_json = false;
  std::optional<std::string> column;
};
struct DescribeSchema {
  std::string catalog, schema;
  bool extended = false;
};
struct DescribeCatalog {
  std::string catalog;
  bool extended = false;
};
struct CreateCatalog {
  std::string name, comment;
  bool if_not_exists = false;
};
struct DropCatalog {
  std::string name;
  bool if_exists = false, cascade = false;
};
struct CreateSchema {
  std::string catalog, name, comment;
  bool if_not_exists = false;
};
struct DropSchema {
  std::string catalog, name;
  bool if_exists = false, cascade = false;
};
struct CreateTable {  // also CREATE TABLE … AS and CREATE TABLE … LIKE
  Table table;        // name, kind, format, location, columns, primary key, comment, properties
  bool or_replace = false, if_not_exists = false;
  std::optional<std::string> as_query;  // Databricks SQL
  std::optional<ObjectName> like;
};
struct CreateView {
  ObjectName name;
  std::vector<Column> columns;
  std::string comment, query;
  bool or_replace = false, if_not_exists = false, temporary = false;
  bool must_exist = false;  // ALTER VIEW … AS: or_replace of a view that is there
};
struct DropTable {
  ObjectName name;
  bool if_exists = false, view = false;
};
struct TruncateTable {
  ObjectName name;
};
struct AlterTable {  // one change a statement, as Databricks has it
  ObjectName name;
  struct AddColumns {
    std::vector<Column> columns;
  };
  struct DropColumns {
    std::vector<std::string> columns;
    bool if_exists = false;
  };
  struct RenameColumn {
    std::string from, to;
  };
  struct ChangeColumn {
    std::string column;
    std::optional<std::string> type, comment;
    std::optional<bool> nullable;
    std::optional<std::string> default_sql;
    bool drop_default = false;
  };
  struct Rename {
    ObjectName to;
  };
  struct SetOwner {
    std::string principal;
  };
  struct SetProperties {
    std::vector<std::pair<std::string, std::string>> properties;
  };
  struct UnsetProperties {
    std::vector<std::string> keys;
  };
  std::variant<AddColumns, DropColumns, RenameColumn, ChangeColumn, Rename, SetOwner, SetProperties,
               UnsetProperties>
      change;
  bool view = false;
};
struct SetOwner {
  SecurableKind kind;
  std::string full_name, principal;
};  // ALTER CATALOG|SCHEMA … OWNER TO
struct Comment {
  SecurableKind kind;
  std::string full_name;
  std::optional<std::string> text;
};
struct GrantRevoke {
  bool grant = true;
  std::vector<Privilege> privileges;
  SecurableKind kind;
  std::string full_name, principal;
};
struct CopyInto {
  ObjectName table;
  std::vector<std::string> columns;
  std::string location;
  std::string query;  // FROM (SELECT … FROM 'location'), without the brackets; else empty
  std::string format, pattern;
  std::vector<std::string> files;
  std::vector<std::pair<std::string, std::string>> format_options, copy_options;
};
struct SetConfiguration {
  std::string name;
  std::optional<std::string> value;
};  // SET a = b; SET a; SET TIME ZONE is name "TIMEZONE"; RESET is name "RESET" with the name or "" as value
struct Analyze {
  ObjectName table;
};  // OPTIMIZE, VACUUM, ANALYZE, REFRESH TABLE: accepted, nothing to do
// Everything else: SELECT, VALUES, WITH, INSERT, INSERT OVERWRITE, UPDATE, DELETE, MERGE, EXPLAIN.
struct Query {
  std::string databricks_sql;
};
}  // namespace statement

using Statement =
    std::variant<statement::UseCatalog, statement::UseSchema, statement::ShowCatalogs, statement::ShowSchemas,
                 statement::ShowTables, statement::ShowColumns, statement::ShowGrants,
                 statement::ShowCreateTable, statement::ShowTableProperties, statement::ShowFunctions,
                 statement::Describe, statement::DescribeSchema, statement::DescribeCatalog,
                 statement::CreateCatalog, statement::DropCatalog, statement::CreateSchema,
                 statement::DropSchema, statement::CreateTable, statement::CreateView, statement::DropTable,
                 statement::TruncateTable, statement::AlterTable, statement::SetOwner, statement::Comment,
                 statement::GrantRevoke, statement::CopyInto, statement::SetConfiguration, statement::Analyze,
                 statement::Query>;

// Reads one statement (a trailing ';' and comments are fine; two statements are an error). The first keywords
// decide, so a Query costs microseconds. kInvalidInput: "PARSE_SYNTAX_ERROR" in `where`, the text names the
// construct and its position (line, column). kUnsupported ("UNSUPPORTED_FEATURE"): known to Databricks, not
// to us. Names of securables are as written: not made full, parts in backticks where they need it.
Result<Statement> read_statement(std::string_view sql);

// A query as DuckDB's parser takes it. Parameters stay: `:name` becomes `$name`, `?` stays.
struct Translation {
  std::string duckdb_sql;
  bool translated = false;  // false: the quick way, only quotes and reserved words were touched
};

// Thread-safe. The quick way (≤ 50 µs) looks at the tokens only: a statement of tokens, functions and types
// that mean the same in both dialects is given as it is, with backticks and double-quoted strings turned into
// DuckDB's. Everything else goes to sqlglot in a helper process (started at the first need, started again
// when it dies, ended with us), whose answers are cached by text (bounded).
class Translator {
 public:
  struct Options {
    // A Python with sqlglot, and its options; the script is ours. Empty: default_translation_helper().
    std::vector<std::string> helper_command;
    std::size_t cache_entries = 10'000;
    std::chrono::milliseconds deadline{5'000};
  };
  static Result<std::unique_ptr<Translator>> create(Options options);
  virtual ~Translator() = default;
  // kInvalidInput ("UNSUPPORTED_FEATURE", "PARSE_SYNTAX_ERROR") with the construct's name for what cannot be
  // translated; kStalled after the deadline; kUnavailable when there is no helper.
  //
  // What a translation expects of the engine: the macros and the setting of databricks_functions.sql; that it
  // puts the session's values in place of the calls current_user(), session_user(), user(),
  // current_catalog(), current_schema(), current_database(), current_timezone() and version(); that HUGEINT
  // columns become BIGINT. INSERT OVERWRITE comes as a MERGE.
  virtual Result<Translation> translate(std::string_view databricks_sql) = 0;
  // The same, but ended within some 20 ms (kCancelled) once `cancelled` says so, which is asked on this
  // thread.
  virtual Result<Translation> translate(std::string_view databricks_sql,
                                        const std::function<bool()>& cancelled) {
    (void)cancelled;
    return translate(databricks_sql);
  }
};

// The Python that scripts/setup made for this version of the program, with its options.
std::vector<std::string> default_translation_helper();

// "decimal(18,2)" ↔ DuckDB's "DECIMAL(18,2)"; nested types too. kInvalidInput for a type that is none,
// kUnsupported for one that DuckDB has no match for.
Result<std::string> duckdb_type(std::string_view databricks_type);
Result<std::string> databricks_type(std::string_view duckdb_type);

}  // namespace lakeport::lakehouse

// One reader for each family of statements. The cursor stands after the first keyword (or keywords, where
// named); each reads to the end of its statement.
#pragma once

#include "lakeport/lakehouse/dialect.h"
#include "lakeport/lakehouse/object_statements.h"

#include "token_cursor.h"

namespace lakeport::lakehouse {

Result<Statement> read_use(TokenCursor& cursor);
Result<Statement> read_show(TokenCursor& cursor);
Result<Statement> read_describe(TokenCursor& cursor);
Result<Statement> read_create(TokenCursor& cursor);
Result<Statement> read_create_table(TokenCursor& cursor, bool or_replace);                 // after TABLE
Result<Statement> read_create_view(TokenCursor& cursor, bool or_replace, bool temporary);  // after VIEW
Result<statement::CreateFunction> read_create_function(TokenCursor& cursor,
                                                       bool or_replace);  // after FUNCTION
Result<Statement> read_drop(TokenCursor& cursor);
Result<Statement> read_alter(TokenCursor& cursor);
Result<Statement> read_comment(TokenCursor& cursor);
Result<Statement> read_grant(TokenCursor& cursor, bool grant);
Result<Statement> read_copy_into(TokenCursor& cursor);  // after COPY
Result<Statement> read_set(TokenCursor& cursor);
Result<Statement> read_reset(TokenCursor& cursor);

// "TABLE a.b", "SCHEMA a", "CATALOG c", "EXTERNAL LOCATION l", …; a name alone is a table. METASTORE has no
// name. Full names are as written, parts in backticks where they need it.
struct Securable {
  SecurableKind kind = SecurableKind::kTable;
  std::string full_name;
};
Result<Securable> read_securable(TokenCursor& cursor);

// name type [NOT NULL] [DEFAULT …] [COMMENT '…'] [[CONSTRAINT c] PRIMARY KEY | REFERENCES …]
struct ColumnDefinition {
  Column column;
  bool primary_key = false;
  std::string primary_key_name;
  std::optional<ForeignKey> foreign_key;
};
Result<ColumnDefinition> read_column(TokenCursor& cursor);
// An expression's text up to a word that ends a column's definition, "," or ")".
Result<std::string> read_default(TokenCursor& cursor);
Result<std::vector<std::string>> read_primary_key(TokenCursor& cursor);  // after PRIMARY KEY

// A key of the whole table: [CONSTRAINT name] PRIMARY KEY (…) or FOREIGN KEY (…) REFERENCES …. False when
// something else comes.
Result<bool> read_constraint(TokenCursor& cursor, Table& table);

// A query up to the end of the statement.
Status read_as_query(TokenCursor& cursor, std::string& query);

}  // namespace lakeport::lakehouse

#include <unordered_map>

#include "information_views.h"
#include "table_keys.h"

namespace lakeport::lakehouse {
namespace {

using Rows = InformationRows;
using Question = InformationQuestion;
constexpr auto kText = Rows::Type::kText;
constexpr auto kInt = Rows::Type::kInt;

void constraint(Rows& rows, const Table& table, const std::string& name, const char* type) {
  rows.text(table.name.catalog).text(table.name.schema).text(name);
  add_table_name(rows, table).text(type).text("YES").text("YES").text("NO");
}

Status table_constraints(Question& question, Rows& rows) {
  return each_table(question, [&](const Table& table) {
    if (!table.primary_key.empty()) constraint(rows, table, primary_key_name(table), "PRIMARY KEY");
    for (const auto& key : table.foreign_keys)
      constraint(rows, table, foreign_key_name(table, key), "FOREIGN KEY");
  });
}

void key_columns(Rows& rows, const Table& table, const std::string& name,
                 const std::vector<std::string>& columns, bool foreign) {
  std::int32_t position = 1;
  for (const auto& column : columns) {
    rows.text(table.name.catalog).text(table.name.schema).text(name);
    add_table_name(rows, table).text(column).integer(position);
    if (foreign) {
      rows.integer(position);
    } else {
      rows.null();
    }
    ++position;
  }
}

Status key_column_usage(Question& question, Rows& rows) {
  return each_table(question, [&](const Table& table) {
    key_columns(rows, table, primary_key_name(table), table.primary_key, false);
    for (const auto& key : table.foreign_keys)
      key_columns(rows, table, foreign_key_name(table, key), key.columns, true);
  });
}

Rows& constraint_name(Rows& rows, const Table& table, const std::string& name) {
  return rows.text(table.name.catalog).text(table.name.schema).text(name);
}

// Keys of tables that the caller may not see are left out, as those tables are.
Status referential_constraints(Question& question, Rows& rows) {
  std::unordered_map<std::string, std::string> primary_keys;
  LAKEPORT_RETURN_IF_ERROR(each_table(question, [&](const Table& table) {
    if (!table.primary_key.empty())
      primary_keys.emplace(name_key(table.name.full()), primary_key_name(table));
  }));
  return each_table(question, [&](const Table& table) {
    for (const auto& key : table.foreign_keys) {
      const auto primary = primary_keys.find(name_key(key.referenced.full()));
      if (primary == primary_keys.end()) continue;
      constraint_name(rows, table, foreign_key_name(table, key));
      rows.text(key.referenced.catalog).text(key.referenced.schema).text(primary->second);
      rows.text("FULL").text("NO ACTION").text("NO ACTION");
    }
  });
}

// The tables and columns that a constraint needs: its own of a primary key, the referenced ones of a foreign
// key.
void needed(const Table& table,
            const std::function<void(const std::string& constraint, const ObjectName& name,
                                     const std::vector<std::string>& columns)>& use) {
  if (!table.primary_key.empty()) use(primary_key_name(table), table.name, table.primary_key);
  for (const auto& key : table.foreign_keys) {
    use(foreign_key_name(table, key), key.referenced, key.referenced_columns);
  }
}

Status constraint_table_usage(Question& question, Rows& rows) {
  return each_table(question, [&](const Table& table) {
    needed(table, [&](const std::string& constraint, const ObjectName& name, const auto&) {
      constraint_name(rows, table, constraint);
      rows.text(name.catalog).text(name.schema).text(name.object);
    });
  });
}

Status constraint_column_usage(Question& question, Rows& rows) {
  return each_table(question, [&](const Table& table) {
    needed(table, [&](const std::string& constraint, const ObjectName& name, const auto& columns) {
      for (const std::string& column : columns) {
        constraint_name(rows, table, constraint);
        rows.text(name.catalog).text(name.schema).text(name.object).text(column);
      }
    });
  });
}

// A table's CHECK constraints are not kept.
Status check_constraints(Question&, Rows&) { return {}; }

}  // namespace

const InformationViews& constraint_views() {
  static const InformationViews kViews{
      {"table_constraints",
       {{{"constraint_catalog", kText},
         {"constraint_schema", kText},
         {"constraint_name", kText},
         {"table_catalog", kText},
         {"table_schema", kText},
         {"table_name", kText},
         {"constraint_type", kText},
         {"is_deferrable", kText},
         {"initially_deferred", kText},
         {"enforced", kText}},
        table_constraints}},
      {"key_column_usage",
       {{{"constraint_catalog", kText},
         {"constraint_schema", kText},
         {"constraint_name", kText},
         {"table_catalog", kText},
         {"table_schema", kText},
         {"table_name", kText},
         {"column_name", kText},
         {"ordinal_position", kInt},
         {"position_in_unique_constraint", kInt}},
        key_column_usage}},
      {"referential_constraints",
       {{{"constraint_catalog", kText},
         {"constraint_schema", kText},
         {"constraint_name", kText},
         {"unique_constraint_catalog", kText},
         {"unique_constraint_schema", kText},
         {"unique_constraint_name", kText},
         {"match_option", kText},
         {"update_rule", kText},
         {"delete_rule", kText}},
        referential_constraints}},
      {"constraint_table_usage",
       {{{"constraint_catalog", kText},
         {"constraint_schema", kText},
         {"constraint_name", kText},
         {"table_catalog", kText},
         {"table_schema", kText},
         {"table_name", kText}},
        constraint_table_usage}},
      {"constraint_column_usage",
       {{{"constraint_catalog", kText},
         {"constraint_schema", kText},
         {"constraint_name", kText},
         {"table_catalog", kText},
         {"table_schema", kText},
         {"table_name", kText},
         {"column_name", kText}},
        constraint_column_usage}},
      {"check_constraints",
       {{{"constraint_catalog", kText},
         {"constraint_schema", kText},
         {"constraint_name", kText},
         {"check_clause", kText},
         {"sql_path", kText}},
        check_constraints}},
  };
  return kViews;
}

}  // namespace lakeport::lakehouse

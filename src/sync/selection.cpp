#include "lakeport/sync/selection.h"

#include <algorithm>
#include <set>

#include "connector_sdk.pb.h"
#include "nearest_name.h"

namespace lakeport::sync {

namespace {

namespace sdk = fivetran_sdk::v2;

class NamedColumns : public wire::ColumnSelection {
 public:
  explicit NamedColumns(const TableChoice& choice) : choice_(choice) {}
  bool includes(std::string_view column) const override {
    const auto found = choice_.columns.find(column);
    return found == choice_.columns.end() ? choice_.include_new_columns : found->second;
  }

 private:
  TableChoice choice_;
};

using TableNames = std::map<std::string, std::vector<const SourceTable*>>;

std::vector<std::string> names_of(const TableNames& tables) {
  std::vector<std::string> names;
  for (const auto& [name, declared] : tables) names.push_back(name);
  return names;
}

// What a source has, by name: from its catalog and from earlier syncs.
struct KnownNames {
  std::map<std::optional<std::string>, TableNames> schemas;

  void add(const std::vector<SourceTable>& tables) {
    for (const auto& table : tables) schemas[table.schema][table.table.name].push_back(&table);
  }
};

// The columns that the table is known to have; empty when the source tells no more than the key.
std::vector<std::string> column_names(const std::vector<const SourceTable*>& tables) {
  std::set<std::string> names;
  bool more_than_key = false;
  for (const auto* table : tables) {
    for (const auto& column : table->table.columns) {
      names.insert(column.name);
      more_than_key |= !column.primary_key;
    }
  }
  return more_than_key ? std::vector<std::string>(names.begin(), names.end()) : std::vector<std::string>();
}

// Collects what is wrong, so that the user sees all of it at once.
class NameCheck {
 public:
  void missing(const std::string& kind, const std::string& name, const std::string& shown,
               const std::vector<std::string>& names) {
    wrong_.push_back("the source has no " + kind + " " + shown + did_you_mean(name, names));
  }

  void tables(const SchemaChoice& choice, const std::string& prefix, const TableNames& known) {
    for (const auto& [name, table] : choice.tables) {
      const auto found = known.find(name);
      if (found == known.end()) {
        missing("table", name, prefix + name, names_of(known));
        continue;
      }
      const auto columns = column_names(found->second);
      if (columns.empty()) continue;
      for (const auto& [column, included] : table.columns) {
        if (std::find(columns.begin(), columns.end(), column) == columns.end()) {
          missing("column", column, prefix + name + "." + column, columns);
        }
      }
    }
  }

  Status status(const std::string& file_name) const {
    if (wrong_.empty()) return {};
    std::string all;
    for (const auto& text : wrong_) all += (all.empty() ? "" : "; ") + text;
    return fail(ErrorKind::kInvalidInput, all, file_name, "Correct the names.");
  }

 private:
  std::vector<std::string> wrong_;
};

void table_to_proto(const std::string& name, const TableChoice& choice, const wire::TableSchema* declared,
                    sdk::TableSelection* out) {
  out->set_table_name(name);
  out->set_included(choice.included);
  out->set_include_new_columns(choice.include_new_columns);
  for (const auto& [column, included] : choice.columns) (*out->mutable_columns())[column] = included;
  if (declared == nullptr) return;
  for (const auto& column : declared->columns) {
    if (!column.primary_key) continue;
    const auto named = choice.columns.find(column.name);
    const bool taken = named == choice.columns.end() ? choice.include_new_columns : named->second;
    if (!taken) (*out->mutable_columns())[column.name] = true;
  }
}

const wire::TableSchema* declared_table(const SourceCatalog& catalog,
                                        const std::optional<std::string>& schema, const std::string& name) {
  for (const auto& table : catalog.tables) {
    if (table.schema == schema && table.table.name == name) return &table.table;
  }
  return nullptr;
}

}  // namespace

Status Selection::check(const SourceCatalog& catalog, const std::vector<SourceTable>& known) const {
  if (takes_everything() || catalog.shape == SourceCatalog::Shape::kNotDeclared) return {};
  const bool source_has_schemas = catalog.shape == SourceCatalog::Shape::kWithSchemas;
  if (source_has_schemas != with_schemas_.has_value()) {
    return fail(
        ErrorKind::kInvalidInput,
        source_has_schemas ? "the source has schemas, the file has none"
                           : "the source has no schemas, the file names some",
        file_name_,
        source_has_schemas ? "Put the tables under `schemas`." : "Put the tables directly under `tables`.");
  }
  KnownNames names;
  names.add(catalog.tables);
  names.add(known);
  NameCheck check;
  if (without_schemas_) {
    check.tables(*without_schemas_, "", names.schemas[std::nullopt]);
    return check.status(file_name_);
  }
  std::vector<std::string> schema_names;
  for (const auto& [schema, tables] : names.schemas) {
    if (schema) schema_names.push_back(*schema);
  }
  for (const auto& [name, schema] : with_schemas_->schemas) {
    const auto found = names.schemas.find(name);
    if (found == names.schemas.end()) {
      check.missing("schema", name, name, schema_names);
    } else {
      check.tables(schema, name + ".", found->second);
    }
  }
  return check.status(file_name_);
}

bool Selection::includes(std::optional<std::string_view> schema, std::string_view table) const {
  if (takes_everything()) return true;
  const SchemaChoice* choice = without_schemas_ ? &*without_schemas_ : nullptr;
  if (with_schemas_) {
    const auto found = with_schemas_->schemas.find(schema.value_or(""));
    if (found == with_schemas_->schemas.end()) return with_schemas_->include_new_schemas;
    choice = &found->second;
  }
  if (!choice->included) return false;
  const auto found = choice->tables.find(table);
  return found == choice->tables.end() ? choice->include_new_tables : found->second.included;
}

const TableChoice* Selection::find(std::optional<std::string_view> schema, std::string_view table) const {
  const SchemaChoice* choice = without_schemas_ ? &*without_schemas_ : nullptr;
  if (with_schemas_) {
    const auto found = with_schemas_->schemas.find(schema.value_or(""));
    if (found != with_schemas_->schemas.end()) choice = &found->second;
  }
  if (choice == nullptr) return nullptr;
  const auto found = choice->tables.find(table);
  return found == choice->tables.end() ? nullptr : &found->second;
}

std::unique_ptr<wire::ColumnSelection> Selection::columns(std::optional<std::string_view> schema,
                                                          std::string_view table) const {
  const TableChoice* choice = find(schema, table);
  const bool all = choice == nullptr ||
                   (choice->include_new_columns && std::all_of(choice->columns.begin(), choice->columns.end(),
                                                               [](const auto& c) { return c.second; }));
  return all ? nullptr : std::make_unique<NamedColumns>(*choice);
}

void Selection::to_proto(const SourceCatalog& catalog, sdk::Selection* out) const {
  if (without_schemas_) {
    auto* tables = out->mutable_without_schema();
    tables->set_include_new_tables(without_schemas_->include_new_tables);
    for (const auto& [name, table] : without_schemas_->tables) {
      table_to_proto(name, table, declared_table(catalog, std::nullopt, name), tables->add_tables());
    }
    return;
  }
  if (!with_schemas_) return;
  auto* schemas = out->mutable_with_schema();
  schemas->set_include_new_schemas(with_schemas_->include_new_schemas);
  for (const auto& [name, schema] : with_schemas_->schemas) {
    auto* selected = schemas->add_schemas();
    selected->set_schema_name(name);
    selected->set_included(schema.included);
    selected->set_include_new_tables(schema.include_new_tables);
    for (const auto& [table_name, table] : schema.tables) {
      table_to_proto(table_name, table, declared_table(catalog, name, table_name), selected->add_tables());
    }
  }
}

}  // namespace lakeport::sync

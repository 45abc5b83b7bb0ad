// Primary and foreign keys: promises that the catalog keeps and nobody checks.
#pragma once

#include <memory>
#include <string>

#include "lakeport/base/result.h"
#include "lakeport/lakehouse/object_statements.h"

#include "statement_runner.h"

namespace lakeport::lakehouse {

// A key's own name, or the one that Databricks gives it: "orders_pk", "orders_customers_fk".
std::string primary_key_name(const Table& table);
std::string foreign_key_name(const Table& table, const ForeignKey& key);

// The referenced table by its full name, and its columns: those of its primary key where none are written.
Status complete_foreign_key(const Run& run, const Table& table, ForeignKey& key);

Result<std::unique_ptr<Execution>> add_key(const Run& run, const statement::AddKey& change);
Result<std::unique_ptr<Execution>> drop_key(const Run& run, const statement::DropKey& change);

// In every key of the table itself.
void rename_in_keys(Table& table, const std::string& from, const std::string& to);

}  // namespace lakeport::lakehouse

#include "create_statement_text.h"

#include <algorithm>
#include <cctype>

namespace lakeport::lakehouse {
namespace {

std::string quoted(const std::string& name) {
  std::string out = "`";
  for (const char c : name) out.append(c == '`' ? 2 : 1, c);
  return out + "`";
}

std::string literal(const std::string& text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\\' || c == '\'') out += '\\';
    out += c;
  }
  return out + "'";
}

// Simple types in capitals; nested ones hold names of fields, whose case counts.
std::string type_text(const std::string& type) {
  if (type.find('<') != std::string::npos) return type;
  std::string out = type;
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return std::toupper(c); });
  return out;
}

std::string column_text(const Column& column) {
  std::string out = quoted(column.name) + " " + type_text(column.type);
  if (!column.nullable) out += " NOT NULL";
  if (column.default_sql) out += " DEFAULT " + *column.default_sql;
  if (!column.comment.empty()) out += " COMMENT " + literal(column.comment);
  return out;
}

std::string constraint(const std::string& name) {
  return name.empty() ? "" : "CONSTRAINT " + quoted(name) + " ";
}

std::vector<std::string> table_parts(const Table& table) {
  std::vector<std::string> parts;
  for (const Column& column : table.columns) parts.push_back(column_text(column));
  if (!table.primary_key.empty()) {
    parts.push_back(constraint(table.primary_key_name) + "PRIMARY KEY (" + quoted_list(table.primary_key) +
                    ")");
  }
  for (const ForeignKey& key : table.foreign_keys) {
    std::string part = constraint(key.name) + "FOREIGN KEY (" + quoted_list(key.columns) + ") REFERENCES " +
                       key.referenced.full();
    if (!key.referenced_columns.empty()) part += " (" + quoted_list(key.referenced_columns) + ")";
    parts.push_back(std::move(part));
  }
  return parts;
}

std::string bracketed(const std::vector<std::string>& parts) {
  std::string out = " (\n";
  for (std::size_t i = 0; i < parts.size(); ++i) out += (i == 0 ? "  " : ",\n  ") + parts[i];
  return out + ")\n";
}

std::string pairs(const Properties& properties) {
  std::vector<std::string> parts;
  for (const auto& [key, value] : properties) parts.push_back(literal(key) + " = " + literal(value));
  return bracketed(parts);
}

std::string view_text(const Table& view) {
  std::vector<std::string> parts;
  for (const Column& column : view.columns) {
    parts.push_back(quoted(column.name) +
                    (column.comment.empty() ? "" : " COMMENT " + literal(column.comment)));
  }
  std::string out = "CREATE VIEW " + view.name.full() + (parts.empty() ? "\n" : bracketed(parts));
  if (!view.comment.empty()) out += "COMMENT " + literal(view.comment) + "\n";
  if (!view.properties.empty()) out += "TBLPROPERTIES" + pairs(view.properties);
  return out + "AS " + view.view_sql + "\n";
}

}  // namespace

std::string provider_name(const Table& table) {
  switch (table.format) {
    case StorageFormat::kNative:
    case StorageFormat::kDelta:
      return "delta";
    case StorageFormat::kParquet:
      return "parquet";
    case StorageFormat::kCsv:
      return "csv";
    case StorageFormat::kJson:
      return "json";
  }
  return {};
}

std::string quoted_list(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + quoted(name);
  return out;
}

std::string create_statement_text(const Table& table) {
  if (table.kind == TableKind::kView) return view_text(table);
  std::string out = "CREATE TABLE " + table.name.full() + bracketed(table_parts(table));
  out += "USING " + provider_name(table) + "\n";
  if (!table.options.empty()) out += "OPTIONS" + pairs(table.options);
  if (!table.partitioned_by.empty()) out += "PARTITIONED BY (" + quoted_list(table.partitioned_by) + ")\n";
  if (!table.location.empty()) out += "LOCATION " + literal(table.location) + "\n";
  if (!table.comment.empty()) out += "COMMENT " + literal(table.comment) + "\n";
  if (!table.properties.empty()) out += "TBLPROPERTIES" + pairs(table.properties);
  return out;
}

}  // namespace lakeport::lakehouse

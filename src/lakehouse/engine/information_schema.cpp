#include "information_schema.h"

#include <charconv>
#include <optional>
#include <unordered_map>

#include "information_views.h"

namespace lakeport::lakehouse {

namespace duck = ::duckdb;

namespace {

using Rows = InformationRows;
using Question = InformationQuestion;
constexpr auto kText = Rows::Type::kText;
constexpr auto kInt = Rows::Type::kInt;
constexpr auto kLong = Rows::Type::kLong;
constexpr auto kTimestamp = Rows::Type::kTimestamp;

std::string table_type(const Table& table) {
  switch (table.kind) {
    case TableKind::kView:
      return "VIEW";
    case TableKind::kExternal:
      return "EXTERNAL";
    case TableKind::kManaged:
      break;
  }
  return "MANAGED";
}

std::string data_source_format(const Table& table) {
  if (table.kind == TableKind::kView) return "UNKNOWN_DATA_SOURCE_FORMAT";
  switch (table.format) {
    case StorageFormat::kParquet:
      return "PARQUET";
    case StorageFormat::kCsv:
      return "CSV";
    case StorageFormat::kJson:
      return "JSON";
    default:
      return "DELTA";
  }
}

Status catalogs(Question& question, Rows& rows) {
  for (const auto& catalog : question.catalogs) {
    rows.text(catalog.name).text(catalog.owner).text_or_null(catalog.comment).moment(catalog.created);
    rows.text_or_null(catalog.created_by).moment(catalog.updated).text_or_null(catalog.updated_by);
  }
  return {};
}

Status schemata(Question& question, Rows& rows) {
  for (const auto& catalog : question.catalogs) {
    LAKEPORT_ASSIGN_OR_RETURN(const auto schemas, question.catalog.schemas(question.caller, catalog.name));
    for (const auto& schema : schemas) {
      rows.text(catalog.name)
          .text(schema.name)
          .text(schema.owner)
          .text_or_null(schema.comment)
          .moment(schema.created);
      rows.text_or_null(schema.created_by).moment(schema.updated).text_or_null(schema.updated_by);
    }
  }
  return {};
}

Status tables(Question& question, Rows& rows) {
  return each_table(question, [&](const Table& table) {
    add_table_name(rows, table)
        .text(table_type(table))
        .yes_no(table.kind != TableKind::kView)
        .text("PRESERVE");
    rows.text(table.owner).text_or_null(table.comment).moment(table.created).text_or_null(table.created_by);
    rows.moment(table.updated).text_or_null(table.updated_by).text(data_source_format(table));
    rows.text_or_null(table.location);
  });
}

// "decimal(18,2)": 18 and 2.
std::optional<std::pair<std::int32_t, std::int32_t>> decimal_digits(const std::string& type) {
  if (!type.starts_with("decimal(")) return std::nullopt;
  std::pair<std::int32_t, std::int32_t> digits{0, 0};
  const auto* end = type.data() + type.size();
  const auto precision = std::from_chars(type.data() + 8, end, digits.first);
  if (precision.ptr != end && *precision.ptr == ',') std::from_chars(precision.ptr + 1, end, digits.second);
  return digits;
}

// "ARRAY" of "array<int>": the type's name without what is in brackets.
std::string bare_type(const std::string& type) {
  auto name = duck::StringUtil::Upper(type.substr(0, type.find_first_of("<(")));
  return name == "BIGINT" ? "LONG" : name == "SMALLINT" ? "SHORT" : name == "TINYINT" ? "BYTE" : name;
}

void numeric_facts(Rows& rows, const std::string& type) {
  static const std::unordered_map<std::string, std::int32_t> kDigits{
      {"tinyint", 3}, {"smallint", 5}, {"int", 10}, {"bigint", 19}, {"float", 24}, {"double", 53}};
  if (const auto digits = decimal_digits(type)) {
    rows.integer(digits->first).integer(10).integer(digits->second);
  } else if (const auto known = kDigits.find(type); known != kDigits.end()) {
    const bool binary = type == "float" || type == "double";
    rows.integer(known->second).integer(binary ? 2 : 10);
    if (binary) {
      rows.null();
    } else {
      rows.integer(0);
    }
  } else {
    rows.null().null().null();
  }
}

Status columns(Question& question, Rows& rows) {
  return each_table(question, [&](const Table& table) {
    std::int32_t position = 0;
    for (const auto& column : table.columns) {
      add_table_name(rows, table)
          .text(column.name)
          .integer(position++)
          .text_or_null(column.default_sql.value_or(""));
      rows.yes_no(column.nullable).text(column.type).text(bare_type(column.type));
      if (column.type == "string" || column.type == "binary") {
        rows.long_integer(0).long_integer(0);
      } else {
        rows.null().null();
      }
      numeric_facts(rows, column.type);
      if (column.type.starts_with("timestamp")) {
        rows.integer(6);
      } else {
        rows.null();
      }
      rows.null().null().null();  // interval_type, interval_precision, maximum_cardinality
      rows.text("NO").null().null().null().null().null().null().text("NO").null();
      rows.text("NO").text("NO").null().yes_no(table.kind != TableKind::kView).null();
      rows.text_or_null(column.comment);
    }
  });
}

Status views(Question& question, Rows& rows) {
  return each_table(question, [&](const Table& table) {
    if (table.kind != TableKind::kView) return;
    add_table_name(rows, table).text(table.view_sql).text("NONE").text("NO").text("NO").null();
  });
}

Status privileges(Question& question, Rows& rows, SecurableKind kind) {
  for (const auto& catalog : question.catalogs) {
    LAKEPORT_ASSIGN_OR_RETURN(const auto held,
                              question.catalog.object_privileges(question.caller, kind, catalog.name));
    for (const auto& one : held) {
      rows.null().text(one.grant.principal).text(one.object.catalog);
      if (kind != SecurableKind::kCatalog) rows.text(one.object.schema);
      if (kind == SecurableKind::kTable) rows.text(one.object.object);
      auto privilege = std::string(to_string(one.grant.privilege));
      rows.text(duck::StringUtil::Replace(privilege, " ", "_")).text("NO");
      rows.text(one.grant.kind == kind ? "NONE" : std::string(to_string(one.grant.kind)));
    }
  }
  return {};
}

Status catalog_privileges(Question& question, Rows& rows) {
  return privileges(question, rows, SecurableKind::kCatalog);
}
Status schema_privileges(Question& question, Rows& rows) {
  return privileges(question, rows, SecurableKind::kSchema);
}
Status table_privileges(Question& question, Rows& rows) {
  return privileges(question, rows, SecurableKind::kTable);
}

Status volumes(Question& question, Rows& rows) {
  for (const auto& catalog : question.catalogs) {
    LAKEPORT_ASSIGN_OR_RETURN(const auto found, question.catalog.volumes(question.caller, catalog.name, ""));
    for (const auto& volume : found) {
      rows.text(volume.name.catalog).text(volume.name.schema).text(volume.name.object);
      rows.text(volume.external ? "EXTERNAL" : "MANAGED").text(volume.owner).text_or_null(volume.comment);
      rows.text_or_null(volume.location).moment(volume.created).text_or_null(volume.created_by);
      rows.moment(volume.updated).text_or_null(volume.updated_by);
    }
  }
  return {};
}

Status routines(Question& question, Rows& rows) {
  for (const auto& catalog : question.catalogs) {
    LAKEPORT_ASSIGN_OR_RETURN(const auto found,
                              question.catalog.functions(question.caller, catalog.name, ""));
    for (const auto& function : found) {
      rows.text(function.name.catalog).text(function.name.schema).text(function.name.object);
      rows.text(function.name.catalog).text(function.name.schema).text(function.name.object);
      rows.text(function.owner).text("FUNCTION");
      rows.text(function.return_type.empty() ? "TABLE" : bare_type(function.return_type));
      rows.text(function.return_type.empty() ? "TABLE" : function.return_type)
          .text("SQL")
          .text(function.body);
      rows.yes_no(function.deterministic).text_or_null(function.comment).moment(function.created);
      rows.text_or_null(function.created_by).moment(function.updated).text_or_null(function.updated_by);
    }
  }
  return {};
}

Status catalog_name(Question& question, Rows& rows) {
  for (const auto& catalog : question.catalogs) rows.text(catalog.name);
  return {};
}

const InformationViews& own_views() {
  static const InformationViews kViews{
      {"catalogs",
       {{{"catalog_name", kText},
         {"catalog_owner", kText},
         {"comment", kText},
         {"created", kTimestamp},
         {"created_by", kText},
         {"last_altered", kTimestamp},
         {"last_altered_by", kText}},
        catalogs}},
      {"schemata",
       {{{"catalog_name", kText},
         {"schema_name", kText},
         {"schema_owner", kText},
         {"comment", kText},
         {"created", kTimestamp},
         {"created_by", kText},
         {"last_altered", kTimestamp},
         {"last_altered_by", kText}},
        schemata}},
      {"tables",
       {{{"table_catalog", kText},
         {"table_schema", kText},
         {"table_name", kText},
         {"table_type", kText},
         {"is_insertable_into", kText},
         {"commit_action", kText},
         {"table_owner", kText},
         {"comment", kText},
         {"created", kTimestamp},
         {"created_by", kText},
         {"last_altered", kTimestamp},
         {"last_altered_by", kText},
         {"data_source_format", kText},
         {"storage_path", kText}},
        tables}},
      {"columns",
       {{{"table_catalog", kText},
         {"table_schema", kText},
         {"table_name", kText},
         {"column_name", kText},
         {"ordinal_position", kInt},
         {"column_default", kText},
         {"is_nullable", kText},
         {"full_data_type", kText},
         {"data_type", kText},
         {"character_maximum_length", kLong},
         {"character_octet_length", kLong},
         {"numeric_precision", kInt},
         {"numeric_precision_radix", kInt},
         {"numeric_scale", kInt},
         {"datetime_precision", kInt},
         {"interval_type", kText},
         {"interval_precision", kInt},
         {"maximum_cardinality", kInt},
         {"is_identity", kText},
         {"identity_generation", kText},
         {"identity_start", kText},
         {"identity_increment", kText},
         {"identity_maximum", kText},
         {"identity_minimum", kText},
         {"identity_cycle", kText},
         {"is_generated", kText},
         {"generation_expression", kText},
         {"is_system_time_period_start", kText},
         {"is_system_time_period_end", kText},
         {"system_time_period_timestamp_generation", kText},
         {"is_updatable", kText},
         {"partition_ordinal_position", kInt},
         {"comment", kText}},
        columns}},
      {"views",
       {{{"table_catalog", kText},
         {"table_schema", kText},
         {"table_name", kText},
         {"view_definition", kText},
         {"check_option", kText},
         {"is_updatable", kText},
         {"is_insertable_into", kText},
         {"sql_path", kText}},
        views}},
      {"catalog_privileges",
       {{{"grantor", kText},
         {"grantee", kText},
         {"catalog_name", kText},
         {"privilege_type", kText},
         {"is_grantable", kText},
         {"inherited_from", kText}},
        catalog_privileges}},
      {"schema_privileges",
       {{{"grantor", kText},
         {"grantee", kText},
         {"catalog_name", kText},
         {"schema_name", kText},
         {"privilege_type", kText},
         {"is_grantable", kText},
         {"inherited_from", kText}},
        schema_privileges}},
      {"table_privileges",
       {{{"grantor", kText},
         {"grantee", kText},
         {"table_catalog", kText},
         {"table_schema", kText},
         {"table_name", kText},
         {"privilege_type", kText},
         {"is_grantable", kText},
         {"inherited_from", kText}},
        table_privileges}},
      {"volumes",
       {{{"volume_catalog", kText},
         {"volume_schema", kText},
         {"volume_name", kText},
         {"volume_type", kText},
         {"volume_owner", kText},
         {"comment", kText},
         {"storage_location", kText},
         {"created", kTimestamp},
         {"created_by", kText},
         {"last_altered", kTimestamp},
         {"last_altered_by", kText}},
        volumes}},
      {"routines",
       {{{"specific_catalog", kText},
         {"specific_schema", kText},
         {"specific_name", kText},
         {"routine_catalog", kText},
         {"routine_schema", kText},
         {"routine_name", kText},
         {"routine_owner", kText},
         {"routine_type", kText},
         {"data_type", kText},
         {"full_data_type", kText},
         {"routine_body", kText},
         {"routine_definition", kText},
         {"is_deterministic", kText},
         {"comment", kText},
         {"created", kTimestamp},
         {"created_by", kText},
         {"last_altered", kTimestamp},
         {"last_altered_by", kText}},
        routines}},
      {"information_schema_catalog_name", {{{"catalog_name", kText}}, catalog_name}},
  };
  return kViews;
}

const InformationView* find_view(const std::string& name) {
  for (const InformationViews* views : {&own_views(), &constraint_views(), &policy_views()}) {
    if (const auto found = views->find(name); found != views->end()) return &found->second;
  }
  return nullptr;
}

}  // namespace

Status each_table(InformationQuestion& question, const std::function<void(const Table&)>& use) {
  for (const auto& catalog : question.catalogs) {
    LAKEPORT_ASSIGN_OR_RETURN(const auto tables, question.catalog.tables(question.caller, catalog.name, ""));
    for (const auto& table : tables) use(table);
  }
  return {};
}

InformationRows& add_table_name(InformationRows& rows, const Table& table) {
  return rows.text(table.name.catalog).text(table.name.schema).text(table.name.object);
}

Result<duck::unique_ptr<duck::TableRef>> information_schema_table(Catalog& catalog, const Caller& caller,
                                                                  const ObjectName& name) {
  const InformationView* found = find_view(duck::StringUtil::Lower(name.object));
  if (found == nullptr) {
    return fail(ErrorKind::kNotFound, "The table or view " + name.full() + " cannot be found",
                "TABLE_OR_VIEW_NOT_FOUND");
  }
  Question question{catalog, caller, {}};
  if (duck::StringUtil::CIEquals(name.catalog, "system")) {
    LAKEPORT_ASSIGN_OR_RETURN(question.catalogs, catalog.catalogs(caller));
  } else {
    LAKEPORT_ASSIGN_OR_RETURN(auto one, catalog.catalog(caller, name.catalog));
    question.catalogs.push_back(std::move(one));
  }
  Rows rows(found->columns);
  LAKEPORT_RETURN_IF_ERROR(found->fill(question, rows));
  return rows.finish();
}

}  // namespace lakeport::lakehouse

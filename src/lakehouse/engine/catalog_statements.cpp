#include "catalog_statements.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <variant>

#include "describe_answers.h"
#include "show_answers.h"
#include "statement_names.h"
#include "statement_rows.h"

namespace lakeport::lakehouse {
namespace {

constexpr const char* kDefaultZone = "Etc/UTC";

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

// A name of the tz database, as far as this machine knows it.
bool known_zone(const std::string& zone) {
  const bool plain = !zone.empty() && zone[0] != '/' && zone.find("..") == std::string::npos &&
                     zone.find('\0') == std::string::npos;
  const std::filesystem::path folder = "/usr/share/zoneinfo";
  std::error_code error;
  if (!plain || !std::filesystem::exists(folder, error)) return plain;
  return std::filesystem::is_regular_file(folder / zone, error);
}

// Databricks' own settings, and dotted names (spark.…), which are kept for whoever asks. The engine's
// settings are none of these.
bool known_setting(const std::string& lower_name) {
  constexpr std::array<std::string_view, 10> kNames{"ansi_mode",
                                                    "enable_photon",
                                                    "legacy_time_parser_policy",
                                                    "max_file_partition_bytes",
                                                    "query_tags",
                                                    "statement_timeout",
                                                    "timezone",
                                                    "use_cached_result",
                                                    "read_only_external_metastore",
                                                    "workload_insight_tags"};
  const bool word =
      lower_name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_.-") == std::string::npos;
  return word && (lower_name.find('.') != std::string::npos ||
                  std::find(kNames.begin(), kNames.end(), lower_name) != kNames.end());
}

Error unknown_setting(const std::string& name) {
  return {ErrorKind::kInvalidInput, "there is no setting " + name, "CONFIG_NOT_AVAILABLE"};
}

// One function for each statement: what it changes and what it answers.
class Executor {
 public:
  Executor(StatementContext& context, const CatalogStatementServices& services)
      : context_(context), services_(services) {}

  Result<StatementRows> operator()(const statement::UseCatalog& use) {
    LAKEPORT_ASSIGN_OR_RETURN(const CatalogEntry catalog, services_.catalog.catalog(caller(), use.catalog));
    context_.current_catalog = catalog.name;
    context_.current_schema = "default";
    return no_rows();
  }
  Result<StatementRows> operator()(const statement::UseSchema& use) {
    LAKEPORT_ASSIGN_OR_RETURN(
        const Schema schema, services_.catalog.schema(caller(), catalog_or_current(use.catalog), use.schema));
    context_.current_catalog = schema.catalog;
    context_.current_schema = schema.name;
    return no_rows();
  }

  Result<StatementRows> operator()(const statement::ShowCatalogs& what) {
    return show(what, context_, services_);
  }
  Result<StatementRows> operator()(const statement::ShowSchemas& what) {
    return show(what, context_, services_);
  }
  Result<StatementRows> operator()(const statement::ShowTables& what) {
    return show(what, context_, services_);
  }
  Result<StatementRows> operator()(const statement::ShowColumns& what) {
    return show(what, context_, services_);
  }
  Result<StatementRows> operator()(const statement::ShowGrants& what) {
    return show(what, context_, services_);
  }
  Result<StatementRows> operator()(const statement::ShowCreateTable& what) {
    return show(what, context_, services_);
  }
  Result<StatementRows> operator()(const statement::ShowTableProperties& what) {
    return show(what, context_, services_);
  }
  Result<StatementRows> operator()(const statement::ShowFunctions& what) {
    return show(what, context_, services_);
  }
  Result<StatementRows> operator()(const statement::Describe& what) {
    return describe(what, context_, services_);
  }
  Result<StatementRows> operator()(const statement::DescribeSchema& what) {
    return describe(what, context_, services_);
  }
  Result<StatementRows> operator()(const statement::DescribeCatalog& what) {
    return describe(what, context_, services_);
  }

  Result<StatementRows> operator()(const statement::CreateCatalog& create) {
    const auto made = services_.catalog.create_catalog(caller(), create.name, create.comment);
    return done_unless(made, create.if_not_exists, ErrorKind::kExists);
  }
  Result<StatementRows> operator()(const statement::CreateSchema& create) {
    const auto made = services_.catalog.create_schema(caller(), catalog_or_current(create.catalog),
                                                      create.name, create.comment);
    return done_unless(made, create.if_not_exists, ErrorKind::kExists);
  }
  Result<StatementRows> operator()(const statement::DropCatalog& drop) {
    const auto dropped =
        services_.catalog.drop_catalog(caller(), drop.name, drop.cascade, services_.drop_table);
    return done_unless(dropped, drop.if_exists, ErrorKind::kNotFound);
  }
  Result<StatementRows> operator()(const statement::DropSchema& drop) {
    const auto dropped = services_.catalog.drop_schema(caller(), catalog_or_current(drop.catalog), drop.name,
                                                       drop.cascade, services_.drop_table);
    return done_unless(dropped, drop.if_exists, ErrorKind::kNotFound);
  }

  Result<StatementRows> operator()(const statement::SetOwner& change) {
    LAKEPORT_ASSIGN_OR_RETURN(const std::string name,
                              full_securable_name(change.kind, change.full_name, context_));
    LAKEPORT_RETURN_IF_ERROR(services_.catalog.set_owner(caller(), change.kind, name, change.principal));
    return no_rows();
  }
  Result<StatementRows> operator()(const statement::Comment& comment) {
    LAKEPORT_ASSIGN_OR_RETURN(const std::string name,
                              full_securable_name(comment.kind, comment.full_name, context_));
    LAKEPORT_RETURN_IF_ERROR(
        services_.catalog.set_comment(caller(), comment.kind, name, comment.text.value_or("")));
    return no_rows();
  }
  Result<StatementRows> operator()(const statement::GrantRevoke& change) {
    LAKEPORT_ASSIGN_OR_RETURN(const std::string name,
                              full_securable_name(change.kind, change.full_name, context_));
    Catalog::GrantChange wanted;
    wanted.principal = change.principal;
    (change.grant ? wanted.add : wanted.remove) = change.privileges;
    LAKEPORT_RETURN_IF_ERROR(services_.catalog.change_grants(caller(), change.kind, name, {wanted}));
    return no_rows();
  }

  Result<StatementRows> operator()(const statement::SetConfiguration& set) {
    const std::string name = lower(set.name);
    if (name == "reset") return reset(set.value.value_or(""));
    if (!known_setting(name)) return fail(unknown_setting(set.name));
    const bool zone = name == "timezone" || name == "spark.sql.session.timezone";
    if (!set.value) return configuration_row(set.name, zone ? context_.time_zone : configured(name));
    if (zone) {
      const std::string wanted = *set.value == "LOCAL" ? kDefaultZone : *set.value;
      if (!known_zone(wanted)) {
        return fail(ErrorKind::kInvalidInput, "there is no time zone '" + wanted + "'", "INVALID_TIMEZONE",
                    "Use a name like Europe/Berlin.");
      }
      context_.time_zone = wanted;
      return configuration_row(set.name, wanted);
    }
    const bool ansi = name == "ansi_mode" || name == "spark.sql.ansi.enabled";
    if (ansi && lower(*set.value) != "true") {
      return fail(ErrorKind::kUnsupported,
                  "only ANSI mode is there: " + set.name + " cannot be " + *set.value, "UNSUPPORTED_FEATURE");
    }
    forget(name);
    context_.configuration.emplace_back(name, *set.value);
    return configuration_row(set.name, *set.value);
  }

  // Nothing to do, but for a table that is there.
  Result<StatementRows> operator()(const statement::Analyze& what) {
    LAKEPORT_RETURN_IF_ERROR(
        services_.catalog.table(caller(), full_name(what.table, context_)).map([](const auto&) {}));
    return no_rows();
  }

  template <class Other>
  Result<StatementRows> operator()(const Other&) {
    return fail(ErrorKind::kInternal, "this statement is the engine's");
  }

 private:
  const Caller& caller() const { return context_.caller; }
  const std::string& catalog_or_current(const std::string& catalog) const {
    return catalog.empty() ? context_.current_catalog : catalog;
  }

  // IF [NOT] EXISTS makes a success of one kind of error.
  template <class T>
  static Result<StatementRows> done_unless(const Result<T>& result, bool forgiven, ErrorKind kind) {
    if (!result && !(forgiven && result.error().kind() == kind)) return fail(result.error());
    return no_rows();
  }

  std::optional<std::string> configured(const std::string& lower_name) const {
    for (const auto& [name, value] : context_.configuration) {
      if (name == lower_name) return value;
    }
    return std::nullopt;
  }
  void forget(const std::string& lower_name) {
    std::erase_if(context_.configuration, [&](const auto& entry) { return entry.first == lower_name; });
  }
  Result<StatementRows> reset(const std::string& name) {
    const std::string wanted = lower(name);
    if (!wanted.empty() && !known_setting(wanted)) return fail(unknown_setting(name));
    if (wanted.empty() || wanted == "timezone" || wanted == "spark.sql.session.timezone") {
      context_.time_zone = kDefaultZone;
    }
    if (wanted.empty()) {
      context_.configuration.clear();
    } else {
      forget(wanted);
    }
    return no_rows();
  }
  static Result<StatementRows> configuration_row(const std::string& name,
                                                 const std::optional<std::string>& value) {
    RowsBuilder rows({"key", "value"});
    rows.add({name, value.value_or("<undefined>")});
    return rows.build();
  }

  StatementContext& context_;
  const CatalogStatementServices& services_;
};

}  // namespace

bool is_catalog_statement(const Statement& statement) {
  return !std::holds_alternative<statement::CreateTable>(statement) &&
         !std::holds_alternative<statement::CreateView>(statement) &&
         !std::holds_alternative<statement::DropTable>(statement) &&
         !std::holds_alternative<statement::TruncateTable>(statement) &&
         !std::holds_alternative<statement::AlterTable>(statement) &&
         !std::holds_alternative<statement::CopyInto>(statement) &&
         !std::holds_alternative<statement::Query>(statement);
}

Result<StatementRows> execute_catalog_statement(const Statement& statement, StatementContext& context,
                                                const CatalogStatementServices& services) {
  return std::visit(Executor(context, services), statement);
}

}  // namespace lakeport::lakehouse

#include <algorithm>

#include "lakeport/sources/source.h"

#include "catalog.h"
#include "connection.h"
#include "connector_sdk.pb.h"
#include "cursor_sync.h"
#include "form.h"
#include "logical_sync.h"
#include "readiness.h"
#include "selection.h"
#include "settings.h"
#include "state.h"

namespace lakeport::sources {
namespace {

namespace sdk = fivetran_sdk::v2;
using namespace postgres;

std::string joined(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
  return out;
}

// Takes out what the user may not read, and says so.
template <class Tell>
Status leave_out_unreadable(std::vector<Table>& tables, const Settings& settings, Tell tell) {
  for (const Table& table : tables) {
    if (!table.readable) {
      LAKEPORT_RETURN_IF_ERROR(tell("Table " + table.name.to_string() + " is left out: user " +
                                    settings.user +
                                    " may not read it. Run: " + grant_statements(table.name, settings.user)));
    } else if (!table.unreadable_columns.empty()) {
      LAKEPORT_RETURN_IF_ERROR(tell("Columns of table " + table.name.to_string() + " are left out: user " +
                                    settings.user + " may not read " + joined(table.unreadable_columns) +
                                    ". Run: " + grant_statements(table.name, settings.user)));
    }
  }
  std::erase_if(tables, [](const Table& table) { return !table.readable || table.columns.empty(); });
  return {};
}

class PostgresSource final : public Source {
 public:
  sdk::ConfigurationFormResponse configuration_form() const override {
    return postgres::configuration_form();
  }

  Status test(const std::string& name, const Configuration& configuration) const override {
    LAKEPORT_ASSIGN_OR_RETURN(const Settings settings, Settings::parse(configuration));
    return run_test(name, settings);
  }

  Result<sdk::SchemaResponse> schema(const Configuration& configuration) const override {
    LAKEPORT_ASSIGN_OR_RETURN(const Settings settings, Settings::parse(configuration));
    LAKEPORT_ASSIGN_OR_RETURN(Connection sql, Connection::open(settings, Purpose::kSql, {}));
    LAKEPORT_ASSIGN_OR_RETURN(Catalog catalog, read_catalog(sql, settings));
    LAKEPORT_RETURN_IF_ERROR(
        leave_out_unreadable(catalog.tables, settings, [](const std::string& text) -> Status {
          log_line("WARNING", text);
          return {};
        }));
    sdk::SchemaResponse response;
    sdk::Schema* schema = nullptr;
    for (const Table& table : catalog.tables) {
      if (schema == nullptr || schema->name() != table.name.schema) {
        schema = response.mutable_with_schema()->add_schemas();
        schema->set_name(table.name.schema);
      }
      wire::table_to_proto(table.schema(), schema->add_tables());
    }
    if (schema == nullptr) response.mutable_with_schema();
    return response;
  }

  Status update(const sdk::UpdateRequest& request, UpdateWriter& writer) const override {
    const Configuration configuration(request.configuration().begin(), request.configuration().end());
    LAKEPORT_ASSIGN_OR_RETURN(const Settings settings, Settings::parse(configuration));
    LAKEPORT_ASSIGN_OR_RETURN(auto stored, SyncState::parse(request.state_json()));
    LAKEPORT_ASSIGN_OR_RETURN(
        Connection sql, Connection::open(settings, Purpose::kSql, [&writer] { return writer.cancelled(); }));
    LAKEPORT_ASSIGN_OR_RETURN(Catalog catalog, read_catalog(sql, settings));
    LAKEPORT_ASSIGN_OR_RETURN(std::vector<Table> tables, select_tables(catalog.tables, request));
    LAKEPORT_RETURN_IF_ERROR(leave_out_unreadable(
        tables, settings, [&writer](const std::string& text) { return writer.warning(text); }));
    switch (settings.mode) {
      case Mode::kLogical:
        return sync_by_replication(sql, settings, catalog, tables, std::move(stored), writer);
      case Mode::kCursor:
        return sync_by_cursor(sql, settings, tables, std::move(stored), writer);
      case Mode::kSnapshot:
        return sync_whole(sql, settings, tables, std::move(stored), writer);
    }
    return fail(ErrorKind::kInternal, "a mode that is none");
  }
};

}  // namespace

std::unique_ptr<Source> make_postgres_source() { return std::make_unique<PostgresSource>(); }

}  // namespace lakeport::sources

#include "destination_end.h"

#include <filesystem>

#include "lakeport/destinations/duckdb.h"
#include "lakeport/sync/configuration_form.h"
#include "lakeport/sync/sdk_destination.h"
#include "lakeport/sync/setup_tests.h"

#include "common.pb.h"
#include "configuration_file.h"
#include "connection_identity.h"

namespace lakeport::cli {

namespace {

// Stands for a database that is not there and must not be made.
class NothingThere final : public sync::Destination {
 public:
  Result<std::optional<wire::TableSchema>> describe(const wire::TableId&) override { return std::nullopt; }
  Status create(const wire::TableId&, const wire::TableSchema&) override { return refuse(); }
  Status alter(const wire::TableId&, const wire::TableSchema&) override { return refuse(); }
  Status write(const wire::TableChanges&) override { return refuse(); }
  Status soft_truncate(const wire::TableId&, UtcMillis) override { return refuse(); }
  Status commit() override { return refuse(); }

 private:
  static Status refuse() { return fail(ErrorKind::kInternal, "a dry run must not write"); }
};

bool is_duckdb(const std::string& where) { return where == "duckdb" || where == "built-in:duckdb"; }

std::string database_of(const connectors::Configuration& configuration) {
  const auto found = configuration.find("database");
  return found == configuration.end() ? std::string() : found->second;
}

Result<DestinationEnd> open_duckdb(const DestinationArguments& arguments, const std::string& state_file,
                                   Console& console, SyncReport& report) {
  for (const auto& [field, value] : arguments.configuration) {
    if (field != "database") console.warning("destination configuration: duckdb has no field " + field);
  }
  const auto database = database_of(arguments.configuration);
  if (database.empty()) {
    return fail(ErrorKind::kInvalidInput, "required fields are missing or empty: database",
                "destination configuration", "Give it like {\"database\": \"warehouse.duckdb\"}.");
  }
  DestinationEnd end;
  end.identity = engine_identity("duckdb", database, state_file);
  if (arguments.dry_run && !std::filesystem::exists(database)) {
    end.destination = std::make_unique<NothingThere>();
    return end;
  }
  auto opened = destinations::open_duckdb_loader({.database = database});
  sync::TestOutcome outcome{
      .side = sync::Side::kDestination, .name = "open", .label = "open the database", .failure = {}};
  if (!opened) outcome.failure = opened.error();
  report.test_finished(outcome);
  if (!opened) return fail(std::move(opened).error());
  end.destination = *std::move(opened);
  return end;
}

}  // namespace

connectors::LaunchOptions launch_options(Console& console, const std::string& side) {
  connectors::LaunchOptions options;
  options.on_log = [&console, side](const connectors::LogLine& line) {
    const std::string text = side + ": " + line.message;
    line.level == connectors::LogLevel::kInfo ? console.debug(text) : console.warning(text);
  };
  return options;
}

Result<DestinationEnd> open_destination(const DestinationArguments& arguments, const std::string& state_file,
                                        Console& console, SyncReport& report) {
  auto configuration = arguments.configuration;
  const bool duckdb = is_duckdb(arguments.where);
  if (duckdb && !arguments.via_sdk) return open_duckdb(arguments, state_file, console, report);

  DestinationEnd end;
  const std::string where = duckdb ? "built-in:duckdb" : arguments.where;
  end.identity = duckdb ? engine_identity("duckdb", database_of(configuration), state_file)
                        : connector_identity(where, state_file);
  report.step("starting the destination connector");
  LAKEPORT_ASSIGN_OR_RETURN(end.connector,
                            connectors::Connector::open(where, connectors::Role::kDestination,
                                                        launch_options(console, "destination")));
  connectors::DestinationOptions options;
  options.on_warning = [&report](const std::string& text) { report.warning("destination: " + text); };
  // The form is asked for before there is a checked configuration; its request carries none.
  auto form_client = connectors::DestinationClient::create(*end.connector, {}, options);
  LAKEPORT_ASSIGN_OR_RETURN(const auto form, form_client->configuration_form());
  LAKEPORT_RETURN_IF_ERROR(load_uploads(form, arguments.configuration_file, configuration));
  LAKEPORT_ASSIGN_OR_RETURN(auto checked,
                            sync::check_configuration(form, configuration, "destination configuration"));
  console.hide(checked.secrets);
  for (const auto& text : checked.warnings) console.warning("destination configuration: " + text);
  end.client =
      connectors::DestinationClient::create(*end.connector, std::move(checked.configuration), options);
  LAKEPORT_RETURN_IF_ERROR(sync::run_destination_tests(*end.client, form, report));
  LAKEPORT_ASSIGN_OR_RETURN(end.destination, sync::open_sdk_destination(*end.client, {}));
  return end;
}

}  // namespace lakeport::cli

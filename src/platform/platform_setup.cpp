// Setting connections up: forms, configurations, tests, schemas. Each launches the connector.
#include <algorithm>

#include "lakeport/sync/catalog.h"
#include "lakeport/sync/naming.h"
#include "lakeport/sync/setup_tests.h"

#include "connector_sdk.pb.h"
#include "schema_choice.h"
#include "stored_platform.h"

namespace lakeport::platform {

namespace {

constexpr std::size_t kLongestName = 100;
constexpr std::size_t kLongestSchema = 128;

void check_names(const Platform::NewConnection& wanted, std::vector<sync::FieldProblem>& problems) {
  const auto is_control = [](char letter) {
    return static_cast<unsigned char>(letter) < 0x20 || letter == 0x7f;
  };
  if (wanted.name.empty() || wanted.name.size() > kLongestName ||
      std::ranges::any_of(wanted.name, is_control))
    problems.push_back({"name", "must have 1 to 100 printable characters"});
  if (wanted.schema.empty() || wanted.schema.size() > kLongestSchema ||
      sync::plain_name(wanted.schema) != wanted.schema) {
    problems.push_back({"schema", "must have 1 to 128 lower-case letters, digits and underscores"});
  }
}

SetupFailure fields_wrong(std::vector<sync::FieldProblem> problems) {
  std::string all;
  for (const auto& problem : problems) all += (all.empty() ? "" : "; ") + problem.field + " " + problem.what;
  return {Error(ErrorKind::kInvalidInput, all, "connection", "Correct these fields."), std::move(problems)};
}

}  // namespace

SourceProcess::Options StoredPlatform::process_options(std::string account, std::string connection) const {
  return {options_.program, std::move(account), std::move(connection), options_.log};
}

Result<std::unique_ptr<SourceProcess>> StoredPlatform::launch(const StoredConnection& stored) const {
  LAKEPORT_ASSIGN_OR_RETURN(const ConnectorType* connector, type(stored.connection.connector));
  LAKEPORT_RETURN_IF_ERROR(types_.check_readable(*connector, stored.configuration));
  return SourceProcess::launch(*connector, process_options(stored.account_id, stored.connection.name));
}

Result<fivetran_sdk::v2::ConfigurationFormResponse> StoredPlatform::form(const Caller& caller,
                                                                         std::string_view connector) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto owned, destinations_.visible_to(caller.principal.name));
  if (owned.empty())
    return fail(ErrorKind::kNotFound, "you have no destination yet", "", "Connect in Partner Connect first.");
  LAKEPORT_ASSIGN_OR_RETURN(const ConnectorType* found, type(connector));
  const SetupSlots::Slot slot(slots_);
  LAKEPORT_ASSIGN_OR_RETURN(const auto process,
                            SourceProcess::launch(*found, process_options("setup", found->id)));
  return process->form();
}

SetupResult<void> StoredPlatform::check(const ConnectorType& connector, StoredConnection& wanted) const {
  const SetupSlots::Slot slot(slots_);
  LAKEPORT_ASSIGN_OR_RETURN(
      const auto process,
      SourceProcess::launch(connector, process_options(wanted.account_id, wanted.connection.name)));
  LAKEPORT_ASSIGN_OR_RETURN(const auto form, process->form());
  auto problems = sync::configuration_problems(form, wanted.configuration);
  if (const Status readable = types_.check_readable(connector, wanted.configuration); !readable)
    problems.push_back({readable.error().where(), readable.error().what()});
  if (!problems.empty()) return tl::unexpected(fields_wrong(std::move(problems)));
  wanted.secret_fields = sync::secret_fields(form);
  return {};
}

SetupResult<Connection> StoredPlatform::create(const Caller& caller, const NewConnection& wanted) {
  LAKEPORT_ASSIGN_OR_RETURN(const Destination target, destination(caller, wanted.destination_id));
  std::vector<sync::FieldProblem> problems;
  check_names(wanted, problems);
  const ConnectorType* connector = types_.find(wanted.connector);
  if (connector == nullptr) problems.push_back({"connector", "is not one of this platform's connectors"});
  StoredConnection made;
  made.connection.id = random_uuid();
  made.connection.destination_id = target.id;
  made.connection.name = wanted.name;
  made.connection.connector = wanted.connector;
  made.connection.schema = wanted.schema;
  made.connection.created_by = caller.principal.name;
  made.connection.created = utc_now();
  made.configuration = wanted.configuration;
  if (connector != nullptr) {
    const auto checked = check(*connector, made);
    if (!checked && checked.error().problems.empty()) return tl::unexpected(checked.error());
    if (!checked) {
      const auto& wrong = checked.error().problems;
      problems.insert(problems.end(), wrong.begin(), wrong.end());
    }
  }
  if (!problems.empty()) return tl::unexpected(fields_wrong(std::move(problems)));
  LAKEPORT_RETURN_IF_ERROR(audited(caller, "createConnection", made.connection.id,
                                   [&](store::Session& session) { return connections_.add(session, made); }));
  return made.connection;
}

Result<ShownConfiguration> StoredPlatform::configuration(const Caller& caller, std::string_view id) {
  LAKEPORT_ASSIGN_OR_RETURN(StoredConnection stored, visible(caller, id));
  ShownConfiguration shown;
  for (const std::string& field : stored.secret_fields) {
    const auto found = stored.configuration.find(field);
    if (found == stored.configuration.end()) continue;
    if (!found->second.empty()) shown.secret_fields.push_back(field);
    stored.configuration.erase(found);
  }
  shown.values = std::move(stored.configuration);
  return shown;
}

SetupResult<void> StoredPlatform::change_configuration(const Caller& caller, std::string_view id,
                                                       const connectors::Configuration& changes) {
  LAKEPORT_ASSIGN_OR_RETURN(StoredConnection stored, visible(caller, id));
  LAKEPORT_ASSIGN_OR_RETURN(const ConnectorType* connector, type(stored.connection.connector));
  for (const auto& [field, value] : changes) stored.configuration[field] = value;
  if (auto checked = check(*connector, stored); !checked) return checked;
  LAKEPORT_RETURN_IF_ERROR(
      audited(caller, "changeConfiguration", stored.connection.id,
              [&](store::Session& session) { return connections_.set_configuration(session, stored); }));
  return {};
}

Result<std::vector<sync::TestOutcome>> StoredPlatform::test(const Caller& caller, std::string_view id) {
  LAKEPORT_ASSIGN_OR_RETURN(const StoredConnection stored, visible(caller, id));
  const SetupSlots::Slot slot(slots_);
  LAKEPORT_ASSIGN_OR_RETURN(const auto process, launch(stored));
  LAKEPORT_ASSIGN_OR_RETURN(const auto form, process->form());
  LAKEPORT_ASSIGN_OR_RETURN(const auto checked, process->check(form, stored.configuration));
  TestOutcomes outcomes;
  const Status ran = sync::run_source_tests(process->client(), form, checked.configuration, outcomes);
  if (!ran && ran.error().kind() != ErrorKind::kTestFailed) return fail(process->masked(ran.error()));
  auto all = outcomes.take();
  for (sync::TestOutcome& outcome : all) {
    if (outcome.failure) outcome.failure = process->masked(*outcome.failure);
  }
  return all;
}

Result<SourceSchema> StoredPlatform::schema(const Caller& caller, std::string_view id) {
  LAKEPORT_ASSIGN_OR_RETURN(const StoredConnection stored, visible(caller, id));
  LAKEPORT_ASSIGN_OR_RETURN(const sync::SourceCatalog catalog, source_catalog(stored));
  return describe_schema(catalog, stored.selection);
}

Result<sync::SourceCatalog> StoredPlatform::source_catalog(const StoredConnection& stored) const {
  const SetupSlots::Slot slot(slots_);
  LAKEPORT_ASSIGN_OR_RETURN(const auto process, launch(stored));
  LAKEPORT_ASSIGN_OR_RETURN(const auto form, process->form());
  LAKEPORT_ASSIGN_OR_RETURN(const auto checked, process->check(form, stored.configuration));
  const auto response = process->client().schema(checked.configuration);
  if (!response) return fail(process->masked(response.error()));
  return sync::catalog_from_proto(*response);
}

Status StoredPlatform::select(const Caller& caller, std::string_view id, const SourceSchema& selection) {
  LAKEPORT_ASSIGN_OR_RETURN(const StoredConnection stored, visible(caller, id));
  const std::string chosen = selection_json(selection);
  if (!chosen.empty()) {
    LAKEPORT_ASSIGN_OR_RETURN(const sync::SourceCatalog catalog, source_catalog(stored));
    LAKEPORT_ASSIGN_OR_RETURN(const auto parsed, sync::Selection::parse(chosen, "selection"));
    LAKEPORT_RETURN_IF_ERROR(parsed.check(catalog, {}));
  }
  return audited(caller, "changeSchemaSelection", stored.connection.id, [&](store::Session& session) {
    return Connections::set_selection(session, stored.connection.id, chosen);
  });
}

}  // namespace lakeport::platform

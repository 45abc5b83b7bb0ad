#include "sync_command.h"

#include <filesystem>
#include <memory>
#include <optional>

#include "lakeport/connectors/connector.h"
#include "lakeport/store/state_store.h"
#include "lakeport/sync/configuration_form.h"
#include "lakeport/sync/engine.h"
#include "lakeport/sync/setup_tests.h"

#include "common.pb.h"
#include "configuration_file.h"
#include "connection_identity.h"
#include "connector_sdk.pb.h"
#include "console.h"
#include "destination_end.h"
#include "exit_code.h"
#include "interruption.h"
#include "quantity.h"
#include "sync_report.h"

namespace lakeport::cli {

namespace {

class SyncCommand {
 public:
  SyncCommand(const SyncArguments& arguments, spdlog::level::level_enum level)
      : arguments_(arguments),
        console_(connector_name(arguments.source) + " to " + connector_name(arguments.destination), level,
                 arguments.json),
        report_(console_),
        interruption_([this] {
          console_.warning("stopping: what is being loaded is finished first; once more stops at once");
        }) {}

  int run() {
    auto outcome = prepare_and_run();
    const bool planned = arguments_.dry_run && outcome.status;
    if (!planned && (ran_ || arguments_.json)) show_summary(console_, outcome, arguments_.state);
    if (outcome.status) return kSucceeded;
    console_.error(outcome.status.error().to_string());
    return exit_code(outcome.status.error().kind());
  }

 private:
  sync::SyncOutcome prepare_and_run() {
    if (auto prepared = prepare(); !prepared) return {{}, std::move(prepared)};
    if (arguments_.dry_run) return {{}, plan()};
    if (auto opened = open_store(); !opened) return {{}, std::move(opened)};
    ran_ = true;
    interruption_.graceful();
    sync::Progress progress;
    const ProgressTicker ticker(console_, progress);
    return sync::run_sync(*source_, *destination_.destination, *store_, options_, report_, progress,
                          interruption_.token());
  }

  Status prepare() {
    LAKEPORT_RETURN_IF_ERROR(read_arguments());
    // The state file first: it is what two syncs must not share, and what shows a wrong pair of ends.
    if (arguments_.dry_run ? std::filesystem::exists(arguments_.state) : true) {
      LAKEPORT_ASSIGN_OR_RETURN(store_, store::StateStore::open(arguments_.state));
    }
    LAKEPORT_RETURN_IF_ERROR(open_source());
    LAKEPORT_ASSIGN_OR_RETURN(destination_,
                              open_destination({.where = arguments_.destination,
                                                .configuration_file = arguments_.destination_configuration,
                                                .configuration = destination_configuration_,
                                                .via_sdk = arguments_.via_sdk,
                                                .dry_run = arguments_.dry_run},
                                               arguments_.state, console_, report_));
    return {};
  }

  Status read_arguments() {
    if (arguments_.source_configuration == "-" && arguments_.destination_configuration == "-") {
      return fail(ErrorKind::kInvalidInput, "only one configuration can come from standard input");
    }
    auto memory = parse_bytes(arguments_.memory);
    if (!memory) return fail(std::move(memory).error().at("--memory"));
    options_.memory_budget = *memory;
    if (!arguments_.selection.empty()) {
      LAKEPORT_ASSIGN_OR_RETURN(const auto text, read_text(arguments_.selection));
      LAKEPORT_ASSIGN_OR_RETURN(options_.selection, sync::Selection::parse(text, arguments_.selection));
    }
    LAKEPORT_ASSIGN_OR_RETURN(options_.source_configuration,
                              read_configuration(arguments_.source_configuration));
    LAKEPORT_ASSIGN_OR_RETURN(destination_configuration_,
                              read_configuration(arguments_.destination_configuration));
    options_.schema = arguments_.schema;
    options_.source_name = connector_name(arguments_.source);
    options_.files_folder = arguments_.files.empty() ? arguments_.state + ".files" : arguments_.files;
    return {};
  }

  Status open_source() {
    auto& configuration = options_.source_configuration;
    report_.step("starting the source connector");
    LAKEPORT_ASSIGN_OR_RETURN(connector_,
                              connectors::Connector::open(arguments_.source, connectors::Role::kSource,
                                                          launch_options(console_, "source")));
    source_ = connectors::SourceClient::create(*connector_, {});
    LAKEPORT_ASSIGN_OR_RETURN(const auto form, source_->configuration_form());
    LAKEPORT_RETURN_IF_ERROR(load_uploads(form, arguments_.source_configuration, configuration));
    LAKEPORT_ASSIGN_OR_RETURN(auto checked,
                              sync::check_configuration(form, configuration, "source configuration"));
    console_.hide(checked.secrets);
    for (const auto& text : checked.warnings) report_.warning("source configuration: " + text);
    configuration = std::move(checked.configuration);
    return sync::run_source_tests(*source_, form, configuration, report_);
  }

  store::ConnectionId identity() const {
    return {.source = connector_identity(arguments_.source, arguments_.state),
            .destination = destination_.identity,
            .schema = arguments_.schema};
  }

  Status open_store() { return store_->bind(identity()); }

  Status plan() {
    store::SavedState saved;
    if (store_ != nullptr) {
      LAKEPORT_ASSIGN_OR_RETURN(const auto bound, store_->connection());
      if (bound) LAKEPORT_RETURN_IF_ERROR(store_->bind(identity()));
      LAKEPORT_ASSIGN_OR_RETURN(saved, store_->load());
    }
    LAKEPORT_ASSIGN_OR_RETURN(const auto plan,
                              sync::plan_sync(*source_, *destination_.destination, saved, options_));
    show_plan(console_, plan);
    return {};
  }

  const SyncArguments& arguments_;
  Console console_;
  SyncReport report_;
  Interruption interruption_;
  sync::SyncOptions options_;
  std::unique_ptr<store::StateStore> store_;
  std::unique_ptr<connectors::Connector> connector_;
  std::unique_ptr<connectors::SourceClient> source_;
  connectors::Configuration destination_configuration_;
  DestinationEnd destination_;
  bool ran_ = false;
};

}  // namespace

int run_sync_command(const SyncArguments& arguments) {
  const auto level = log_level_from_string(arguments.log_level);
  if (!level) {
    Console(connector_name(arguments.source), spdlog::level::err, arguments.json)
        .error(level.error().to_string());
    return kBadUsage;
  }
  return SyncCommand(arguments, *level).run();
}

}  // namespace lakeport::cli

#include "source_process.h"

#include <spdlog/logger.h>

#include "lakeport/sync/configuration_form.h"

#include "common.pb.h"

namespace lakeport::platform {

Result<std::unique_ptr<SourceProcess>> SourceProcess::launch(const ConnectorType& type,
                                                             const Options& options) {
  std::unique_ptr<SourceProcess> process(new SourceProcess());
  process->options_ = options;
  connectors::LaunchOptions launch;
  launch.account_name = options.account;
  launch.group_name = options.connection;
  launch.program = options.program;
  launch.on_log = [raw = process.get()](const connectors::LogLine& line) { raw->log_line(line); };
  LAKEPORT_ASSIGN_OR_RETURN(
      process->connector_,
      connectors::Connector::open(type.where, connectors::Role::kSource, std::move(launch)));
  process->client_ = connectors::SourceClient::create(*process->connector_, {});
  return process;
}

Result<CheckedSource> SourceProcess::check(const fivetran_sdk::v2::ConfigurationFormResponse& form,
                                           const connectors::Configuration& configuration) {
  {
    // Whatever the form says about them later: as they are stored.
    std::vector<std::string> secrets;
    for (const std::string& field : sync::secret_fields(form)) {
      const auto found = configuration.find(field);
      if (found != configuration.end()) secrets.push_back(found->second);
    }
    const std::lock_guard lock(mutex_);
    redaction_ = Redaction(std::move(secrets));
  }
  LAKEPORT_ASSIGN_OR_RETURN(auto checked, sync::check_configuration(form, configuration, "configuration"));
  return CheckedSource{std::move(checked.configuration), std::move(checked.warnings)};
}

std::string SourceProcess::masked(std::string text) const {
  const std::lock_guard lock(mutex_);
  return redaction_.masked(std::move(text));
}

Error SourceProcess::masked(const Error& error) const {
  const std::lock_guard lock(mutex_);
  return redaction_.masked(error);
}

void SourceProcess::log_line(const connectors::LogLine& line) const {
  if (!options_.log) return;
  const auto level = line.level == connectors::LogLevel::kSevere    ? spdlog::level::err
                     : line.level == connectors::LogLevel::kWarning ? spdlog::level::warn
                                                                    : spdlog::level::debug;
  options_.log->log(level, "connection {}: source: {}", options_.connection, masked(line.message));
}

}  // namespace lakeport::platform

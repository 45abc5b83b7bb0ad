// A source connector that the platform launched.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "lakeport/base/result.h"
#include "lakeport/connectors/connector.h"
#include "lakeport/connectors/source_client.h"
#include "lakeport/platform/platform.h"
#include "lakeport/sync/observer.h"

#include "common.pb.h"
#include "redaction.h"

namespace lakeport::platform {

// The configuration as the connector takes it, with its form's defaults.
struct CheckedSource {
  connectors::Configuration configuration;
  std::vector<std::string> warnings;
};

// Ended by the destructor.
class SourceProcess {
 public:
  struct Options {
    std::string program;     // PlatformOptions::program
    std::string account;     // FIVETRAN_ACCOUNT_NAME
    std::string connection;  // FIVETRAN_GROUP_NAME; names the lines in the log
    std::shared_ptr<spdlog::logger> log;
  };
  static Result<std::unique_ptr<SourceProcess>> launch(const ConnectorType& type, const Options& options);

  connectors::SourceClient& client() { return *client_; }
  Result<fivetran_sdk::v2::ConfigurationFormResponse> form() { return client_->configuration_form(); }
  // Against the form; from now on its secrets are masked in the log. kInvalidInput.
  Result<CheckedSource> check(const fivetran_sdk::v2::ConfigurationFormResponse& form,
                              const connectors::Configuration& configuration);
  // Without the secrets of the checked configuration.
  std::string masked(std::string text) const;
  Error masked(const Error& error) const;

 private:
  SourceProcess() = default;
  void log_line(const connectors::LogLine& line) const;

  Options options_;
  mutable std::mutex mutex_;
  Redaction redaction_;  // the connector's thread writes lines while it changes
  std::unique_ptr<connectors::Connector> connector_;
  std::unique_ptr<connectors::SourceClient> client_;
};

// All outcomes of a source's set-up tests.
class TestOutcomes final : public sync::SyncObserver {
 public:
  void test_finished(const sync::TestOutcome& outcome) override { outcomes_.push_back(outcome); }
  std::vector<sync::TestOutcome> take() { return std::move(outcomes_); }

 private:
  std::vector<sync::TestOutcome> outcomes_;
};

}  // namespace lakeport::platform

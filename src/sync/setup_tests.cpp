#include "lakeport/sync/setup_tests.h"

#include <functional>

#include "common.pb.h"

namespace lakeport::sync {

namespace {

Status run_tests(Side side, const fivetran_sdk::v2::ConfigurationFormResponse& form, SyncObserver& observer,
                 const std::function<Status(const std::string&)>& run) {
  std::string failed;
  for (const auto& test : form.tests()) {
    const std::string& label = test.label().empty() ? test.name() : test.label();
    auto status = run(test.name());
    TestOutcome outcome{.side = side, .name = test.name(), .label = label, .failure = {}};
    if (!status) outcome.failure = status.error();
    observer.test_finished(outcome);
    if (status) continue;
    if (status.error().kind() != ErrorKind::kTestFailed)
      return fail(std::move(status).error().at("test " + label));
    failed += (failed.empty() ? "" : "; ") + label + ": " + status.error().what();
  }
  if (failed.empty()) return {};
  return fail(ErrorKind::kTestFailed, failed, side == Side::kSource ? "source tests" : "destination tests",
              "Correct the configuration or what it points to, then run it again.");
}

}  // namespace

Status run_source_tests(connectors::SourceClient& source,
                        const fivetran_sdk::v2::ConfigurationFormResponse& form,
                        const connectors::Configuration& configuration, SyncObserver& observer) {
  return run_tests(Side::kSource, form, observer,
                   [&](const std::string& name) { return source.test(name, configuration); });
}

Status run_destination_tests(connectors::DestinationClient& destination,
                             const fivetran_sdk::v2::ConfigurationFormResponse& form,
                             SyncObserver& observer) {
  return run_tests(Side::kDestination, form, observer,
                   [&](const std::string& name) { return destination.test(name); });
}

}  // namespace lakeport::sync

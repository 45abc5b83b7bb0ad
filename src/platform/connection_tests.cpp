#include "connection_tests.h"

#include "credential.h"

namespace lakeport::platform {

namespace {

constexpr std::chrono::seconds kLongest{30};

std::string quoted(const std::string& name) {
  std::string text = "`";
  for (const char letter : name) text.append(letter == '`' ? 2 : 1, letter);
  return text + "`";
}

Status run_statement(lakehouse::Session& session, const std::string& sql) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto operation, session.start(sql, {}, kLongest));
  if (operation->wait(kLongest) == lakehouse::OperationState::kFinished)
    return operation->next().map([](auto&&) {});
  if (const auto error = operation->error()) return fail(*error);
  operation->cancel();
  return fail(ErrorKind::kStalled, "the warehouse did not answer within 30 s");
}

Status query(const PlatformServices& services, const lakehouse::Caller& caller, const std::string& http_path,
             const std::string& sql) {
  if (http_path.empty())
    return fail(ErrorKind::kInvalidInput, "the connect request brought no SQL warehouse");
  const std::string warehouse = http_path.substr(http_path.rfind('/') + 1);
  lakehouse::SessionOptions options;
  options.client = "lakeport-platform";
  LAKEPORT_ASSIGN_OR_RETURN(const auto session, services.warehouses.open_session(caller, warehouse, options));
  const Status answered = run_statement(*session, sql);
  (void)services.warehouses.close_session(caller, session->id());  // it may have gone with its warehouse
  return answered;
}

}  // namespace

std::vector<ConnectionTest> run_connection_tests(const PlatformServices& services,
                                                 const StoredDestination& stored) {
  std::vector<ConnectionTest> tests;
  const auto note = [&tests](std::string name, std::string passed, const Status& status) {
    tests.push_back(
        {std::move(name), status.has_value(), status ? std::move(passed) : status.error().to_string()});
    return status.has_value();
  };
  const Destination& destination = stored.destination;
  DestinationLogin login(services.identity, services.oauth, stored.credential, destination.workspace_id);
  const auto caller = login.caller();
  if (!note("credential", "the workspace accepts the credential", caller.map([](const auto&) {})))
    return tests;
  if (!note("warehouse", "the SQL warehouse answers queries",
            query(services, *caller, destination.http_path, "SELECT 1"))) {
    return tests;
  }
  note("catalog", "the catalog is there",
       query(services, *caller, destination.http_path, "SHOW SCHEMAS IN " + quoted(destination.catalog)));
  return tests;
}

}  // namespace lakeport::platform

// `lakeport serve` with a partner connection of its admin's: a service principal that may write to the
// catalog, its token, and a destination of the platform, made by a connect request as a hub sends it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "serve_fixture.h"

namespace lakeport::test {

using Json = nlohmann::json;

class SyncServeTest : public ServeTest {
 protected:
  // start(), with these arguments of serve.
  void serve(const std::vector<std::string>& more = {});
  // Provisions and connects; the destination's id is destination_.
  void connect();

  net::ClientResponse platform(const std::string& method, const std::string& path,
                               const Json& body = nullptr) const;
  // Makes a connection; gives its id.
  std::string create(const std::string& name, const std::string& connector, const Json& configuration) const;
  // Starts a sync; gives its id.
  std::int64_t start_sync(const std::string& connection) const;
  // Its record, once `done` says so of it. Fails the test after two minutes.
  Json wait_for(const std::string& connection, std::int64_t sync,
                const std::function<bool(const Json&)>& done) const;
  Json wait_for_end(const std::string& connection, std::int64_t sync) const;
  // start_sync and wait_for_end; expects success.
  Json sync(const std::string& connection) const;
  // All rows of a statement that the service principal runs; each value as text or null.
  Json rows(const std::string& statement) const;

  // A script for the scripted source, as its configuration.
  Json script(const std::vector<Json>& lines, const std::string& record = "") const;

  std::string destination_;
  std::string principal_, partner_token_, partner_token_id_;

 private:
  std::string hub_authorization() const;
  mutable int scripts_ = 0;
};

}  // namespace lakeport::test

// The hub over the metadata store.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "lakeport/partners/hub.h"

#include "attempt_queue.h"
#include "attempts.h"
#include "connect_flow.h"
#include "hub_metrics.h"
#include "outbox.h"
#include "partner_calls.h"
#include "provisioning.h"
#include "removal.h"
#include "workspace_clouds.h"

namespace lakeport::partners {

class PartnerHub final : public Hub {
 public:
  PartnerHub(const HubServices& services, const HubOptions& options);
  ~PartnerHub() override;
  PartnerHub(const PartnerHub&) = delete;
  PartnerHub& operator=(const PartnerHub&) = delete;

  // Ends what a crash left, then starts the outbox.
  Status start();

  Result<Plan> plan(const Caller& caller, std::string_view partner_id) override;
  Result<Attempt> connect(const Caller& caller, std::string_view partner_id, const Choice& choice,
                          std::string_view language) override;
  Result<Attempt> attempt(const Caller& caller, std::string_view attempt_id) override;
  Result<Attempt> wait(const Caller& caller, std::string_view attempt_id,
                       std::chrono::milliseconds longest) override;
  Result<std::vector<Connection>> connections(const Caller& caller) override;
  Result<Connection> connection(const Caller& caller, std::string_view id) override;
  Result<std::vector<std::string>> connected_partners(const Caller& caller) override;
  Status remove(const Caller& caller, std::string_view id) override;
  Result<RotatedToken> rotate_token(const Caller& caller, std::string_view id) override;
  Result<Outcome<std::vector<TestResult>>> test(const Caller& caller, std::string_view id) override;
  Result<Outcome<ConnectorPage>> connectors(const Caller& caller, std::string_view partner_id,
                                            const std::optional<std::string>& pagination_token) override;
  Status remove_all(const Caller& caller, std::string_view partner_id) override;
  std::vector<PartnerMetrics> metrics() const override { return metrics_.all(); }

 private:
  // One that people see: kNotFound otherwise.
  Result<StoredConnection> visible(const Caller& caller, std::string_view id) const;
  // And that the caller may change: its maker, or an admin.
  Result<StoredConnection> changeable(const Caller& caller, std::string_view id, std::string_view action);
  Status end(const Caller& caller, StoredConnection& connection);
  // Makes another credential; the one before is void when this returns.
  Result<std::string> renew_credential(const Caller& caller, StoredConnection& connection,
                                       std::size_t position);
  Status recover(StoredConnection& connection);
  NetworkPolicy waiting_policy();
  void at(std::string_view point) const;

  HubServices services_;
  HubOptions options_;
  std::atomic<bool> stopping_{false};
  std::mutex stop_mutex_;
  std::condition_variable stop_;
  WorkspaceClouds clouds_;
  HubMetrics metrics_;
  Attempts attempts_;
  PartnerCalls calls_;
  AttemptQueue queue_;
  Outbox outbox_;
  Provisioning provisioning_;
  Removal removal_;
  ConnectFlow flow_;
};

}  // namespace lakeport::partners

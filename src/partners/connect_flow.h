// One click on "connect": provision, call, judge (contract, ConnectRequest, Connection, failures). Each state
// is written before what follows from it is done.
#pragma once

#include <atomic>
#include <chrono>
#include <optional>
#include <string>

#include "lakeport/partners/hub.h"

#include "attempt_queue.h"
#include "attempts.h"
#include "connection_rows.h"
#include "hub_metrics.h"
#include "partner_calls.h"
#include "provisioning.h"
#include "removal.h"
#include "workspace_clouds.h"

namespace lakeport::partners {

struct Click {
  Attempt attempt;
  Caller caller;
  Partner partner;
  std::optional<StoredChoice> choice;  // nothing: the workspace was connected when it was made
  std::string language;
};

// Thread-safe.
class ConnectFlow {
 public:
  struct Parts {
    HubServices services;
    const HubOptions& options;
    PartnerCalls& calls;
    WorkspaceClouds& clouds;
    Provisioning& provisioning;
    Removal& removal;
    Attempts& attempts;
    HubMetrics& metrics;
    const std::atomic<bool>& stopping;
  };
  explicit ConnectFlow(const Parts& parts) : parts_(parts) {}

  // On a thread of the queue; `hold`: the key of the click's workspace and partner.
  void run(Click click, AttemptQueue::Hold& hold);

  // After a crash: the partner's answer was stored, and the connection is what it says.
  Status finish_answered(StoredConnection& connection);

 private:
  struct Running;

  Status connect_new(Running& run);
  Status provision(Running& run, StoredConnection& connection, MadeSecrets& secrets);
  Status connected(Running& run, StoredConnection& connection, Connected answer);
  Status refused(Running& run, StoredConnection& connection, Failure failure);
  Status undone(Running& run, StoredConnection& connection);
  Status reuse(Running& run, StoredConnection connection);

  Result<Called<Connected>> call(Running& run, const StoredConnection& connection,
                                 const MadeSecrets* secrets);
  // Shows the step's state to those who follow the attempt.
  void step(Running& run, std::string_view name, StepState state) const;
  void end(Running& run, AttemptState state) const;
  Status store_end(const Running& run, store::Session& session, std::string_view action) const;
  void at(std::string_view point) const;

  Parts parts_;
};

}  // namespace lakeport::partners

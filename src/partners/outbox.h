// Partners who must be told that a connection is gone: kept in the store, tried again until they answer.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "lakeport/base/result.h"
#include "lakeport/partners/hub.h"
#include "lakeport/store/metadata.h"

#include "attempt_queue.h"
#include "partner_calls.h"
#include "workspace_clouds.h"

namespace lakeport::partners {

// Thread-safe. An answer of the partner ends it, a refusal (400, 404) too; anything else is tried again with
// growing delays, for 30 days.
class Outbox {
 public:
  Outbox(const HubServices& services, PartnerCalls calls, WorkspaceClouds& clouds, AttemptQueue& queue,
         std::chrono::milliseconds retry);
  ~Outbox() { stop(); }
  Outbox(const Outbox&) = delete;
  Outbox& operator=(const Outbox&) = delete;

  // In the transaction that removes the connection; nothing when the partner has no such endpoint. An empty
  // `partner_connection_id`: the partner's answer was lost; it may know the connection by the workspace.
  static Status add(store::Session& session, const Partner& partner, std::int64_t workspace_id,
                    std::string_view partner_connection_id);
  // A new connection is about to be asked for, from which the partner sees that the one before is gone
  // (contract, FAQ): what names no connection must not hit the new one.
  static Status drop_unnamed(store::Session& session, std::int64_t workspace_id, std::string_view partner_id);
  // There is something new in it.
  void wake();

  void start();
  void stop();

 private:
  struct Entry {
    std::string id;
    std::int64_t workspace_id = 0;
    std::string partner_id, partner, partner_connection_id;
    std::int64_t tries = 0, created_ms = 0;
  };
  void run();
  // When to look again.
  Result<std::optional<UtcMillis>> send_due();
  Result<std::vector<Entry>> due(UtcMillis now) const;
  Status send(const Entry& entry);
  Status postpone(const Entry& entry, UtcMillis now);

  HubServices services_;
  PartnerCalls calls_;
  WorkspaceClouds& clouds_;
  AttemptQueue& queue_;
  const std::chrono::milliseconds retry_;
  std::mutex mutex_;
  std::condition_variable woken_;
  bool changed_ = false, stopping_ = false;
  std::thread thread_;
};

}  // namespace lakeport::partners

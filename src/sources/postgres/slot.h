// The replication slot: the server's bookmark in its log, which keeps what this source has not read yet.
#pragma once

#include <optional>
#include <string>

#include "lakeport/base/result.h"

#include "connection.h"
#include "lsn.h"

namespace lakeport::sources::postgres {

struct Slot {
  std::string plugin;
  std::string database;
  std::int64_t user_pid = 0;  // of the session that reads it now; 0 = none
  std::optional<Lsn> confirmed;
  bool lost = false;  // its log was removed, or the server has given it up
};

Result<std::optional<Slot>> find_slot(Connection& connection, const std::string& name);

// Why changes after `position` cannot be read from the slot; nothing when they can.
std::optional<std::string> why_unusable(const std::optional<Slot>& slot, const Settings& settings,
                                        Lsn position);

struct NewSlot {
  Lsn consistent = 0;    // changes after this come through the slot…
  std::string snapshot;  // …and everything before is in this snapshot, which the session exports
};

// On a replication connection, which must then be left alone as long as the snapshot is used. Waits for
// transactions that are open now. kTask when it is not possible.
Result<NewSlot> create_slot(Connection& replication, const Settings& settings);
Status drop_slot(Connection& replication, const std::string& name);

}  // namespace lakeport::sources::postgres

// Follows a replication slot up to a position that was the log's end when the sync came to it.
#pragma once

#include <chrono>
#include <functional>

#include "lakeport/base/result.h"

#include "change_writer.h"
#include "connection.h"
#include "lsn.h"
#include "pgoutput.h"

namespace lakeport::sources::postgres {

class ChangeStream {
 public:
  // Everything up to the position has been sent: may be stored.
  using Checkpoint = std::function<Status(Lsn position)>;

  ChangeStream(Connection& replication, const Settings& settings, ChangeWriter& changes,
               Checkpoint checkpoint);

  // Reads changes after `stored`, which is what the platform has stored and thus all that the server is told
  // to forget, up to `target` at least.
  Status follow(Lsn stored, Lsn target);

 private:
  Status start();
  Status take(std::span<const std::uint8_t> message);
  Status tell_position(bool ask_for_reply);
  Status checkpoint();

  Connection& replication_;
  const Settings& settings_;
  ChangeWriter& changes_;
  Checkpoint checkpoint_;
  PgoutputParser parser_;
  Lsn stored_ = 0;
  Lsn reached_ = 0;     // all commits up to here have come
  bool dirty_ = false;  // changes came since the last checkpoint
  int silent_replies_ = 0;
  std::chrono::steady_clock::time_point last_told_;
  std::chrono::steady_clock::time_point last_checkpoint_;
};

}  // namespace lakeport::sources::postgres

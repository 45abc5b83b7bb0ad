// Ports for the connectors that we launch.
#pragma once

#include <cstdint>

#include <sys/types.h>

#include "lakeport/base/result.h"

namespace lakeport::connectors {

// A port that nobody listens on now, at random, outside the range that the kernel gives to outgoing
// connections. Another program may take it before our connector does: see who_listens().
Result<std::uint16_t> free_port();

// Whether a socket could be bound to the port now.
bool is_free(std::uint16_t port);

// Whether somebody accepts a connection to the port of 127.0.0.1 now.
bool is_listened_to(std::uint16_t port);

enum class Listener { kNobody, kGroup, kSomebodyElse };

// Whether all TCP sockets that listen on the port belong to processes of this group. gRPC servers share ports
// by default (SO_REUSEPORT), so that an answer alone does not tell whose it is. Sockets of processes that we
// may not look into count as the group's.
Listener who_listens(std::uint16_t port, pid_t group);

}  // namespace lakeport::connectors

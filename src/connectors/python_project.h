// Connectors written in Python: a Partner SDK main.py or a Connector SDK 2.x connector.py.
#pragma once

#include <filesystem>

#include "lakeport/connectors/connector.h"

#include "spawn.h"

namespace lakeport::connectors {

// The command that serves the project of `program` (a main.py or connector.py), without `--port N`; makes its
// virtual environment first.
//   main.py       is run with the environment's Python, in its folder
//   connector.py  is imported, and the Connector object in it is told to run
// requirements.txt beside it is optional. A connector.py gets our pinned Connector SDK 2.x unless its
// requirements name another 2.x.
Result<Command> python_command(const std::filesystem::path& program, const LaunchOptions& options);

}  // namespace lakeport::connectors

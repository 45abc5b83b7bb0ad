// Starts a program in a process group of its own.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <sys/types.h>

#include "file_descriptor.h"

namespace lakeport::connectors {

struct Command {
  std::vector<std::string> arguments;  // the first is the program's path
  // Changes to our own environment: set, or unset when there is no value.
  std::vector<std::pair<std::string, std::optional<std::string>>> environment;
  std::string directory;  // to run in; empty: ours
};

// What the program gets as its standard streams; /dev/null for a closed one.
struct StandardStreams {
  FileDescriptor in;
  FileDescriptor out;
  FileDescriptor error;
};

enum class WhenParentDies { kKill, kLiveOn };

// Returns the id of the new process, which is also that of its group. With kKill the kernel kills it when the
// *thread* that calls this ends (prctl(2), PR_SET_PDEATHSIG): call it from one that lives as long. It
// inherits no descriptor but its standard streams, and no signal disposition or mask. Fails (kIo, kNotFound)
// when the program cannot be run.
Result<pid_t> spawn(const Command& command, StandardStreams streams, WhenParentDies when_parent_dies);

// The path of a program that is looked for in PATH unless `name` has a slash; nothing when there is none.
std::optional<std::string> find_program(const std::string& name);

}  // namespace lakeport::connectors

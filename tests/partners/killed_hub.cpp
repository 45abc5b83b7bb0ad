// A process that works with the workspace in a folder and kills itself at a given step of the hub:
//   killed_hub FOLDER PARTNER ACTION STEP     ACTION: connect, remove, rotate; STEP: from 1
// Ends with 0 when the action was over before that step, with 2 when it failed.
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>

#include <unistd.h>

#include "hub_world.h"

namespace {

using namespace lakeport::partners;

int run(const std::string& folder, const std::string& partner, const std::string& action, int last) {
  int step = 0;
  fixtures::HubWorld::Options options{
      .folder = folder, .store = {}, .hub = fixtures::HubWorld::quick(), .with_engine = false};
  options.hub.threads = 1;
  options.hub.at_step = [&step, last](std::string_view) {
    if (++step == last) static_cast<void>(kill(getpid(), SIGKILL));
  };
  fixtures::HubWorld world(options);
  if (action == "connect") {
    Choice choice;
    choice.write_catalog = "main";
    world.connect(world.admin(), partner, choice);
    return 0;
  }
  const auto connections = world.hub().connections(world.admin());
  if (!connections || connections->empty()) return 2;
  const std::string id = connections->front().id;
  if (action == "rotate") return world.hub().rotate_token(world.admin(), id) ? 0 : 2;
  return world.hub().remove(world.admin(), id) ? 0 : 2;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 5) return 2;
  try {
    return run(arguments[1], arguments[2], arguments[3], std::atoi(arguments[4]));
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "%s\n", problem.what());
    return 2;
  }
}

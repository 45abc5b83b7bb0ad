// Nothing that we launched outlives us, however we end.
#include <csignal>

#include <sys/wait.h>

#include "connector_fixture.h"

namespace lakeport::connectors {
namespace {

class OrphanTest : public ConnectorTest {
 protected:
  // Starts a program that launches a connector, which has a child of its own; returns when all of them run.
  void launch_family() {
    set_variable("SCRIPTED_LAUNCH", "child:" + path("child").string());
    const std::string program = write_program("program", "#!/bin/sh\necho $$ >" + path("connector").string() +
                                                             "\nexec " SCRIPTED_SOURCE " \"$@\"\n");
    parent_ = ::fork();
    if (parent_ == 0) {
      if (std::freopen(path("out").c_str(), "w", stdout) == nullptr) ::_exit(1);
      ::execl(LAUNCHING_PARENT, LAUNCHING_PARENT, program.c_str(), nullptr);
      ::_exit(127);
    }
    ASSERT_TRUE(eventually([&] { return read(path("out")) == "ready\n"; }));
    connector_ = std::stoi(read(path("connector")));
    child_ = std::stoi(read(path("child")));
    ASSERT_TRUE(lives(connector_));
    ASSERT_TRUE(lives(child_));
  }
  void end_parent(int signal) {
    ::kill(parent_, signal);
    ::waitpid(parent_, nullptr, 0);
  }

  pid_t parent_ = -1;
  pid_t connector_ = -1;
  pid_t child_ = -1;
};

TEST_F(OrphanTest, AConnectorAndItsChildDieWhenWeAreKilled) {
  launch_family();
  end_parent(SIGKILL);
  EXPECT_TRUE(eventually([&] { return !lives(connector_); }));
  EXPECT_TRUE(eventually([&] { return !lives(child_); }));
}

TEST_F(OrphanTest, AConnectorAndItsChildDieWhenWeEndOnASignal) {
  launch_family();
  end_parent(SIGTERM);
  EXPECT_TRUE(eventually([&] { return !lives(connector_); }));
  EXPECT_TRUE(eventually([&] { return !lives(child_); }));
}

}  // namespace
}  // namespace lakeport::connectors

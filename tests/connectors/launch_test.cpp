// Starting and ending connector processes.
#include <csignal>
#include <cstdlib>

#include "connector_fixture.h"

namespace lakeport::connectors {
namespace {

using std::chrono::milliseconds;
using LaunchTest = ConnectorTest;

// A program that notes its process id before it becomes the scripted source.
std::string noting(const std::filesystem::path& file) {
  return "#!/bin/sh\necho $$ >" + file.string() + "\nexec " SCRIPTED_SOURCE " \"$@\"\n";
}

TEST_F(LaunchTest, WaitsForAConnectorThatIsSlowToStart) {
  set_variable("SCRIPTED_LAUNCH", "late:700");
  EXPECT_TRUE(open_source());
}

TEST_F(LaunchTest, SaysHowAProcessEndedBeforeItAnswered) {
  set_variable("SCRIPTED_LAUNCH", "exit:3");
  const Error error = error_of_opening(SCRIPTED_SOURCE, Role::kSource);
  EXPECT_EQ(error.kind(), ErrorKind::kSourceFailed);
  EXPECT_EQ(
      error.what(),
      "the connector's process exited with code 3 before its gRPC service answered\nIts last log lines:\n"
      "  INFO scripted: leaving at launch");
  EXPECT_EQ(error.where(), "connector " SCRIPTED_SOURCE);
}

TEST_F(LaunchTest, SaysWhichSignalEndedAProcess) {
  set_variable("SCRIPTED_LAUNCH", "kill");
  const Error error = error_of_opening(SCRIPTED_DESTINATION, Role::kDestination);
  EXPECT_EQ(error.kind(), ErrorKind::kDestinationFailed);
  EXPECT_EQ(error.what(),
            "the connector's process was killed by signal 9 (Killed) before its gRPC service answered");
}

TEST_F(LaunchTest, GivesUpOnAConnectorThatDoesNotAnswer) {
  set_variable("SCRIPTED_LAUNCH", "hang");
  LaunchOptions options;
  options.ready_deadline = milliseconds(500);
  const auto program = write_program("program", noting(path("id")));
  const Error error = error_of_opening(program, Role::kSource, options);
  EXPECT_EQ(error.kind(), ErrorKind::kStalled);
  EXPECT_NE(error.what().find("did not answer within 0.5"), std::string::npos) << error.to_string();
  EXPECT_FALSE(lives(std::stoi(read(path("id")))));
}

TEST_F(LaunchTest, EndsTheProcessAndItsChildren) {
  set_variable("SCRIPTED_LAUNCH", "child:" + path("child").string());
  auto connector = open(write_program("program", noting(path("id"))), Role::kSource);
  ASSERT_TRUE(connector);
  const pid_t process = std::stoi(read(path("id")));
  const pid_t child = std::stoi(read(path("child")));
  EXPECT_TRUE(lives(process));
  EXPECT_TRUE(lives(child));
  EXPECT_FALSE(connector->how_it_ended(milliseconds(0)));
  connector.reset();
  EXPECT_FALSE(lives(process));
  EXPECT_TRUE(eventually([&] { return !lives(child); }));
}

TEST_F(LaunchTest, KillsAProcessThatDoesNotEndOnTerm) {
  set_variable("SCRIPTED_LAUNCH", "deaf");
  LaunchOptions options;
  options.stop_deadline = milliseconds(200);
  auto connector = open(write_program("program", noting(path("id"))), Role::kSource, options);
  ASSERT_TRUE(connector);
  const pid_t process = std::stoi(read(path("id")));
  connector.reset();
  EXPECT_FALSE(lives(process));
}

TEST_F(LaunchTest, KillsTheChildrenOfAProcessThatCrashes) {
  set_variable("SCRIPTED_LAUNCH", "child:" + path("child").string());
  const auto connector = open(write_program("program", noting(path("id"))), Role::kSource);
  ASSERT_TRUE(connector);
  ::kill(std::stoi(read(path("id"))), SIGSEGV);
  EXPECT_EQ(connector->how_it_ended(milliseconds(30'000)), "was killed by signal 11 (Segmentation fault)");
  const pid_t child = std::stoi(read(path("child")));
  EXPECT_TRUE(eventually([&] { return !lives(child); }));
}

TEST_F(LaunchTest, IsNotFooledByAServerThatSharesItsPort) {
  // Listens on the port as well, as gRPC servers do by default, from a process group of its own.
  const auto program =
      write_program("program", "#!/bin/sh\n[ -e " + path("once").string() +
                                   " ] || setsid " SCRIPTED_SOURCE " \"$@\" >" + path("intruder").string() +
                                   " &\n"
                                   "if [ ! -e " +
                                   path("once").string() + " ]; then echo $! >" +
                                   path("intruder-id").string() + "; touch " + path("once").string() +
                                   "; sleep 600; fi\nexec " SCRIPTED_SOURCE " \"$@\"\n");
  const auto connector = open(program, Role::kSource);
  ::kill(std::stoi(read(path("intruder-id"))), SIGKILL);
  ASSERT_TRUE(connector);
  const std::string serving = connector->last_log_lines().back().message;
  EXPECT_NE(serving + "\n", read(path("intruder")));
  EXPECT_EQ(serving, "serving on port " + connector->address().substr(connector->address().find(':') + 1));
}

}  // namespace
}  // namespace lakeport::connectors

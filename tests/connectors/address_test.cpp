// What `where` may say, and what it may not.
#include <algorithm>
#include <cstdlib>

#include "lakeport/connectors/source_client.h"

#include "connector_fixture.h"
#include "connector_sdk.pb.h"

namespace lakeport::connectors {
namespace {

using AddressTest = ConnectorTest;

TEST_F(AddressTest, LaunchesAnExecutableAndTalksToItByItsAddress) {
  const auto launched = open_source();
  ASSERT_TRUE(launched);
  EXPECT_EQ(launched->name(), SCRIPTED_SOURCE);
  const auto remote = open(launched->address(), Role::kSource);
  ASSERT_TRUE(remote);
  EXPECT_EQ(remote->name(), launched->address());
  EXPECT_EQ(remote->address(), launched->address());
  EXPECT_TRUE(remote->last_log_lines().empty());
  EXPECT_FALSE(remote->how_it_ended(std::chrono::milliseconds(0)));
  const auto form = SourceClient::create(*remote, {})->configuration_form();
  ASSERT_TRUE(form) << form.error().to_string();
  EXPECT_EQ(form->fields(0).name(), "script");
}

TEST_F(AddressTest, RunsABuiltInConnectorWithRoleAndName) {
  LaunchOptions options;
  options.program = write_program("program", "#!/bin/sh\necho \"role $1 name $2\"\nshift 2\nexec " +
                                                 std::string(SCRIPTED_DESTINATION) + " \"$@\"\n");
  const auto connector = open("built-in:shop", Role::kDestination, options);
  ASSERT_TRUE(connector);
  ASSERT_FALSE(connector->last_log_lines().empty());
  EXPECT_EQ(connector->last_log_lines().front().message, "role destination name shop");
}

TEST_F(AddressTest, GivesTheConnectorItsEnvironment) {
  LaunchOptions options;
  options.account_name = "an account";
  options.group_name = "a group";
  const auto program =
      write_program("program", "#!/bin/sh\necho \"$FIVETRAN_ACCOUNT_NAME, $FIVETRAN_GROUP_NAME\"\nexec " +
                                   std::string(SCRIPTED_SOURCE) + " \"$@\"\n");
  const auto connector = open(program, Role::kSource, options);
  ASSERT_TRUE(connector);
  EXPECT_EQ(connector->last_log_lines().front().message, "an account, a group");
}

TEST_F(AddressTest, RunsTwentyConnectorsAtOnce) {
  std::vector<std::unique_ptr<Connector>> connectors;
  for (int i = 0; i < 20; ++i) connectors.push_back(open_source());
  std::vector<std::string> addresses;
  for (const auto& connector : connectors) {
    ASSERT_TRUE(connector);
    addresses.push_back(connector->address());
  }
  std::sort(addresses.begin(), addresses.end());
  EXPECT_EQ(std::unique(addresses.begin(), addresses.end()), addresses.end());
}

TEST_F(AddressTest, SaysThatThereIsNoSuchConnector) {
  const Error error = error_of_opening("no/such/thing", Role::kSource);
  EXPECT_EQ(error.kind(), ErrorKind::kNotFound);
  EXPECT_EQ(error.where(), "no/such/thing");
}

TEST_F(AddressTest, SaysThatAFileIsNotExecutable) {
  const Error error = error_of_opening(write("plain", "text").string(), Role::kSource);
  EXPECT_EQ(error.kind(), ErrorKind::kInvalidInput);
  EXPECT_EQ(error.what(), "the file is not executable");
}

TEST_F(AddressTest, SaysThatAnExecutableCannotRun) {
  const Error error = error_of_opening(write_program("program", "#!/no/such/interpreter\n"), Role::kSource);
  EXPECT_NE(error.what().find("cannot run"), std::string::npos) << error.to_string();
}

TEST_F(AddressTest, SaysThatAFolderHoldsNoConnector) {
  std::filesystem::create_directories(path("empty"));
  EXPECT_EQ(error_of_opening(path("empty").string(), Role::kSource).kind(), ErrorKind::kNotFound);
  write("both/main.py", "");
  write("both/connector.py", "");
  EXPECT_EQ(error_of_opening(path("both").string(), Role::kSource).kind(), ErrorKind::kInvalidInput);
  EXPECT_EQ(error_of_opening(write("other.py", "").string(), Role::kSource).kind(), ErrorKind::kInvalidInput);
}

TEST_F(AddressTest, SaysThatJavaIsMissing) {
  const std::string search_path = std::getenv("PATH");
  ::setenv("PATH", path("nothing").c_str(), 1);
  set_variable("JAVA_HOME", path("nothing").string());
  const Error error = error_of_opening(write("a.jar", "").string(), Role::kSource);
  ::setenv("PATH", search_path.c_str(), 1);
  EXPECT_EQ(error.kind(), ErrorKind::kNotFound);
  EXPECT_NE(error.what().find("needs Java"), std::string::npos) << error.to_string();
}

TEST_F(AddressTest, SaysThatNothingAnswersAtAnAddress) {
  std::string address;
  {
    const auto connector = open_source();
    ASSERT_TRUE(connector);
    address = connector->address();
  }
  LaunchOptions options;
  options.ready_deadline = std::chrono::milliseconds(300);
  const Error error = error_of_opening(address, Role::kSource, options);
  EXPECT_EQ(error.kind(), ErrorKind::kUnavailable);
  EXPECT_EQ(error.where(), address);
}

TEST_F(AddressTest, TellsASourceFromADestination) {
  const Error source = error_of_opening(SCRIPTED_DESTINATION, Role::kSource);
  EXPECT_EQ(source.kind(), ErrorKind::kInvalidInput);
  EXPECT_EQ(source.what(), "this is a destination connector, and a source was wanted");
  const Error destination = error_of_opening(SCRIPTED_SOURCE, Role::kDestination);
  EXPECT_EQ(destination.what(), "this is a source connector, and a destination was wanted");
}

TEST_F(AddressTest, UsesNoProxy) {
  set_variable("http_proxy", "http://127.0.0.1:1");
  set_variable("grpc_proxy", "http://127.0.0.1:1");
  EXPECT_TRUE(open_source());
}

}  // namespace
}  // namespace lakeport::connectors

#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lakeport/net/server.h"

#include "serve_fixture.h"

namespace lakeport::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST_F(ServeTest, TheFirstStartMakesAWorkspace) {
  start({"--admin-email", "ada@example.com"});
  ASSERT_TRUE(ready()) << ended().err;
  EXPECT_EQ(created_["admin_email"], "ada@example.com");
  EXPECT_GE(created_["admin_password"].get<std::string>().size(), 12U);
  EXPECT_EQ(std::filesystem::status(data_).permissions(), std::filesystem::perms::owner_all);

  const auto me = call("GET", "/api/2.0/preview/scim/v2/Me");
  ASSERT_EQ(me.status, 200) << me.body;
  EXPECT_EQ(nlohmann::json::parse(me.body)["userName"], "ada@example.com");

  const auto discovery = call("GET", "/oidc/.well-known/oauth-authorization-server");
  ASSERT_EQ(discovery.status, 200) << discovery.body;
  EXPECT_EQ(nlohmann::json::parse(discovery.body)["issuer"], ready_["url"].get<std::string>() + "/oidc");

  EXPECT_EQ(call("GET", "/api/2.0/preview/scim/v2/Me", nullptr, "dapi00").status, 401);
  const Ended end = stop(SIGTERM);
  EXPECT_EQ(end.code, 0) << end.err;
  EXPECT_THAT(end.err, HasSubstr("GET /api/2.0/preview/scim/v2/Me 200"));
  for (const std::string& secret : {token_, created_["admin_password"].get<std::string>()}) {
    EXPECT_THAT(end.err, Not(HasSubstr(secret)));
  }
}

TEST_F(ServeTest, TheSecondStartFindsWhatTheFirstMade) {
  start();
  ASSERT_TRUE(ready()) << ended().err;
  const nlohmann::json first = ready_;
  EXPECT_EQ(stop(SIGINT).code, 0);
  start();
  ASSERT_TRUE(ready()) << ended().err;
  EXPECT_TRUE(created_.is_null()) << created_;
  EXPECT_EQ(ready_["workspace_id"], first["workspace_id"]);
  EXPECT_EQ(ready_["account_id"], first["account_id"]);
  EXPECT_EQ(ready_["http_path"], first["http_path"]);
  EXPECT_EQ(call("GET", "/api/2.0/preview/scim/v2/Me").status, 200);
  EXPECT_EQ(stop(SIGTERM).code, 0);

  // A folder that was moved is still the same one, with the same key.
  const auto moved = folder_ / "moved";
  std::filesystem::rename(data_, moved);
  data_ = moved;
  start();
  ASSERT_TRUE(ready()) << ended().err;
  EXPECT_EQ(ready_["workspace_id"], first["workspace_id"]);
}

TEST_F(ServeTest, SaysOnTheTerminalWhereToConnect) {
  program_ = std::make_unique<RunningProgram>(
      std::vector<std::string>{LAKEPORT_PROGRAM, "serve", "--data", data_.string(), "--listen",
                               "127.0.0.1:0"},
      "", std::map<std::string, std::string>{{"XDG_CONFIG_HOME", (folder_ / "config").string()}});
  while (program_->out_so_far().find("lakeport ca") == std::string::npos && !program_->has_ended()) {
  }
  const Ended end = stop(SIGTERM);
  EXPECT_EQ(end.code, 0);
  EXPECT_THAT(end.out, HasSubstr("password"));
  EXPECT_THAT(end.out, HasSubstr("Lakeport serves https://localhost:"));
  EXPECT_THAT(end.out, HasSubstr("HTTP path        /sql/1.0/warehouses/"));
}

TEST_F(ServeTest, AnswersOperators) {
  start();
  ASSERT_TRUE(ready()) << ended().err;
  const auto health = call("GET", "/health", nullptr, "");
  EXPECT_EQ(health.status, 200);
  EXPECT_EQ(nlohmann::json::parse(health.body)["status"], "ok");
  EXPECT_EQ(call("GET", "/nothing").status, 404);
  EXPECT_EQ(call("DELETE", "/health").status, 405);
  const auto metrics = call("GET", "/metrics", nullptr, "");
  EXPECT_EQ(metrics.status, 200);
  EXPECT_EQ(metrics.headers.get("Content-Type"), "text/plain; version=0.0.4");
  EXPECT_THAT(metrics.body,
              HasSubstr("lakeport_http_requests_total{method=\"GET\",route=\"/health\",status=\"200\"} 1\n"));
  EXPECT_THAT(metrics.body,
              HasSubstr("lakeport_http_requests_total{method=\"GET\",route=\"none\",status=\"404\"} 1\n"));
  EXPECT_THAT(metrics.body,
              HasSubstr("lakeport_http_requests_total{method=\"DELETE\",route=\"none\",status=\"405\"} 1\n"));
  EXPECT_THAT(metrics.body, HasSubstr("lakeport_http_request_duration_seconds_count{route=\"/health\"} 1\n"));
  EXPECT_THAT(metrics.body, Not(HasSubstr("/nothing")));
}

TEST_F(ServeTest, OpensAFolderOnlyWithItsOwnKey) {
  start();
  ASSERT_TRUE(ready()) << ended().err;
  EXPECT_EQ(stop(SIGTERM).code, 0);
  const auto keys = folder_ / "config" / "lakeport";
  ASSERT_TRUE(std::filesystem::exists(keys));
  const std::filesystem::path key = std::filesystem::directory_iterator(keys)->path();
  EXPECT_EQ(std::filesystem::status(key).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  EXPECT_THAT(std::filesystem::relative(key, data_).string(), HasSubstr(".."))
      << "outside of the data folder";

  std::filesystem::rename(key, folder_ / "kept.key");
  start();
  ASSERT_FALSE(ready());
  Ended end = ended();
  EXPECT_EQ(end.code, 2);
  EXPECT_THAT(end.err, HasSubstr(key.string()));
  EXPECT_FALSE(std::filesystem::exists(key)) << "no new key is made in its place";

  const auto other = folder_ / "other.key";
  std::ofstream(other) << std::string(64, 'a') << "\n";
  std::filesystem::permissions(other,
                               std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  start({"--key-file", other.string()});
  ASSERT_FALSE(ready());
  end = ended();
  EXPECT_EQ(end.code, 2);
  EXPECT_THAT(end.err, HasSubstr("not the key that the data folder was sealed with"));
  EXPECT_THAT(end.err, Not(HasSubstr("aaaa")));

  start({"--key-file", (folder_ / "kept.key").string()});
  ASSERT_TRUE(ready()) << ended().err;
  EXPECT_EQ(call("GET", "/api/2.0/preview/scim/v2/Me").status, 200);
}

TEST_F(ServeTest, TakesTheKeyFromACommand) {
  const std::string key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
  start({"--key-command", "echo " + key});
  ASSERT_TRUE(ready()) << ended().err;
  EXPECT_EQ(stop(SIGTERM).code, 0);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "config"));

  start({"--key-command", "echo the vault is closed >&2; exit 3"});
  ASSERT_FALSE(ready());
  Ended end = ended();
  EXPECT_EQ(end.code, 8);
  EXPECT_THAT(end.err, HasSubstr("the vault is closed"));
  EXPECT_THAT(end.err, HasSubstr("--key-command"));

  start({"--key-command", "echo c2hvcnQ="});
  ASSERT_FALSE(ready());
  EXPECT_EQ(ended().code, 2);

  start({"--key-command", "echo " + key, "--key-file", "x"});
  ASSERT_FALSE(ready());
  EXPECT_EQ(ended().code, 2);

  start({"--key-command", "echo " + key});
  EXPECT_TRUE(ready()) << ended().err;
}

TEST_F(ServeTest, ATakenPortCostsNothing) {
  const auto other = net::Server::listen({});
  ASSERT_TRUE(other);
  const std::string place = "127.0.0.1:" + std::to_string((*other)->port());
  start({"--listen", place});
  ASSERT_FALSE(ready());
  const Ended end = ended();
  EXPECT_EQ(end.code, 8);
  EXPECT_THAT(end.err, HasSubstr(place));
  // The password was not made, and thus not lost.
  start();
  ASSERT_TRUE(ready()) << ended().err;
  EXPECT_FALSE(created_.is_null());
}

TEST_F(ServeTest, OneProcessServesAFolder) {
  start();
  ASSERT_TRUE(ready()) << ended().err;
  const Ended second = run({"serve", "--data", data_.string(), "--listen", "127.0.0.1:0"});
  EXPECT_EQ(second.code, 8);
  EXPECT_THAT(second.err, HasSubstr(data_.string()));
  EXPECT_THAT(second.err, HasSubstr("another process"));
  EXPECT_EQ(call("GET", "/health").status, 200);
}

TEST_F(ServeTest, RefusesBadArguments) {
  const std::vector<std::pair<std::vector<std::string>, std::string>> all{
      {{"--listen", "nonsense"}, "--listen nonsense"},
      {{"--listen", "127.0.0.1:99999"}, "--listen 127.0.0.1:99999"},
      {{"--listen", "somewhere:0"}, "somewhere"},
      {{"--host-name", "a b"}, "a b"},
      {{"--memory", "much"}, "much"},
      {{"--log-level", "loud"}, "loud"},
      {{"--store", "mysql://x"}, "mysql"}};
  for (const auto& [arguments, named] : all) {
    start(arguments);
    ASSERT_FALSE(ready()) << arguments[1];
    const Ended end = ended();
    EXPECT_EQ(end.code, 2) << arguments[1] << ": " << end.err;
    EXPECT_THAT(end.err, HasSubstr(named));
    std::filesystem::remove_all(data_);
  }
  EXPECT_EQ(run({"serve"}).code, 2);
}

TEST_F(ServeTest, CaSaysHowToTrustTheServer) {
  const Ended before = run({"ca", "--data", data_.string()});
  EXPECT_EQ(before.code, 2);
  EXPECT_THAT(before.err, HasSubstr("lakeport serve --data " + data_.string()));

  start({"--host-name", "lake.example.com"});
  ASSERT_TRUE(ready()) << ended().err;
  EXPECT_THAT(ready_["url"].get<std::string>(), HasSubstr("https://lake.example.com:"));
  const Ended text = run({"ca", "--data", data_.string()});
  EXPECT_EQ(text.code, 0);
  EXPECT_THAT(text.out, HasSubstr((data_ / "certificates" / "ca.pem").string()));
  EXPECT_THAT(text.out, HasSubstr("_tls_trusted_ca_file"));
  const Ended json = run({"ca", "--data", data_.string(), "--json"});
  EXPECT_EQ(json.code, 0);
  const auto authority = nlohmann::json::parse(json.out);
  EXPECT_EQ(authority["file"], ready_["ca_file"]);
  EXPECT_THAT(authority["pem"].get<std::string>(), HasSubstr("BEGIN CERTIFICATE"));
  EXPECT_THAT(text.out, HasSubstr(authority["sha256_fingerprint"].get<std::string>()));
}

}  // namespace
}  // namespace lakeport::test

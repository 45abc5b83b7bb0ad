#include "lakeport/net/certificates.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lakeport::net {
namespace {

using ::testing::HasSubstr;

class CertificatesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    char pattern[] = "/tmp/certificates-test-XXXXXX";
    folder_ = ::mkdtemp(pattern);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  static std::string read(const std::filesystem::path& file) {
    std::ifstream stream(file);
    return {std::istreambuf_iterator<char>(stream), {}};
  }
  // What the openssl program says.
  std::string openssl(const std::string& arguments) const {
    const auto output = folder_ / "output";
    (void)std::system(("openssl " + arguments + " >" + output.string() + " 2>&1").c_str());
    return read(output);
  }

  std::filesystem::path folder_;
};

TEST_F(CertificatesTest, MakesWhatOpensslTakes) {
  const auto files = ensure_local_certificates(folder_ / "new", {"lake.example", "10.1.2.3", "::1"});
  ASSERT_TRUE(files) << files.error().to_string();
  const std::string authority = files->authority.string();
  const std::string server = files->server.certificate_chain.string();
  EXPECT_THAT(openssl("verify -x509_strict -purpose sslserver -CAfile " + authority + " " + server),
              HasSubstr(": OK"));
  const std::string text = openssl("x509 -noout -text -in " + server);
  EXPECT_THAT(text,
              HasSubstr("DNS:lake.example, IP Address:10.1.2.3, IP Address:0:0:0:0:0:0:0:1, DNS:localhost, "
                        "IP Address:127.0.0.1"));
  EXPECT_THAT(text, HasSubstr("ASN1 OID: prime256v1"));
  EXPECT_THAT(text, HasSubstr("ecdsa-with-SHA256"));
  EXPECT_THAT(openssl("x509 -noout -checkend 34128000 -in " + server),
              HasSubstr("will not expire"));                                                       // 395 days
  EXPECT_THAT(openssl("x509 -noout -checkend 34387200 -in " + server), HasSubstr("will expire"));  // 398 days
  EXPECT_THAT(openssl("x509 -noout -checkend 315000000 -in " + authority), HasSubstr("will not expire"));
  const auto mode = std::filesystem::perms::owner_read | std::filesystem::perms::owner_write;
  EXPECT_EQ(std::filesystem::status(files->server.private_key).permissions(), mode);
  EXPECT_EQ(std::filesystem::status(folder_ / "new" / "ca.key").permissions(), mode);
}

TEST_F(CertificatesTest, KeepsWhatIsGoodAndRenewsWhatIsNot) {
  const auto files = ensure_local_certificates(folder_, {"a.example"});
  ASSERT_TRUE(files);
  const std::string authority = read(files->authority);
  const std::string server = read(files->server.certificate_chain);
  ASSERT_TRUE(ensure_local_certificates(folder_, {}));
  EXPECT_EQ(read(files->server.certificate_chain), server) << "fewer names need no new one";

  ASSERT_TRUE(ensure_local_certificates(folder_, {"a.example", "b.example"}));
  const std::string renewed = read(files->server.certificate_chain);
  EXPECT_NE(renewed, server);
  EXPECT_EQ(read(files->authority), authority);

  // A crash between the two renames.
  std::ofstream(files->server.private_key) << "";
  ASSERT_TRUE(ensure_local_certificates(folder_, {"a.example"}));
  EXPECT_NE(read(files->server.certificate_chain), renewed);

  // One that ends soon.
  const std::string soon = files->server.certificate_chain.string();
  openssl("x509 -x509toreq -copy_extensions copy -in " + soon + " -signkey " +
          files->server.private_key.string() + " -out " + (folder_ / "request").string());
  openssl("x509 -req -days 29 -copy_extensions copy -CA " + files->authority.string() + " -CAkey " +
          (folder_ / "ca.key").string() + " -in " + (folder_ / "request").string() + " -out " + soon);
  EXPECT_THAT(openssl("x509 -noout -checkend 2592000 -in " + soon), HasSubstr("will expire"));
  ASSERT_TRUE(ensure_local_certificates(folder_, {}));
  EXPECT_THAT(openssl("x509 -noout -checkend 2592000 -in " + soon), HasSubstr("will not expire"));
}

TEST_F(CertificatesTest, ANewAuthorityGetsANewServerCertificate) {
  const auto files = ensure_local_certificates(folder_, {});
  ASSERT_TRUE(files);
  std::filesystem::remove(files->authority);
  std::filesystem::remove(folder_ / "ca.key");
  ASSERT_TRUE(ensure_local_certificates(folder_, {}));
  EXPECT_THAT(
      openssl("verify -CAfile " + files->authority.string() + " " + files->server.certificate_chain.string()),
      HasSubstr(": OK"));
}

TEST_F(CertificatesTest, SummarisesACertificateAsOpensslDoes) {
  const auto files = ensure_local_certificates(folder_, {});
  ASSERT_TRUE(files);
  const auto summary = read_certificate(files->authority);
  ASSERT_TRUE(summary) << summary.error().to_string();
  const std::string name = files->authority.string();
  EXPECT_EQ(openssl("x509 -noout -subject -in " + name), "subject=" + summary->subject + "\n");
  EXPECT_EQ(openssl("x509 -noout -fingerprint -sha256 -in " + name),
            "sha256 Fingerprint=" + summary->sha256_fingerprint + "\n");
  std::string until = openssl("x509 -noout -enddate -dateopt iso_8601 -in " + name);
  until.replace(until.find(' '), 1, "T");
  EXPECT_EQ(until, "notAfter=" + summary->valid_until + "\n");
  EXPECT_EQ(openssl("x509 -in " + name), summary->pem);
  EXPECT_EQ(read_certificate(folder_ / "none").error().kind(), ErrorKind::kNotFound);
  EXPECT_EQ(read_certificate(folder_ / "ca.key").error().kind(), ErrorKind::kInvalidInput);
}

TEST_F(CertificatesTest, RefusesBadNamesAndBrokenAuthorities) {
  for (const char* bad : {"", "a b", "a,DNS:evil", "a/b"}) {
    const auto files = ensure_local_certificates(folder_, {bad});
    ASSERT_FALSE(files) << bad;
    EXPECT_EQ(files.error().kind(), ErrorKind::kInvalidInput);
  }
  ASSERT_TRUE(ensure_local_certificates(folder_, {}));
  std::filesystem::remove(folder_ / "ca.key");
  EXPECT_THAT(ensure_local_certificates(folder_, {}).error().to_string(), HasSubstr("ca.key"));
  std::ofstream(folder_ / "ca.key") << "no key";
  EXPECT_THAT(ensure_local_certificates(folder_, {}).error().to_string(), HasSubstr("ca.key"));
}

}  // namespace
}  // namespace lakeport::net

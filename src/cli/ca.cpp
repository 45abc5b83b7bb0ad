// `lakeport ca`: the local certificate authority of a workspace, and how clients come to trust it.
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "lakeport/base/result.h"
#include "lakeport/net/certificates.h"

#include "commands.h"
#include "data_folder.h"
#include "exit_code.h"

namespace lakeport::cli {
namespace {

struct CaOptions {
  std::string data;
  bool json = false;
};

void print_instructions(const std::string& file, const net::CertificateSummary& authority) {
  std::cout
      << "Certificate authority of this workspace: " << authority.subject << "\n"
      << "  file         " << file << "\n"
      << "  SHA-256      " << authority.sha256_fingerprint << "\n"
      << "  valid until  " << authority.valid_until << "\n\n"
      << "Clients must trust it. Copy the file (it holds no secret) and compare the fingerprint, then:\n\n"
      << "  this system (Debian)      sudo cp " << file
      << " /usr/local/share/ca-certificates/lakeport.crt && sudo update-ca-certificates\n"
      << "  curl                      curl --cacert " << file << " https://HOST:PORT/health\n"
      << "  databricks-sql-connector  sql.connect(..., _tls_trusted_ca_file=\"" << file << "\")\n"
      << "  Databricks SDK, dbt, CLI  export REQUESTS_CA_BUNDLE=" << file << " SSL_CERT_FILE=" << file << "\n"
      << "  Node.js                   export NODE_EXTRA_CA_CERTS=" << file << "\n"
      << "  Java (JDBC)               keytool -importcert -noprompt -alias lakeport -file " << file
      << " -keystore lakeport.jks -storepass changeit\n"
      << "                            then ...;SSLTrustStore=lakeport.jks;SSLTrustStorePwd=changeit\n";
}

Status run_ca(const CaOptions& options) {
  std::error_code error;
  const auto root = std::filesystem::absolute(options.data, error);
  const auto file = DataLayout(root).authority();
  auto authority = net::read_certificate(file);
  if (!authority && authority.error().kind() == ErrorKind::kNotFound) {
    return fail(ErrorKind::kNotFound, "there is no certificate authority yet", file.string(),
                "Run `lakeport serve --data " + options.data + "` first: it makes one.");
  }
  if (!authority) return fail(authority.error());
  if (options.json) {
    std::cout << nlohmann::json{{"file", file.string()},
                                {"subject", authority->subject},
                                {"sha256_fingerprint", authority->sha256_fingerprint},
                                {"valid_until", authority->valid_until},
                                {"pem", authority->pem}}
                     .dump()
              << '\n';
  } else {
    print_instructions(file.string(), *authority);
  }
  return {};
}

}  // namespace

void add_ca_command(CLI::App& app, Action& action) {
  CLI::App* command =
      app.add_subcommand("ca", "Show a workspace's certificate authority and how to trust it");
  auto options = std::make_shared<CaOptions>();
  command->add_option("--data", options->data, "The data folder of `lakeport serve`")->required();
  command->add_flag("--json", options->json, "One JSON object, with the certificate as PEM");
  command->footer("Example: lakeport ca --data /srv/lakeport");
  command->callback([&action, options] {
    action = [options] {
      const Status done = run_ca(*options);
      if (done) return kSucceeded;
      std::cerr << "lakeport: " << done.error().to_string() << '\n';
      return exit_code(done.error().kind());
    };
  });
}

}  // namespace lakeport::cli

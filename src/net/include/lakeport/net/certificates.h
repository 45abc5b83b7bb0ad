// A certificate authority of the installation's own, and the server's certificate signed by it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "lakeport/base/result.h"
#include "lakeport/net/server.h"

namespace lakeport::net {

struct LocalCertificates {
  std::filesystem::path authority;  // PEM: what clients trust
  TlsFiles server;
};

// Makes `folder`/ca.pem, ca.key, server.pem, server.key where they are missing; renews a server certificate
// that ends within 30 days or does not name every one of `host_names` (DNS names or IP addresses;
// "localhost", 127.0.0.1 and ::1 always). Keys have mode 0600. P-256, SHA-256; the authority lasts 10 years,
// the server's certificate 397 days.
Result<LocalCertificates> ensure_local_certificates(const std::filesystem::path& folder,
                                                    const std::vector<std::string>& host_names);

// What people compare before they trust a certificate.
struct CertificateSummary {
  std::string subject;             // "CN = Lakeport local CA 1a2b3c4d"
  std::string sha256_fingerprint;  // "AB:CD:…", of the whole certificate
  std::string valid_until;         // "2034-05-17T09:30:00Z"
  std::string pem;
};

// The first certificate of a PEM file. kNotFound when there is no file, kInvalidInput when it is no
// certificate.
Result<CertificateSummary> read_certificate(const std::filesystem::path& file);

}  // namespace lakeport::net

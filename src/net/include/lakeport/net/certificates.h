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

}  // namespace lakeport::net

#include "certificate_file.h"

#include <cstdlib>
#include <system_error>
#include <utility>

#include <unistd.h>

namespace lakeport::sources::postgres {

Result<CertificateFile> CertificateFile::write(const std::string& pem) {
  std::error_code error;
  std::string path = (std::filesystem::temp_directory_path(error) / "lakeport-ca-XXXXXX").string();
  const int file = ::mkstemp(path.data());
  if (file < 0) {
    return fail(ErrorKind::kIo, std::error_code(errno, std::generic_category()).message(), path);
  }
  CertificateFile written(path);
  const bool complete = ::write(file, pem.data(), pem.size()) == static_cast<ssize_t>(pem.size());
  ::close(file);
  if (!complete) return fail(ErrorKind::kIo, "cannot write the CA certificate", path);
  return written;
}

CertificateFile::~CertificateFile() {
  if (!path_.empty()) ::unlink(path_.c_str());
}

CertificateFile::CertificateFile(CertificateFile&& other) noexcept : path_(std::exchange(other.path_, {})) {}

CertificateFile& CertificateFile::operator=(CertificateFile&& other) noexcept {
  std::swap(path_, other.path_);
  return *this;
}

}  // namespace lakeport::sources::postgres

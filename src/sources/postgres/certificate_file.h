// A certificate authority's certificate as the private file that libpq wants; deleted with the object.
#pragma once

#include <filesystem>
#include <string>

#include "lakeport/base/result.h"

namespace lakeport::sources::postgres {

class CertificateFile {
 public:
  static Result<CertificateFile> write(const std::string& pem);
  ~CertificateFile();
  CertificateFile(CertificateFile&& other) noexcept;
  CertificateFile& operator=(CertificateFile&& other) noexcept;

  const std::string& path() const { return path_; }

 private:
  explicit CertificateFile(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

}  // namespace lakeport::sources::postgres

// libparquet exports an OpenSSL of its own; what we call must be the system's, as gRPC and libpq do.
#include <string>

#include <dlfcn.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

namespace lakeport::batchfile {
namespace {

template <class Function>
std::string library_of(Function* function) {
  Dl_info where{};
  EXPECT_NE(dladdr(reinterpret_cast<const void*>(function), &where), 0);
  return where.dli_fname == nullptr ? "" : where.dli_fname;
}

TEST(Linking, TakesOpenSslFromTheSystem) {
  EXPECT_NE(library_of(&EVP_EncryptUpdate).find("libcrypto.so"), std::string::npos);
  EXPECT_NE(library_of(&RAND_bytes).find("libcrypto.so"), std::string::npos);
}

}  // namespace
}  // namespace lakeport::batchfile

// OpenSSL objects with owners, and the server's side of TLS.
#pragma once

#include <memory>
#include <string>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "lakeport/base/result.h"
#include "lakeport/net/server.h"

namespace lakeport::net {

template <auto free_function>
struct OpensslDeleter {
  template <class T>
  void operator()(T* object) const {
    free_function(object);
  }
};
using SslContext = std::unique_ptr<SSL_CTX, OpensslDeleter<SSL_CTX_free>>;
using Ssl = std::unique_ptr<SSL, OpensslDeleter<SSL_free>>;
using Certificate = std::unique_ptr<X509, OpensslDeleter<X509_free>>;
using PrivateKey = std::unique_ptr<EVP_PKEY, OpensslDeleter<EVP_PKEY_free>>;
using Bio = std::unique_ptr<BIO, OpensslDeleter<BIO_free_all>>;

// The oldest reasons in OpenSSL's error queue of this thread, which is emptied: "no start line".
std::string take_openssl_errors();

// TLS 1.2 or newer, HTTP/1.1. kInvalidInput names the file that is wrong.
Result<SslContext> make_server_context(const TlsFiles& files);

// A socket as OpenSSL reads and writes it, without SIGPIPE when the other side has gone. The socket must not
// block and outlives the BIO.
Bio make_socket_bio(int socket);

}  // namespace lakeport::net

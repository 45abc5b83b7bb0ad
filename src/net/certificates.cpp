#include "lakeport/net/certificates.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <sys/stat.h>

#include <boost/asio/ip/address.hpp>
#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/bn.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include "tls.h"

namespace lakeport::net {

namespace {

constexpr long kDay = 24L * 60 * 60;
constexpr long kAuthorityDays = 3652;
constexpr long kServerDays = 397;  // browsers take no longer ones
constexpr int kRenewDays = 30;

struct Identity {
  Certificate certificate;
  PrivateKey key;
};

bool is_address(const std::string& name) {
  boost::system::error_code error;
  boost::asio::ip::make_address(name, error);
  return !error;
}

tl::unexpected<Error> openssl_failed(std::string_view what) {
  return fail(ErrorKind::kInternal, std::string(what) + ": " + take_openssl_errors());
}

tl::unexpected<Error> io_failed(std::string_view what, const std::filesystem::path& file) {
  return fail(ErrorKind::kIo, std::string(what) + ": " + std::strerror(errno), file.string());
}

// Written beside, then renamed: a crash leaves no half file.
Status write_file(const std::filesystem::path& file, std::string_view content, mode_t mode) {
  const std::string beside = file.string() + ".new";
  (void)::unlink(beside.c_str());
  const int descriptor = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  if (descriptor < 0) return io_failed("cannot create the file", beside);
  const auto written = ::write(descriptor, content.data(), content.size());
  const bool durable = written == static_cast<ssize_t>(content.size()) && ::fsync(descriptor) == 0;
  ::close(descriptor);
  if (!durable || ::rename(beside.c_str(), file.c_str()) != 0)
    return io_failed("cannot write the file", file);
  return {};
}

std::string content_of(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

Status write_identity(const Identity& identity, const std::filesystem::path& certificate_file,
                      const std::filesystem::path& key_file) {
  const Bio certificate(BIO_new(BIO_s_mem()));
  const Bio key(BIO_new(BIO_s_mem()));
  if (!certificate || !key || PEM_write_bio_X509(certificate.get(), identity.certificate.get()) != 1 ||
      PEM_write_bio_PrivateKey(key.get(), identity.key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1) {
    return openssl_failed("cannot write a certificate");
  }
  LAKEPORT_RETURN_IF_ERROR(write_file(key_file, content_of(key.get()), 0600));
  return write_file(certificate_file, content_of(certificate.get()), 0644);
}

// Nothing when the files are missing.
Result<Identity> read_identity(const std::filesystem::path& certificate_file,
                               const std::filesystem::path& key_file) {
  if (!std::filesystem::exists(certificate_file) || !std::filesystem::exists(key_file)) return Identity{};
  const Bio certificate(BIO_new_file(certificate_file.c_str(), "r"));
  Identity identity;
  if (certificate) {
    identity.certificate.reset(PEM_read_bio_X509(certificate.get(), nullptr, nullptr, nullptr));
  }
  if (!identity.certificate) {
    return fail(ErrorKind::kInvalidInput, "this is no certificate: " + take_openssl_errors(),
                certificate_file.string(), "Remove it to have a new one made.");
  }
  const Bio key(BIO_new_file(key_file.c_str(), "r"));
  if (key) identity.key.reset(PEM_read_bio_PrivateKey(key.get(), nullptr, nullptr, nullptr));
  if (!identity.key || X509_check_private_key(identity.certificate.get(), identity.key.get()) != 1) {
    return fail(ErrorKind::kInvalidInput,
                "this is not the certificate's private key: " + take_openssl_errors(), key_file.string(),
                "Remove both files to have new ones made.");
  }
  return identity;
}

bool add_extension(X509* certificate, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const std::unique_ptr<X509_EXTENSION, OpensslDeleter<X509_EXTENSION_free>> extension(
      X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool set_random_serial(X509* certificate) {
  std::array<unsigned char, 16> bytes{};
  if (RAND_bytes(bytes.data(), bytes.size()) != 1) return false;
  bytes[0] &= 0x7fU;
  const std::unique_ptr<BIGNUM, OpensslDeleter<BN_free>> number(
      BN_bin2bn(bytes.data(), bytes.size(), nullptr));
  return number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr;
}

// A key and a certificate without extensions or signature.
Result<Identity> make_identity(const std::string& name, long days) {
  Identity identity{Certificate(X509_new()), PrivateKey(EVP_EC_gen("P-256"))};
  X509* certificate = identity.certificate.get();
  if (certificate == nullptr || !identity.key) return openssl_failed("cannot make a key");
  X509_NAME* subject = X509_get_subject_name(certificate);
  const auto* text = reinterpret_cast<const unsigned char*>(name.c_str());
  // An hour back: clocks differ.
  if (X509_set_version(certificate, X509_VERSION_3) != 1 || !set_random_serial(certificate) ||
      X509_gmtime_adj(X509_getm_notBefore(certificate), -3600) == nullptr ||
      X509_time_adj_ex(X509_getm_notAfter(certificate), static_cast<int>(days), -3600, nullptr) == nullptr ||
      X509_set_pubkey(certificate, identity.key.get()) != 1 ||
      X509_NAME_add_entry_by_NID(subject, NID_commonName, MBSTRING_UTF8, text, -1, -1, 0) != 1) {
    return openssl_failed("cannot make a certificate");
  }
  return identity;
}

Result<Identity> make_authority() {
  // Some clients tell authorities apart by name only, so that every installation has its own.
  std::array<unsigned char, 4> random{};
  if (RAND_bytes(random.data(), random.size()) != 1) return openssl_failed("no random numbers");
  std::string name = "Lakeport local CA ";
  for (const unsigned char byte : random) {
    static constexpr std::string_view kDigits = "0123456789abcdef";
    name += {kDigits[byte >> 4U], kDigits[byte & 15U]};
  }
  LAKEPORT_ASSIGN_OR_RETURN(Identity authority, make_identity(name, kAuthorityDays));
  X509* certificate = authority.certificate.get();
  if (X509_set_issuer_name(certificate, X509_get_subject_name(certificate)) != 1 ||
      !add_extension(certificate, certificate, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") ||
      !add_extension(certificate, certificate, NID_key_usage, "critical,keyCertSign,cRLSign") ||
      !add_extension(certificate, certificate, NID_subject_key_identifier, "hash") ||
      X509_sign(certificate, authority.key.get(), EVP_sha256()) == 0) {
    return openssl_failed("cannot make the authority's certificate");
  }
  return authority;
}

Result<Identity> make_server(const Identity& authority, const std::vector<std::string>& names) {
  LAKEPORT_ASSIGN_OR_RETURN(Identity server, make_identity(names.front().substr(0, 64), kServerDays));
  X509* certificate = server.certificate.get();
  X509* issuer = authority.certificate.get();
  std::string alternatives;
  for (const std::string& name : names) {
    alternatives += (alternatives.empty() ? "" : ",") + std::string(is_address(name) ? "IP:" : "DNS:") + name;
  }
  if (X509_set_issuer_name(certificate, X509_get_subject_name(issuer)) != 1 ||
      !add_extension(certificate, issuer, NID_basic_constraints, "critical,CA:FALSE") ||
      !add_extension(certificate, issuer, NID_key_usage, "critical,digitalSignature") ||
      !add_extension(certificate, issuer, NID_ext_key_usage, "serverAuth") ||
      !add_extension(certificate, issuer, NID_subject_key_identifier, "hash") ||
      !add_extension(certificate, issuer, NID_authority_key_identifier, "keyid") ||
      !add_extension(certificate, issuer, NID_subject_alt_name, alternatives) ||
      X509_sign(certificate, authority.key.get(), EVP_sha256()) == 0) {
    return openssl_failed("cannot make the server's certificate");
  }
  return server;
}

bool names_host(X509* certificate, const std::string& name) {
  return is_address(name) ? X509_check_ip_asc(certificate, name.c_str(), 0) == 1
                          : X509_check_host(certificate, name.data(), name.size(), 0, nullptr) == 1;
}

bool still_good(const Identity& server, const Identity& authority, const std::vector<std::string>& names) {
  X509* certificate = server.certificate.get();
  if (certificate == nullptr || X509_verify(certificate, authority.key.get()) != 1) return false;
  std::time_t renewal = std::time(nullptr) + kRenewDays * kDay;
  if (X509_cmp_time(X509_get0_notAfter(certificate), &renewal) <= 0) return false;
  return std::ranges::all_of(names, [&](const std::string& name) { return names_host(certificate, name); });
}

// Names go into a certificate's extension as text: nothing but names may.
Status check_name(const std::string& name) {
  const bool plain =
      !name.empty() && name.size() <= 253 &&
      name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.*_") ==
          std::string::npos;
  if (plain || is_address(name)) return {};
  return fail(ErrorKind::kInvalidInput, "this is no host name and no IP address", name);
}

}  // namespace

Result<LocalCertificates> ensure_local_certificates(const std::filesystem::path& folder,
                                                    const std::vector<std::string>& host_names) {
  std::vector<std::string> names;
  for (const std::string& name : host_names) {
    LAKEPORT_RETURN_IF_ERROR(check_name(name));
    if (std::ranges::find(names, name) == names.end()) names.push_back(name);
  }
  for (const char* own : {"localhost", "127.0.0.1", "::1"}) {
    if (std::ranges::find(names, own) == names.end()) names.emplace_back(own);
  }
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return fail(ErrorKind::kIo, "cannot make the folder: " + error.message(), folder.string());

  const LocalCertificates files{folder / "ca.pem", {folder / "server.pem", folder / "server.key"}};
  const std::filesystem::path authority_key = folder / "ca.key";
  LAKEPORT_ASSIGN_OR_RETURN(Identity authority, read_identity(files.authority, authority_key));
  if (!authority.certificate) {
    if (std::filesystem::exists(files.authority)) {
      return fail(
          ErrorKind::kInvalidInput, "the authority's certificate is there, but its key is not",
          authority_key.string(),
          "Bring the key back, or remove ca.pem to make a new authority that clients must trust anew.");
    }
    LAKEPORT_ASSIGN_OR_RETURN(authority, make_authority());
    LAKEPORT_RETURN_IF_ERROR(write_identity(authority, files.authority, authority_key));
  }
  // The two files are renamed one after the other: after a crash between, they do not match and are made
  // anew.
  auto server = read_identity(files.server.certificate_chain, files.server.private_key);
  if (!server || !still_good(*server, authority, names)) {
    LAKEPORT_ASSIGN_OR_RETURN(Identity made, make_server(authority, names));
    LAKEPORT_RETURN_IF_ERROR(write_identity(made, files.server.certificate_chain, files.server.private_key));
  }
  return files;
}

Result<CertificateSummary> read_certificate(const std::filesystem::path& file) {
  if (!std::filesystem::exists(file))
    return fail(ErrorKind::kNotFound, "there is no such file", file.string());
  const Bio input(BIO_new_file(file.c_str(), "r"));
  Certificate certificate;
  if (input) certificate.reset(PEM_read_bio_X509(input.get(), nullptr, nullptr, nullptr));
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  std::tm end{};
  if (!certificate || X509_digest(certificate.get(), EVP_sha256(), digest.data(), &size) != 1 ||
      ASN1_TIME_to_tm(X509_get0_notAfter(certificate.get()), &end) != 1) {
    return fail(ErrorKind::kInvalidInput, "this is no certificate: " + take_openssl_errors(), file.string());
  }
  CertificateSummary summary;
  const Bio subject(BIO_new(BIO_s_mem()));
  const Bio pem(BIO_new(BIO_s_mem()));
  if (!subject || !pem ||
      X509_NAME_print_ex(subject.get(), X509_get_subject_name(certificate.get()), 0, XN_FLAG_ONELINE) < 0 ||
      PEM_write_bio_X509(pem.get(), certificate.get()) != 1) {
    return openssl_failed("cannot read the certificate");
  }
  summary.subject = content_of(subject.get());
  summary.pem = content_of(pem.get());
  for (unsigned int i = 0; i < size; ++i) {
    summary.sha256_fingerprint += fmt::format("{}{:02X}", i == 0 ? "" : ":", digest.at(i));
  }
  summary.valid_until = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", end.tm_year + 1900,
                                    end.tm_mon + 1, end.tm_mday, end.tm_hour, end.tm_min, end.tm_sec);
  return summary;
}

}  // namespace lakeport::net

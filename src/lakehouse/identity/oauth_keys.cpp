#include "oauth_keys.h"

#include <algorithm>
#include <array>

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "lakeport/base/base64.h"

namespace lakeport::lakehouse {

namespace {

using nlohmann::json;

constexpr int kKeyBits = 2048;
constexpr std::string_view kAlgorithm = "RS256";
// How often a token with an unknown key may make us ask the store for newer keys.
constexpr std::chrono::seconds kReload{1};

struct FreeBio {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
using BioPointer = std::unique_ptr<BIO, FreeBio>;
struct FreeDigest {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using DigestPointer = std::unique_ptr<EVP_MD_CTX, FreeDigest>;
struct FreeNumber {
  void operator()(BIGNUM* number) const { BN_free(number); }
};

Error broken(std::string_view what) {
  return {ErrorKind::kInternal, "OpenSSL could not " + std::string(what)};
}

std::string content(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

std::shared_ptr<EVP_PKEY> own(EVP_PKEY* key) { return {key, EVP_PKEY_free}; }

Result<std::shared_ptr<EVP_PKEY>> read_private(const std::string& pem) {
  const BioPointer bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  EVP_PKEY* key = bio ? PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr) : nullptr;
  if (key == nullptr) return fail(broken("read a signing key"));
  return own(key);
}

std::string number_of(EVP_PKEY* key, const char* parameter) {
  BIGNUM* raw = nullptr;
  if (EVP_PKEY_get_bn_param(key, parameter, &raw) != 1) return {};
  const std::unique_ptr<BIGNUM, FreeNumber> number(raw);
  std::string bytes(static_cast<std::size_t>(BN_num_bytes(raw)), '\0');
  BN_bn2bin(raw, reinterpret_cast<unsigned char*>(bytes.data()));
  return base64url_encode(bytes);
}

json published(const std::string& id, EVP_PKEY* key) {
  return {{"kty", "RSA"},
          {"use", "sig"},
          {"alg", kAlgorithm},
          {"kid", id},
          {"n", number_of(key, OSSL_PKEY_PARAM_RSA_N)},
          {"e", number_of(key, OSSL_PKEY_PARAM_RSA_E)}};
}

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

Error not_ours() { return {ErrorKind::kPermission, "the token is unknown"}; }

}  // namespace

SigningKeys::SigningKeys(store::Metadata& metadata, Sealer sealer, Options options)
    : metadata_(metadata), sealer_(std::move(sealer)), options_(std::move(options)) {}

// With the mutex held.
Status SigningKeys::load() {
  const std::int64_t now = options_.now().time_since_epoch().count();
  LAKEPORT_ASSIGN_OR_RETURN(
      const auto rows,
      metadata_.query("select id, sign_until_ms, verify_until_ms, private_key from signing_key "
                      "where verify_until_ms > ? order by created_ms desc, id",
                      {now}));
  std::vector<Key> keys;
  for (const store::Row& row : rows) {
    LAKEPORT_ASSIGN_OR_RETURN(const std::string pem,
                              sealer_.open(row.bytes(3), "signing-key:" + row.text(0)));
    LAKEPORT_ASSIGN_OR_RETURN(auto key, read_private(pem));
    json shown = published(row.text(0), key.get());
    keys.push_back({row.text(0), UtcMillis(std::chrono::milliseconds(row.integer(1))),
                    UtcMillis(std::chrono::milliseconds(row.integer(2))), std::move(key), std::move(shown)});
  }
  keys_ = std::move(keys);
  loaded_ = std::chrono::steady_clock::now();
  return {};
}

// With the mutex held. Another process may make one at the same time: then there are two, which does no harm.
Status SigningKeys::make() {
  const auto key = own(EVP_RSA_gen(kKeyBits));
  if (!key) return fail(broken("make a signing key"));
  const BioPointer secret(BIO_new(BIO_s_mem()));
  const BioPointer open(BIO_new(BIO_s_mem()));
  if (!secret || !open ||
      PEM_write_bio_PrivateKey(secret.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1 ||
      PEM_write_bio_PUBKEY(open.get(), key.get()) != 1)
    return fail(broken("write a signing key"));
  const std::string id = random_uuid();
  const UtcMillis now = options_.now();
  const UtcMillis sign_until = now + options_.signing;
  const UtcMillis verify_until = sign_until + options_.believing;
  const store::Bytes sealed{sealer_.seal(content(secret.get()), "signing-key:" + id)};
  return metadata_.write([&](store::Session& session) -> Status {
    LAKEPORT_RETURN_IF_ERROR(session.execute("delete from signing_key where verify_until_ms <= ?",
                                             {now.time_since_epoch().count()}));
    LAKEPORT_RETURN_IF_ERROR(session.execute(
        "insert into signing_key (id, created_ms, sign_until_ms, verify_until_ms, public_key, private_key) "
        "values (?, ?, ?, ?, ?, ?)",
        {id, now.time_since_epoch().count(), sign_until.time_since_epoch().count(),
         verify_until.time_since_epoch().count(), content(open.get()), sealed}));
    return {};
  });
}

Result<SigningKeys::Key> SigningKeys::signing_key() {
  const std::lock_guard lock(mutex_);
  const auto usable = [&]() -> const Key* {
    const UtcMillis now = options_.now();
    const auto found =
        std::find_if(keys_.begin(), keys_.end(), [&](const Key& key) { return key.sign_until > now; });
    return found == keys_.end() ? nullptr : &*found;
  };
  if (const Key* key = usable()) return *key;
  LAKEPORT_RETURN_IF_ERROR(load());
  if (const Key* key = usable()) return *key;
  LAKEPORT_RETURN_IF_ERROR(make());
  LAKEPORT_RETURN_IF_ERROR(load());
  if (const Key* key = usable()) return *key;
  return fail(ErrorKind::kInternal, "a new signing key is not in the store");
}

Result<SigningKeys::Key> SigningKeys::verifying_key(const std::string& id) {
  const std::lock_guard lock(mutex_);
  for (int attempt = 0; attempt < 2; ++attempt) {
    for (const Key& key : keys_)
      if (key.id == id && key.verify_until > options_.now()) return key;
    if (attempt > 0 || std::chrono::steady_clock::now() - loaded_ < kReload) break;
    LAKEPORT_RETURN_IF_ERROR(load());
  }
  return fail(not_ours());
}

Result<std::string> SigningKeys::sign(const json& claims, std::string_view type) {
  LAKEPORT_ASSIGN_OR_RETURN(const Key key, signing_key());
  const json header = {{"alg", kAlgorithm}, {"typ", type}, {"kid", key.id}};
  std::string token = base64url_encode(header.dump()) + "." + base64url_encode(claims.dump());
  const DigestPointer context(EVP_MD_CTX_new());
  std::size_t size = 0;
  if (!context || EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key.key.get()) != 1 ||
      EVP_DigestSign(context.get(), nullptr, &size, bytes_of(token), token.size()) != 1)
    return fail(broken("sign a token"));
  std::string signature(size, '\0');
  if (EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                     bytes_of(token), token.size()) != 1)
    return fail(broken("sign a token"));
  signature.resize(size);
  return token + "." + base64url_encode(signature);
}

Result<json> SigningKeys::verify(std::string_view token, std::string_view type) {
  const std::size_t first = token.find('.');
  const std::size_t second = first == std::string_view::npos ? first : token.find('.', first + 1);
  if (second == std::string_view::npos || token.find('.', second + 1) != std::string_view::npos)
    return fail(not_ours());
  const auto header_text = base64url_decode(token.substr(0, first));
  const auto claims_text = base64url_decode(token.substr(first + 1, second - first - 1));
  const auto signature = base64url_decode(token.substr(second + 1));
  if (!header_text || !claims_text || !signature) return fail(not_ours());
  const json header = json::parse(*header_text, nullptr, false);
  // One algorithm, ours: a header can neither choose "none" nor make the public key a shared secret.
  if (!header.is_object() || header.value("alg", json()) != kAlgorithm ||
      header.value("typ", json()) != type || !header.value("kid", json()).is_string() ||
      header.contains("crit"))
    return fail(not_ours());
  LAKEPORT_ASSIGN_OR_RETURN(const Key key, verifying_key(header["kid"].get<std::string>()));
  const std::string_view signed_part = token.substr(0, second);
  const DigestPointer context(EVP_MD_CTX_new());
  if (!context || EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key.key.get()) != 1 ||
      EVP_DigestVerify(context.get(), bytes_of(*signature), signature->size(), bytes_of(signed_part),
                       signed_part.size()) != 1)
    return fail(not_ours());
  json claims = json::parse(*claims_text, nullptr, false);
  if (!claims.is_object()) return fail(not_ours());
  return claims;
}

Result<json> SigningKeys::key_set() {
  LAKEPORT_RETURN_IF_ERROR(signing_key());
  const std::lock_guard lock(mutex_);
  if (std::chrono::steady_clock::now() - loaded_ >= kReload) LAKEPORT_RETURN_IF_ERROR(load());
  json keys = json::array();
  for (const Key& key : keys_)
    if (key.verify_until > options_.now()) keys.push_back(key.published);
  return json{{"keys", keys}};
}

}  // namespace lakeport::lakehouse

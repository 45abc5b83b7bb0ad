#include "lakeport/base/seal.h"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>

#include <sys/stat.h>

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <unistd.h>

namespace lakeport {

namespace {

constexpr std::size_t kNonceSize = 12;
constexpr std::size_t kTagSize = 16;
static_assert(Sealer::kOverhead == 1 + kNonceSize + kTagSize);

using Cipher = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

unsigned char* octets(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }
const unsigned char* octets(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

// OpenSSL fails here only when memory has run out or its library is broken: nothing that could be handled.
void must(bool worked, const char* what) {
  if (worked) return;
  fmt::print(stderr, "lakeport: {} failed\n", what);
  std::abort();
}

Status check_key(const std::string& key) {
  if (key.size() == Sealer::kKeySize) return {};
  return fail(ErrorKind::kInvalidInput,
              fmt::format("a key for sealing has {} bytes, not {}", Sealer::kKeySize, key.size()));
}

// What GCM authenticates beside the value. The key's version is in it.
std::string additional_data(char version, std::string_view what) { return version + std::string(what); }

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  int get() const { return number_; }

 private:
  int number_;
};

tl::unexpected<Error> file_error(const std::filesystem::path& file, const char* what) {
  return fail(ErrorKind::kIo, fmt::format("the key file cannot be {}: {}", what, std::strerror(errno)),
              file.string());
}

Result<std::string> read_key(const std::filesystem::path& file, int descriptor) {
  struct stat about{};
  if (::fstat(descriptor, &about) != 0) return file_error(file, "read");
  if ((about.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return fail(ErrorKind::kInvalidInput, "others may use this key file", file.string(),
                "Make it readable for its owner alone: chmod 600.");
  }
  std::array<char, 256> text{};
  const auto size = ::read(descriptor, text.data(), text.size());
  if (size < 0) return file_error(file, "read");
  std::string_view digits(text.data(), static_cast<std::size_t>(size));
  while (digits.ends_with('\n')) digits.remove_suffix(1);
  auto key = from_hex(digits);
  if (!key || key->size() != Sealer::kKeySize) {
    return fail(ErrorKind::kInvalidInput, "a key file holds 64 hexadecimal digits and nothing else",
                file.string(), "Restore it: without its key, sealed values cannot be read.");
  }
  return key;
}

}  // namespace

Result<Sealer> Sealer::create(std::string key, std::uint8_t version) {
  LAKEPORT_RETURN_IF_ERROR(check_key(key));
  Sealer sealer;
  sealer.version_ = version;
  sealer.keys_.emplace(version, std::move(key));
  return sealer;
}

Status Sealer::add_older_key(std::string key, std::uint8_t version) {
  LAKEPORT_RETURN_IF_ERROR(check_key(key));
  if (!keys_.emplace(version, std::move(key)).second) {
    return fail(ErrorKind::kInvalidInput, fmt::format("two keys for sealing have version {}", version));
  }
  return {};
}

Sealer::~Sealer() {
  for (auto& [version, key] : keys_) OPENSSL_cleanse(key.data(), key.size());
}

std::string Sealer::seal(std::string_view plain, std::string_view what) const {
  const char version = static_cast<char>(version_);
  const std::string& key = keys_.at(version_);
  const std::string nonce = random_bytes(kNonceSize);
  const std::string beside = additional_data(version, what);
  const Cipher cipher(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
  must(cipher != nullptr, "sealing");
  must(EVP_EncryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, octets(key), octets(nonce)) == 1,
       "sealing");
  int size = 0;
  must(EVP_EncryptUpdate(cipher.get(), nullptr, &size, octets(beside), static_cast<int>(beside.size())) == 1,
       "sealing");
  std::string hidden(plain.size() + kTagSize, '\0');
  must(EVP_EncryptUpdate(cipher.get(), octets(hidden), &size, octets(plain),
                         static_cast<int>(plain.size())) == 1,
       "sealing");
  int rest = 0;
  must(EVP_EncryptFinal_ex(cipher.get(), octets(hidden) + size, &rest) == 1, "sealing");
  must(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, kTagSize, octets(hidden) + plain.size()) == 1,
       "sealing");
  return version + nonce + hidden;
}

Result<std::string> Sealer::open(std::string_view sealed, std::string_view what) const {
  const auto damaged = [] {
    return fail(ErrorKind::kInvalidInput, "a sealed value is damaged, or sealed as something else");
  };
  if (sealed.size() < kOverhead) return damaged();
  const char version = sealed.front();
  const auto key = keys_.find(static_cast<std::uint8_t>(version));
  if (key == keys_.end()) {
    return fail(ErrorKind::kInvalidInput,
                fmt::format("a value is sealed with key version {}, which is not known here",
                            static_cast<std::uint8_t>(version)));
  }
  const std::string_view nonce = sealed.substr(1, kNonceSize);
  const std::string_view hidden = sealed.substr(1 + kNonceSize, sealed.size() - kOverhead);
  std::string tag(sealed.substr(sealed.size() - kTagSize));
  const std::string beside = additional_data(version, what);
  const Cipher cipher(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
  must(cipher != nullptr, "unsealing");
  must(EVP_DecryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, octets(key->second), octets(nonce)) == 1,
       "unsealing");
  int size = 0;
  must(EVP_DecryptUpdate(cipher.get(), nullptr, &size, octets(beside), static_cast<int>(beside.size())) == 1,
       "unsealing");
  // One byte more: OpenSSL wants a place for the nothing that ends it.
  std::string plain(hidden.size() + 1, '\0');
  must(EVP_DecryptUpdate(cipher.get(), octets(plain), &size, octets(hidden),
                         static_cast<int>(hidden.size())) == 1,
       "unsealing");
  must(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, kTagSize, tag.data()) == 1, "unsealing");
  int rest = 0;
  if (EVP_DecryptFinal_ex(cipher.get(), octets(plain) + size, &rest) != 1) return damaged();
  plain.resize(hidden.size());
  return plain;
}

Result<std::string> load_or_create_seal_key(const std::filesystem::path& file) {
  {
    const Descriptor found(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    if (found.get() >= 0) return read_key(file, found.get());
    if (errno != ENOENT) return file_error(file, "opened");
  }
  // Written beside and renamed, so that no half-written key is ever found under its name.
  const std::filesystem::path beside = file.string() + "." + random_hex(4);
  std::string key = random_bytes(Sealer::kKeySize);
  const std::string text = to_hex(key) + "\n";
  {
    const Descriptor made(::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (made.get() < 0) return file_error(file, "made");
    if (::write(made.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()) ||
        ::fsync(made.get()) != 0) {
      const auto error = file_error(file, "written");
      ::unlink(beside.c_str());
      return error;
    }
  }
  // link(), unlike rename(), lets the first of two processes win.
  const bool linked = ::link(beside.c_str(), file.c_str()) == 0;
  const int problem = errno;
  ::unlink(beside.c_str());
  if (linked) return key;
  errno = problem;
  if (problem != EEXIST) return file_error(file, "made");
  const Descriptor theirs(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (theirs.get() < 0) return file_error(file, "opened");
  return read_key(file, theirs.get());
}

std::string random_bytes(std::size_t count) {
  std::string bytes(count, '\0');
  must(RAND_bytes(octets(bytes), static_cast<int>(count)) == 1, "the system's random generator");
  return bytes;
}

std::string random_hex(std::size_t bytes) { return to_hex(random_bytes(bytes)); }

std::int64_t random_between(std::int64_t low, std::int64_t high) {
  const auto range = static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low) + 1;
  // What lies beyond the last whole multiple of the range would make small numbers likelier.
  const std::uint64_t beyond = range == 0 ? 0 : (UINT64_MAX % range + 1) % range;
  while (true) {
    std::uint64_t number = 0;
    const std::string bytes = random_bytes(sizeof(number));
    std::memcpy(&number, bytes.data(), sizeof(number));
    if (number > UINT64_MAX - beyond) continue;
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(low) +
                                     (range == 0 ? number : number % range));
  }
}

std::string random_uuid() {
  std::string bytes = random_bytes(16);
  bytes[6] = static_cast<char>((static_cast<unsigned char>(bytes[6]) & 0x0FU) | 0x40U);
  bytes[8] = static_cast<char>((static_cast<unsigned char>(bytes[8]) & 0x3FU) | 0x80U);
  const std::string digits = to_hex(bytes);
  return fmt::format("{}-{}-{}-{}-{}", digits.substr(0, 8), digits.substr(8, 4), digits.substr(12, 4),
                     digits.substr(16, 4), digits.substr(20));
}

std::string sha256(std::string_view data) {
  // Looked up once: the lookup takes longer than hashing a token.
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  must(algorithm != nullptr, "SHA-256");
  thread_local const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                                     &EVP_MD_CTX_free);
  std::string digest(32, '\0');
  must(context != nullptr && EVP_DigestInit_ex2(context.get(), algorithm, nullptr) == 1 &&
           EVP_DigestUpdate(context.get(), data.data(), data.size()) == 1 &&
           EVP_DigestFinal_ex(context.get(), octets(digest), nullptr) == 1,
       "SHA-256");
  return digest;
}

std::string to_hex(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const char byte : bytes) {
    text += kDigits[static_cast<unsigned char>(byte) >> 4U];
    text += kDigits[static_cast<unsigned char>(byte) & 0x0FU];
  }
  return text;
}

Result<std::string> from_hex(std::string_view text) {
  const auto digit = [](char letter) -> int {
    if (letter >= '0' && letter <= '9') return letter - '0';
    if (letter >= 'a' && letter <= 'f') return letter - 'a' + 10;
    if (letter >= 'A' && letter <= 'F') return letter - 'A' + 10;
    return -1;
  };
  std::string bytes;
  for (std::size_t at = 0; at + 1 < text.size(); at += 2) {
    const int high = digit(text[at]);
    const int low = digit(text[at + 1]);
    if (high < 0 || low < 0) break;
    bytes += static_cast<char>(high * 16 + low);
  }
  if (bytes.size() * 2 != text.size()) {
    return fail(ErrorKind::kInvalidInput, "these are not pairs of hexadecimal digits");
  }
  return bytes;
}

bool constant_time_equal(std::string_view left, std::string_view right) {
  return left.size() == right.size() && CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

}  // namespace lakeport

#include "encryption.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include <openssl/evp.h>

#include "random.h"

namespace lakeport::batchfile {
namespace {

constexpr std::size_t kBlock = 16;
constexpr std::size_t kChunk = std::size_t{128} << 10;

struct FreeContext {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_CIPHER_CTX, FreeContext>;

unsigned char* octets(char* bytes) { return reinterpret_cast<unsigned char*>(bytes); }
const unsigned char* octets(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

class EncryptingSink final : public ByteSink {
 public:
  EncryptingSink(ByteSink& next, Context context)
      : next_(next), context_(std::move(context)), out_(kChunk + kBlock, '\0') {}

  Status write(std::string_view bytes) override {
    while (!bytes.empty()) {
      const std::string_view part = bytes.substr(0, kChunk);
      bytes.remove_prefix(part.size());
      int size = 0;
      if (EVP_EncryptUpdate(context_.get(), octets(out_.data()), &size, octets(part),
                            static_cast<int>(part.size())) != 1) {
        return fail(ErrorKind::kInternal, "OpenSSL does not encrypt");
      }
      taken_ += static_cast<std::int64_t>(part.size());
      LAKEPORT_RETURN_IF_ERROR(next_.write({out_.data(), static_cast<std::size_t>(size)}));
    }
    return {};
  }

  Status finish() override {
    int size = 0;
    if (EVP_EncryptFinal_ex(context_.get(), octets(out_.data()), &size) != 1) {
      return fail(ErrorKind::kInternal, "OpenSSL does not encrypt");
    }
    LAKEPORT_RETURN_IF_ERROR(next_.write({out_.data(), static_cast<std::size_t>(size)}));
    return next_.finish();
  }

  std::int64_t room() const override {
    constexpr auto block = static_cast<std::int64_t>(kBlock);
    // What has been taken but not passed on waits for its block to fill; the last block has 1 byte of padding
    // at least.
    const std::int64_t waiting = taken_ % block;
    const std::int64_t blocks = std::max<std::int64_t>(next_.room(), 0) / block;
    return blocks * block - 1 - waiting;
  }

 private:
  ByteSink& next_;
  Context context_;
  std::string out_;
  std::int64_t taken_ = 0;
};

class DecryptingSource final : public ByteSource {
 public:
  DecryptingSource(std::unique_ptr<ByteSource> from, Context context)
      : from_(std::move(from)),
        context_(std::move(context)),
        in_(kChunk, '\0'),
        out_(kChunk + kBlock, '\0') {}

  Result<std::size_t> read(std::span<char> out) override {
    while (at_ == size_) {
      if (ended_) return std::size_t{0};
      LAKEPORT_RETURN_IF_ERROR(fill());
    }
    const std::size_t count = std::min(out.size(), size_ - at_);
    std::memcpy(out.data(), out_.data() + at_, count);
    at_ += count;
    return count;
  }

 private:
  Status fill() {
    LAKEPORT_ASSIGN_OR_RETURN(const std::size_t count, from_->read(in_));
    int size = 0;
    if (count > 0) {
      total_ += count;
      if (EVP_DecryptUpdate(context_.get(), octets(out_.data()), &size, octets(std::string_view(in_)),
                            static_cast<int>(count)) != 1) {
        return fail(ErrorKind::kInternal, "OpenSSL does not decrypt");
      }
    } else {
      ended_ = true;
      if (total_ == 0 || total_ % kBlock != 0) {
        return fail(ErrorKind::kInvalidInput,
                    "was cut: an encrypted file is a whole number of 16-byte blocks, and 2 at least");
      }
      if (EVP_DecryptFinal_ex(context_.get(), octets(out_.data()), &size) != 1) {
        return fail(ErrorKind::kInvalidInput,
                    "does not decrypt: the key is another file's, or the file was cut");
      }
    }
    at_ = 0;
    size_ = static_cast<std::size_t>(size);
    return {};
  }

  std::unique_ptr<ByteSource> from_;
  Context context_;
  std::string in_;
  std::string out_;
  std::size_t at_ = 0;
  std::size_t size_ = 0;
  std::size_t total_ = 0;
  bool ended_ = false;
};

Status check_key(const std::string& key) {
  if (key.size() == kKeyBytes) return {};
  return fail(ErrorKind::kInvalidInput,
              key.empty() ? "is encrypted, but no key was given for it"
                          : "has a key of " + std::to_string(key.size()) + " bytes; AES-256 keys have 32");
}

}  // namespace

Result<std::unique_ptr<ByteSink>> encrypt_into(ByteSink& next, const std::string& key) {
  LAKEPORT_RETURN_IF_ERROR(check_key(key));
  LAKEPORT_ASSIGN_OR_RETURN(const std::string vector, random_bytes(kBlock));
  Context context(EVP_CIPHER_CTX_new());
  if (!context || EVP_EncryptInit_ex(context.get(), EVP_aes_256_cbc(), nullptr, octets(key),
                                     octets(std::string_view(vector.data(), vector.size()))) != 1) {
    return fail(ErrorKind::kInternal, "OpenSSL does not encrypt with AES-256-CBC");
  }
  LAKEPORT_RETURN_IF_ERROR(next.write(vector));
  return std::make_unique<EncryptingSink>(next, std::move(context));
}

Result<std::unique_ptr<ByteSource>> decrypt_from(std::unique_ptr<ByteSource> from, const std::string& key) {
  LAKEPORT_RETURN_IF_ERROR(check_key(key));
  std::array<char, kBlock> vector;
  for (std::size_t have = 0; have < kBlock;) {
    LAKEPORT_ASSIGN_OR_RETURN(const std::size_t count, from->read(std::span(vector).subspan(have)));
    if (count == 0) {
      return fail(ErrorKind::kInvalidInput,
                  "was cut: it ends within the 16 bytes of the initialisation vector");
    }
    have += count;
  }
  Context context(EVP_CIPHER_CTX_new());
  if (!context || EVP_DecryptInit_ex(context.get(), EVP_aes_256_cbc(), nullptr, octets(key),
                                     octets(std::string_view(vector.data(), vector.size()))) != 1) {
    return fail(ErrorKind::kInternal, "OpenSSL does not decrypt with AES-256-CBC");
  }
  return std::make_unique<DecryptingSource>(std::move(from), std::move(context));
}

}  // namespace lakeport::batchfile

#include "result_spool.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <system_error>
#include <utility>

#include <openssl/crypto.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include "spool_file.h"

namespace lakeport::lakehouse {
namespace {

std::string to_hex(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const char byte : bytes) {
    const auto value = static_cast<unsigned char>(byte);
    text += kDigits[value >> 4U];
    text += kDigits[value & 15U];
  }
  return text;
}

// Bytes that count as long as anybody holds them.
class CountedBytes {
 public:
  CountedBytes(std::shared_ptr<const void> owner, std::int64_t size,
               std::shared_ptr<std::atomic<std::int64_t>> count)
      : owner_(std::move(owner)), size_(size), count_(std::move(count)) {}
  ~CountedBytes() { *count_ -= size_; }
  CountedBytes(const CountedBytes&) = delete;
  CountedBytes& operator=(const CountedBytes&) = delete;

 private:
  const std::shared_ptr<const void> owner_;
  const std::int64_t size_;
  const std::shared_ptr<std::atomic<std::int64_t>> count_;
};

}  // namespace

Result<std::string> random_bytes(std::size_t count) {
  std::string bytes(count, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(count)) != 1)
    return fail(ErrorKind::kInternal, "the system gives no random numbers");
  return bytes;
}

ResultSpool::ResultSpool(ResultLinks::Options options, std::string key)
    : options_(std::move(options)), key_(std::move(key)) {}

ResultSpool::~ResultSpool() {
  std::error_code ignored;
  for (const auto& [id, chunk] : chunks_) std::filesystem::remove(chunk.file, ignored);
}

Result<std::string> ResultSpool::add(net::SharedBody body, std::string_view content_type, Place place) {
  LAKEPORT_ASSIGN_OR_RETURN(const std::string random, random_bytes(16));
  std::string id = to_hex(random);
  SpooledChunk chunk{.file = options_.folder / id,
                     .content_type = std::string(content_type),
                     .size = static_cast<std::int64_t>(body.size()),
                     .body = {}};
  LAKEPORT_RETURN_IF_ERROR(reserve(chunk.size));
  auto stored = place == Place::kFile ? write_spool_file(chunk.file, body.parts)
                                      : store_in_memory(chunk, std::move(body));
  const std::scoped_lock lock(mutex_);
  if (!stored) {
    used_ -= chunk.size;
    return fail(std::move(stored).error());
  }
  if (chunk.body) {
    chunk.age_number = next_age_number_++;
    by_age_.emplace(chunk.age_number, id);
  }
  chunks_.emplace(id, std::move(chunk));
  return id;
}

Status ResultSpool::store_in_memory(SpooledChunk& chunk, net::SharedBody body) {
  LAKEPORT_ASSIGN_OR_RETURN(const bool stays, make_room_in_memory(chunk.size));
  if (!stays) return write_spool_file(chunk.file, body.parts);
  auto counted = std::make_shared<CountedBytes>(std::move(body.owner), chunk.size, memory_);
  chunk.body = {std::move(body.parts), std::move(counted)};
  return {};
}

Result<bool> ResultSpool::make_room_in_memory(std::int64_t size) {
  if (size > options_.memory_limit) return false;
  for (;;) {
    std::string id;
    SpooledChunk oldest;
    {
      const std::scoped_lock lock(mutex_);
      if (*memory_ + size <= options_.memory_limit) {
        *memory_ += size;
        return true;
      }
      if (by_age_.empty()) return false;
      id = by_age_.begin()->second;
      by_age_.erase(by_age_.begin());
      oldest = chunks_.at(id);
    }
    LAKEPORT_RETURN_IF_ERROR(move_to_file(id, oldest));
  }
}

Status ResultSpool::move_to_file(const std::string& id, const SpooledChunk& chunk) {
  auto written = write_spool_file(chunk.file, chunk.body->parts);
  std::optional<net::SharedBody> released;  // outside the lock: it may be large
  const std::scoped_lock lock(mutex_);
  const auto found = chunks_.find(id);
  if (!written) {
    if (found != chunks_.end()) by_age_.emplace(chunk.age_number, id);
    return written;
  }
  if (found == chunks_.end()) {
    // It was removed meanwhile.
    std::error_code ignored;
    std::filesystem::remove(chunk.file, ignored);
    return {};
  }
  released.swap(found->second.body);
  return {};
}

ResultLink ResultSpool::link(const std::string& id, std::string_view base_url) {
  const UtcMillis expires = utc_now() + options_.lifetime;
  const std::string moment = std::to_string(expires.time_since_epoch().count());
  {
    const std::scoped_lock lock(mutex_);
    if (const auto found = chunks_.find(id); found != chunks_.end())
      found->second.last_expiry = std::max(found->second.last_expiry, expires);
  }
  std::string url(base_url);
  url += "/result-links/" + id + "?expires=" + moment + "&signature=" + sign(id, moment);
  return {.url = std::move(url), .expires = expires};
}

void ResultSpool::disown(const std::string& id) {
  const std::scoped_lock lock(mutex_);
  if (const auto found = chunks_.find(id); found != chunks_.end()) found->second.owned = false;
}

void ResultSpool::remove(const std::string& id) {
  const std::scoped_lock lock(mutex_);
  if (const auto found = chunks_.find(id); found != chunks_.end() && found->second.owned) erase(found);
}

std::int64_t ResultSpool::used() const {
  const std::scoped_lock lock(mutex_);
  return used_;
}

bool ResultSpool::valid(const std::string& id, std::string_view moment, std::string_view signature) const {
  std::int64_t expires = 0;
  const auto [end, error] = std::from_chars(moment.data(), moment.data() + moment.size(), expires);
  if (error != std::errc{} || end != moment.data() + moment.size()) return false;
  const std::string expected = sign(id, moment);
  return expected.size() == signature.size() &&
         CRYPTO_memcmp(expected.data(), signature.data(), expected.size()) == 0 &&
         utc_now().time_since_epoch().count() < expires;
}

std::optional<SpooledChunk> ResultSpool::find(const std::string& id) const {
  const std::scoped_lock lock(mutex_);
  const auto found = chunks_.find(id);
  return found == chunks_.end() ? std::nullopt : std::optional(found->second);
}

std::string ResultSpool::sign(std::string_view id, std::string_view moment) const {
  const std::string text = std::string(id) + '\n' + std::string(moment);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  HMAC(EVP_sha256(), key_.data(), static_cast<int>(key_.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), &size);
  return to_hex({reinterpret_cast<const char*>(digest.data()), size});
}

// Room for `size` more bytes; first drops what nobody owns and no link reaches any more.
Status ResultSpool::reserve(std::int64_t size) {
  const std::scoped_lock lock(mutex_);
  const UtcMillis now = utc_now();
  for (auto at = chunks_.begin(); at != chunks_.end();)
    at = !at->second.owned && at->second.last_expiry < now ? erase(at) : std::next(at);
  if (used_ + size > options_.disk_limit)
    return fail(
        ErrorKind::kUnavailable,
        "the space for result links is used up (" + std::to_string(options_.disk_limit >> 20U) + " MB)", "",
        "Close results that are no longer needed, or try again later");
  used_ += size;
  return {};
}

ResultSpool::Chunks::iterator ResultSpool::erase(Chunks::iterator at) {
  std::error_code ignored;
  if (at->second.body) {
    by_age_.erase(at->second.age_number);
  } else {
    std::filesystem::remove(at->second.file, ignored);
  }
  used_ -= at->second.size;
  return chunks_.erase(at);
}

}  // namespace lakeport::lakehouse

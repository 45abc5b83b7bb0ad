#include "lakeport/lakehouse/result_links.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <mutex>
#include <optional>
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

Result<std::string> random_bytes(std::size_t count) {
  std::string bytes(count, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(count)) != 1)
    return fail(ErrorKind::kInternal, "the system gives no random numbers");
  return bytes;
}

struct SpooledChunk {
  std::filesystem::path file;
  std::string content_type;
  std::int64_t size = 0;
  UtcMillis last_expiry{};
  bool owned = true;  // a handle keeps it
};

// What handles share with the spool, so that they may be destroyed after it.
class Spool {
 public:
  Spool(ResultLinks::Options options, std::string key) : options_(std::move(options)), key_(std::move(key)) {}
  ~Spool() {
    std::error_code ignored;
    for (const auto& [id, chunk] : chunks_) std::filesystem::remove(chunk.file, ignored);
  }
  Spool(const Spool&) = delete;
  Spool& operator=(const Spool&) = delete;

  Result<std::string> add(std::string_view bytes, std::string_view content_type) {
    LAKEPORT_ASSIGN_OR_RETURN(const std::string random, random_bytes(16));
    std::string id = to_hex(random);
    SpooledChunk chunk{.file = options_.folder / id,
                       .content_type = std::string(content_type),
                       .size = static_cast<std::int64_t>(bytes.size())};
    LAKEPORT_RETURN_IF_ERROR(reserve(chunk.size));
    if (auto written = write_spool_file(chunk.file, bytes); !written) {
      const std::scoped_lock lock(mutex_);
      used_ -= chunk.size;
      return fail(std::move(written).error());
    }
    const std::scoped_lock lock(mutex_);
    chunks_.emplace(id, std::move(chunk));
    return id;
  }

  ResultLink link(const std::string& id, std::string_view base_url) {
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

  void disown(const std::string& id) {
    const std::scoped_lock lock(mutex_);
    if (const auto found = chunks_.find(id); found != chunks_.end()) found->second.owned = false;
  }

  void remove(const std::string& id) {
    const std::scoped_lock lock(mutex_);
    if (const auto found = chunks_.find(id); found != chunks_.end() && found->second.owned) erase(found);
  }

  std::int64_t used() const {
    const std::scoped_lock lock(mutex_);
    return used_;
  }

  // Whether the link was made here and has not expired.
  bool valid(const std::string& id, std::string_view moment, std::string_view signature) const {
    std::int64_t expires = 0;
    const auto [end, error] = std::from_chars(moment.data(), moment.data() + moment.size(), expires);
    if (error != std::errc{} || end != moment.data() + moment.size()) return false;
    const std::string expected = sign(id, moment);
    return expected.size() == signature.size() &&
           CRYPTO_memcmp(expected.data(), signature.data(), expected.size()) == 0 &&
           utc_now().time_since_epoch().count() < expires;
  }

  std::optional<SpooledChunk> find(const std::string& id) const {
    const std::scoped_lock lock(mutex_);
    const auto found = chunks_.find(id);
    return found == chunks_.end() ? std::nullopt : std::optional(found->second);
  }

 private:
  using Chunks = std::map<std::string, SpooledChunk>;

  std::string sign(std::string_view id, std::string_view moment) const {
    const std::string text = std::string(id) + '\n' + std::string(moment);
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    HMAC(EVP_sha256(), key_.data(), static_cast<int>(key_.size()),
         reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), &size);
    return to_hex({reinterpret_cast<const char*>(digest.data()), size});
  }

  // Room for `size` more bytes; first drops what nobody owns and no link reaches any more.
  Status reserve(std::int64_t size) {
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

  Chunks::iterator erase(Chunks::iterator at) {
    std::error_code ignored;
    std::filesystem::remove(at->second.file, ignored);
    used_ -= at->second.size;
    return chunks_.erase(at);
  }

  const ResultLinks::Options options_;
  const std::string key_;
  mutable std::mutex mutex_;
  Chunks chunks_;
  std::int64_t used_ = 0;  // bytes, with what is being written
};

class ResultChunkHandle : public ResultChunk {
 public:
  ResultChunkHandle(std::weak_ptr<Spool> spool, std::string id, std::int64_t size)
      : spool_(std::move(spool)), id_(std::move(id)), size_(size) {}
  ~ResultChunkHandle() override {
    if (const auto spool = spool_.lock()) spool->remove(id_);
  }
  ResultChunkHandle(const ResultChunkHandle&) = delete;
  ResultChunkHandle& operator=(const ResultChunkHandle&) = delete;

  std::int64_t size() const override { return size_; }
  ResultLink link(std::string_view base_url) const override {
    const auto spool = spool_.lock();
    return spool ? spool->link(id_, base_url) : ResultLink{};
  }
  void outlive_handle() override {
    if (const auto spool = spool_.lock()) spool->disown(id_);
  }

 private:
  const std::weak_ptr<Spool> spool_;
  const std::string id_;
  const std::int64_t size_;
};

net::Response plain(int status, std::string text) {
  return {.status = status, .headers = {{"Content-Type", "text/plain"}}, .body = std::move(text)};
}

class SpooledResultLinks : public ResultLinks {
 public:
  explicit SpooledResultLinks(std::shared_ptr<Spool> spool) : spool_(std::move(spool)) {}

  Result<std::unique_ptr<ResultChunk>> write(std::string_view bytes, std::string_view content_type) override {
    LAKEPORT_ASSIGN_OR_RETURN(std::string id, spool_->add(bytes, content_type));
    return std::make_unique<ResultChunkHandle>(spool_, std::move(id),
                                               static_cast<std::int64_t>(bytes.size()));
  }

  std::int64_t bytes_on_disk() const override { return spool_->used(); }

  net::Response serve(const net::Request& request) override {
    const auto id = request.path_parameters.find("chunk");
    const auto expires = request.query_value("expires");
    const auto signature = request.query_value("signature");
    if (id == request.path_parameters.end() || !expires || !signature ||
        !spool_->valid(id->second, *expires, *signature))
      return plain(403, "The link is not valid, or it has expired. Ask for a new one.\n");
    const auto chunk = spool_->find(id->second);
    if (!chunk) return plain(404, "The result is no longer kept. Run the statement again.\n");
    auto body = read_spool_file(chunk->file);
    if (!body) return plain(404, "The result is no longer kept. Run the statement again.\n");
    return {.status = 200,
            .headers = {{"Content-Type", chunk->content_type},
                        {"Content-Length", std::to_string(chunk->size)},
                        {"Cache-Control", "private, no-store"}},
            .body = *std::move(body)};
  }

 private:
  std::shared_ptr<Spool> spool_;
};

}  // namespace

Result<std::unique_ptr<ResultLinks>> ResultLinks::open(const Options& options) {
  LAKEPORT_RETURN_IF_ERROR(empty_spool_folder(options.folder));
  LAKEPORT_ASSIGN_OR_RETURN(std::string key, random_bytes(32));
  return std::make_unique<SpooledResultLinks>(std::make_shared<Spool>(options, std::move(key)));
}

void add_result_link_routes(net::Router& router, ResultLinks& links) {
  router.add("GET", "/result-links/{chunk}",
             [&links](const net::Request& request) { return links.serve(request); });
}

std::string base_url_of(const net::Request& request) {
  std::string url = request.secure ? "https://" : "http://";
  url += request.headers.get("Host").value_or("localhost");
  return url;
}

}  // namespace lakeport::lakehouse

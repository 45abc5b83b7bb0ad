#include "lakeport/lakehouse/result_links.h"

#include <optional>
#include <utility>

#include "result_spool.h"
#include "spool_file.h"

namespace lakeport::lakehouse {
namespace {

class ResultChunkHandle : public ResultChunk {
 public:
  ResultChunkHandle(std::weak_ptr<ResultSpool> spool, std::string id, std::int64_t size)
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
  const std::weak_ptr<ResultSpool> spool_;
  const std::string id_;
  const std::int64_t size_;
};

net::Response plain(int status, std::string text) {
  return {.status = status, .headers = {{"Content-Type", "text/plain"}}, .body = std::move(text)};
}

class SpooledResultLinks : public ResultLinks {
 public:
  explicit SpooledResultLinks(std::shared_ptr<ResultSpool> spool) : spool_(std::move(spool)) {}

  Result<std::unique_ptr<ResultChunk>> write(std::string_view bytes, std::string_view content_type) override {
    LAKEPORT_ASSIGN_OR_RETURN(std::string id,
                              spool_->add({{bytes}, nullptr}, content_type, ResultSpool::Place::kFile));
    return std::make_unique<ResultChunkHandle>(spool_, std::move(id),
                                               static_cast<std::int64_t>(bytes.size()));
  }

  Result<std::unique_ptr<ResultChunk>> keep(net::SharedBody bytes, std::string_view content_type) override {
    const auto size = static_cast<std::int64_t>(bytes.size());
    LAKEPORT_ASSIGN_OR_RETURN(std::string id,
                              spool_->add(std::move(bytes), content_type, ResultSpool::Place::kMemory));
    return std::make_unique<ResultChunkHandle>(spool_, std::move(id), size);
  }

  std::int64_t bytes_on_disk() const override { return spool_->used(); }
  std::int64_t bytes_in_memory() const override { return spool_->in_memory(); }

  net::Response serve(const net::Request& request) override {
    const auto id = request.path_parameters.find("chunk");
    const auto expires = request.query_value("expires");
    const auto signature = request.query_value("signature");
    if (id == request.path_parameters.end() || !expires || !signature ||
        !spool_->valid(id->second, *expires, *signature))
      return plain(403, "The link is not valid, or it has expired. Ask for a new one.\n");
    const auto chunk = spool_->find(id->second);
    if (!chunk) return plain(404, "The result is no longer kept. Run the statement again.\n");
    net::Response response{.status = 200,
                           .headers = {{"Content-Type", chunk->content_type},
                                       {"Content-Length", std::to_string(chunk->size)},
                                       {"Cache-Control", "private, no-store"}}};
    if (chunk->body) {
      response.body = *chunk->body;
      return response;
    }
    auto body = read_spool_file(chunk->file);
    if (!body) return plain(404, "The result is no longer kept. Run the statement again.\n");
    response.body = *std::move(body);
    return response;
  }

 private:
  std::shared_ptr<ResultSpool> spool_;
};

}  // namespace

Result<std::unique_ptr<ResultLinks>> ResultLinks::open(const Options& options) {
  LAKEPORT_RETURN_IF_ERROR(empty_spool_folder(options.folder));
  LAKEPORT_ASSIGN_OR_RETURN(std::string key, random_bytes(32));
  return std::make_unique<SpooledResultLinks>(std::make_shared<ResultSpool>(options, std::move(key)));
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

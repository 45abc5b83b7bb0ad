// Results that clients download by link: chunks in files of a spool folder, each reachable by signed URLs
// that end with their time. Shared by the Thrift protocol (cloud fetch) and statement execution
// (EXTERNAL_LINKS).
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "lakeport/base/result.h"
#include "lakeport/base/time.h"
#include "lakeport/net/router.h"

namespace lakeport::lakehouse {

struct ResultLink {
  std::string url;
  UtcMillis expires{};
};

// One file of the spool. Deleted with this handle; a download that has begun still ends well.
class ResultChunk {
 public:
  virtual ~ResultChunk() = default;
  virtual std::int64_t size() const = 0;  // bytes
  // A new URL under `base_url` ("https://host:port", see base_url_of). Whoever has it may download the chunk
  // until the link expires, without any other credential.
  virtual ResultLink link(std::string_view base_url) const = 0;
  // From now on the file lives until the last link that was made has expired, whatever becomes of this
  // handle: for results whose operation is closed before they are downloaded.
  virtual void outlive_handle() = 0;
};

// Thread-safe. Chunks may be destroyed after it (they do nothing then).
class ResultLinks {
 public:
  struct Options {
    std::filesystem::path folder;         // made with mode 0700; what a crash left in it is removed
    std::int64_t disk_limit = 8LL << 30;  // bytes
    // Bytes of the newest chunks that are kept in memory instead; those being downloaded count too.
    std::int64_t memory_limit = 0;
    std::chrono::milliseconds lifetime{std::chrono::minutes(15)};  // of a link
  };
  // kIo when the folder cannot be made or emptied.
  static Result<std::unique_ptr<ResultLinks>> open(const Options& options);
  virtual ~ResultLinks() = default;  // empties the folder

  // `content_type`: what the download says ("application/vnd.apache.arrow.stream", "text/csv", …).
  // kUnavailable when the spool is full; kIo when the disk refuses.
  virtual Result<std::unique_ptr<ResultChunk>> write(std::string_view bytes,
                                                     std::string_view content_type) = 0;
  // The same without a copy: the bytes stay in memory where they are, as long as there is room. What is older
  // goes to files for it.
  virtual Result<std::unique_ptr<ResultChunk>> keep(net::SharedBody bytes, std::string_view content_type) = 0;
  virtual std::int64_t bytes_on_disk() const = 0;    // in files, or room for them
  virtual std::int64_t bytes_in_memory() const = 0;  // with what is still being sent

  // Answers GET /result-links/{chunk}: 403 for a signature that is wrong or expired (as object stores do),
  // 404 when the chunk is gone.
  virtual net::Response serve(const net::Request& request) = 0;
};

// GET /result-links/{chunk}. `links` must outlive the router.
void add_result_link_routes(net::Router& router, ResultLinks& links);

// "https://host:port" as this client wrote it (its Host field), so that links work behind any name.
std::string base_url_of(const net::Request& request);

}  // namespace lakeport::lakehouse

// A client that sends bytes as they are, good or bad, over plain TCP or TLS, and reads answers.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct ssl_ctx_st;
struct ssl_st;

namespace lakeport::net::test {

struct Answer {
  int status = 0;
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;                            // without chunk framing
  bool whole = false;                          // its end came
};

class RawClient {
 public:
  // Plain, or TLS that trusts `ca_file` only. Not connected() when TCP or TLS failed.
  explicit RawClient(std::uint16_t port, const std::optional<std::filesystem::path>& ca_file = std::nullopt);
  ~RawClient();
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  bool connected() const { return connected_; }
  const std::string& problem() const { return problem_; }
  int descriptor() const { return descriptor_; }

  bool send(std::string_view bytes);
  // The next answer; status 0 when the connection ended before its head. Waits up to a minute.
  Answer receive(bool without_body = false);
  Answer ask(std::string_view bytes) {
    send(bytes);
    return receive();
  }
  // "" at the end or after an error.
  std::string receive_some(std::size_t at_most);
  // The server closed its side.
  bool ended() { return pending_.empty() && receive_some(1).empty(); }

 private:
  bool fill();

  int descriptor_ = -1;
  bool connected_ = false;
  std::string problem_;
  std::string pending_;
  ssl_ctx_st* context_ = nullptr;
  ssl_st* ssl_ = nullptr;
};

}  // namespace lakeport::net::test

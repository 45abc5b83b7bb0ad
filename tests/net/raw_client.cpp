#include "raw_client.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <csignal>
#include <cstring>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <unistd.h>

namespace lakeport::net::test {

RawClient::RawClient(std::uint16_t port, const std::optional<std::filesystem::path>& ca_file) {
  (void)std::signal(SIGPIPE, SIG_IGN);  // OpenSSL's own sockets do not ask to be spared
  descriptor_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  timeval minute{60, 0};
  ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &minute, sizeof minute);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(descriptor_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    problem_ = std::strerror(errno);
    return;
  }
  if (ca_file) {
    context_ = SSL_CTX_new(TLS_client_method());
    SSL_CTX_load_verify_locations(context_, ca_file->c_str(), nullptr);
    ssl_ = SSL_new(context_);
    SSL_set_verify(ssl_, SSL_VERIFY_PEER, nullptr);
    SSL_set1_host(ssl_, "localhost");
    SSL_set_tlsext_host_name(ssl_, "localhost");
    SSL_set_fd(ssl_, descriptor_);
    if (SSL_connect(ssl_) != 1) {
      problem_ = X509_verify_cert_error_string(SSL_get_verify_result(ssl_));
      return;
    }
  }
  connected_ = true;
}

RawClient::~RawClient() {
  SSL_free(ssl_);
  SSL_CTX_free(context_);
  if (descriptor_ >= 0) ::close(descriptor_);
}

bool RawClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ssl_ != nullptr ? SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size()))
                                      : ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

std::string RawClient::receive_some(std::size_t at_most) {
  if (pending_.empty()) fill();
  const std::string taken = pending_.substr(0, at_most);
  pending_.erase(0, taken.size());
  return taken;
}

bool RawClient::fill() {
  std::array<char, 65536> bytes{};
  const auto received = ssl_ != nullptr ? SSL_read(ssl_, bytes.data(), bytes.size())
                                        : ::recv(descriptor_, bytes.data(), bytes.size(), 0);
  if (received <= 0) return false;
  pending_.append(bytes.data(), static_cast<std::size_t>(received));
  return true;
}

Answer RawClient::receive(bool without_body) {
  Answer answer;
  std::size_t end = 0;
  while ((end = pending_.find("\r\n\r\n")) == std::string::npos) {
    if (!fill()) return answer;
  }
  std::string head = pending_.substr(0, end + 2);
  pending_.erase(0, end + 4);
  answer.status = std::stoi(head.substr(9, 3));
  for (std::size_t line = head.find("\r\n") + 2; line < head.size();) {
    const std::size_t next = head.find("\r\n", line);
    const std::size_t colon = head.find(": ", line);
    std::string name = head.substr(line, colon - line);
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
    answer.headers[name] = head.substr(colon + 2, next - colon - 2);
    line = next + 2;
  }
  if (without_body || answer.status == 204 || answer.status < 200) {
    answer.whole = true;
    return answer;
  }
  if (answer.headers.contains("content-length")) {
    const std::size_t length = std::stoull(answer.headers["content-length"]);
    while (pending_.size() < length && fill()) {
    }
    answer.whole = pending_.size() >= length;
    answer.body = pending_.substr(0, length);
    pending_.erase(0, answer.body.size());
    return answer;
  }
  if (answer.headers["transfer-encoding"] == "chunked") {
    while (true) {
      std::size_t line_end = 0;
      while ((line_end = pending_.find("\r\n")) == std::string::npos) {
        if (!fill()) return answer;
      }
      const std::size_t size = std::stoull(pending_.substr(0, line_end), nullptr, 16);
      while (pending_.size() < line_end + 2 + size + 2) {
        if (!fill()) return answer;
      }
      answer.body += pending_.substr(line_end + 2, size);
      pending_.erase(0, line_end + 2 + size + 2);
      if (size == 0) {
        answer.whole = true;
        return answer;
      }
    }
  }
  while (fill()) {
  }
  answer.body = std::move(pending_);
  pending_.clear();
  answer.whole = true;
  return answer;
}

}  // namespace lakeport::net::test

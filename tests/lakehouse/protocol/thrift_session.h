// One client's way to a served workspace: calls of the generated client, each over one HTTP request.
#pragma once

#include <string>

#include <thrift/protocol/TBinaryProtocol.h>
#include <thrift/transport/TBufferTransports.h>

#include "lakeport/net/client.h"

#include "TCLIService.h"
#include "served_workspace.h"

namespace lakeport::lakehouse::testing {

class ThriftSession {
 public:
  ThriftSession(const ServedWorkspace& workspace, std::string token)
      : url_("http://127.0.0.1:" + std::to_string(workspace.port()) + workspace.http_path()),
        token_(std::move(token)) {}

  net::ClientResponse post(const std::string& body) const {
    net::ClientRequest request;
    request.method = "POST";
    request.url = url_;
    request.headers.set("Authorization", "Bearer " + token_);
    request.headers.set("Content-Type", "application/x-thrift");
    request.body = body;
    net::ClientOptions options;
    options.answer_limit = 64U << 20U;
    auto response = net::send(request, options);
    if (!response) throw std::runtime_error(response.error().to_string());
    return *std::move(response);
  }

  // E.g. call<TOpenSessionResp>(&Client::send_OpenSession, &Client::recv_OpenSession, request).
  template <class Response, class Request>
  Response call(void (tcli::TCLIServiceClient::*send)(const Request&),
                void (tcli::TCLIServiceClient::*receive)(Response&), const Request& request) const {
    auto out = std::make_shared<apache::thrift::transport::TMemoryBuffer>();
    tcli::TCLIServiceClient writer(std::make_shared<apache::thrift::protocol::TBinaryProtocol>(out));
    (writer.*send)(request);
    const auto answer = post(out->getBufferAsString());
    if (answer.status != 200)
      throw std::runtime_error("HTTP " + std::to_string(answer.status) + " " + answer.body);
    auto in = std::make_shared<apache::thrift::transport::TMemoryBuffer>();
    in->write(reinterpret_cast<const std::uint8_t*>(answer.body.data()),
              static_cast<std::uint32_t>(answer.body.size()));
    tcli::TCLIServiceClient reader(std::make_shared<apache::thrift::protocol::TBinaryProtocol>(in));
    Response response;
    (reader.*receive)(response);
    return response;
  }

  void set_url_path(const ServedWorkspace& workspace, const std::string& path) {
    url_ = "http://127.0.0.1:" + std::to_string(workspace.port()) + path;
  }

 private:
  std::string url_, token_;
};

}  // namespace lakeport::lakehouse::testing

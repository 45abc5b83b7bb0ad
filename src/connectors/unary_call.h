// A call with one answer.
#pragma once

#include <chrono>

#include <grpcpp/grpcpp.h>

namespace lakeport::connectors {

// `call(context, response)` under a deadline.
template <class Response, class Call>
grpc::Status unary_call(std::chrono::milliseconds deadline, Response* response, const Call& call) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + deadline);
  response->Clear();
  return call(&context, response);
}

}  // namespace lakeport::connectors

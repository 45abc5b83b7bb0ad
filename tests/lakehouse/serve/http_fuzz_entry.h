// What the fuzzer and the test over its corpus run on one input.
#pragma once

#include <cstdint>
#include <span>

namespace lakeport::test {

// An input is what a client sends over one connection: requests, one after the other, good or bad. Each is
// read as the server reads it, found in a router, and its body, query and headers are read as JSON, form,
// SCIM filter and typed fields; the answer's head is rendered with what the client sent. Gives the number of
// requests that were read. Aborts when something that was read breaks a promise.
int run_http(std::span<const std::uint8_t> input);

}  // namespace lakeport::test

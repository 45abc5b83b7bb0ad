// Counts of what the server answered, in the text format that Prometheus reads.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <tuple>

#include "lakeport/net/server.h"

namespace lakeport::cli {

// Thread-safe. Labels are patterns of routes and the usual methods only: what clients write into a request
// makes no new series.
class RequestMetrics {
 public:
  void count(const net::Answered& answered);
  // lakeport_http_requests_total, lakeport_http_response_bytes_total, lakeport_http_request_duration_seconds,
  // lakeport_http_connections, lakeport_http_worker_threads.
  std::string render(std::size_t connections, std::size_t workers) const;

 private:
  static constexpr std::array<double, 10> kBounds{0.001, 0.0025, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30};  // s
  struct Latency {
    std::array<std::uint64_t, kBounds.size() + 1> buckets{};
    double sum = 0;
  };

  mutable std::mutex mutex_;
  std::map<std::tuple<std::string, std::string, int>, std::uint64_t> requests_;  // method, route, status
  std::map<std::string, std::uint64_t> bytes_;                                   // by route
  std::map<std::string, Latency> latencies_;                                     // by route
};

}  // namespace lakeport::cli

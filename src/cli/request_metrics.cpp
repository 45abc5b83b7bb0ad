#include "request_metrics.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

namespace lakeport::cli {

namespace {

std::string method_label(std::string_view method) {
  static constexpr std::array<std::string_view, 7> kKnown{"GET",   "HEAD",   "POST",   "PUT",
                                                          "PATCH", "DELETE", "OPTIONS"};
  return std::ranges::find(kKnown, method) == kKnown.end() ? "other" : std::string(method);
}

void describe(std::string& text, std::string_view name, std::string_view type, std::string_view help) {
  text += fmt::format("# HELP {0} {2}\n# TYPE {0} {1}\n", name, type, help);
}

}  // namespace

void RequestMetrics::count(const net::Answered& answered) {
  const double seconds = std::chrono::duration<double>(answered.duration).count();
  const std::string route = answered.route.empty() ? "none" : answered.route;
  const std::scoped_lock lock(mutex_);
  ++requests_[{method_label(answered.method), route, answered.status}];
  bytes_[route] += answered.body_bytes;
  Latency& latency = latencies_[route];
  const auto bucket = std::ranges::lower_bound(kBounds, seconds) - kBounds.begin();
  ++latency.buckets.at(static_cast<std::size_t>(bucket));
  latency.sum += seconds;
}

std::string RequestMetrics::render(std::size_t connections, std::size_t workers) const {
  std::string text;
  const std::scoped_lock lock(mutex_);
  describe(text, "lakeport_http_requests_total", "counter", "Requests answered.");
  for (const auto& [labels, count] : requests_) {
    const auto& [method, route, status] = labels;
    text += fmt::format("lakeport_http_requests_total{{method=\"{}\",route=\"{}\",status=\"{}\"}} {}\n",
                        method, route, status, count);
  }
  describe(text, "lakeport_http_response_bytes_total", "counter", "Bytes of answers' bodies.");
  for (const auto& [route, bytes] : bytes_) {
    text += fmt::format("lakeport_http_response_bytes_total{{route=\"{}\"}} {}\n", route, bytes);
  }
  constexpr std::string_view kLatency = "lakeport_http_request_duration_seconds";
  describe(text, kLatency, "histogram", "From a request's last byte to its answer's.");
  for (const auto& [route, latency] : latencies_) {
    std::uint64_t count = 0;
    for (std::size_t i = 0; i < latency.buckets.size(); ++i) {
      count += latency.buckets.at(i);
      const std::string bound = i < kBounds.size() ? fmt::format("{}", kBounds.at(i)) : "+Inf";
      text += fmt::format("{}_bucket{{route=\"{}\",le=\"{}\"}} {}\n", kLatency, route, bound, count);
    }
    text += fmt::format("{0}_sum{{route=\"{1}\"}} {2}\n{0}_count{{route=\"{1}\"}} {3}\n", kLatency, route,
                        latency.sum, count);
  }
  describe(text, "lakeport_http_connections", "gauge", "Open connections.");
  text += fmt::format("lakeport_http_connections {}\n", connections);
  describe(text, "lakeport_http_worker_threads", "gauge", "Threads that run or wait for handlers.");
  text += fmt::format("lakeport_http_worker_threads {}\n", workers);
  return text;
}

}  // namespace lakeport::cli

#include "request_metrics.h"

#include <chrono>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lakeport::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

net::Answered answered(const std::string& method, const std::string& route, int status,
                       std::chrono::microseconds duration, std::uint64_t bytes) {
  return {method, "/some/path", route, "127.0.0.1", status, duration, bytes};
}

TEST(RequestMetrics, CountsByRouteAndStatus) {
  using std::chrono::microseconds;
  RequestMetrics metrics;
  metrics.count(answered("GET", "/a/{id}", 200, microseconds(900), 10));
  metrics.count(answered("GET", "/a/{id}", 200, microseconds(1000), 10));
  metrics.count(answered("GET", "/a/{id}", 404, microseconds(7'000), 5));
  metrics.count(answered("BREW", "", 400, microseconds(60'000'000), 1));
  const std::string text = metrics.render(3, 7);
  for (const char* line : {
           "# TYPE lakeport_http_requests_total counter",
           "lakeport_http_requests_total{method=\"GET\",route=\"/a/{id}\",status=\"200\"} 2",
           "lakeport_http_requests_total{method=\"GET\",route=\"/a/{id}\",status=\"404\"} 1",
           "lakeport_http_requests_total{method=\"other\",route=\"none\",status=\"400\"} 1",
           "lakeport_http_response_bytes_total{route=\"/a/{id}\"} 25",
           "# TYPE lakeport_http_request_duration_seconds histogram",
           "lakeport_http_request_duration_seconds_bucket{route=\"/a/{id}\",le=\"0.001\"} 2",
           "lakeport_http_request_duration_seconds_bucket{route=\"/a/{id}\",le=\"0.005\"} 2",
           "lakeport_http_request_duration_seconds_bucket{route=\"/a/{id}\",le=\"0.01\"} 3",
           "lakeport_http_request_duration_seconds_bucket{route=\"/a/{id}\",le=\"+Inf\"} 3",
           "lakeport_http_request_duration_seconds_count{route=\"/a/{id}\"} 3",
           "lakeport_http_request_duration_seconds_bucket{route=\"none\",le=\"30\"} 0",
           "lakeport_http_request_duration_seconds_bucket{route=\"none\",le=\"+Inf\"} 1",
           "lakeport_http_request_duration_seconds_sum{route=\"none\"} 60",
           "lakeport_http_connections 3",
           "lakeport_http_worker_threads 7",
       }) {
    EXPECT_THAT("\n" + text, HasSubstr("\n" + std::string(line) + "\n"));
  }
  EXPECT_THAT(text, Not(HasSubstr("/some/path")));
}

}  // namespace
}  // namespace lakeport::cli

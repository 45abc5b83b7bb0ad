// Counts of attempts by partner and outcome, since the start.
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "lakeport/partners/hub.h"

namespace lakeport::partners {

// Thread-safe.
class HubMetrics {
 public:
  // `own`: of `total`, without the partner's time.
  void count(const std::string& partner_id, const std::string& outcome, std::chrono::nanoseconds total,
             std::chrono::nanoseconds own) {
    const auto seconds = [](std::chrono::nanoseconds time) {
      return std::chrono::duration<double>(time).count();
    };
    const std::scoped_lock lock(mutex_);
    PartnerMetrics& metrics = counted_[{partner_id, outcome}];
    metrics.attempts += 1;
    metrics.seconds += seconds(total);
    metrics.own_seconds += seconds(own);
  }

  std::vector<PartnerMetrics> all() const {
    const std::scoped_lock lock(mutex_);
    std::vector<PartnerMetrics> list;
    list.reserve(counted_.size());
    for (const auto& [key, metrics] : counted_) {
      list.push_back(metrics);
      list.back().partner_id = key.first;
      list.back().outcome = key.second;
    }
    return list;
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::pair<std::string, std::string>, PartnerMetrics> counted_;
};

}  // namespace lakeport::partners

#include "redaction.h"

#include <algorithm>

namespace lakeport::platform {

namespace {
constexpr std::size_t kShortest = 3;
constexpr std::string_view kMask = "***";
}  // namespace

Redaction::Redaction(std::vector<std::string> secrets) : secrets_(std::move(secrets)) {
  std::erase_if(secrets_, [](const std::string& secret) { return secret.size() < kShortest; });
  std::ranges::sort(secrets_, [](const auto& a, const auto& b) { return a.size() > b.size(); });
}

std::string Redaction::masked(std::string text) const {
  for (const std::string& secret : secrets_) {
    for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret, at + kMask.size()))
      text.replace(at, secret.size(), kMask);
  }
  return text;
}

Error Redaction::masked(const Error& error) const {
  return {error.kind(), masked(error.what()), masked(error.where()), masked(error.next_step())};
}

Status Redaction::masked(Status status) const {
  if (status) return status;
  return fail(masked(status.error()));
}

}  // namespace lakeport::platform

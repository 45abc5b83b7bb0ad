#include "passwords.h"

#include <array>
#include <cstdint>

#include <argon2.h>

#include "lakeport/base/seal.h"

namespace lakeport::lakehouse {

namespace {

constexpr std::uint32_t kPasses = 2;
constexpr std::uint32_t kKibibytes = 19 * 1024;
constexpr std::uint32_t kLanes = 1;
constexpr std::size_t kSalt = 16;
constexpr std::size_t kHash = 32;
constexpr std::size_t kNamesKept = 10'000;

class Slot {
 public:
  explicit Slot(std::counting_semaphore<2>& slots) : slots_(slots) { slots_.acquire(); }
  Slot(const Slot&) = delete;
  Slot& operator=(const Slot&) = delete;
  ~Slot() { slots_.release(); }

 private:
  std::counting_semaphore<2>& slots_;
};

}  // namespace

Result<std::string> PasswordHasher::hash(std::string_view password) {
  const Slot slot(slots_);
  const std::string salt = random_bytes(kSalt);
  std::array<char, 256> encoded{};
  const int code = argon2id_hash_encoded(kPasses, kKibibytes, kLanes, password.data(), password.size(),
                                         salt.data(), salt.size(), kHash, encoded.data(), encoded.size());
  if (code != ARGON2_OK) return fail(ErrorKind::kInternal, argon2_error_message(code));
  return std::string(encoded.data());
}

bool PasswordHasher::matches(const std::string& hash, std::string_view password) {
  const Slot slot(slots_);
  return argon2id_verify(hash.c_str(), password.data(), password.size()) == ARGON2_OK;
}

Status GuessLimit::check(const std::string& name, Clock::time_point now) {
  const std::lock_guard hold(mutex_);
  const auto found = wrong_.find(name);
  if (found == wrong_.end()) return {};
  auto& moments = found->second;
  while (!moments.empty() && now - moments.front() > kWithin) moments.pop_front();
  if (moments.size() < kGuesses) return {};
  return fail(ErrorKind::kUnavailable, "too many wrong passwords", "", "Wait five minutes.");
}

void GuessLimit::wrong(const std::string& name, Clock::time_point now) {
  const std::lock_guard hold(mutex_);
  if (wrong_.size() >= kNamesKept && !wrong_.contains(name)) {
    std::erase_if(wrong_, [now](const auto& entry) {
      return entry.second.empty() || now - entry.second.back() > kWithin;
    });
    // A flood of invented names. It buys ten guesses for ten thousand tries.
    if (wrong_.size() >= kNamesKept) wrong_.clear();
  }
  auto& moments = wrong_[name];
  moments.push_back(now);
  if (moments.size() > kGuesses) moments.pop_front();
}

void GuessLimit::right(const std::string& name) {
  const std::lock_guard hold(mutex_);
  wrong_.erase(name);
}

}  // namespace lakeport::lakehouse

#include "resolve_cache.h"

namespace lakeport::lakehouse::unity {

namespace {

// About a kilobyte each.
constexpr std::size_t kMostEntries = 20'000;

void append_number(std::string& to, std::int64_t number) {
  to.append(reinterpret_cast<const char*>(&number), sizeof number);
}

}  // namespace

std::int64_t ResolveCache::steady_millis() const {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

Result<std::int64_t> ResolveCache::current_version() {
  const auto fresh = [&] {
    const auto checked = checked_ms_.load();
    return checked != INT64_MIN && steady_millis() - checked < freshness_.count();
  };
  if (fresh()) return version_.load();
  // Whoever comes meanwhile waits: what he would find could be older than promised.
  const std::lock_guard hold(checking_);
  if (fresh()) return version_.load();
  const auto asked_at = steady_millis();
  LAKEPORT_ASSIGN_OR_RETURN(const auto version, read_version_());
  advance(version);
  checked_ms_ = asked_at;
  return version_.load();
}

void ResolveCache::advance(std::int64_t version) {
  const std::unique_lock hold(guard_);
  if (version <= version_.load()) return;
  version_ = version;
  entries_.clear();
}

std::string ResolveCache::key(const Caller& caller, const ObjectName& name, std::string_view what) {
  std::string key;
  key.reserve(64 + caller.groups.size() * sizeof(std::int64_t) + name.catalog.size() + name.schema.size() +
              name.object.size() + what.size());
  append_number(key, caller.principal.id);
  append_number(key, caller.workspace_id);
  append_number(key, static_cast<std::int64_t>(caller.groups.size()));
  for (const auto group : caller.groups) append_number(key, group);
  key.push_back(caller.admin ? '1' : '0');
  key.append(what).push_back('\0');
  key.append(name.catalog).push_back('\0');
  key.append(name.schema).push_back('\0');
  key.append(name.object);
  return key;
}

void ResolveCache::remember(std::string key, std::int64_t version, std::shared_ptr<const void> value) {
  advance(version);
  const std::unique_lock hold(guard_);
  if (version != version_.load()) return;
  if (entries_.size() >= kMostEntries) entries_.clear();
  entries_.insert_or_assign(std::move(key), std::move(value));
}

}  // namespace lakeport::lakehouse::unity

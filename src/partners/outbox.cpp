#include "outbox.h"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "lakeport/base/seal.h"

namespace lakeport::partners {

using nlohmann::json;
using store::Session;

namespace {

constexpr std::chrono::milliseconds kLongestDelay{std::chrono::hours(1)};
constexpr std::chrono::milliseconds kGivenUpAfter{std::chrono::hours(24 * 30)};
constexpr std::int64_t kAtOnce = 50;

std::int64_t millis(UtcMillis moment) { return moment.time_since_epoch().count(); }

// What a call needs to know of the partner, and no more.
std::string partner_json(const Partner& partner) {
  const auto& only = partner.hub.only_workspace;
  return json{{"origin", static_cast<int>(partner.origin)},
              {"config", config_json(partner.config)},
              {"only_workspace", only ? json(*only) : json()}}
      .dump();
}

Result<Partner> partner_from_json(const std::string& id, const std::string& text) {
  try {
    const json object = json::parse(text);
    Partner partner;
    partner.id = id;
    partner.origin = static_cast<Origin>(object.at("origin").get<int>());
    partner.config = check_config(object.at("config").get<std::string>()).config;
    if (!object.at("only_workspace").is_null())
      partner.hub.only_workspace = object.at("only_workspace").get<std::int64_t>();
    return partner;
  } catch (const json::exception& problem) {
    return fail(ErrorKind::kInternal, std::string("an outbox entry cannot be read: ") + problem.what());
  }
}

// The partner has dealt with it, one way or the other.
bool settled(const Outcome<ResourceStatus>& outcome) {
  if (outcome) return true;
  switch (outcome.error().reason) {
    case FailureReason::kBadRequest:
    case FailureReason::kConnectionNotFound:
    case FailureReason::kAccountNotFound:
      return true;
    default:
      return false;
  }
}

}  // namespace

Outbox::Outbox(const HubServices& services, PartnerCalls calls, WorkspaceClouds& clouds, AttemptQueue& queue,
               std::chrono::milliseconds retry)
    : services_(services), calls_(std::move(calls)), clouds_(clouds), queue_(queue), retry_(retry) {}

Status Outbox::add(Session& session, const Partner& partner, std::int64_t workspace_id,
                   std::string_view partner_connection_id) {
  if (partner.config.endpoints.delete_connection_path.empty()) return {};
  const std::int64_t now = millis(utc_now());
  return session
      .execute(
          "insert into partner_outbox (id, workspace_id, partner_id, partner, partner_connection_id, "
          "tries, next_ms, created_ms) values (?, ?, ?, ?, ?, ?, ?, ?)",
          {random_uuid(), workspace_id, partner.id, partner_json(partner), std::string(partner_connection_id),
           std::int64_t{0}, now, now})
      .map([](auto) {});
}

Status Outbox::drop_unnamed(Session& session, std::int64_t workspace_id, std::string_view partner_id) {
  return session
      .execute(
          "delete from partner_outbox where workspace_id = ? and partner_id = ? and "
          "partner_connection_id = ''",
          {workspace_id, std::string(partner_id)})
      .map([](auto) {});
}

void Outbox::wake() {
  {
    const std::scoped_lock lock(mutex_);
    changed_ = true;
  }
  woken_.notify_one();
}

void Outbox::start() {
  thread_ = std::thread([this] { run(); });
}

void Outbox::stop() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  woken_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void Outbox::run() {
  for (;;) {
    {
      const std::scoped_lock lock(mutex_);
      if (stopping_) return;
      changed_ = false;
    }
    const auto next = send_due();
    // A store that does not answer is tried again like a partner that does not.
    const UtcMillis wanted =
        !next ? utc_now() + retry_ : next->value_or(utc_now() + std::chrono::milliseconds(kLongestDelay));
    std::unique_lock lock(mutex_);
    woken_.wait_until(lock, wanted, [this] { return stopping_ || changed_; });
  }
}

Result<std::vector<Outbox::Entry>> Outbox::due(UtcMillis now) const {
  LAKEPORT_ASSIGN_OR_RETURN(
      const auto rows,
      services_.metadata.query(
          "select id, workspace_id, partner_id, partner, partner_connection_id, tries, created_ms from "
          "partner_outbox where next_ms <= ? order by next_ms, id limit ?",
          {millis(now), kAtOnce}));
  std::vector<Entry> entries;
  entries.reserve(rows.size());
  for (const store::Row& row : rows)
    entries.push_back(
        {row.text(0), row.integer(1), row.text(2), row.text(3), row.text(4), row.integer(5), row.integer(6)});
  return entries;
}

Result<std::optional<UtcMillis>> Outbox::send_due() {
  std::vector<std::string> silent;  // partners that did not answer in this round
  for (;;) {
    LAKEPORT_ASSIGN_OR_RETURN(const auto entries, due(utc_now()));
    if (entries.empty()) break;
    for (const Entry& entry : entries) {
      {
        const std::scoped_lock lock(mutex_);
        if (stopping_) return std::nullopt;
      }
      // One that does not answer must not keep the others waiting again and again.
      const bool known_silent = std::ranges::find(silent, entry.partner_id) != silent.end();
      if (!known_silent && send(entry)) continue;
      if (!known_silent) silent.push_back(entry.partner_id);
      LAKEPORT_RETURN_IF_ERROR(postpone(entry, utc_now()));
    }
  }
  LAKEPORT_ASSIGN_OR_RETURN(
      const auto rows,
      services_.metadata.query("select next_ms from partner_outbox order by next_ms limit 1"));
  if (rows.empty()) return std::nullopt;
  return UtcMillis(std::chrono::milliseconds(rows.front().integer(0)));
}

Status Outbox::send(const Entry& entry) {
  // What names no connection is only right as long as there is no new one.
  std::optional<AttemptQueue::Hold> hold;
  if (entry.partner_connection_id.empty()) {
    hold.emplace(queue_.hold({entry.workspace_id, entry.partner_id}));
    LAKEPORT_ASSIGN_OR_RETURN(
        const auto still, services_.metadata.query("select 1 from partner_outbox where id = ?", {entry.id}));
    if (still.empty()) return {};
  }
  LAKEPORT_ASSIGN_OR_RETURN(const Partner partner, partner_from_json(entry.partner_id, entry.partner));
  LAKEPORT_ASSIGN_OR_RETURN(const std::string cloud, clouds_.of(entry.workspace_id));
  LAKEPORT_ASSIGN_OR_RETURN(
      const auto called, calls_.call(partner, "en-US", [&](const PartnerClient& client) {
        return client.delete_connection(entry.partner_connection_id, cloud, entry.workspace_id);
      }));
  if (!settled(called.outcome)) return fail(ErrorKind::kUnavailable, "the partner did not take the deletion");
  Caller hub;
  hub.workspace_id = entry.workspace_id;
  hub.credential = "partner-connect";
  const json detail{{"partner", entry.partner_id},
                    {"answer", called.outcome ? "ok" : to_string(called.outcome.error().reason)}};
  return services_.metadata.write([&](Session& session) -> Status {
    LAKEPORT_RETURN_IF_ERROR(session.execute("delete from partner_outbox where id = ?", {entry.id}));
    return services_.identity.audit(session, hub,
                                    {.service = "partnerConnect",
                                     .action = "notifyPartner",
                                     .object = entry.partner_connection_id,
                                     .outcome = called.outcome ? "ok" : "failed",
                                     .detail = detail.dump()});
  });
}

Status Outbox::postpone(const Entry& entry, UtcMillis now) {
  const auto age = std::chrono::milliseconds(millis(now) - entry.created_ms);
  std::chrono::milliseconds delay = retry_;
  for (std::int64_t tries = entry.tries; tries > 0 && delay < kLongestDelay; --tries) delay *= 2;
  delay = std::min(delay, kLongestDelay);
  return services_.metadata.write([&](Session& session) -> Status {
    if (age > kGivenUpAfter)
      return session.execute("delete from partner_outbox where id = ?", {entry.id}).map([](auto) {});
    return session
        .execute("update partner_outbox set tries = tries + 1, next_ms = ? where id = ?",
                 {millis(now + delay), entry.id})
        .map([](auto) {});
  });
}

}  // namespace lakeport::partners

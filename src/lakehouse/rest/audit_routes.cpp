// The audit log, for admins: /api/2.0/lakeport/audit-log.
#include "lakeport/lakehouse/endpoint.h"

#include "identity_routes.h"

namespace lakeport::lakehouse {

namespace {

Json event_json(const AuditRecord& record) {
  const Json detail = Json::parse(record.event.detail, nullptr, false);
  return {{"id", record.id},
          {"time", record.moment.time_since_epoch().count()},
          {"principal_id", record.principal_id},
          {"principal", record.principal},
          {"credential", record.credential},
          {"service", record.event.service},
          {"action", record.event.action},
          {"object", record.event.object},
          {"outcome", record.event.outcome},
          {"detail", detail.is_discarded() ? Json::object() : detail}};
}

std::optional<UtcMillis> moment(const std::optional<std::int64_t>& millis) {
  if (!millis) return std::nullopt;
  return UtcMillis(std::chrono::milliseconds(*millis));
}

std::optional<std::string> filter(const Call& call, std::string_view name) {
  auto value = call.optional_query(name);
  return value && value->empty() ? std::nullopt : value;
}

// Newest first. Filters are exact: service, action, object, principal, outcome; from <= time < until, in
// milliseconds since 1970.
Result<Answer> list(Identity& identity, const Call& call) {
  AuditQuery query;
  LAKEPORT_ASSIGN_OR_RETURN(const auto from, call.query_integer("from"));
  LAKEPORT_ASSIGN_OR_RETURN(const auto until, call.query_integer("until"));
  query.from = moment(from);
  query.until = moment(until);
  query.service = filter(call, "service");
  query.action = filter(call, "action");
  query.object = filter(call, "object");
  query.principal = filter(call, "principal");
  query.outcome = filter(call, "outcome");
  LAKEPORT_ASSIGN_OR_RETURN(const Page page, call.page("max_results", 100, 1'000));
  query.limit = static_cast<std::int64_t>(page.limit);
  if (page.after) {
    std::int64_t last = 0;
    for (const char digit : *page.after) {
      if (digit < '0' || digit > '9' || page.after->size() > 18)
        return fail(ErrorKind::kInvalidInput, "is not one of this list", "parameter `page_token`");
      last = last * 10 + (digit - '0');
    }
    query.before_id = last;
  }
  LAKEPORT_ASSIGN_OR_RETURN(const auto records, identity.audit_log(call.caller(), query));
  Json answer{{"events", Json::array()}};
  for (const AuditRecord& record : records) answer["events"].push_back(event_json(record));
  if (records.size() == page.limit) answer["next_page_token"] = page_token(std::to_string(records.back().id));
  return answer;
}

}  // namespace

void add_audit_routes(net::Router& router, const IdentityServices& services) {
  Endpoints endpoints(router, services.identity);
  endpoints.add("GET", "/api/2.0/lakeport/audit-log",
                [&identity = services.identity](Call& call) { return list(identity, call); });
}

}  // namespace lakeport::lakehouse

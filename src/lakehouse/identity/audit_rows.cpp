#include "audit_rows.h"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace lakeport::lakehouse {

using store::Row;
using store::Value;

std::string audit_detail(const nlohmann::json& detail) {
  return detail.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

AuditRecord audit_record(const Caller& who, const AuditEvent& event) {
  return {.moment = utc_now(),
          .workspace_id = who.workspace_id,
          .principal_id = who.principal.id,
          .principal = who.principal.name,
          .credential = who.credential,
          .event = event};
}

Status insert_audit_row(store::Session& session, const AuditRecord& record) {
  return session
      .execute(
          "insert into audit_event (moment_ms, workspace_id, principal_id, principal_name, credential, "
          "service, action, object, outcome, detail) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
          {record.moment.time_since_epoch().count(), record.workspace_id, record.principal_id,
           record.principal, record.credential, record.event.service, record.event.action,
           record.event.object, record.event.outcome, record.event.detail})
      .map([](auto) {});
}

Result<std::vector<AuditRecord>> find_audit_rows(store::Metadata& metadata, std::int64_t workspace_id,
                                                 const AuditQuery& query) {
  constexpr std::int64_t kMost = 1000;
  if (query.limit < 1) return fail(ErrorKind::kInvalidInput, "the limit of a list is 1 or more");
  std::string sql =
      "select id, moment_ms, workspace_id, principal_id, principal_name, credential, service, action, "
      "object, "
      "outcome, detail from audit_event where workspace_id = ?";
  std::vector<Value> parameters{workspace_id};
  const auto add = [&](const char* condition, const auto& value) {
    if (!value) return;
    sql += std::string(" and ") + condition;
    parameters.emplace_back(*value);
  };
  const auto millis = [](const std::optional<UtcMillis>& moment) -> std::optional<std::int64_t> {
    if (!moment) return std::nullopt;
    return moment->time_since_epoch().count();
  };
  add("moment_ms >= ?", millis(query.from));
  add("moment_ms < ?", millis(query.until));
  add("service = ?", query.service);
  add("action = ?", query.action);
  add("object = ?", query.object);
  add("principal_name = ?", query.principal);
  add("outcome = ?", query.outcome);
  add("id < ?", query.before_id);
  sql += " order by id desc limit ?";
  parameters.emplace_back(std::min(query.limit, kMost));
  LAKEPORT_ASSIGN_OR_RETURN(const auto rows, metadata.query(sql, parameters));
  std::vector<AuditRecord> records;
  records.reserve(rows.size());
  for (const Row& row : rows) {
    records.push_back({.id = row.integer(0),
                       .moment = UtcMillis(std::chrono::milliseconds(row.integer(1))),
                       .workspace_id = row.integer(2),
                       .principal_id = row.integer(3),
                       .principal = row.text(4),
                       .credential = row.text(5),
                       .event = {.service = row.text(6),
                                 .action = row.text(7),
                                 .object = row.text(8),
                                 .outcome = row.text(9),
                                 .detail = row.text(10)}});
  }
  return records;
}

}  // namespace lakeport::lakehouse

// /api/2.0/sql/history/queries, and ending one of them: /api/2.0/lakeport/queries/{id}/cancel.
#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <string>
#include <utility>
#include <vector>

#include "warehouse_routes.h"

namespace lakeport::lakehouse {
namespace {

constexpr std::array<std::pair<std::string_view, OperationState>, 6> kStatuses = {{
    {"QUEUED", OperationState::kPending},
    {"RUNNING", OperationState::kRunning},
    {"FINISHED", OperationState::kFinished},
    {"CANCELED", OperationState::kCancelled},
    {"FAILED", OperationState::kFailed},
    {"FAILED", OperationState::kTimedOut},
}};

std::string_view status_name(OperationState state) {
  const auto* found =
      std::ranges::find(kStatuses, state, &std::pair<std::string_view, OperationState>::second);
  return found == kStatuses.end() ? "CANCELED" : found->first;  // closed before its end
}

bool final_state(OperationState state) { return state > OperationState::kRunning; }

// The first word, if it is one of the kinds that Databricks tells apart.
std::string statement_type(std::string_view text) {
  constexpr std::array<std::string_view, 22> kTypes = {
      "ALTER", "ANALYZE", "COPY",     "CREATE",   "DELETE",  "DESCRIBE", "DROP",   "EXPLAIN",
      "GRANT", "INSERT",  "MERGE",    "OPTIMIZE", "REFRESH", "REPLACE",  "REVOKE", "SELECT",
      "SET",   "SHOW",    "TRUNCATE", "UPDATE",   "USE",     "WITH"};
  std::string word;
  for (const char letter : text) {
    if (std::isspace(static_cast<unsigned char>(letter)) != 0 && word.empty()) continue;
    if (std::isalpha(static_cast<unsigned char>(letter)) == 0) break;
    word += static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
  }
  if (std::ranges::find(kTypes, word) == kTypes.end()) return "OTHER";
  return word == "WITH" ? "SELECT" : word;
}

Json record_json(const QueryRecord& record) {
  const std::int64_t queued = record.queued.time_since_epoch().count();
  Json json = {{"query_id", record.id},
               {"warehouse_id", record.compute_id},
               {"endpoint_id", record.compute_id},
               {"session_id", record.session_id},
               {"status", status_name(record.state)},
               {"is_final", final_state(record.state)},
               {"query_text", record.text},
               {"statement_type", statement_type(record.text)},
               {"query_start_time_ms", queued},
               {"user_id", record.user.id},
               {"user_name", record.user.name},
               {"user_display_name", record.user.display_name},
               {"executed_as_user_id", record.user.id},
               {"executed_as_user_name", record.user.name},
               {"rows_produced", record.rows},
               {"client_application", record.client},
               {"plans_state", "IGNORED_SMALL_DURATION"}};
  if (record.ended) {
    const std::int64_t ended = record.ended->time_since_epoch().count();
    json["query_end_time_ms"] = ended;
    json["execution_end_time_ms"] = ended;
    json["duration"] = ended - queued;
  }
  if (record.error) json["error_message"] = *record.error;
  return json;
}

// The SDKs send nested fields as "filter_by.statuses", once for each value.
std::vector<std::string> values(const net::Request& request, const std::string& name) {
  std::vector<std::string> all;
  const auto [from, to] = request.query.equal_range(name);
  for (auto at = from; at != to; ++at) all.push_back(at->second);
  return all;
}

Result<QueryFilter> read_filter(const Call& call) {
  QueryFilter filter;
  const net::Request& request = call.request();
  for (const std::string& status : values(request, "filter_by.statuses")) {
    const std::size_t before = filter.states.size();
    for (const auto& [name, state] : kStatuses)
      if (name == status) filter.states.push_back(state);
    if (filter.states.size() == before)
      return fail(ErrorKind::kInvalidInput,
                  "\"" + status + "\" is not one of QUEUED, RUNNING, FINISHED, CANCELED, FAILED",
                  "parameter `filter_by.statuses`");
  }
  for (const std::string& text : values(request, "filter_by.user_ids")) {
    std::int64_t id = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
    if (error != std::errc() || end != text.data() + text.size())
      return fail(ErrorKind::kInvalidInput, "must be numbers", "parameter `filter_by.user_ids`");
    filter.user_ids.push_back(id);
  }
  filter.compute_ids = values(request, "filter_by.warehouse_ids");
  filter.ids = values(request, "filter_by.statement_ids");
  LAKEPORT_ASSIGN_OR_RETURN(const auto from,
                            call.query_integer("filter_by.query_start_time_range.start_time_ms"));
  LAKEPORT_ASSIGN_OR_RETURN(const auto until,
                            call.query_integer("filter_by.query_start_time_range.end_time_ms"));
  if (from) filter.queued_from = UtcMillis(std::chrono::milliseconds(*from));
  if (until) filter.queued_until = UtcMillis(std::chrono::milliseconds(*until));
  return filter;
}

}  // namespace

void add_query_history_routes(Endpoints& endpoints, Warehouses& warehouses) {
  endpoints.add("GET", "/api/2.0/sql/history/queries", [&warehouses](Call& call) -> Result<Answer> {
    LAKEPORT_ASSIGN_OR_RETURN(const Page page, call.page("max_results", 100, 1'000));
    LAKEPORT_ASSIGN_OR_RETURN(QueryFilter filter, read_filter(call));
    filter.after_id = page.after;
    filter.limit = page.limit + 1;  // whether there is another page
    LAKEPORT_ASSIGN_OR_RETURN(auto records, warehouses.history(call.caller(), filter));
    const bool more = records.size() > page.limit;
    if (more) records.pop_back();
    Json list = Json::array();
    for (const QueryRecord& record : records) list.push_back(record_json(record));
    Json answer = {{"res", std::move(list)}, {"has_next_page", more}};
    if (more) answer["next_page_token"] = page_token(records.back().id);
    return answer;
  });
  endpoints.add("POST", "/api/2.0/lakeport/queries/{id}/cancel", [&warehouses](Call& call) -> Result<Answer> {
    LAKEPORT_RETURN_IF_ERROR(warehouses.cancel(call.caller(), call.path("id")));
    return Json::object();
  });
}

}  // namespace lakeport::lakehouse

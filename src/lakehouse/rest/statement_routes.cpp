// /api/2.0/sql/statements and /api/2.0/sql/sessions: the statement execution API.
#include <array>
#include <memory>
#include <string>
#include <utility>

#include "lakeport/base/base64.h"
#include "lakeport/lakehouse/result_links.h"
#include "lakeport/lakehouse/sql_state.h"

#include "cell_text.h"
#include "statement_request.h"
#include "warehouse_routes.h"

namespace lakeport::lakehouse {
namespace {

const std::string kStatements = "/api/2.0/sql/statements";
const std::string kSessions = "/api/2.0/sql/sessions";

std::string_view state_name(OperationState state) {
  switch (state) {
    case OperationState::kPending:
      return "PENDING";
    case OperationState::kRunning:
      return "RUNNING";
    case OperationState::kFinished:
      return "SUCCEEDED";
    case OperationState::kCancelled:
      return "CANCELED";
    case OperationState::kClosed:
      return "CLOSED";
    case OperationState::kFailed:
    case OperationState::kTimedOut:
      break;
  }
  return "FAILED";
}

// The API's own list of codes (the SDK's ServiceErrorCode).
std::string_view service_error_code(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kInvalidInput:
    case ErrorKind::kPermission:
    case ErrorKind::kUnsupported:
      return "BAD_REQUEST";
    case ErrorKind::kNotFound:
      return "NOT_FOUND";
    case ErrorKind::kExists:
      return "ALREADY_EXISTS";
    case ErrorKind::kCancelled:
      return "CANCELLED";
    case ErrorKind::kStalled:
      return "DEADLINE_EXCEEDED";
    case ErrorKind::kUnavailable:
      return "TEMPORARILY_UNAVAILABLE";
    case ErrorKind::kIo:
      return "IO_ERROR";
    default:
      return "INTERNAL_ERROR";
  }
}

Json status_json(const Operation& operation, OperationState state) {
  Json status = {{"state", state_name(state)}};
  const auto error = operation.error();
  if (!error || state_name(state) != "FAILED") return status;
  const SqlFailure failure = sql_failure(*error);
  status["error"] = {{"error_code", service_error_code(error->kind())}, {"message", failure.message}};
  status["sql_state"] = failure.sql_state;
  return status;
}

Json manifest_json(const StatementResult& result) {
  Json columns = Json::array();
  for (const Column& column : result.columns()) columns.push_back(column_json(column, columns.size()));
  Json chunks = Json::array();
  std::int64_t rows = 0;
  std::int64_t bytes = 0;
  for (const ResultChunkInfo& chunk : result.chunks()) {
    rows += chunk.rows;
    bytes += chunk.bytes;
    chunks.push_back({{"chunk_index", chunk.index},
                      {"row_offset", chunk.row_offset},
                      {"row_count", chunk.rows},
                      {"byte_count", chunk.bytes}});
  }
  const auto column_count = columns.size();
  const auto chunk_count = chunks.size();
  Json manifest = {{"format", format_name(result.wishes().format)},
                   {"schema", {{"column_count", column_count}, {"columns", std::move(columns)}}},
                   {"total_chunk_count", chunk_count},
                   {"total_row_count", rows},
                   {"total_byte_count", bytes},
                   {"truncated", result.truncated()},
                   {"is_volume_operation", false}};
  if (chunk_count > 0) manifest["chunks"] = std::move(chunks);
  if (result.wishes().lz4) manifest["result_compression"] = "LZ4_FRAME";
  return manifest;
}

// One chunk as JSON text. Rows in memory are put in as they are: they may be megabytes.
std::string chunk_text(const StatementResult& result, std::size_t index, const std::string& statement_id,
                       const net::Request& request) {
  const auto chunks = result.chunks();
  if (chunks.empty())
    return result.wishes().format == RowFormat::kJsonArray ? R"({"data_array":[],"row_count":0})" : "{}";
  const ResultChunkInfo& chunk = chunks.at(index);
  Json json = {{"chunk_index", chunk.index},
               {"row_offset", chunk.row_offset},
               {"row_count", chunk.rows},
               {"byte_count", chunk.bytes}};
  if (index + 1 < chunks.size()) {
    json["next_chunk_index"] = index + 1;
    json["next_chunk_internal_link"] = kStatements + "/" + statement_id + "/result/chunks/" +
                                       std::to_string(index + 1) +
                                       "?row_offset=" + std::to_string(chunks.at(index + 1).row_offset);
  }
  if (!result.in_memory()) {
    const ResultLink link = result.link(index, base_url_of(request));
    json["external_link"] = link.url;
    json["expiration"] = to_iso8601(link.expires);
    return Json{{"external_links", Json::array({std::move(json)})}}.dump();
  }
  std::string text = json.dump();
  text.pop_back();
  if (result.wishes().format == RowFormat::kJsonArray)
    return text + ",\"data_array\":" + *result.in_memory() + "}";
  return text + ",\"attachment\":\"" + base64_encode(*result.in_memory()) + "\"}";
}

net::Response statement_answer(const std::shared_ptr<Operation>& operation, OperationState state,
                               const net::Request& request) {
  Json json = {{"statement_id", operation->id()}, {"status", status_json(*operation, state)}};
  const auto result = std::dynamic_pointer_cast<StatementResult>(operation->sink());
  if (state != OperationState::kFinished || !result) return json_answer(200, json);
  json["manifest"] = manifest_json(*result);
  std::string text = json.dump();
  text.pop_back();
  text += ",\"result\":" + chunk_text(*result, 0, operation->id(), request) + "}";
  return net::json_response(200, std::move(text));
}

struct Found {
  std::shared_ptr<Operation> operation;
  std::shared_ptr<StatementResult> result;
};

Result<Found> find_statement(const Call& call, Warehouses& warehouses) {
  Found found;
  LAKEPORT_ASSIGN_OR_RETURN(found.operation, warehouses.operation(call.caller(), call.path("id")));
  found.result = std::dynamic_pointer_cast<StatementResult>(found.operation->sink());
  if (!found.result)
    return fail(ErrorKind::kNotFound, "there is no statement with the id " + call.path("id"));
  return found;
}

std::string client_of(const net::Request& request) {
  return std::string(request.headers.get("User-Agent").value_or("").substr(0, 200));
}

Result<std::shared_ptr<Session>> session_for(const Call& call, const StatementRequest& request,
                                             Warehouses& warehouses) {
  if (!request.session_id)
    return warehouses.open_session(call.caller(), request.warehouse_id,
                                   {.catalog = request.catalog,
                                    .schema = request.schema,
                                    .configuration = {},
                                    .client = client_of(call.request()),
                                    .disposable = true});
  LAKEPORT_ASSIGN_OR_RETURN(auto session, warehouses.session(call.caller(), *request.session_id));
  if (!request.warehouse_id.empty() && session->warehouse_id() != request.warehouse_id)
    return fail(ErrorKind::kInvalidInput, "is not the session's warehouse", "field `warehouse_id`");
  return session;
}

Result<Answer> execute(const Call& call, Warehouses& warehouses, ResultLinks& links) {
  LAKEPORT_ASSIGN_OR_RETURN(StatementRequest request, read_statement_request(call.body()));
  LAKEPORT_ASSIGN_OR_RETURN(const auto session, session_for(call, request, warehouses));
  auto started = session->start_into(std::make_shared<StatementResult>(request.wishes, links),
                                     request.statement, std::move(request.parameters), std::nullopt);
  if (!started) {
    if (!request.session_id) LAKEPORT_RETURN_IF_ERROR(warehouses.close_session(call.caller(), session->id()));
    return fail(std::move(started).error());
  }
  const std::shared_ptr<Operation> operation = *std::move(started);
  OperationState state = operation->wait(request.wait);
  if (state <= OperationState::kRunning && request.cancel_after_wait) {
    operation->cancel();
    state = operation->state();
  }
  return statement_answer(operation, state, call.request());
}

Result<Answer> get_chunk(const Call& call, Warehouses& warehouses) {
  LAKEPORT_ASSIGN_OR_RETURN(const Found found, find_statement(call, warehouses));
  LAKEPORT_ASSIGN_OR_RETURN(const std::int64_t index, call.path_id("chunk"));
  if (found.operation->state() != OperationState::kFinished)
    return fail(ErrorKind::kInvalidInput,
                "the statement has no result: it is " + std::string(state_name(found.operation->state())));
  if (index < 0 || index >= static_cast<std::int64_t>(found.result->chunks().size()))
    return fail(ErrorKind::kNotFound, "the result has no chunk " + std::to_string(index));
  return net::json_response(
      200, chunk_text(*found.result, static_cast<std::size_t>(index), found.operation->id(), call.request()));
}

Status close_statement(const Call& call, Warehouses& warehouses) {
  LAKEPORT_ASSIGN_OR_RETURN(const Found found, find_statement(call, warehouses));
  LAKEPORT_RETURN_IF_ERROR(warehouses.close_operation(call.caller(), found.operation->id()));
  LAKEPORT_ASSIGN_OR_RETURN(const auto session,
                            warehouses.session(call.caller(), found.operation->session_id()));
  return session->disposable() ? warehouses.close_session(call.caller(), session->id()) : Status();
}

}  // namespace

void add_statement_routes(Endpoints& endpoints, Warehouses& warehouses, ResultLinks& links) {
  for (const std::string& path : {kStatements, kStatements + "/"})
    endpoints.add("POST", path,
                  [&warehouses, &links](Call& call) { return execute(call, warehouses, links); });
  endpoints.add("GET", kStatements + "/{id}", [&warehouses](Call& call) -> Result<Answer> {
    LAKEPORT_ASSIGN_OR_RETURN(const Found found, find_statement(call, warehouses));
    return statement_answer(found.operation, found.operation->state(), call.request());
  });
  endpoints.add("DELETE", kStatements + "/{id}", [&warehouses](Call& call) -> Result<Answer> {
    LAKEPORT_RETURN_IF_ERROR(close_statement(call, warehouses));
    return Json::object();
  });
  endpoints.add("POST", kStatements + "/{id}/cancel", [&warehouses](Call& call) -> Result<Answer> {
    LAKEPORT_ASSIGN_OR_RETURN(const Found found, find_statement(call, warehouses));
    found.operation->cancel();
    return Json::object();
  });
  endpoints.add("GET", kStatements + "/{id}/result/chunks/{chunk}",
                [&warehouses](Call& call) { return get_chunk(call, warehouses); });

  for (const std::string& path : {kSessions, kSessions + "/"})
    endpoints.add("POST", path, [&warehouses](Call& call) -> Result<Answer> {
      const Fields& body = call.body();
      SessionOptions options;
      LAKEPORT_ASSIGN_OR_RETURN(const std::string warehouse, body.non_empty_text("warehouse_id"));
      LAKEPORT_ASSIGN_OR_RETURN(options.catalog, body.text_or("catalog", ""));
      LAKEPORT_ASSIGN_OR_RETURN(options.schema, body.text_or("schema", ""));
      LAKEPORT_ASSIGN_OR_RETURN(options.configuration, body.text_map("session_confs"));
      options.client = client_of(call.request());
      LAKEPORT_ASSIGN_OR_RETURN(const auto session,
                                warehouses.open_session(call.caller(), warehouse, options));
      return Json{{"session_id", session->id()}, {"warehouse_id", warehouse}};
    });
  endpoints.add("DELETE", kSessions + "/{id}", [&warehouses](Call& call) -> Result<Answer> {
    LAKEPORT_RETURN_IF_ERROR(warehouses.close_session(call.caller(), call.path("id")));
    return Json::object();
  });
}

}  // namespace lakeport::lakehouse

// What clients of the statement execution API ask for, and the words of its answers.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lakeport/lakehouse/fields.h"
#include "lakeport/lakehouse/warehouse.h"

#include "statement_result.h"

namespace lakeport::lakehouse {

struct StatementRequest {
  std::string statement, warehouse_id, catalog, schema;
  std::optional<std::string> session_id;
  std::vector<Parameter> parameters;
  std::chrono::seconds wait{10};
  bool cancel_after_wait = false;
  ResultWishes wishes;
};

// kInvalidInput says which field is wrong.
Result<StatementRequest> read_statement_request(const Fields& body);

// Of a manifest: {"name", "position", "type_name": "LONG", "type_text": "BIGINT", …}.
Json column_json(const Column& column, std::size_t position);

}  // namespace lakeport::lakehouse

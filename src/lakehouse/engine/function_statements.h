// CREATE, DROP and DESCRIBE FUNCTION.
#pragma once

#include <memory>

#include "lakeport/base/result.h"
#include "lakeport/lakehouse/object_statements.h"

#include "statement_runner.h"

namespace lakeport::lakehouse {

// What the body names must be there for whoever makes the function; it runs with its owner's rights.
Result<std::unique_ptr<Execution>> create_function(const Run& run, const statement::CreateFunction& create);
Result<std::unique_ptr<Execution>> drop_function(const Run& run, const statement::DropFunction& drop);
Result<std::unique_ptr<Execution>> describe_function(const Run& run, const statement::DescribeFunction& what);

}  // namespace lakeport::lakehouse

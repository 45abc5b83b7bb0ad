// What the fuzzer and the test over its corpus run on one input.
#pragma once

#include <string_view>

namespace lakeport::lakehouse::testing {

// Reads the input as a statement, translates it the quick way, and reads it as a type. Aborts when a result
// breaks a rule: tokens that do not lie in order, an error without a text, a translation that DuckDB's lexer
// could read as something else (a quote left open).
void run_statement(std::string_view input);

}  // namespace lakeport::lakehouse::testing

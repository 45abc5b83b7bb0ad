# Writes OUTPUT, a C++ header that holds the text of FILE as `inline constexpr std::string_view NAME` in the namespace
# lakeport::lakehouse. As characters, because compilers limit a literal's length.
file(READ "${FILE}" text HEX)
string(LENGTH "${text}" size)
math(EXPR bytes "${size} / 2")
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," values "${text}")
string(REGEX REPLACE "(('.x..',)('.x..',)('.x..',)('.x..',)('.x..',)('.x..',)('.x..',)('.x..',))" "\\1\n" values "${values}")
file(
  WRITE "${OUTPUT}"
  "// Made from ${NAME_OF_FILE}.
#pragma once

#include <string_view>

namespace lakeport::lakehouse {
inline constexpr char ${NAME}Bytes[] = {
${values}'\\0'};
inline constexpr std::string_view ${NAME}(${NAME}Bytes, ${bytes});
}  // namespace lakeport::lakehouse
")

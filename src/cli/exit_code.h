// How a command ends (docs/cli.md has the table).
#pragma once

#include "lakeport/base/result.h"

namespace lakeport::cli {

inline constexpr int kSucceeded = 0;
inline constexpr int kInternalError = 1;
inline constexpr int kBadUsage = 2;

int exit_code(ErrorKind kind);

}  // namespace lakeport::cli

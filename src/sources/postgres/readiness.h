// The set-up tests that the platform offers to the user.
#pragma once

#include <string>

#include "lakeport/base/result.h"

#include "settings.h"

namespace lakeport::sources::postgres {

inline constexpr std::string_view kReachTest = "reach";
inline constexpr std::string_view kLogInTest = "log_in";
inline constexpr std::string_view kTablesTest = "tables";
inline constexpr std::string_view kReplicationTest = "replication";

// Fails with what is wrong and what to do about it.
Status run_test(const std::string& name, const Settings& settings);

}  // namespace lakeport::sources::postgres

// What the destination asks of the user, and the tests of it (contract, ConfigurationForm and Test).
#pragma once

#include <map>
#include <string>

#include "lakeport/base/result.h"
#include "lakeport/destinations/duckdb.h"

namespace fivetran_sdk::v2 {
class ConfigurationFormResponse;
}

namespace lakeport::destinations {

void fill_configuration_form(fivetran_sdk::v2::ConfigurationFormResponse& form);

// kInvalidInput names the field that is missing or wrong.
template <class StringMap>
Result<DuckdbOptions> options_from(const StringMap& configuration);

// From the values of the two fields, empty when they are not there.
Result<DuckdbOptions> options_of(const std::string& database, const std::string& memory_limit);

template <class StringMap>
Result<DuckdbOptions> options_from(const StringMap& configuration) {
  auto value = [&](const char* name) {
    const auto found = configuration.find(name);
    return found == configuration.end() ? std::string() : found->second;
  };
  return options_of(value("database"), value("memory_limit_mb"));
}

}  // namespace lakeport::destinations

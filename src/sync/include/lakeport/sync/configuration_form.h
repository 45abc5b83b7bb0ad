// A configuration that a user wrote, against the form that its connector asks to be filled in.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lakeport/base/result.h"
#include "lakeport/connectors/source_client.h"

namespace fivetran_sdk::v2 {
class ConfigurationFormResponse;
}

namespace lakeport::sync {

struct CheckedConfiguration {
  connectors::Configuration configuration;  // with the defaults of fields that were left out
  std::vector<std::string> warnings;        // unknown fields, each with the nearest that the form has…
  // Values of fields of the type Password: never to be shown.
  std::vector<std::string> secrets;
};

// Fields under a condition count when their parent has the value that shows them (contract,
// VisibilityCondition). kInvalidInput naming every required field that is missing or empty, and every choice
// that a dropdown does not have. `what` is the place in errors: "source configuration c.json". No value is
// ever in an error or a warning.
Result<CheckedConfiguration> check_configuration(const fivetran_sdk::v2::ConfigurationFormResponse& form,
                                                 connectors::Configuration given, std::string_view what);

struct FieldProblem {
  std::string field;
  std::string what;  // "is required", "must be one of …"; never a value
};
// All that is wrong with a configuration that came from outside, a field at a time: what check_configuration
// refuses, and toggles that are neither true nor false, uploads that are no base64 or too large, and fields
// that the form does not have.
std::vector<FieldProblem> configuration_problems(const fivetran_sdk::v2::ConfigurationFormResponse& form,
                                                 const connectors::Configuration& given);

// Names of the fields whose values are not to be shown: of the types Password, Hidden and upload.
std::vector<std::string> secret_fields(const fivetran_sdk::v2::ConfigurationFormResponse& form);

struct UploadLimits {
  std::string field;
  std::int64_t max_bytes = 0;  // 0: none told
};
// The fields whose value is a file, base64-encoded.
std::vector<UploadLimits> upload_fields(const fivetran_sdk::v2::ConfigurationFormResponse& form);

}  // namespace lakeport::sync

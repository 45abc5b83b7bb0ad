// A connector's configuration as users write it.
#pragma once

#include <string>

#include "lakeport/base/result.h"
#include "lakeport/connectors/source_client.h"

namespace fivetran_sdk::v2 {
class ConfigurationFormResponse;
}

namespace lakeport::cli {

// The whole of `file`; `-` is standard input. kInvalidInput when it cannot be read.
Result<std::string> read_text(const std::string& file);

// `file` may also be the object itself, written out. A JSON object whose values are strings, numbers or
// booleans (these become their text); null leaves a field out. Values are never part of an error.
Result<connectors::Configuration> read_configuration(const std::string& file);

// For each upload field of the form whose value is "@file:PATH": the file's bytes in base64. A path that is
// not absolute counts from the folder of `configuration_file`, when that is a file.
Status load_uploads(const fivetran_sdk::v2::ConfigurationFormResponse& form,
                    const std::string& configuration_file, connectors::Configuration& configuration);

}  // namespace lakeport::cli

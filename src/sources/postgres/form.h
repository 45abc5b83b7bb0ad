// The configuration form.
#pragma once

namespace fivetran_sdk::v2 {
class ConfigurationFormResponse;
}

namespace lakeport::sources::postgres {

fivetran_sdk::v2::ConfigurationFormResponse configuration_form();

}  // namespace lakeport::sources::postgres

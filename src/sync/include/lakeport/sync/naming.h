// How tables of a source are called at the destination.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "lakeport/base/result.h"
#include "lakeport/wire/schema.h"

namespace lakeport::sync {

// Lower-case letters, digits and underscores, as any engine takes them without quotes: "My-Connector.py"
// becomes "my_connector_py". Letters outside ASCII become underscores. Never empty.
std::string plain_name(std::string_view text);

// A source without schemas lands in the schema `given`, or else in plain_name(source name). A source with
// schemas keeps their names, with `given` and an underscore before them when it is there. Table names stay as
// they are.
class DestinationNames {
 public:
  DestinationNames(std::string given, std::string_view source_name)
      : given_(std::move(given)), fallback_(plain_name(source_name)) {}

  // The same answer every time. kInvalidInput when another table of the source has the name already (upper
  // and lower case count as the same, for many engines do not tell them apart); kSourceFailed for an empty
  // name.
  Result<wire::TableId> name(std::optional<std::string_view> schema, std::string_view table);

 private:
  std::string given_;
  std::string fallback_;
  std::map<wire::TableId, std::string> owners_;  // by name in lower case: the source's table
};

}  // namespace lakeport::sync

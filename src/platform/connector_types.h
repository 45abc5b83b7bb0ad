// Which sources can be set up on this platform.
#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "lakeport/base/result.h"
#include "lakeport/platform/platform.h"

namespace lakeport::platform {

class ConnectorTypes {
 public:
  // The built-in ones (their ids are those of the published list of connectors) and the operator's.
  // kInvalidInput for an id that is there twice or is not made of lower-case letters, digits, '_' and '-'.
  static Result<ConnectorTypes> create(const PlatformOptions& options);

  const std::vector<ConnectorType>& all() const { return types_; }
  const ConnectorType* find(std::string_view id) const;
  // The source "files" may only read what the operator opened to it: kInvalidInput names the folder.
  Status check_readable(const ConnectorType& type, const connectors::Configuration& configuration) const;

 private:
  std::vector<ConnectorType> types_;  // by id
  std::filesystem::path readable_files_;
};

}  // namespace lakeport::platform

// Virtual environments of Python connectors, made once and kept in the cache.
#pragma once

#include <filesystem>
#include <string>

#include "lakeport/connectors/connector.h"

namespace lakeport::connectors {

struct PythonPackages {
  std::filesystem::path project;            // its folder: relative paths in the requirements start there
  std::filesystem::path requirements_file;  // empty: none
  std::string requirements;                 // its text and that of the files it names
  std::string also;                         // one more requirement; may be empty
  std::string constraints;                  // as pip's -c takes them
};

// The path of the environment's python. The environment's name in the cache
// (`${XDG_CACHE_HOME:-~/.cache}/lakeport/connectors`) is a hash of the packages and of the Python that it is
// made with; one process makes it while others wait, and one that was not finished is made anew. An error
// holds what pip said.
Result<std::filesystem::path> python_environment(const PythonPackages& packages,
                                                 const LaunchOptions& options);

}  // namespace lakeport::connectors

// Secrets of a configuration, kept out of logs, errors and answers.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lakeport/base/result.h"

namespace lakeport::platform {

class Redaction {
 public:
  Redaction() = default;
  // Values shorter than three bytes are left: they hide nothing and would blot out everything.
  explicit Redaction(std::vector<std::string> secrets);

  std::string masked(std::string text) const;
  Error masked(const Error& error) const;
  Status masked(Status status) const;

 private:
  std::vector<std::string> secrets_;  // the longest first: one may be a part of another
};

}  // namespace lakeport::platform

// Patterns of metadata calls: % stands for any text, _ for one character, \ takes the next one literally.
// Names compare without regard to case.
#pragma once

#include <string>
#include <string_view>

namespace lakeport::lakehouse {

class NamePattern {
 public:
  NamePattern(bool given, std::string_view pattern);  // not given, "" and "*": every name
  bool matches(std::string_view name) const;
  bool every_name() const { return every_; }

 private:
  bool every_;
  std::string pattern_;  // lower case
};

}  // namespace lakeport::lakehouse

// Reads a JSON document field by field and collects everything that is wrong with it, each with its path.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "lakeport/partners/partner.h"
#include "lakeport/partners/words.h"

namespace lakeport::partners {

enum class Presence { kRequired, kOptional };

// One object of the document. What is asked for is a known field; finish() reports the others.
class ObjectReader {
 public:
  ObjectReader(const nlohmann::json& object, std::string path, std::vector<ConfigProblem>& problems)
      : object_(object), path_(std::move(path)), problems_(problems) {}

  // Nothing: missing, null or wrong (then the problem is noted).
  std::optional<std::string> text(std::string_view name, Presence presence, std::size_t longest);
  std::optional<bool> boolean(std::string_view name);
  std::optional<std::int64_t> integer(std::string_view name, Presence presence);
  const nlohmann::json* object(std::string_view name, Presence presence);
  const nlohmann::json* array(std::string_view name, Presence presence);

  template <class Enum, std::size_t size>
  std::optional<Enum> word(std::string_view name, Presence presence, const Words<Enum, size>& words) {
    const auto found = text(name, presence, kLongestWord);
    if (!found) return std::nullopt;
    const auto value = value_of(words, *found);
    if (!value) problem(name, one_of(*found, names_of(words)));
    return value;
  }

  // Every field that nobody has asked for, with the nearest known name.
  void finish();

  void problem(std::string_view name, std::string what);
  std::string path_of(std::string_view name) const;

  template <class Enum, std::size_t size>
  static std::vector<std::string_view> names_of(const Words<Enum, size>& words) {
    std::vector<std::string_view> names;
    for (const auto& [name, value] : words) names.push_back(name);
    return names;
  }
  // "must be one of A, B; it is C".
  static std::string one_of(std::string_view found, const std::vector<std::string_view>& known);

 private:
  static constexpr std::size_t kLongestWord = 200;
  const nlohmann::json* find(std::string_view name, Presence presence);
  // The field, if it is of that type.
  const nlohmann::json* typed(std::string_view name, Presence presence,
                              bool (nlohmann::json::*is_type)() const noexcept, std::string_view type);

  const nlohmann::json& object_;
  std::string path_;
  std::vector<ConfigProblem>& problems_;
  std::vector<std::string> known_;
};

// Code points of UTF-8 text.
std::size_t characters(std::string_view text);
bool has_control_characters(std::string_view text);

}  // namespace lakeport::partners

// Typed reading of JSON bodies. Whatever is missing, of the wrong type or no known word is kInvalidInput with
// the field's name, so that the client's programmer sees which one.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "lakeport/base/result.h"

namespace lakeport::lakehouse {

using Json = nlohmann::json;

// A JSON object and the place it has in the body ("access_control_list[2]"). JSON null counts as missing.
// Unknown fields are left alone: newer clients send more.
class Fields {
 public:
  explicit Fields(Json object, std::string path = {}) : object_(std::move(object)), path_(std::move(path)) {}

  bool has(std::string_view name) const { return find(name) != nullptr; }
  // Nothing when missing or null.
  const Json* find(std::string_view name) const;

  // Required.
  Result<std::string> text(std::string_view name) const;
  Result<std::string> non_empty_text(std::string_view name) const;
  Result<std::int64_t> integer(std::string_view name) const;
  Result<bool> boolean(std::string_view name) const;
  // A number, or its digits as a string: clients send int64 either way.
  Result<std::int64_t> integer_or_digits(std::string_view name) const;

  Result<std::optional<std::string>> optional_text(std::string_view name) const;
  Result<std::optional<std::int64_t>> optional_integer(std::string_view name) const;
  Result<std::optional<bool>> optional_boolean(std::string_view name) const;
  Result<std::string> text_or(std::string_view name, std::string_view otherwise) const;
  Result<std::int64_t> integer_or(std::string_view name, std::int64_t otherwise) const;
  Result<bool> boolean_or(std::string_view name, bool otherwise) const;

  Result<Fields> object(std::string_view name) const;
  Result<std::optional<Fields>> optional_object(std::string_view name) const;
  // Empty when missing.
  Result<std::vector<Fields>> objects(std::string_view name) const;
  Result<std::vector<std::string>> texts(std::string_view name) const;
  // {"a": "b"}: values must be text.
  Result<std::vector<std::pair<std::string, std::string>>> text_map(std::string_view name) const;

  // One of `words` (exact spelling), as its value. An unknown word's error lists those that are known.
  template <class Enum, std::size_t size>
  Result<std::optional<Enum>> optional_one_of(
      std::string_view name, const std::array<std::pair<std::string_view, Enum>, size>& words) const {
    LAKEPORT_ASSIGN_OR_RETURN(const auto text, optional_text(name));
    if (!text) return std::optional<Enum>();
    std::string known;
    for (const auto& [word, value] : words) {
      if (word == *text) return std::optional<Enum>(value);
      known.append(known.empty() ? "" : ", ").append(word);
    }
    return fail(unknown_word(name, *text, known));
  }
  template <class Enum, std::size_t size>
  Result<Enum> one_of(std::string_view name,
                      const std::array<std::pair<std::string_view, Enum>, size>& words) const {
    LAKEPORT_ASSIGN_OR_RETURN(const auto value, optional_one_of(name, words));
    if (!value) return fail(missing(name));
    return *value;
  }

  // Errors for checks of the caller's own, in the same words: "field `a.b`: WHAT".
  Error invalid(std::string_view name, std::string_view what) const;
  const Json& json() const { return object_; }
  const std::string& path() const { return path_; }

 private:
  std::string place(std::string_view name) const;
  Error missing(std::string_view name) const;
  Error unknown_word(std::string_view name, std::string_view word, std::string_view known) const;

  Json object_;
  std::string path_;
};

// Strict JSON, an object, nested at most 64 deep; an empty text is {}. kInvalidInput says where it breaks.
Result<Fields> parse_body(std::string_view body);

}  // namespace lakeport::lakehouse

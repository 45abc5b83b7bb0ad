#include "document_reader.h"

#include <numeric>
#include <utility>

namespace lakeport::partners {

namespace {

std::string quoted(std::string_view text) {
  constexpr std::size_t kShown = 60;
  if (text.size() <= kShown) return "\"" + std::string(text) + "\"";
  std::size_t end = kShown;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return "\"" + std::string(text.substr(0, end)) + "…\"";
}

// Levenshtein's distance.
std::size_t distance(std::string_view left, std::string_view right) {
  std::vector<std::size_t> row(right.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (std::size_t i = 0; i < left.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < right.size(); ++j) {
      const std::size_t replaced = diagonal + (left[i] == right[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

}  // namespace

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

bool has_control_characters(std::string_view text) {
  return std::ranges::any_of(text, [](unsigned char c) { return c < ' ' || c == 127; });
}

std::string ObjectReader::path_of(std::string_view name) const {
  if (name.empty()) return path_;
  return path_.empty() ? std::string(name) : path_ + "." + std::string(name);
}

void ObjectReader::problem(std::string_view name, std::string what) {
  problems_.push_back({path_of(name), std::move(what)});
}

std::string ObjectReader::one_of(std::string_view found, const std::vector<std::string_view>& known) {
  std::string list;
  for (const std::string_view word : known) list.append(list.empty() ? "" : ", ").append(word);
  return "must be one of " + list + "; it is " + quoted(found);
}

const nlohmann::json* ObjectReader::find(std::string_view name, Presence presence) {
  known_.emplace_back(name);
  const auto found = object_.find(name);
  if (found != object_.end() && !found->is_null()) return &*found;
  if (presence == Presence::kRequired) problem(name, "is missing");
  return nullptr;
}

const nlohmann::json* ObjectReader::typed(std::string_view name, Presence presence,
                                          bool (nlohmann::json::*is_type)() const noexcept,
                                          std::string_view type) {
  const nlohmann::json* value = find(name, presence);
  if (value == nullptr || (value->*is_type)()) return value;
  problem(name, "must be " + std::string(type) + ", not " + value->type_name());
  return nullptr;
}

std::optional<std::string> ObjectReader::text(std::string_view name, Presence presence, std::size_t longest) {
  const nlohmann::json* value = typed(name, presence, &nlohmann::json::is_string, "text");
  if (value == nullptr) return std::nullopt;
  const auto& found = value->get_ref<const std::string&>();
  if (found.empty() && presence == Presence::kRequired) {
    problem(name, "must not be empty");
  } else if (characters(found) > longest) {
    problem(name, "must have at most " + std::to_string(longest) + " characters; it has " +
                      std::to_string(characters(found)));
  } else if (has_control_characters(found)) {
    problem(name, "must not have line breaks or other control characters");
  } else {
    return found;
  }
  return std::nullopt;
}

std::optional<bool> ObjectReader::boolean(std::string_view name) {
  const nlohmann::json* value =
      typed(name, Presence::kOptional, &nlohmann::json::is_boolean, "true or false");
  return value == nullptr ? std::nullopt : std::optional(value->get<bool>());
}

std::optional<std::int64_t> ObjectReader::integer(std::string_view name, Presence presence) {
  const nlohmann::json* value = typed(name, presence, &nlohmann::json::is_number_integer, "a whole number");
  return value == nullptr ? std::nullopt : std::optional(value->get<std::int64_t>());
}

const nlohmann::json* ObjectReader::object(std::string_view name, Presence presence) {
  return typed(name, presence, &nlohmann::json::is_object, "an object");
}

const nlohmann::json* ObjectReader::array(std::string_view name, Presence presence) {
  return typed(name, presence, &nlohmann::json::is_array, "a list");
}

void ObjectReader::finish() {
  for (const auto& [name, value] : object_.items()) {
    if (std::ranges::find(known_, name) != known_.end()) continue;
    std::string what = "is not a known field";
    const auto nearest = std::ranges::min_element(
        known_, {}, [&name = name](const std::string& known) { return distance(name, known); });
    if (nearest != known_.end() && distance(name, *nearest) <= std::max<std::size_t>(2, name.size() / 3)) {
      what += "; did you mean " + *nearest + "?";
    }
    problem(name.size() > 100 ? name.substr(0, 100) : name, what);
  }
}

}  // namespace lakeport::partners

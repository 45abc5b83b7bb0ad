#include "lakeport/sync/naming.h"

#include <cctype>

namespace lakeport::sync {

namespace {
std::string lower_ascii(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}
}  // namespace

std::string plain_name(std::string_view text) {
  std::string name;
  for (const unsigned char c : text) {
    const bool letter = std::isalnum(c) != 0 && c < 0x80;
    if (letter) {
      name += static_cast<char>(std::tolower(c));
    } else if (!name.empty() && name.back() != '_') {
      name += '_';
    }
  }
  while (!name.empty() && name.back() == '_') name.pop_back();
  if (name.empty()) return "source";
  if (std::isdigit(static_cast<unsigned char>(name.front())) != 0) name.insert(name.begin(), '_');
  return name;
}

Result<wire::TableId> DestinationNames::name(std::optional<std::string_view> schema, std::string_view table) {
  const bool has_schema = schema && !schema->empty();
  const std::string source_table =
      has_schema ? std::string(*schema) + "." + std::string(table) : std::string(table);
  if (table.empty()) {
    return fail(ErrorKind::kSourceFailed, "the source sent a table without a name",
                std::string(schema.value_or("")));
  }
  wire::TableId id{.schema = given_.empty() ? fallback_ : given_, .table = std::string(table)};
  if (has_schema) id.schema = given_.empty() ? std::string(*schema) : given_ + "_" + std::string(*schema);

  const auto [owner, fresh] =
      owners_.try_emplace({lower_ascii(id.schema), lower_ascii(id.table)}, source_table);
  if (!fresh && owner->second != source_table) {
    return fail(
        ErrorKind::kInvalidInput,
        "the source's tables " + owner->second + " and " + source_table + " would both become this one",
        "destination table " + id.to_string(), "Leave one of them out with --select.");
  }
  return id;
}

}  // namespace lakeport::sync

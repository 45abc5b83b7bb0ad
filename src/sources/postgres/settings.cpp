#include "settings.h"

#include <algorithm>
#include <charconv>

#include <openssl/evp.h>

namespace lakeport::sources::postgres {
namespace {

std::string trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  return std::string(text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1));
}

// Items between commas and line ends; empty ones left out.
std::vector<std::string> items_of(std::string_view text) {
  std::vector<std::string> items;
  while (!text.empty()) {
    const auto end = std::min(text.find_first_of(",\n"), text.size());
    if (auto item = trimmed(text.substr(0, end)); !item.empty()) items.push_back(std::move(item));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return items;
}

tl::unexpected<Error> wrong(const std::string& field, const std::string& what) {
  return fail(ErrorKind::kInvalidInput, what, "configuration field " + field);
}

// Fields that were left empty count as not given.
class Fields {
 public:
  explicit Fields(const Configuration& configuration) : configuration_(configuration) {}

  std::optional<std::string> find(const std::string& name) const {
    const auto found = configuration_.find(name);
    if (found == configuration_.end() || found->second.empty()) return std::nullopt;
    return found->second;
  }

  Result<std::string> required(const std::string& name) const {
    if (auto value = find(name)) return *std::move(value);
    return wrong(name, "is empty");
  }

  template <class Number>
  Status number(const std::string& name, Number least, Number most, Number& out) const {
    const auto value = find(name);
    if (!value) return {};
    const std::string text = trimmed(*value);
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (error != std::errc() || end != text.data() + text.size() || out < least || out > most) {
      return wrong(name, "must be a whole number from " + std::to_string(least) + " to " +
                             std::to_string(most) + ", not '" + *value + "'");
    }
    return {};
  }

 private:
  const Configuration& configuration_;
};

// An uploaded file arrives base64-encoded (contract, "Source side"); a pasted PEM text is taken as it is.
Result<std::string> decoded_upload(const std::string& field, const std::string& value) {
  if (value.find("-----BEGIN") != std::string::npos) return value;
  std::string packed;
  std::copy_if(value.begin(), value.end(), std::back_inserter(packed),
               [](char c) { return c != '\n' && c != '\r' && c != ' '; });
  std::string decoded(packed.size(), '\0');
  const int size =
      EVP_DecodeBlock(reinterpret_cast<unsigned char*>(decoded.data()),
                      reinterpret_cast<const unsigned char*>(packed.data()), static_cast<int>(packed.size()));
  if (size < 0 || decoded.find("-----BEGIN") == std::string::npos) {
    return wrong(field, "is no certificate in PEM form");
  }
  const auto padding = static_cast<std::size_t>(std::count(packed.end() - 2, packed.end(), '='));
  decoded.resize(static_cast<std::size_t>(size) - padding);
  return decoded;
}

// A slot's name as PostgreSQL allows it.
bool is_slot_name(const std::string& name) {
  return name.size() <= 63 && std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
         });
}

Result<Mode> mode_of(const std::string& text) {
  if (text == "logical") return Mode::kLogical;
  if (text == "cursor") return Mode::kCursor;
  if (text == "snapshot") return Mode::kSnapshot;
  return wrong("mode", "must be logical, cursor or snapshot, not '" + text + "'");
}

Status read_cursor_columns(const Fields& fields, Settings& settings) {
  const auto text = fields.find("cursor_columns");
  if (!text) return {};
  for (const std::string& item : items_of(*text)) {
    const auto equals = item.rfind('=');
    if (equals == std::string::npos) {
      return wrong("cursor_columns", "'" + item + "' has no '='; write schema.table=column");
    }
    const std::string table = trimmed(std::string_view(item).substr(0, equals));
    const std::string column = trimmed(std::string_view(item).substr(equals + 1));
    const auto dot = table.find('.');
    TableName name = dot == std::string::npos ? TableName{"public", table}
                                              : TableName{table.substr(0, dot), table.substr(dot + 1)};
    if (name.table.empty() || column.empty()) {
      return wrong("cursor_columns", "'" + item + "' must be schema.table=column");
    }
    settings.cursor_columns[std::move(name)] = column;
  }
  return {};
}

Status read_connection(const Fields& fields, Settings& settings) {
  LAKEPORT_ASSIGN_OR_RETURN(settings.host, fields.required("host"));
  LAKEPORT_ASSIGN_OR_RETURN(settings.database, fields.required("database"));
  LAKEPORT_ASSIGN_OR_RETURN(settings.user, fields.required("user"));
  settings.password = fields.find("password").value_or("");
  int port = 5432;
  LAKEPORT_RETURN_IF_ERROR(fields.number("port", 1, 65535, port));
  settings.port = std::to_string(port);
  settings.ssl_mode = fields.find("sslmode").value_or(settings.ssl_mode);
  static constexpr std::string_view kModes[] = {"disable", "prefer", "require", "verify-ca", "verify-full"};
  if (std::find(std::begin(kModes), std::end(kModes), settings.ssl_mode) == std::end(kModes)) {
    return wrong("sslmode", "must be disable, prefer, require, verify-ca or verify-full, not '" +
                                settings.ssl_mode + "'");
  }
  if (const auto upload = fields.find("ssl_ca")) {
    LAKEPORT_ASSIGN_OR_RETURN(settings.ca_certificate, decoded_upload("ssl_ca", *upload));
  }
  return {};
}

}  // namespace

Result<Settings> Settings::parse(const Configuration& configuration) {
  const Fields fields(configuration);
  Settings settings;
  LAKEPORT_RETURN_IF_ERROR(read_connection(fields, settings));
  LAKEPORT_ASSIGN_OR_RETURN(settings.mode, mode_of(fields.find("mode").value_or("logical")));
  settings.publication = fields.find("publication").value_or(settings.publication);
  settings.slot = fields.find("slot").value_or(settings.slot);
  if (!is_slot_name(settings.slot)) {
    return wrong("slot", "may have lower-case letters, digits and underscores only, 63 at most");
  }
  const std::string when_lost = fields.find("on_slot_lost").value_or("task");
  if (when_lost != "task" && when_lost != "resnapshot") {
    return wrong("on_slot_lost", "must be task or resnapshot, not '" + when_lost + "'");
  }
  settings.when_slot_lost = when_lost == "task" ? WhenSlotLost::kAsk : WhenSlotLost::kReadAgain;
  settings.schemas = items_of(fields.find("schemas").value_or(""));
  LAKEPORT_RETURN_IF_ERROR(read_cursor_columns(fields, settings));
  LAKEPORT_RETURN_IF_ERROR(
      fields.number<std::int64_t>("cursor_overlap_seconds", 0, 31'536'000, settings.cursor_overlap_seconds));
  LAKEPORT_RETURN_IF_ERROR(
      fields.number<std::int64_t>("cursor_overlap_ids", 0, 1'000'000'000, settings.cursor_overlap_ids));
  LAKEPORT_RETURN_IF_ERROR(fields.number<std::uint32_t>("chunk_blocks", 1, 1U << 30, settings.chunk_blocks));
  return settings;
}

std::string quote_identifier(std::string_view name) {
  std::string quoted = "\"";
  for (const char c : name) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

std::string quote_literal(std::string_view text) {
  // E'…' reads the same whatever standard_conforming_strings says.
  std::string quoted = text.find('\\') == std::string_view::npos ? "'" : "E'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') quoted += c;
    quoted += c;
  }
  return quoted + '\'';
}

std::string quote(const TableName& table) {
  return quote_identifier(table.schema) + "." + quote_identifier(table.table);
}

}  // namespace lakeport::sources::postgres

#include "names.h"

#include <algorithm>

#include <fmt/format.h>

#include "principal_rows.h"

namespace lakeport::lakehouse {

namespace {

constexpr std::size_t kLongestName = 255;

bool is_email(std::string_view text) {
  const auto at = text.find('@');
  return at != 0 && at != std::string_view::npos && at + 1 < text.size() &&
         text.find('@', at + 1) == std::string_view::npos && text.find(' ') == std::string_view::npos;
}

bool is_uuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool dash = at == 8 || at == 13 || at == 18 || at == 23;
    const char letter = text[at];
    const bool digit = (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'f') ||
                       (letter >= 'A' && letter <= 'F');
    if (dash ? letter != '-' : !digit) return false;
  }
  return true;
}

}  // namespace

Status check_text(std::string_view what, std::string_view text, std::size_t least, std::size_t most) {
  if (text.size() < least || text.size() > most) {
    return fail(ErrorKind::kInvalidInput,
                fmt::format("{} has {} to {} bytes, not {}", what, least, most, text.size()));
  }
  const auto control = [](char letter) {
    return static_cast<unsigned char>(letter) < 0x20 || letter == 0x7f;
  };
  if (std::ranges::any_of(text, control)) {
    return fail(ErrorKind::kInvalidInput, fmt::format("{} has no control characters", what));
  }
  return {};
}

Status check_name(PrincipalKind kind, std::string_view name) {
  switch (kind) {
    case PrincipalKind::kUser:
      LAKEPORT_RETURN_IF_ERROR(check_text("a user's name", name, 1, kLongestName));
      if (!is_email(name)) {
        return fail(ErrorKind::kInvalidInput, fmt::format("'{}' is not an e-mail address", name), "",
                    "A user's name is an e-mail address.");
      }
      return {};
    case PrincipalKind::kGroup: {
      LAKEPORT_RETURN_IF_ERROR(check_text("a group's name", name, 1, kLongestName));
      const std::string key = key_of(name);
      if (key == kAdmins || key == kUsers || key == kAccountUsers) {
        return fail(ErrorKind::kExists, fmt::format("the group '{}' is one of the system's", name));
      }
      return {};
    }
    case PrincipalKind::kServicePrincipal:
      if (is_uuid(name)) return {};
      return fail(ErrorKind::kInvalidInput, "an application id is a UUID");
  }
  return {};
}

Status check_entitlements(const std::vector<std::string>& entitlements) {
  for (const std::string& entitlement : entitlements) {
    const bool fine =
        !entitlement.empty() && entitlement.size() <= 64 && std::ranges::all_of(entitlement, [](char letter) {
          return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') || letter == '-';
        });
    if (!fine) {
      return fail(ErrorKind::kInvalidInput, fmt::format("'{}' is not an entitlement", entitlement), "",
                  "Entitlements are words such as workspace-access.");
    }
  }
  return {};
}

}  // namespace lakeport::lakehouse

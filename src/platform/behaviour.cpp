#include <array>
#include <utility>

#include "lakeport/platform/partner.h"

namespace lakeport::platform {

namespace {

using Action = PartnerBehaviour::NewUserAction;
constexpr std::array<std::pair<std::string_view, Action>, 4> kActions{{{"auto_add", Action::kAutoAdd},
                                                                       {"invite", Action::kInvite},
                                                                       {"not_found", Action::kNotFound},
                                                                       {"error", Action::kError}}};

tl::unexpected<Error> wrong(std::string_view part, std::string_view choices) {
  return fail(ErrorKind::kInvalidInput, "this is no behaviour", std::string(part),
              "Write " + std::string(choices) + ".");
}

Status read_flag(std::string_view part, std::string_view value, bool& flag) {
  if (value != "true" && value != "false") return wrong(part, "true or false");
  flag = value == "true";
  return {};
}

Status read_part(std::string_view part, PartnerBehaviour& behaviour) {
  const std::size_t equals = part.find('=');
  const std::string_view name = part.substr(0, equals);
  const std::string_view value = equals == std::string_view::npos ? "" : part.substr(equals + 1);
  if (name == "require_manual_signup") return read_flag(part, value, behaviour.require_manual_signup);
  if (name == "supports_demo") return read_flag(part, value, behaviour.supports_demo);
  if (name == "trial_type") {
    if (value != "user" && value != "account") return wrong(part, "user or account");
    behaviour.trial_per_account = value == "account";
    return {};
  }
  if (name != "new_user_action") {
    return wrong(part, "new_user_action, trial_type, require_manual_signup or supports_demo, and a value");
  }
  const auto action = new_user_action_from_string(value);
  if (!action) return wrong(part, "auto_add, invite, not_found or error");
  behaviour.new_user_action = *action;
  return {};
}

}  // namespace

std::string_view to_string(Action action) {
  for (const auto& [word, value] : kActions) {
    if (value == action) return word;
  }
  return "";
}

std::optional<Action> new_user_action_from_string(std::string_view text) {
  for (const auto& [word, value] : kActions) {
    if (word == text) return value;
  }
  return std::nullopt;
}

Result<PartnerBehaviour> parse_behaviour(std::string_view text, const PartnerBehaviour& before) {
  PartnerBehaviour behaviour = before;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(','), text.size());
    LAKEPORT_RETURN_IF_ERROR(read_part(text.substr(0, end), behaviour));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return behaviour;
}

}  // namespace lakeport::platform

#include <algorithm>
#include <array>
#include <charconv>

#include "scim_filter.h"
#include "scim_profile.h"

namespace lakeport::lakehouse {

namespace {

enum class PatchOperation { kAdd, kReplace, kRemove };

Result<std::int64_t> principal_id(const std::string& text, const std::string& place) {
  std::int64_t id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (text.empty() || error != std::errc() || end != text.data() + text.size())
    return fail(ErrorKind::kInvalidInput, "\"" + text + "\" is no id", place);
  return id;
}

Result<std::vector<std::string>> values_of(const Fields& body, std::string_view name) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto items, body.objects(name));
  std::vector<std::string> values;
  for (const Fields& item : items) {
    LAKEPORT_ASSIGN_OR_RETURN(std::string value, item.text("value"));
    values.push_back(std::move(value));
  }
  return values;
}

Result<std::vector<std::int64_t>> members_of(const Fields& body, std::string_view name) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto values, values_of(body, name));
  std::vector<std::int64_t> ids;
  for (const std::string& value : values) {
    LAKEPORT_ASSIGN_OR_RETURN(const std::int64_t id,
                              principal_id(value, "field `" + std::string(name) + "`"));
    ids.push_back(id);
  }
  return ids;
}

// Instance profiles are no part of this workspace; taking them in silence would look like having them.
Status check_roles(const Fields& body) {
  const Json* roles = body.find("roles");
  if (roles != nullptr && !roles->empty()) return fail(body.invalid("roles", "are not supported"));
  return {};
}

bool has_active(PrincipalKind kind) { return kind != PrincipalKind::kGroup; }

// Lists of values that a patch adds to and takes from, starting with what there is.
template <class T>
void add_each(std::vector<T>& list, const std::vector<T>& more) {
  for (const T& item : more)
    if (std::find(list.begin(), list.end(), item) == list.end()) list.push_back(item);
}
template <class T>
void remove_each(std::vector<T>& list, const std::vector<T>& gone) {
  std::erase_if(list, [&](const T& item) { return std::find(gone.begin(), gone.end(), item) != gone.end(); });
}

class Patch {
 public:
  explicit Patch(const Profile& profile) : profile_(profile) {}

  Status apply(PatchOperation operation, const ScimPath& path, const Json* value) {
    const std::string& name = path.attribute;
    if (name == "members" && profile_.principal.kind == PrincipalKind::kGroup)
      return members(operation, path, value);
    if (name == "entitlements") return entitlements(operation, path, value);
    if (path.value) return fail(unknown(name));
    if (name == "displayName" || (name == "userName" && profile_.principal.kind == PrincipalKind::kUser)) {
      if (operation == PatchOperation::kRemove)
        return fail(ErrorKind::kInvalidInput, "cannot be removed", place(name));
      LAKEPORT_ASSIGN_OR_RETURN(std::string text, text_of(name, value));
      // A group's name is what it displays.
      const bool renames = name == "userName" || profile_.principal.kind == PrincipalKind::kGroup;
      (renames ? change_.name : change_.display_name) = std::move(text);
      return {};
    }
    if (name == "active" && has_active(profile_.principal.kind)) return active(operation, value);
    if (name == "externalId") return text_field(change_.external_id, operation, name, value);
    if (name == "name.givenName") return text_field(change_.given_name, operation, name, value);
    if (name == "name.familyName") return text_field(change_.family_name, operation, name, value);
    if (name == "name") return whole_name(operation, value);
    if (name == "roles") {
      const Json empty = Json::array();
      const Json* given = value == nullptr ? &empty : value;
      if (given->empty()) return {};
    }
    return fail(unknown(name));
  }

  ProfileChange take() {
    if (members_) change_.members = std::move(members_);
    return std::move(change_);
  }

 private:
  static std::string place(const std::string& name) { return "attribute \"" + name + "\""; }
  static Error unknown(const std::string& name) {
    return {ErrorKind::kInvalidInput, "cannot be changed here", place(name)};
  }

  static Result<std::string> text_of(const std::string& name, const Json* value) {
    if (value == nullptr || !value->is_string())
      return fail(ErrorKind::kInvalidInput, "must be a string", place(name));
    return value->get<std::string>();
  }

  static Status text_field(std::optional<std::string>& field, PatchOperation operation,
                           const std::string& name, const Json* value) {
    if (operation == PatchOperation::kRemove) {
      field = "";
      return {};
    }
    LAKEPORT_ASSIGN_OR_RETURN(field, text_of(name, value));
    return {};
  }

  Status active(PatchOperation operation, const Json* value) {
    if (operation == PatchOperation::kRemove)
      return fail(ErrorKind::kInvalidInput, "cannot be removed", place("active"));
    if (value != nullptr && value->is_boolean()) {
      change_.active = value->get<bool>();
      return {};
    }
    // Some identity providers send words.
    if (value != nullptr && (*value == "true" || *value == "True")) {
      change_.active = true;
      return {};
    }
    if (value != nullptr && (*value == "false" || *value == "False")) {
      change_.active = false;
      return {};
    }
    return fail(ErrorKind::kInvalidInput, "must be true or false", place("active"));
  }

  Status whole_name(PatchOperation operation, const Json* value) {
    const Json none = Json::object();
    const Json& given = value == nullptr ? none : *value;
    if (!given.is_object()) return fail(ErrorKind::kInvalidInput, "must be an object", place("name"));
    for (const char* part : {"givenName", "familyName"}) {
      const bool present = given.contains(part);
      if (!present && operation != PatchOperation::kRemove) continue;
      LAKEPORT_RETURN_IF_ERROR(apply(operation, {.attribute = std::string("name.") + part, .value = {}},
                                     present ? &given[part] : nullptr));
    }
    return {};
  }

  // A list of {"value": …}, one such object, or plain texts.
  static Result<std::vector<std::string>> listed(const std::string& name, const Json* value) {
    std::vector<std::string> all;
    if (value == nullptr) return all;
    const Json list = value->is_array() ? *value : Json::array({*value});
    for (const Json& item : list) {
      const Json* text = item.is_object() && item.contains("value") ? &item["value"] : &item;
      LAKEPORT_ASSIGN_OR_RETURN(std::string found, text_of(name, text));
      all.push_back(std::move(found));
    }
    return all;
  }

  template <class T>
  static Status change_list(std::vector<T>& list, PatchOperation operation, const ScimPath& path,
                            const std::vector<T>& values) {
    if (operation == PatchOperation::kAdd) {
      add_each(list, values);
    } else if (operation == PatchOperation::kReplace) {
      if (path.value)
        return fail(ErrorKind::kInvalidInput, "can be added and removed only", place(path.attribute));
      list.clear();
      add_each(list, values);
    } else if (path.value || !values.empty()) {
      remove_each(list, values);
    } else {
      list.clear();
    }
    return {};
  }

  Status members(PatchOperation operation, const ScimPath& path, const Json* value) {
    LAKEPORT_ASSIGN_OR_RETURN(std::vector<std::string> texts, listed("members", value));
    if (path.value) texts = {*path.value};
    std::vector<std::int64_t> ids;
    for (const std::string& text : texts) {
      LAKEPORT_ASSIGN_OR_RETURN(const std::int64_t id, principal_id(text, place("members")));
      ids.push_back(id);
    }
    // Adding and removing alone does not depend on who is a member now, so that two patches at once both
    // count.
    const bool replaces = operation == PatchOperation::kReplace ||
                          (operation == PatchOperation::kRemove && !path.value && ids.empty());
    if (!members_ && !replaces) {
      auto& wanted = operation == PatchOperation::kAdd ? change_.add_members : change_.remove_members;
      auto& other = operation == PatchOperation::kAdd ? change_.remove_members : change_.add_members;
      add_each(wanted, ids);
      remove_each(other, ids);
      return {};
    }
    if (!members_) members_.emplace();
    change_.add_members.clear();
    change_.remove_members.clear();
    return change_list(*members_, operation, path, ids);
  }

  Status entitlements(PatchOperation operation, const ScimPath& path, const Json* value) {
    LAKEPORT_ASSIGN_OR_RETURN(std::vector<std::string> values, listed("entitlements", value));
    if (path.value) values = {*path.value};
    if (!change_.entitlements) change_.entitlements = profile_.entitlements;
    return change_list(*change_.entitlements, operation, path, values);
  }

  const Profile& profile_;
  ProfileChange change_;
  std::optional<std::vector<std::int64_t>> members_;
};

Result<PatchOperation> operation_of(const Fields& item) {
  LAKEPORT_ASSIGN_OR_RETURN(std::string word, item.text("op"));
  std::transform(word.begin(), word.end(), word.begin(), [](char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + 32) : letter;
  });
  if (word == "add") return PatchOperation::kAdd;
  if (word == "replace") return PatchOperation::kReplace;
  if (word == "remove") return PatchOperation::kRemove;
  return fail(item.invalid("op", "\"" + word + "\" is not one of add, replace, remove"));
}

}  // namespace

Result<NewProfile> read_new_profile(PrincipalKind kind, const Fields& body) {
  NewProfile profile;
  profile.kind = kind;
  LAKEPORT_RETURN_IF_ERROR(check_roles(body));
  if (kind == PrincipalKind::kUser) {
    LAKEPORT_ASSIGN_OR_RETURN(profile.name, body.non_empty_text("userName"));
    LAKEPORT_ASSIGN_OR_RETURN(profile.display_name, body.text_or("displayName", ""));
    LAKEPORT_ASSIGN_OR_RETURN(const auto name, body.optional_object("name"));
    if (name) {
      LAKEPORT_ASSIGN_OR_RETURN(profile.given_name, name->text_or("givenName", ""));
      LAKEPORT_ASSIGN_OR_RETURN(profile.family_name, name->text_or("familyName", ""));
    }
  } else if (kind == PrincipalKind::kGroup) {
    LAKEPORT_ASSIGN_OR_RETURN(profile.name, body.non_empty_text("displayName"));
    LAKEPORT_ASSIGN_OR_RETURN(profile.members, members_of(body, "members"));
  } else {
    LAKEPORT_ASSIGN_OR_RETURN(profile.name, body.text_or("applicationId", ""));
    LAKEPORT_ASSIGN_OR_RETURN(profile.display_name, body.text_or("displayName", ""));
    if (profile.display_name.empty() && profile.name.empty())
      return fail(body.invalid("displayName", "is missing"));
  }
  LAKEPORT_ASSIGN_OR_RETURN(profile.external_id, body.text_or("externalId", ""));
  if (has_active(kind)) {
    LAKEPORT_ASSIGN_OR_RETURN(profile.active, body.boolean_or("active", true));
  }
  LAKEPORT_ASSIGN_OR_RETURN(profile.entitlements, values_of(body, "entitlements"));
  return profile;
}

Result<ProfileChange> read_replacement(PrincipalKind kind, const Fields& body) {
  LAKEPORT_RETURN_IF_ERROR(check_roles(body));
  ProfileChange change;
  if (kind == PrincipalKind::kGroup) {
    LAKEPORT_ASSIGN_OR_RETURN(change.name, body.optional_text("displayName"));
    LAKEPORT_ASSIGN_OR_RETURN(change.members, members_of(body, "members"));
  } else {
    LAKEPORT_ASSIGN_OR_RETURN(change.display_name, body.optional_text("displayName"));
    LAKEPORT_ASSIGN_OR_RETURN(change.active, body.optional_boolean("active"));
  }
  if (kind == PrincipalKind::kUser) {
    LAKEPORT_ASSIGN_OR_RETURN(change.name, body.optional_text("userName"));
    LAKEPORT_ASSIGN_OR_RETURN(const auto name, body.optional_object("name"));
    const Fields none(Json::object());
    LAKEPORT_ASSIGN_OR_RETURN(change.given_name, (name ? *name : none).text_or("givenName", ""));
    LAKEPORT_ASSIGN_OR_RETURN(change.family_name, (name ? *name : none).text_or("familyName", ""));
  }
  LAKEPORT_ASSIGN_OR_RETURN(change.external_id, body.text_or("externalId", ""));
  if (body.has("entitlements")) {
    LAKEPORT_ASSIGN_OR_RETURN(change.entitlements, values_of(body, "entitlements"));
  }
  return change;
}

Result<ProfileChange> read_patch(const Profile& profile, const Fields& body) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto operations, body.objects("Operations"));
  if (operations.empty()) return fail(body.invalid("Operations", "is missing or empty"));
  Patch patch(profile);
  for (const Fields& item : operations) {
    LAKEPORT_ASSIGN_OR_RETURN(const PatchOperation operation, operation_of(item));
    LAKEPORT_ASSIGN_OR_RETURN(const auto path_text, item.optional_text("path"));
    const Json* value = item.find("value");
    if (path_text && !path_text->empty()) {
      LAKEPORT_ASSIGN_OR_RETURN(const ScimPath path, parse_scim_path(*path_text));
      LAKEPORT_RETURN_IF_ERROR(patch.apply(operation, path, value));
      continue;
    }
    // Without a path the value is a part of the resource.
    if (value == nullptr || !value->is_object() || operation == PatchOperation::kRemove)
      return fail(item.invalid("path", "is missing"));
    for (const auto& [name, part] : value->items()) {
      if (name == "schemas" || name == "id") continue;
      LAKEPORT_RETURN_IF_ERROR(patch.apply(operation, {.attribute = name, .value = {}}, &part));
    }
  }
  return patch.take();
}

}  // namespace lakeport::lakehouse

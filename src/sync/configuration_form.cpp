#include "lakeport/sync/configuration_form.h"

#include <algorithm>
#include <cstdint>

#include "common.pb.h"
#include "nearest_name.h"

namespace lakeport::sync {

namespace {

namespace sdk = fivetran_sdk::v2;
using Fields = google::protobuf::RepeatedPtrField<sdk::FormField>;

std::string value_of(const connectors::Configuration& configuration, const std::string& field) {
  const auto found = configuration.find(field);
  return found == configuration.end() ? std::string() : found->second;
}

bool holds(const sdk::VisibilityCondition& condition, const connectors::Configuration& configuration) {
  const auto value = value_of(configuration, condition.condition_field());
  switch (condition.visible_when_case()) {
    case sdk::VisibilityCondition::kBoolValue:
      return (value == "true") == condition.bool_value();
    case sdk::VisibilityCondition::kStringValue:
      return value == condition.string_value();
    case sdk::VisibilityCondition::kEmptyValue:
      return value.empty() == condition.empty_value();
    case sdk::VisibilityCondition::VISIBLE_WHEN_NOT_SET:
      return true;
  }
  return true;
}

std::vector<std::string> choices_of(const sdk::FormField& field) {
  std::vector<std::string> choices;
  if (field.has_dropdown_field()) {
    choices.assign(field.dropdown_field().dropdown_field().begin(),
                   field.dropdown_field().dropdown_field().end());
  }
  for (const auto& choice : field.descriptive_dropdown_fields().descriptive_dropdown_field()) {
    choices.push_back(choice.value());
  }
  return choices;
}

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

class FormCheck {
 public:
  explicit FormCheck(connectors::Configuration given) { result_.configuration = std::move(given); }

  // Names of all fields, shown or not: none of them is unknown.
  void collect_names(const Fields& fields) {
    for (const auto& field : fields) {
      if (field.has_conditional_fields()) {
        collect_names(field.conditional_fields().fields());
      } else {
        names_.push_back(field.name());
      }
    }
  }

  void check(const Fields& fields) {
    for (const auto& field : fields) {
      if (!field.has_conditional_fields()) {
        check(field);
      } else if (holds(field.conditional_fields().condition(), result_.configuration)) {
        check(field.conditional_fields().fields());
      }
    }
  }

  void collect_secrets(const Fields& fields) {
    for (const auto& field : fields) {
      if (field.has_conditional_fields()) collect_secrets(field.conditional_fields().fields());
      const bool secret =
          field.type_case() == sdk::FormField::kTextField && field.text_field() == sdk::Password;
      if (!secret && !field.has_upload_field()) continue;
      if (auto value = value_of(result_.configuration, field.name()); !value.empty()) {
        result_.secrets.push_back(std::move(value));
      }
    }
  }

  void warn_unknown() {
    if (names_.empty()) return;  // such a connector takes whatever it gets
    for (const auto& [name, value] : result_.configuration) {
      if (std::find(names_.begin(), names_.end(), name) != names_.end()) continue;
      result_.warnings.push_back("the connector's form has no field " + name + did_you_mean(name, names_));
    }
  }

  Result<CheckedConfiguration> finish(std::string_view what) {
    std::string wrong;
    if (!missing_.empty()) wrong = "required fields are missing or empty: " + listed(missing_);
    for (const auto& text : wrong_choices_) wrong += (wrong.empty() ? "" : "; ") + text;
    if (!wrong.empty()) {
      return fail(ErrorKind::kInvalidInput, wrong, std::string(what), "Correct the configuration.");
    }
    return std::move(result_);
  }

 private:
  void check(const sdk::FormField& field) {
    auto value = value_of(result_.configuration, field.name());
    if (!result_.configuration.contains(field.name()) && !field.default_value().empty()) {
      value = field.default_value();
      result_.configuration[field.name()] = value;
    }
    if (value.empty()) {
      if (field.required()) missing_.push_back(field.name());
      return;
    }
    const auto choices = choices_of(field);
    if (!choices.empty() && std::find(choices.begin(), choices.end(), value) == choices.end()) {
      wrong_choices_.push_back(field.name() + " must be one of " + listed(choices));
    }
  }

  CheckedConfiguration result_;
  std::vector<std::string> names_;
  std::vector<std::string> missing_;
  std::vector<std::string> wrong_choices_;
};

void collect_uploads(const Fields& fields, std::vector<UploadLimits>& uploads) {
  for (const auto& field : fields) {
    if (field.has_conditional_fields()) collect_uploads(field.conditional_fields().fields(), uploads);
    if (field.has_upload_field())
      uploads.push_back({field.name(), field.upload_field().max_file_size_bytes()});
  }
}

}  // namespace

Result<CheckedConfiguration> check_configuration(const sdk::ConfigurationFormResponse& form,
                                                 connectors::Configuration given, std::string_view what) {
  FormCheck check(std::move(given));
  check.collect_names(form.fields());
  check.warn_unknown();
  check.check(form.fields());
  check.collect_secrets(form.fields());
  return check.finish(what);
}

std::vector<UploadLimits> upload_fields(const sdk::ConfigurationFormResponse& form) {
  std::vector<UploadLimits> uploads;
  collect_uploads(form.fields(), uploads);
  return uploads;
}

}  // namespace lakeport::sync

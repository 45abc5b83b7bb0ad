#include "lakeport/sync/configuration_form.h"

#include <algorithm>
#include <cstdint>

#include "lakeport/base/base64.h"

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

// A field at a time, for forms that show each problem beside its field.
class ProblemSearch {
 public:
  explicit ProblemSearch(const connectors::Configuration& given) : configuration_(given) {}

  void search(const Fields& fields) {
    for (const auto& field : fields) {
      if (!field.has_conditional_fields()) {
        search(field);
      } else if (holds(field.conditional_fields().condition(), configuration_)) {
        search(field.conditional_fields().fields());
      }
    }
  }

  void unknown(const std::vector<std::string>& names) {
    if (names.empty()) return;  // such a connector takes whatever it gets
    for (const auto& [name, value] : configuration_) {
      if (std::find(names.begin(), names.end(), name) != names.end()) continue;
      problems_.push_back({name, "is no field of this connector" + did_you_mean(name, names)});
    }
  }

  std::vector<FieldProblem> take() { return std::move(problems_); }

 private:
  void search(const sdk::FormField& field) {
    if (!configuration_.contains(field.name()) && !field.default_value().empty())
      configuration_[field.name()] = field.default_value();
    const auto value = value_of(configuration_, field.name());
    if (value.empty()) {
      if (field.required()) problems_.push_back({field.name(), "is required"});
      return;
    }
    const auto choices = choices_of(field);
    if (!choices.empty() && std::find(choices.begin(), choices.end(), value) == choices.end())
      problems_.push_back({field.name(), "must be one of " + listed(choices)});
    if (field.has_toggle_field() && value != "true" && value != "false")
      problems_.push_back({field.name(), "must be true or false"});
    if (field.has_upload_field()) search_upload(field, value);
  }

  void search_upload(const sdk::FormField& field, const std::string& value) {
    const auto bytes = base64_decode(value);
    const auto limit = field.upload_field().max_file_size_bytes();
    if (!bytes) {
      problems_.push_back({field.name(), "must be a file, base64-encoded"});
    } else if (limit > 0 && bytes->size() > static_cast<std::size_t>(limit)) {
      problems_.push_back({field.name(), "must be at most " + std::to_string(limit) + " bytes long"});
    }
  }

  connectors::Configuration configuration_;
  std::vector<FieldProblem> problems_;
};

void collect_names(const Fields& fields, bool only_secret, std::vector<std::string>& names) {
  for (const auto& field : fields) {
    if (field.has_conditional_fields()) {
      collect_names(field.conditional_fields().fields(), only_secret, names);
      continue;
    }
    const bool hidden =
        field.type_case() == sdk::FormField::kTextField && field.text_field() != sdk::PlainText;
    if (!only_secret || hidden || field.has_upload_field()) names.push_back(field.name());
  }
}

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

std::vector<FieldProblem> configuration_problems(const sdk::ConfigurationFormResponse& form,
                                                 const connectors::Configuration& given) {
  std::vector<std::string> names;
  collect_names(form.fields(), false, names);
  ProblemSearch search(given);
  search.unknown(names);
  search.search(form.fields());
  return search.take();
}

std::vector<std::string> secret_fields(const sdk::ConfigurationFormResponse& form) {
  std::vector<std::string> names;
  collect_names(form.fields(), true, names);
  return names;
}

std::vector<UploadLimits> upload_fields(const sdk::ConfigurationFormResponse& form) {
  std::vector<UploadLimits> uploads;
  collect_uploads(form.fields(), uploads);
  return uploads;
}

}  // namespace lakeport::sync

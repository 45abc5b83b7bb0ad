// A connector's ConfigurationForm as the page draws it.
#include "common.pb.h"
#include "platform_json.h"

namespace lakeport::platform {

namespace {

namespace sdk = fivetran_sdk::v2;

Json fields_json(const google::protobuf::RepeatedPtrField<sdk::FormField>& fields);

std::string_view text_kind(sdk::TextField field) {
  if (field == sdk::Password) return "password";
  return field == sdk::Hidden ? "hidden" : "text";
}

Json condition_json(const sdk::VisibilityCondition& condition) {
  Json json{{"field", condition.condition_field()}};
  switch (condition.visible_when_case()) {
    case sdk::VisibilityCondition::kBoolValue:
      json["equals"] = condition.bool_value();
      break;
    case sdk::VisibilityCondition::kStringValue:
      json["equals"] = condition.string_value();
      break;
    case sdk::VisibilityCondition::kEmptyValue:
      json["has_value"] = !condition.empty_value();
      break;
    case sdk::VisibilityCondition::VISIBLE_WHEN_NOT_SET:
      break;
  }
  return json;
}

void add_kind(const sdk::FormField& field, Json& json) {
  switch (field.type_case()) {
    case sdk::FormField::kDropdownField:
      json["kind"] = "dropdown";
      json["options"] = Json::array();
      for (const std::string& value : field.dropdown_field().dropdown_field())
        json["options"].push_back({{"value", value}});
      return;
    case sdk::FormField::kDescriptiveDropdownFields:
      json["kind"] = "descriptive_dropdown";
      json["options"] = Json::array();
      for (const auto& choice : field.descriptive_dropdown_fields().descriptive_dropdown_field()) {
        json["options"].push_back(
            {{"value", choice.value()}, {"label", choice.label()}, {"description", choice.description()}});
      }
      return;
    case sdk::FormField::kToggleField:
      json["kind"] = "toggle";
      return;
    case sdk::FormField::kUploadField:
      json["kind"] = "upload";
      json["upload"] = {{"extensions", field.upload_field().allowed_file_type()},
                        {"max_bytes", field.upload_field().max_file_size_bytes()}};
      return;
    case sdk::FormField::kConditionalFields:
      json["kind"] = "conditional";
      json["condition"] = condition_json(field.conditional_fields().condition());
      json["fields"] = fields_json(field.conditional_fields().fields());
      return;
    case sdk::FormField::kTextField:
    case sdk::FormField::TYPE_NOT_SET:
      json["kind"] = text_kind(field.text_field());
      return;
  }
}

Json fields_json(const google::protobuf::RepeatedPtrField<sdk::FormField>& fields) {
  Json list = Json::array();
  for (const sdk::FormField& field : fields) {
    Json json{{"name", field.name()}, {"label", field.label()}, {"required", field.required()}};
    if (field.has_description()) json["description"] = field.description();
    if (field.has_default_value()) json["default"] = field.default_value();
    if (field.has_placeholder()) json["placeholder"] = field.placeholder();
    add_kind(field, json);
    list.push_back(std::move(json));
  }
  return list;
}

}  // namespace

Json to_json(const sdk::ConfigurationFormResponse& form) {
  Json tests = Json::array();
  for (const auto& test : form.tests())
    tests.push_back({{"name", test.name()}, {"label", test.label().empty() ? test.name() : test.label()}});
  return {{"schema_selection_supported", form.schema_selection_supported()},
          {"table_selection_supported", form.table_selection_supported()},
          {"fields", fields_json(form.fields())},
          {"tests", tests}};
}

}  // namespace lakeport::platform

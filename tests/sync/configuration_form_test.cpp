#include "lakeport/sync/configuration_form.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common.pb.h"
#include "google/protobuf/text_format.h"

namespace lakeport::sync {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

fivetran_sdk::v2::ConfigurationFormResponse form() {
  fivetran_sdk::v2::ConfigurationFormResponse form;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(R"(
    fields { name: "host" required: true text_field: PlainText }
    fields { name: "password" required: true text_field: Password }
    fields { name: "port" text_field: PlainText default_value: "5432" }
    fields { name: "mode" dropdown_field { dropdown_field: "fast" dropdown_field: "safe" } }
    fields { name: "tls" toggle_field {} default_value: "false" }
    fields { name: "when_tls" conditional_fields {
      condition { condition_field: "tls" bool_value: true }
      fields { name: "certificate" required: true upload_field { max_file_size_bytes: 100 } } } }
    fields { name: "when_safe" conditional_fields {
      condition { condition_field: "mode" string_value: "safe" }
      fields { name: "wait" required: true text_field: PlainText } } }
    fields { name: "when_no_mode" conditional_fields {
      condition { condition_field: "mode" empty_value: true }
      fields { name: "why" text_field: PlainText default_value: "no mode" } } })",
                                                            &form));
  return form;
}

TEST(ConfigurationForm, FillsInDefaultsOfFieldsThatShow) {
  const auto checked = check_configuration(form(), {{"host", "h"}, {"password", "secret"}}, "c.json");
  ASSERT_TRUE(checked) << checked.error().to_string();
  EXPECT_EQ(
      checked->configuration,
      (connectors::Configuration{
          {"host", "h"}, {"password", "secret"}, {"port", "5432"}, {"tls", "false"}, {"why", "no mode"}}));
  EXPECT_THAT(checked->warnings, IsEmpty());
  EXPECT_THAT(checked->secrets, ElementsAre("secret"));
}

TEST(ConfigurationForm, TellsAllThatIsMissingAndNoValue) {
  const auto checked = check_configuration(
      form(), {{"password", ""}, {"mode", "safe"}, {"tls", "true"}, {"port", "hidden"}}, "c.json");
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().kind(), ErrorKind::kInvalidInput);
  EXPECT_EQ(checked.error().to_string(),
            "c.json: required fields are missing or empty: host, password, certificate, wait. Correct the "
            "configuration.");
}

TEST(ConfigurationForm, AChoiceMustBeOneOfTheList) {
  const auto checked =
      check_configuration(form(), {{"host", "h"}, {"password", "p"}, {"mode", "quick"}}, "c.json");
  ASSERT_FALSE(checked);
  EXPECT_THAT(checked.error().to_string(), HasSubstr("mode must be one of fast, safe"));
  EXPECT_THAT(checked.error().to_string(), Not(HasSubstr("quick")));
}

TEST(ConfigurationForm, WarnsOfUnknownFieldsButNotOfHiddenOnes) {
  const auto checked = check_configuration(
      form(), {{"host", "h"}, {"password", "p"}, {"prot", "1"}, {"certificate", "x"}, {"mode", "fast"}},
      "c.json");
  ASSERT_TRUE(checked);
  EXPECT_THAT(checked->warnings, ElementsAre("the connector's form has no field prot (did you mean port?)"));
}

TEST(ConfigurationForm, AConnectorWithoutAFormTakesAnything) {
  const auto checked = check_configuration({}, {{"a", "b"}}, "c.json");
  ASSERT_TRUE(checked);
  EXPECT_EQ(checked->configuration, (connectors::Configuration{{"a", "b"}}));
  EXPECT_THAT(checked->warnings, IsEmpty());
}

TEST(ConfigurationForm, FindsUploads) {
  const auto uploads = upload_fields(form());
  ASSERT_EQ(uploads.size(), 1U);
  EXPECT_EQ(uploads[0].field, "certificate");
  EXPECT_EQ(uploads[0].max_bytes, 100);
}

}  // namespace
}  // namespace lakeport::sync

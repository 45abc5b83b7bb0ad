#include "form.h"

#include <string>

#include "common.pb.h"
#include "readiness.h"

namespace lakeport::sources::postgres {
namespace {

namespace sdk = fivetran_sdk::v2;

sdk::FormField field(const char* name, const char* label, bool required, const char* description) {
  sdk::FormField out;
  out.set_name(name);
  out.set_label(label);
  out.set_required(required);
  if (*description != '\0') out.set_description(description);
  return out;
}

sdk::FormField text(const char* name, const char* label, bool required, const char* description,
                    const char* default_value = "") {
  sdk::FormField out = field(name, label, required, description);
  out.set_text_field(sdk::PlainText);
  if (*default_value != '\0') out.set_default_value(default_value);
  return out;
}

sdk::FormField choice(const char* name, const char* label, const char* description,
                      std::initializer_list<const char*> values, const char* default_value) {
  sdk::FormField out = field(name, label, false, description);
  for (const char* value : values) out.mutable_dropdown_field()->add_dropdown_field(value);
  out.set_default_value(default_value);
  return out;
}

sdk::FormField mode_field() {
  sdk::FormField out = field("mode", "How to read changes", true, "");
  const auto add = [&out](const char* value, const char* label, const char* description) {
    auto* choice = out.mutable_descriptive_dropdown_fields()->add_descriptive_dropdown_field();
    choice->set_value(value);
    choice->set_label(label);
    choice->set_description(description);
  };
  add("logical", "Logical replication", "All inserts, updates and deletes. Needs wal_level = logical.");
  add("cursor", "Cursor column", "Rows whose cursor column has grown. Deletes are not seen.");
  add("snapshot", "Everything each time", "Reads every table whole in each sync.");
  out.set_default_value("logical");
  return out;
}

sdk::FormField shown_when_mode(const char* name, const char* mode,
                               std::initializer_list<sdk::FormField> fields) {
  sdk::FormField out = field(name, "", false, "");
  auto* conditional = out.mutable_conditional_fields();
  conditional->mutable_condition()->set_condition_field("mode");
  conditional->mutable_condition()->set_string_value(mode);
  for (const sdk::FormField& inner : fields) *conditional->add_fields() = inner;
  return out;
}

sdk::FormField certificate_field() {
  sdk::FormField out = field("ssl_ca", "CA certificate", false,
                             "PEM file to check the server by, for verify-ca and verify-full");
  for (const char* type : {".pem", ".crt", ".cer"}) out.mutable_upload_field()->add_allowed_file_type(type);
  out.mutable_upload_field()->set_max_file_size_bytes(1 << 20);
  return out;
}

sdk::FormField password_field() {
  sdk::FormField out = field("password", "Password", false, "");
  out.set_text_field(sdk::Password);
  return out;
}

}  // namespace

sdk::ConfigurationFormResponse configuration_form() {
  sdk::ConfigurationFormResponse form;
  form.set_schema_selection_supported(true);
  form.set_table_selection_supported(true);
  const auto add = [&form](sdk::FormField field) { *form.add_fields() = std::move(field); };
  add(text("host", "Host", true, "Name or address of the server"));
  add(text("port", "Port", false, "", "5432"));
  add(text("database", "Database", true, ""));
  add(text("user", "User", true, ""));
  add(password_field());
  add(choice("sslmode", "Encryption", "As libpq's sslmode",
             {"disable", "prefer", "require", "verify-ca", "verify-full"}, "prefer"));
  add(certificate_field());
  add(text("schemas", "Schemas", false, "Separated by commas; empty for all"));
  add(mode_field());
  add(shown_when_mode(
      "logical_settings", "logical",
      {text("publication", "Publication", false, "Made when it is missing and the user may", "lakeport"),
       text("slot", "Replication slot", false, "One for each connection; made when it is missing",
            "lakeport"),
       choice("on_slot_lost", "When the slot is lost",
              "Ask for help (task), or read all tables again (resnapshot)", {"task", "resnapshot"},
              "task")}));
  add(shown_when_mode(
      "cursor_settings", "cursor",
      {text("cursor_columns", "Cursor columns", false,
            "schema.table=column, separated by commas; empty for usual names such as updated_at"),
       text("cursor_overlap_seconds", "Overlap in seconds", false, "How far back rows are read again", "300"),
       text("cursor_overlap_ids", "Overlap in ids", false, "The same for columns of whole numbers",
            "1000")}));
  add(text("chunk_blocks", "Blocks a chunk", false, "Of a table, read between two checkpoints (8 kB each)",
           "16384"));

  const auto add_test = [&form](std::string_view name, const char* label) {
    auto* test = form.add_tests();
    test->set_name(std::string(name));
    test->set_label(label);
  };
  add_test(kReachTest, "Reaching the server");
  add_test(kLogInTest, "Logging in");
  add_test(kTablesTest, "Reading tables");
  add_test(kReplicationTest, "Ready for replication");
  return form;
}

}  // namespace lakeport::sources::postgres

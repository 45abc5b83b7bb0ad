#include "configuration.h"

#include <charconv>

#include "common.pb.h"

namespace lakeport::destinations {

namespace sdk = fivetran_sdk::v2;

void fill_configuration_form(sdk::ConfigurationFormResponse& form) {
  auto* database = form.add_fields();
  database->set_name("database");
  database->set_label("Database file");
  database->set_description("Path of the DuckDB file. It is made when it is missing; its folder must exist.");
  database->set_required(true);
  database->set_text_field(sdk::PlainText);
  database->set_placeholder("/data/warehouse.duckdb");

  auto* memory = form.add_fields();
  memory->set_name("memory_limit_mb");
  memory->set_label("Memory limit in MiB");
  memory->set_description("Memory that DuckDB may use. More makes large merges faster.");
  memory->set_required(false);
  memory->set_text_field(sdk::PlainText);
  memory->set_default_value("128");

  auto add_test = [&](const char* name, const char* label) {
    auto* test = form.add_tests();
    test->set_name(name);
    test->set_label(label);
  };
  add_test("connect", "Open the database file");
  add_test("write", "Write to the database file");
}

Result<DuckdbOptions> options_of(const std::string& database, const std::string& memory_limit) {
  if (database.empty()) {
    return fail(ErrorKind::kInvalidInput, "no database file is given", "field database",
                "Give the path of a DuckDB file.");
  }
  DuckdbOptions options;
  options.database = database;
  if (!memory_limit.empty()) {
    std::int64_t megabytes = 0;
    const auto [end, error] =
        std::from_chars(memory_limit.data(), memory_limit.data() + memory_limit.size(), megabytes);
    if (error != std::errc() || end != memory_limit.data() + memory_limit.size() || megabytes < 32 ||
        megabytes > 1 << 24) {
      return fail(ErrorKind::kInvalidInput, "\"" + memory_limit + "\" is no number of MiB from 32 on",
                  "field memory_limit_mb");
    }
    options.memory_limit_bytes = megabytes << 20;
  }
  return options;
}

}  // namespace lakeport::destinations

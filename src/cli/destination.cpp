#include <cstdint>
#include <iostream>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>

#include "lakeport/destinations/duckdb.h"

#include "commands.h"

namespace lakeport::cli {
namespace {

using destinations::BatchFormat;

constexpr std::uint16_t kDefaultPort = 50052;  // contract: where a destination listens unless told otherwise

constexpr const char* kExamples = R"(
The database file is named by the configuration field `database`, with each call.

Examples:
  lakeport destination duckdb
  lakeport destination duckdb --port 0 --format parquet
  lakeport sync … --destination 127.0.0.1:50052 --destination-config d.json
)";

}  // namespace

void add_destination_command(CLI::App& app, Action& action) {
  CLI::App* group = app.add_subcommand("destination", "Serve one of our destination connectors over gRPC");
  group->require_subcommand(1);
  CLI::App* command = group->add_subcommand("duckdb", "A DuckDB file");
  command->footer(kExamples);
  auto port = std::make_shared<std::uint16_t>(kDefaultPort);
  command->add_option("--port", *port, "Port on 127.0.0.1; 0 = a free one, told in the log")
      ->capture_default_str();
  auto format = std::make_shared<std::string>("csv");
  command->add_option("--format", *format, "The batch files that it asks the platform for: csv or parquet")
      ->check(CLI::IsMember({"csv", "parquet"}, CLI::ignore_case))
      ->type_name("FORMAT")
      ->capture_default_str();
  command->callback([&action, port, format] {
    action = [port, format] {
      const Status served = destinations::serve_duckdb_destination(
          *port, CLI::detail::to_lower(*format) == "parquet" ? BatchFormat::kParquet : BatchFormat::kCsv);
      if (served) return 0;
      std::cerr << "lakeport: " << served.error().to_string() << '\n';
      return 1;
    };
  });
}

}  // namespace lakeport::cli

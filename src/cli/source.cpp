#include "lakeport/sources/source.h"

#include <cstdint>
#include <iostream>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>

#include "commands.h"
#include "exit_code.h"

namespace lakeport::cli {
namespace {

using MakeSource = std::unique_ptr<sources::Source> (*)();

constexpr std::uint16_t kDefaultPort = 50051;  // contract: where a source listens unless told otherwise

void add_source(CLI::App& group, Action& action, const std::string& name, const std::string& description,
                MakeSource make) {
  CLI::App* command = group.add_subcommand(name, description);
  auto port = std::make_shared<std::uint16_t>(kDefaultPort);
  command->add_option("--port", *port, "Port on 127.0.0.1; 0 = a free one, told in the log")
      ->capture_default_str();
  command->callback([&action, name, make, port] {
    action = [name, make, port] {
      const Status served = sources::serve(*make(), name, *port);
      if (served) return 0;
      std::cerr << "lakeport: " << served.error().to_string() << '\n';
      return exit_code(served.error().kind());
    };
  });
}

}  // namespace

void add_source_command(CLI::App& app, Action& action) {
  CLI::App* group = app.add_subcommand("source", "Serve one of our source connectors over gRPC");
  group->require_subcommand(1);
  add_source(*group, action, "postgres", "A PostgreSQL database, 12 or newer", sources::make_postgres_source);
  add_source(*group, action, "files", "CSV, JSON and Parquet files in a folder", sources::make_files_source);
}

}  // namespace lakeport::cli

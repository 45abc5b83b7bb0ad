// `lakeport serve`: a workspace on one HTTPS port.
#include <algorithm>
#include <charconv>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <iostream>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>
#include <spdlog/sinks/stdout_sinks.h>
#include <unistd.h>

#include "lakeport/base/log.h"
#include "lakeport/base/result.h"
#include "lakeport/net/certificates.h"
#include "lakeport/net/server.h"
#include "lakeport/web_page/page_routes.h"

#include "commands.h"
#include "data_folder.h"
#include "exit_code.h"
#include "hub_arguments.h"
#include "interruption.h"
#include "partner_metrics.h"
#include "platform_arguments.h"
#include "quantity.h"
#include "request_metrics.h"
#include "sealing_key.h"
#include "workspace.h"

namespace lakeport::cli {
namespace {

// Requests that run when the server stops have this long, then their statements are ended.
constexpr std::chrono::milliseconds kGrace{2'000};

struct ServeOptions {
  std::string data;
  std::string store;
  std::string listen = "127.0.0.1:8443";
  std::vector<std::string> host_names;
  std::string key_file;
  std::string key_command;
  std::string admin_email = "admin@lakeport.local";
  std::string memory;
  std::string log_level = "info";
  PlatformArguments platform;
  HubArguments hub;
  bool json = false;
};

struct Place {
  std::string address;
  std::uint16_t port = 0;
};

Result<Place> parse_listen(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  Place place;
  const std::string_view port = colon == std::string_view::npos ? "" : text.substr(colon + 1);
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), place.port);
  if (port.empty() || error != std::errc() || end != port.data() + port.size()) {
    return fail(ErrorKind::kInvalidInput, "this is no address and port", "--listen " + std::string(text),
                "Write it like 127.0.0.1:8443, 0.0.0.0:443 or [::]:443.");
  }
  std::string_view address = text.substr(0, colon);
  if (address.starts_with('[') && address.ends_with(']')) address = address.substr(1, address.size() - 2);
  place.address = address;
  return place;
}

std::string machine_name() {
  char name[256] = {};
  return ::gethostname(name, sizeof name - 1) == 0 ? name : "";
}

// Where clients that know nothing else are sent.
std::string main_host(const ServeOptions& options, const Place& place) {
  if (!options.host_names.empty()) return options.host_names.front();
  if (place.address == "127.0.0.1" || place.address == "::1") return "localhost";
  if (place.address == "0.0.0.0" || place.address == "::") {
    const std::string name = machine_name();
    return name.empty() ? "localhost" : name;
  }
  return place.address.find(':') == std::string::npos ? place.address : "[" + place.address + "]";
}

std::vector<std::string> certificate_names(const ServeOptions& options, const Place& place) {
  std::vector<std::string> names = options.host_names;
  if (place.address == "0.0.0.0" || place.address == "::") {
    if (const std::string name = machine_name(); !name.empty()) names.push_back(name);
  } else {
    names.push_back(place.address);
  }
  return names;
}

Result<std::int64_t> memory_limit(const std::string& text) {
  if (!text.empty()) return parse_bytes(text);
  return static_cast<std::int64_t>(::sysconf(_SC_PHYS_PAGES)) * ::sysconf(_SC_PAGESIZE) / 2;
}

// The text is not repeated: it may hold a password.
Status check_store(const std::string& store) {
  if (store.find("://") == std::string::npos || store.starts_with("postgres://") ||
      store.starts_with("postgresql://")) {
    return {};
  }
  return fail(ErrorKind::kInvalidInput, "metadata is kept in a file or in PostgreSQL only",
              "--store " + store.substr(0, store.find(':')),
              "Write postgres://user:password@host:port/database.");
}

// Each client is an open file.
void allow_many_connections() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  (void)setrlimit(RLIMIT_NOFILE, &limit);
}

net::Response plain_error(int status, std::string_view code, const std::string& message) {
  return net::json_response(status, nlohmann::json{{"error_code", code}, {"message", message}}.dump());
}

void add_operator_routes(net::Router& router, Workspace& workspace, const RequestMetrics& metrics,
                         const net::Server& server) {
  router.add("GET", "/health", [&workspace](const net::Request&) {
    const Status healthy = workspace.check_health();
    if (healthy) return net::json_response(200, R"({"status":"ok"})");
    return plain_error(503, "TEMPORARILY_UNAVAILABLE", healthy.error().what());
  });
  router.add("GET", "/metrics", [&](const net::Request& request) {
    if (!request.peer.starts_with("127.") && request.peer != "::1") {
      const Status allowed =
          workspace.require_admin(request.headers.get("Authorization").value_or(std::string_view()));
      if (!allowed) return plain_error(401, "UNAUTHENTICATED", allowed.error().what());
    }
    return net::Response{200,
                         {{"Content-Type", "text/plain; version=0.0.4"}},
                         metrics.render(server.connections(), server.workers()) +
                             render_partner_metrics(workspace.partner_metrics())};
  });
}

void print_first_start(const Workspace& workspace, bool json) {
  const auto& first = workspace.first_start();
  if (!first) return;
  const std::string& email = workspace.bootstrap().admin_email;
  if (json) {
    std::cout << nlohmann::json{{"event", "created"},
                                {"admin_email", email},
                                {"admin_password", first->admin_password},
                                {"admin_token", first->admin_token}}
                     .dump()
              << '\n'
              << std::flush;
    return;
  }
  std::cout << "A new workspace was made. This is shown once:\n"
            << "  admin            " << email << "\n"
            << "  password         " << first->admin_password << "\n"
            << "  token (one day)  " << first->admin_token << "\n"
            << '\n'
            << std::flush;
}

void print_ready(const ServeOptions& options, const Workspace& workspace, const std::string& url,
                 const std::filesystem::path& authority) {
  if (options.json) {
    std::cout << nlohmann::json{{"event", "ready"},
                                {"url", url},
                                {"http_path", workspace.http_path()},
                                {"workspace_id", workspace.bootstrap().workspace_id},
                                {"account_id", workspace.bootstrap().account_id},
                                {"ca_file", authority.string()}}
                     .dump()
              << '\n'
              << std::flush;
    return;
  }
  std::cout << "Lakeport serves " << url << "\n"
            << "  HTTP path        " << workspace.http_path() << "\n"
            << "  workspace id     " << workspace.bootstrap().workspace_id << "\n"
            << "  CA certificate   " << authority.string() << " (`lakeport ca --data " << options.data
            << "` says how clients trust it)" << '\n'
            << std::flush;
}

// Ends the statements that outlast the grace, unless it is destroyed before.
class LateStatements {
 public:
  explicit LateStatements(Workspace& workspace)
      : thread_([&workspace, this](const std::stop_token& stop) {
          std::unique_lock lock(mutex_);
          wake_.wait_for(lock, stop, kGrace, [] { return false; });
          if (!stop.stop_requested()) workspace.end_statements();
        }) {}

 private:
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::jthread thread_;
};

Status run_serve(const ServeOptions& options) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto level, log_level_from_string(options.log_level));
  LAKEPORT_ASSIGN_OR_RETURN(const Place place, parse_listen(options.listen));
  LAKEPORT_RETURN_IF_ERROR(check_store(options.store));
  LAKEPORT_ASSIGN_OR_RETURN(const std::int64_t memory, memory_limit(options.memory));
  LAKEPORT_ASSIGN_OR_RETURN(platform::PlatformOptions platform, platform_options(options.platform));
  LAKEPORT_ASSIGN_OR_RETURN(partners::HubOptions hub, hub_options(options.hub));
  const auto sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
  Interruption interruption([] {});
  allow_many_connections();

  LAKEPORT_ASSIGN_OR_RETURN(const DataFolder folder, DataFolder::open(options.data));
  KeySource key_source;
  if (!options.key_file.empty()) key_source.file = options.key_file;
  if (!options.key_command.empty()) key_source.command = options.key_command;
  LAKEPORT_ASSIGN_OR_RETURN(const std::string key, load_sealing_key(key_source, folder));
  LAKEPORT_ASSIGN_OR_RETURN(
      const auto certificates,
      net::ensure_local_certificates(folder.layout().certificates(), certificate_names(options, place)));
  const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
  RequestMetrics metrics;
  net::ServerOptions server_options;
  server_options.address = place.address;
  server_options.port = place.port;
  server_options.tls = certificates.server;
  server_options.io_threads = static_cast<int>(std::clamp(cores / 4, 1U, 8U));
  server_options.log = make_logger("http", sink, level);
  server_options.on_answered = [&metrics](const net::Answered& answered) { metrics.count(answered); };
  LAKEPORT_ASSIGN_OR_RETURN(const auto server, net::Server::listen(server_options));
  const std::string url = "https://" + main_host(options, place) + ":" + std::to_string(server->port());

  WorkspaceOptions workspace_options;
  workspace_options.store = options.store.empty() ? folder.layout().metadata().string() : options.store;
  workspace_options.host_url = url;
  workspace_options.sealing_key = key;
  workspace_options.admin_email = options.admin_email;
  workspace_options.memory_limit_bytes = memory;
  workspace_options.threads = static_cast<int>(cores);
  workspace_options.platform = std::move(platform);
  workspace_options.platform.log = make_logger("platform", sink, level);
  hub.network.own_ca_file = certificates.authority;
  workspace_options.hub = std::move(hub);
  LAKEPORT_ASSIGN_OR_RETURN(const auto workspace, Workspace::open(folder.layout(), workspace_options));
  print_first_start(*workspace, options.json);
  net::Router router;
  add_operator_routes(router, *workspace, metrics, *server);
  workspace->add_routes(router);
  web_page::add_page_routes(router);
  server->serve(std::move(router));
  interruption.graceful();
  print_ready(options, *workspace, url, certificates.authority);
  interruption.wait();
  const LateStatements late(*workspace);
  server->stop();
  return {};
}

}  // namespace

void add_serve_command(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("serve", "Serve a workspace: SQL warehouses, REST, sign-in");
  auto options = std::make_shared<ServeOptions>();
  command->add_option("--data", options->data, "Folder of the workspace; made at the first start")
      ->required();
  command->add_option(
      "--store", options->store,
      "Where metadata lives: postgres://user:password@host:port/database (default: a file in the "
      "data folder)");
  command->add_option("--listen", options->listen, "Address and port")->capture_default_str();
  command->add_option(
      "--host-name", options->host_names,
      "A name or address by which clients know this server, for its certificate; may be repeated");
  auto* key_file =
      command->add_option("--key-file", options->key_file,
                          "The sealing key (default: ~/.config/lakeport/ID.key); made at the first start");
  command
      ->add_option("--key-command", options->key_command, "A command that prints the sealing key as base64")
      ->excludes(key_file);
  command->add_option("--admin-email", options->admin_email, "The first admin, made at the first start")
      ->capture_default_str();
  command->add_option("--memory", options->memory,
                      "Most memory for queries, like 4GiB (default: half of it)");
  command
      ->add_option("--log-level", options->log_level, "debug, info (a line a request), warning, error or off")
      ->capture_default_str();
  add_platform_arguments(*command, options->platform);
  add_hub_arguments(*command, options->hub);
  command->add_flag("--json", options->json, "JSON lines on standard output");
  command->footer(
      "Examples:\n"
      "  lakeport serve --data /srv/lakeport\n"
      "  lakeport serve --data /srv/lakeport --listen 0.0.0.0:443 --host-name lake.example.com");
  command->callback([&action, options] {
    action = [options] {
      const Status done = run_serve(*options);
      if (done) return kSucceeded;
      std::cerr << "lakeport: " << done.error().to_string() << '\n';
      return exit_code(done.error().kind());
    };
  });
}

}  // namespace lakeport::cli

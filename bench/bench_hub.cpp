// What connecting a partner costs: our own time of one click after the other, fifty clicks at once, and the
// data of the tile page, with 10,000 partners and 100,000 connections in the store. bench_hub [--json]
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "lakeport/base/seal.h"

#include "hub_world.h"
#include "scripted_partner.h"

namespace {

using namespace lakeport;
using namespace lakeport::partners;
using Clock = std::chrono::steady_clock;

constexpr double kConnectGoal = 150;  // ms: issue 5
constexpr double kTilesGoal = 50;     // ms
constexpr int kPartners = 10'000;
constexpr int kWorkspaces = 10;  // each connected with every partner
constexpr int kAtOnce = 50;
constexpr int kOneByOne = 100;

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().to_string());
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

double milliseconds_since(Clock::time_point begin) {
  return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values.at(values.size() / 2);
}

double own_seconds(const Hub& hub) {
  double sum = 0;
  for (const PartnerMetrics& one : hub.metrics()) sum += one.own_seconds;
  return sum;
}

// Copies of a partner, and connections of other workspaces with all of them, as rows.
void fill(fixtures::HubWorld& world, const Partner& pattern) {
  must(world.metadata().write([&](store::Session& session) -> Status {
    for (int number = 0; number < kPartners; ++number) {
      const std::string id = "filler-" + std::to_string(number);
      LAKEPORT_RETURN_IF_ERROR(session.execute(
          "insert into partner (id, origin, sort_key, search_text, category, config, settings, clouds, "
          "regions, retired, created_ms, updated_ms) select cast(? as text), origin, cast(? as text), "
          "search_text, category, config, settings, clouds, regions, retired, created_ms, updated_ms from "
          "partner where id = ?",
          {id, id, pattern.id}));
    }
    return {};
  }));
  for (int workspace = 0; workspace < kWorkspaces; ++workspace) {
    const auto made =
        must(world.identity().create_workspace(world.admin(), "filler " + std::to_string(workspace), "aws"));
    must(world.metadata().write([&](store::Session& session) -> Status {
      for (int number = 0; number < kPartners; ++number) {
        const std::string id = random_uuid();
        LAKEPORT_RETURN_IF_ERROR(session.execute(
            "insert into partner_connection (id, workspace_id, partner_id, partner_name, state, "
            "partner_connection_id, told, creator_id, creator_name, choice, answer, attempt_id, rotating, "
            "created_ms) values (?, ?, ?, 'Filler', 'connected', ?, 1, 1, 'a@example.com', '{}', '', ?, 0, "
            "0)",
            {id, made.id, "filler-" + std::to_string(number), id, id}));
        for (std::int64_t position = 0; position < 4; ++position)
          LAKEPORT_RETURN_IF_ERROR(
              session.execute("insert into partner_resource (connection_id, position, kind, id, label, ours, "
                              "made) values (?, ?, 'grant', ?, 'SELECT on schema main.sales', 1, 1)",
                              {id, position, id}));
      }
      return {};
    }));
  }
}

Choice choice_in(fixtures::HubWorld& world) {
  Choice choice;
  choice.write_catalog = "main";
  choice.warehouse_id = world.warehouse_id();
  return choice;
}

class Bench {
 public:
  explicit Bench(bool json)
      : json_(json), folder_(std::filesystem::temp_directory_path() / ("bench-hub-" + random_hex(8))) {}
  ~Bench() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;

  void run() {
    fixtures::ScriptedPartner script;
    fixtures::HubWorld world(
        {.folder = folder_, .store = {}, .hub = fixtures::HubWorld::quick(), .with_engine = false});
    HubSettings settings;
    settings.integration = IntegrationType::kWrite;
    std::vector<std::string> partners;
    for (int number = 0; number < kAtOnce; ++number) {
      const auto document = fixtures::partner_document("Partner " + std::to_string(number), script.url());
      const Partner made = world.add_partner(document, settings);
      if (number == 0) fill(world, made);
      partners.push_back(made.id);
    }
    one_by_one(world, partners.front());
    at_once(world, partners);
    tiles(world);
  }

 private:
  void one_by_one(fixtures::HubWorld& world, const std::string& partner) const {
    std::vector<double> own;
    for (int turn = 0; turn < kOneByOne; ++turn) {
      const double before = own_seconds(world.hub());
      const Attempt attempt = world.connect(world.admin(), partner, choice_in(world));
      if (!attempt.connection_id) throw std::runtime_error("a connect failed");
      own.push_back((own_seconds(world.hub()) - before) * 1'000);
      must(world.hub().remove(world.admin(), *attempt.connection_id));
    }
    row("hub: own time of a connect, p50", median(own), kConnectGoal);
  }

  void at_once(fixtures::HubWorld& world, const std::vector<std::string>& partners) const {
    std::vector<std::string> attempts;
    const auto begin = Clock::now();
    attempts.reserve(partners.size());
    for (const std::string& partner : partners)
      attempts.push_back(must(world.hub().connect(world.admin(), partner, choice_in(world), "")).id);
    int failed = 0;
    for (const std::string& id : attempts)
      failed += must(world.hub().wait(world.admin(), id, std::chrono::minutes(5))).state !=
                AttemptState::kConnected;
    char measured[100];
    std::snprintf(measured, sizeof measured, "%d failed; the last was done after %.0f ms", failed,
                  milliseconds_since(begin));
    row("hub: 50 connects at once", measured, "0 failed", failed == 0);
  }

  void tiles(fixtures::HubWorld& world) const {
    std::vector<double> took;
    for (int turn = 0; turn < kOneByOne; ++turn) {
      const auto begin = Clock::now();
      PartnerQuery query;
      query.connected = must(world.hub().connected_partners(world.admin()));
      query.limit = 100;
      if (must(world.registry().list(world.admin(), query)).size() != 100)
        throw std::runtime_error("a page of tiles is not full");
      took.push_back(milliseconds_since(begin));
    }
    row("hub: the tile page's data, p50", median(took), kTilesGoal);
  }

  void row(const char* name, double milliseconds, double most) const {
    char measured[32];
    char goal[32];
    std::snprintf(measured, sizeof measured, "%.1f ms", milliseconds);
    std::snprintf(goal, sizeof goal, "%.0f ms", most);
    row(name, measured, goal, milliseconds <= most);
  }

  void row(const char* name, const char* measured, const char* goal, bool met) const {
    if (json_)
      std::printf("{\"name\": \"%s\", \"measured\": \"%s\", \"goal\": \"%s\", \"met\": %s}\n", name, measured,
                  goal, met ? "true" : "false");
    else
      std::printf("%-40s %s (goal %s)%s\n", name, measured, goal, met ? "" : " MISSED");
  }

  bool json_;
  std::filesystem::path folder_;
};

}  // namespace

int main(int count, char** arguments) {
  try {
    Bench(count > 1 && std::string_view(arguments[1]) == "--json").run();
    return 0;
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "bench_hub: %s\n", problem.what());
    return 1;
  }
}

// A hub with one partner that a test scripts.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lakeport/base/seal.h"

#include "hub_world.h"
#include "scripted_partner.h"

namespace lakeport::partners::fixtures {

class HubUnderTest {
 protected:
  HubUnderTest()
      : folder_(std::filesystem::temp_directory_path() / ("hub-test-" + random_hex(8))),
        options_(HubWorld::quick()) {}
  HubUnderTest(const HubUnderTest&) = delete;
  HubUnderTest& operator=(const HubUnderTest&) = delete;
  ~HubUnderTest() {
    world_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  void open(bool with_engine = false) {
    world_ = std::make_unique<HubWorld>(
        HubWorld::Options{.folder = folder_, .store = store_, .hub = options_, .with_engine = with_engine});
  }
  // A workspace with the partner "fivetran" of this type.
  void open_with(IntegrationType type, const nlohmann::json& changes = nlohmann::json::object(),
                 bool with_engine = false) {
    open(with_engine);
    HubSettings settings;
    settings.integration = type;
    add_partner(settings, changes);
    baseline_ = world_->footprint();
  }
  void add_partner(const HubSettings& settings, const nlohmann::json& changes = nlohmann::json::object()) {
    partner_ = world_->add_partner(partner_document("Fivetran", script_.url(), changes), settings).id;
  }

  Hub& hub() { return world_->hub(); }
  const Caller& admin() { return world_->admin(); }
  // A choice that fits a partner that writes to `main` with the first warehouse.
  Choice writing() {
    Choice choice;
    choice.write_catalog = "main";
    choice.warehouse_id = world_->warehouse_id();
    return choice;
  }
  Attempt connect(const Choice& choice) { return world_->connect(admin(), partner_, choice); }
  nlohmann::json connect_body(std::size_t number = 0) { return script_.seen("/connect").at(number).body; }

  // Until `holds`: what other threads do in their time.
  template <class Condition>
  static bool eventually(Condition holds) {
    for (int turn = 0; turn < 6'000; ++turn) {
      if (holds()) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
  }
  bool outbox_is_empty() {
    return eventually([&] {
      const auto rows = world_->metadata().query("select count(*) from partner_outbox");
      return rows && rows->at(0).integer(0) == 0;
    });
  }
  void expect_nothing_left() {
    EXPECT_TRUE(outbox_is_empty());
    EXPECT_EQ(world_->footprint(), baseline_);
  }

  std::filesystem::path folder_;
  std::string store_;
  HubOptions options_;
  ScriptedPartner script_;
  std::unique_ptr<HubWorld> world_;
  std::string partner_;
  Footprint baseline_;
};

class HubTest : public ::testing::Test, protected HubUnderTest {};

inline std::string what_failed(const Attempt& attempt) {
  if (attempt.error) return attempt.error->to_string();
  if (attempt.failure)
    return std::string(to_string(attempt.failure->reason)) + ": " + attempt.failure->detail;
  return "connected";
}

// How the steps ended: "service_principal done, grants done, …".
inline std::string steps_of(const Attempt& attempt) {
  static const std::vector<std::string> kWords = {"waiting", "running", "done", "failed", "undone"};
  std::string text;
  for (const Step& step : attempt.steps)
    text.append(text.empty() ? "" : ", ")
        .append(step.name + " " + kWords.at(static_cast<std::size_t>(step.state)));
  return text;
}

// The labels of resources, each in a line.
inline std::string labels_of(const Connection& connection) {
  std::string text;
  for (const Resource& one : connection.resources) text += one.label + "\n";
  return text;
}

}  // namespace lakeport::partners::fixtures
